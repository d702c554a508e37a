import type { Pool } from 'pg';
import { poolDatabase } from './database.ts';

/** What is still to be done, for readiness, metrics and whoever moves the clock. */
export interface Backlog {
  /** Something is happening, or will without the clock moving. */
  readonly isBusy: boolean;
  /** The next instant, later than now, at which something becomes due; null when nothing waits. */
  readonly nextDueAt: Temporal.Instant | null;
  /** The next look at the tenant's log: it comes again and again, also when nothing happens. Null when the log is not read. */
  readonly nextLookAt: Temporal.Instant | null;
  /** When the log last answered, or null. */
  readonly lookedAt: Temporal.Instant | null;
  /** Messages that were given up. */
  readonly dead: number;
}

interface BacklogRow {
  readonly is_busy: boolean;
  readonly next_due_at: Temporal.Instant | null;
  readonly next_look_at: Temporal.Instant | null;
  readonly looked_at: Temporal.Instant | null;
  readonly dead: number;
}

/*
 * An outbox row that a job or another replica cares for has a later `look_at`: it is busy through its job, or it waits for that
 * instant. A job that failed for good (`attempts = max_attempts`, not locked) is no longer waiting.
 */
const READ = {
  name: 'backlog.read',
  text: `
    select
      exists (select from graphile_worker.jobs where locked_at is not null or attempts < max_attempts)
      or exists (select from pimlico.timers where due_at <= $1)
      or exists (select from pimlico.outbox where state = 'due' and look_at <= $1)
      or exists (select from pimlico.outbox where state = 'due' and claimed_by = any($2::text[]) and claimed_until > $1)
      or exists (select from pimlico.activation_requests where state = 'submitting' and lease_by = any($2::text[]))
      as is_busy,
      least(
        (select min(due_at) from pimlico.timers where due_at > $1 and kind <> 'tenant.reconcile'),
        (select min(look_at) from pimlico.outbox
          where state = 'due' and look_at > $1 and (claimed_by is null or claimed_by <> all($2::text[]) or claimed_until <= $1))
      ) as next_due_at,
      (select due_at from pimlico.timers where kind = 'tenant.reconcile') as next_look_at,
      (select read_at from pimlico.tenant_feed) as looked_at,
      (select count(*)::integer from pimlico.outbox where state = 'dead') as dead`,
};

/**
 * Says whether anything is going on in these replicas and when something will be. A lease or claim of another, perhaps dead,
 * replica is not busy: it ends at an instant of the clock.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function readBacklog(
  pool: Pool,
  { replicas, now }: { replicas: readonly string[]; now: Temporal.Instant },
): Promise<Backlog> {
  const [row] = await poolDatabase(pool).run<BacklogRow>(READ, [now.toString(), replicas]);
  return {
    isBusy: row?.is_busy ?? false,
    nextDueAt: row?.next_due_at ?? null,
    nextLookAt: row?.next_look_at ?? null,
    lookedAt: row?.looked_at ?? null,
    dead: row?.dead ?? 0,
  };
}
