import type { Pool } from 'pg';
import { poolDatabase } from '../postgres/database.ts';
import { addDeliveryJobs, JOB_ATTEMPTS, JOB_PATIENCE } from '../postgres/delivery-job.ts';

const BATCH = 1_000;
/** Longer than the pause while the reader may not read the log. */
const LONGEST_WITHOUT_LOOK = Temporal.Duration.from({ minutes: 20 });
const FORGET_AFTER = Temporal.Duration.from({ hours: 24 });

/** What one look at the due rows did. */
export interface Promotion {
  readonly promoted: number;
  /** More may be due: look again at once. */
  readonly isFull: boolean;
  /** When the next row becomes due, as far as is known now. */
  readonly nextDueAt: Temporal.Instant | null;
}

/*
 * Due timers become jobs and are deleted in the same statement; replicas skip what another one holds. An outbox row keeps its
 * place and is looked at again later, in case its job is lost; one whose message was withdrawn before it had an id is removed.
 * The trace of a timer travels as a flag of its job, which a replica of an older version leaves alone; it would refuse a
 * payload with a member that it does not know. Parameters: $1 now, $2 when to look again, $3 batch.
 */
const PROMOTE = {
  name: 'jobs.promote',
  text: `
    with due_timers as (
      select kind, subject from pimlico.timers where due_at <= $1
      order by due_at limit $3 for update skip locked
    ), fired as (
      delete from pimlico.timers t using due_timers d where t.kind = d.kind and t.subject = d.subject
      returning t.kind, t.subject, t.due_at, t.attempt, t.traceparent
    ), timer_jobs as (
      select (graphile_worker.add_jobs(array_agg((
        'timer.fire',
        json_build_object('v', 1, 'kind', kind, 'subject', subject, 'attempt', attempt,
          'dueAt', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        null, null, ${JOB_ATTEMPTS}::smallint, 'timer.fire:' || kind || ':' || subject, null,
        case when traceparent is not null then array['trace:' || traceparent] end
      )::graphile_worker.job_spec order by due_at))).id
      from fired having count(*) > 0
    ), due_cards as (
      select o.card_id, c.is_withdrawn and c.activity_id is null as is_void
      from pimlico.outbox o join pimlico.cards c on c.id = o.card_id
      where o.state = 'due' and o.look_at <= $1
      order by o.look_at limit $3 for update of o skip locked
    ), void as (
      delete from pimlico.outbox o using due_cards d where o.card_id = d.card_id and d.is_void
    ), looked as (
      update pimlico.outbox o set look_at = $2 from due_cards d where o.card_id = d.card_id and not d.is_void
      returning o.card_id
    ), card_jobs as (
      ${addDeliveryJobs('looked')}
    )
    select
      (select count(*)::integer from fired) as timers,
      (select count(*)::integer from due_cards) as cards,
      (select count(*) from timer_jobs) as timer_jobs,
      (select count(*) from card_jobs) as card_jobs,
      least(
        (select min(due_at) from pimlico.timers where due_at > $1),
        (select min(look_at) from pimlico.outbox where state = 'due' and look_at > $1)
      ) as next_due_at`,
};

const FORGET = {
  name: 'jobs.forget',
  text: `
    with old_activities as (delete from pimlico.inbox where received_at < $1),
      old_sign_ins as (delete from pimlico.sign_ins where created_at < $1),
      old_paces as (delete from pimlico.paces where touched_at < $1 and key <> 'all')
    delete from pimlico.lanes where claimed_until < $1`,
};

/**
 * A look at the tenant's log sets the next one. Should one be lost all the same, as with a replica of an older version that does
 * not know this kind of timer, it is set again.
 */
const LOOK_AGAIN = {
  name: 'jobs.look-again',
  text: `
    insert into pimlico.timers (kind, subject, due_at)
    select 'tenant.reconcile', 'pim', $1::timestamptz from pimlico.tenant_feed where read_at < $2::timestamptz
    on conflict do nothing`,
};

/** Turns what is due at `now` into jobs, up to a batch of each kind, in one statement. */
export async function promoteDue(pool: Pool, now: Temporal.Instant): Promise<Promotion> {
  const values = [now.toString(), now.add(JOB_PATIENCE).toString(), BATCH];
  const [row] = await poolDatabase(pool).run<{
    timers: number;
    cards: number;
    next_due_at: Temporal.Instant | null;
  }>(PROMOTE, values);
  const { timers = 0, cards = 0, next_due_at = null } = row ?? {};
  return { promoted: timers + cards, isFull: timers === BATCH || cards === BATCH, nextDueAt: next_due_at };
}

/** Looks after the house now and then. Removes what nobody will ask for again: handled activities, unanswered sign-ins, lanes and paces that are a day old. */
export async function forgetOld(pool: Pool, now: Temporal.Instant): Promise<void> {
  const database = poolDatabase(pool);
  await database.run(FORGET, [now.subtract(FORGET_AFTER).toString()]);
  await database.run(LOOK_AGAIN, [now.toString(), now.subtract(LONGEST_WITHOUT_LOOK).toString()]);
}
