import type { Pool } from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { poolDatabase } from './database.ts';

interface GaugeRow {
  readonly live: number;
  readonly retired: number;
  readonly due: number;
  readonly dead: number;
  readonly overdue: number;
  /** Null before the log was read for the first time. */
  readonly feed_lag: number | null;
  readonly without_approver: number;
  readonly ready: number;
  readonly running: number;
  readonly waiting: number;
  readonly exhausted: number;
}

const COUNTED_BYTES = 16 * 1024 * 1024;

export interface WatchedDatabase {
  readonly pool: Pool;
  readonly clock: Pick<Clock, 'now'>;
  /** Up to this size the table of cards is counted (16 MB); beyond it PostgreSQL's own statistics say how many there are. */
  readonly countedBytes?: number;
}

/*
 * Nothing here reads a table that grows with the years: what is due or dead has an index of its own, open requests too, and
 * jobs, which keep PostgreSQL's own time, are gone when they are done. Parameters: $1 now, $2 bytes up to which cards are
 * counted.
 */
const READ = {
  name: 'gauges.read',
  text: `
    with cards as (
      select pg_relation_size(oid) <= $2 as is_small, greatest(reltuples, 0) as rows,
        coalesce((
          select most_common_freqs[array_position(most_common_vals::text::text[], 't')] from pg_stats
          where schemaname = 'pimlico' and tablename = 'cards' and attname = 'is_retired'
        ), 0) as retired
      from pg_class where oid = 'pimlico.cards'::regclass
    ), jobs as (
      select
        count(*) filter (where locked_at is not null) as running,
        count(*) filter (where locked_at is null and attempts < max_attempts and run_at <= now()) as ready,
        count(*) filter (where locked_at is null and attempts < max_attempts and run_at > now()) as waiting,
        count(*) filter (where locked_at is null and attempts >= max_attempts) as exhausted
      from graphile_worker.jobs
    )
    select
      (case when is_small then (select count(*) from pimlico.cards where not is_retired and not is_withdrawn)
        else rows * (1 - retired) end)::float8 as live,
      (case when is_small then (select count(*) from pimlico.cards where is_retired and not is_withdrawn)
        else rows * retired end)::float8 as retired,
      (select count(*) from pimlico.outbox where state = 'due')::integer as due,
      (select count(*) from pimlico.outbox where state = 'dead')::integer as dead,
      coalesce(extract(epoch from $1::timestamptz - (select min(due_at) from pimlico.timers where due_at <= $1)), 0)::float8
        as overdue,
      (select extract(epoch from $1::timestamptz - read_at) from pimlico.tenant_feed)::float8 as feed_lag,
      (select count(*) from pimlico.activation_requests r
        where r.state = 'pending' and not exists (
          select from pimlico.approval_asks a where a.request_id = r.id and a.reach = 'asked'))::integer as without_approver,
      jobs.ready::integer, jobs.running::integer, jobs.waiting::integer, jobs.exhausted::integer
    from cards, jobs`,
};

/** Lets operators read what is in the database; each read is one statement, shared by all gauges of one look. */
export function watchDatabase(telemetry: Telemetry, options: WatchedDatabase): void {
  const { pool, clock, countedBytes = COUNTED_BYTES } = options;
  const database = poolDatabase(pool);
  let looking: Promise<GaugeRow | undefined> | null = null;
  const look = (): Promise<GaugeRow | undefined> => {
    looking ??= database
      .run<GaugeRow>(READ, [clock.now().toString(), countedBytes])
      .then(([row]) => row)
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  const states = async <State extends Exclude<keyof GaugeRow, 'feed_lag'>>(...names: State[]) => {
    const row = await look();
    return row === undefined ? null : names.map((state) => ({ labels: { state }, value: row[state] }));
  };
  const single = async (name: keyof GaugeRow) => {
    const value = (await look())?.[name] ?? null;
    return value === null ? null : [{ labels: {}, value }];
  };
  telemetry.watch('pimlico_cards', () => states('live', 'retired', 'due', 'dead'));
  telemetry.watch('pimlico_jobs', () => states('ready', 'running', 'waiting', 'exhausted'));
  telemetry.watch('pimlico_timers_overdue_seconds', () => single('overdue'));
  telemetry.watch('pimlico_feed_lag_seconds', () => single('feed_lag'));
  telemetry.watch('pimlico_requests_without_approver', () => single('without_approver'));
}
