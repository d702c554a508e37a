/** How long a claim on an outbox row lasts; a replica that dies in the meantime is followed by another after it. */
export const CLAIM = Temporal.Duration.from({ seconds: 30 });
/** When the promoter asks again for a row that a job should have taken care of. */
export const JOB_PATIENCE = Temporal.Duration.from({ seconds: 60 });
/** When the promoter asks again for a row that had to wait for another message to the same person. */
export const LANE_PATIENCE = Temporal.Duration.from({ seconds: 1 });
/** Attempts of graphile's exponential backoff: about 15 hours. */
export const JOB_ATTEMPTS = 12;

/**
 * SQL that queues the job for one card, given the SQL of its id. Doubles collapse by the key. There is no queue name: sends to one
 * person are serialised by the lanes, and graphile's queues are slow when there are as many as people.
 */
export function addDeliveryJob(cardId: string): string {
  return `graphile_worker.add_job('outbox.deliver', json_build_object('v', 1, 'cards', json_build_array(${cardId})),
    job_key := 'outbox.deliver:' || ${cardId}, max_attempts := ${JOB_ATTEMPTS})`;
}
