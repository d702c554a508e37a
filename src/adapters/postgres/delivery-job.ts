/** How long a claim on an outbox row lasts; a replica that dies in the meantime is followed by another after it. */
export const CLAIM = Temporal.Duration.from({ seconds: 30 });
/** When the promoter asks again for a row that a job should have taken care of. */
export const JOB_PATIENCE = Temporal.Duration.from({ seconds: 60 });
/** When the promoter asks again for a row that had to wait for another message to the same person. */
export const LANE_PATIENCE = Temporal.Duration.from({ seconds: 1 });
/** Attempts of graphile's exponential backoff: about 15 hours. */
export const JOB_ATTEMPTS = 12;

/** After whatever is due at an instant, such as reminders: a request to a thousand must not hold them up. */
const AFTER_TIMERS = 1;

/**
 * SQL that queues the job for one card, given the SQL of its id. Doubles collapse by the key. There is no queue name: sends to one
 * person are serialised by the lanes, and graphile's queues are slow when there are as many as people.
 */
export function addDeliveryJob(cardId: string): string {
  return `graphile_worker.add_job('outbox.deliver', json_build_object('v', 1, 'cards', json_build_array(${cardId})),
    job_key := 'outbox.deliver:' || ${cardId}, max_attempts := ${JOB_ATTEMPTS}, priority := ${AFTER_TIMERS})`;
}

/** SQL of a query that queues the jobs for many cards, given where their `card_id` is read from: forty times as fast as one by one. */
export function addDeliveryJobs(from: string): string {
  return `
      select (graphile_worker.add_jobs(array_agg((
        'outbox.deliver', json_build_object('v', 1, 'cards', json_build_array(card_id)), null, null,
        ${JOB_ATTEMPTS}::smallint, 'outbox.deliver:' || card_id, ${AFTER_TIMERS}::smallint, null
      )::graphile_worker.job_spec))).id
      from ${from} having count(*) > 0`;
}
