import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import type { TrailRecord } from './audit-read.ts';
import { inTransaction, type NotingDatabase } from './database.ts';

/** What a receiver is sent at a time, at most. */
const AT_A_TIME = 100;

/** A record with its link, and with what is left of its personal fields. */
export interface LinkedRecord extends TrailRecord {
  readonly place: number;
  readonly hash: string;
}

/** How an attempt went. */
export type StreamAttempt =
  /** There was nothing to send, it is not time yet, or another process is at it. */
  | { readonly kind: 'idle' }
  /** All of it was taken; there may be more. */
  | { readonly kind: 'sent'; readonly isAll: boolean }
  /** Nothing of it counts as taken. */
  | { readonly kind: 'failed'; readonly failure: unknown; readonly failures: number };

export interface StreamOptions {
  readonly pool: Pool;
  readonly now: Temporal.Instant;
  /** Rejects when the receiver did not take them. */
  send(records: readonly LinkedRecord[]): Promise<void>;
  /** How long to leave the receiver alone, after so many failures in a row. */
  pauseAfter(failures: number, failure: unknown): Temporal.Duration;
}

interface StreamRow {
  readonly place: string;
  readonly failures: number;
  readonly retry_at: Temporal.Instant | null;
}

interface LinkedRow {
  readonly place: string;
  readonly hash: string;
  readonly position: string;
  /** Null where somebody removed the record: `verify` tells of it. */
  readonly event: string | null;
  readonly at: Temporal.Instant;
  readonly actor_id: string | null;
  readonly request_id: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

const ALONE = {
  name: 'audit.stream-alone',
  text: `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS['audit-stream']}) as is_ours`,
};
const FIND = { name: 'audit.stream-find', text: 'select place::text, failures, retry_at from pimlico.audit_stream' };
const NEXT = {
  name: 'audit.stream-next',
  text: `
    select l.place::text, l.hash, l.position::text, v.event, v.at, v.actor_id, v.request_id, v.facts
    from (select place, hash, position from pimlico.audit_links where place > $1 order by place limit ${AT_A_TIME}) l
    left join pimlico.audit_trail v on v.position = l.position order by l.place`,
};
const SAVE = {
  name: 'audit.stream-save',
  text: `
    insert into pimlico.audit_stream (id, place, failures, retry_at) values ('webhook', $1, $2, $3)
    on conflict (id) do update set place = excluded.place, failures = excluded.failures, retry_at = excluded.retry_at`,
};

/**
 * Sends the links after the last one that was taken, in order, a hundred at most, and writes down how far it came. One process
 * at a time, whatever the number of replicas. What was taken just before the process died is sent again.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function streamAudit({ pool, now, send, pauseAfter }: StreamOptions): Promise<StreamAttempt> {
  return await inTransaction(pool, async (database) => {
    const [alone] = await database.run<{ readonly is_ours: boolean }>(ALONE, []);
    const [row] = alone?.is_ours === true ? await database.run<StreamRow>(FIND, []) : [];
    const isEarly = row?.retry_at != null && Temporal.Instant.compare(now, row.retry_at) < 0;
    if (alone?.is_ours !== true || isEarly) {
      return { kind: 'idle' };
    }
    const rows = await database.run<LinkedRow>(NEXT, [row?.place ?? '0']);
    const last = rows.at(-1);
    if (last === undefined) {
      return { kind: 'idle' };
    }
    try {
      await send(rows.flatMap(recordOf));
    } catch (failure) {
      const failures = (row?.failures ?? 0) + 1;
      const retryAt = now.add(pauseAfter(failures, failure));
      await save(database, [row?.place ?? '0', failures, retryAt.toString()]);
      return { kind: 'failed', failure, failures };
    }
    await save(database, [last.place, 0, null]);
    return { kind: 'sent', isAll: rows.length < AT_A_TIME };
  });
}

async function save(database: NotingDatabase, values: readonly unknown[]): Promise<void> {
  await database.note(SAVE, values);
}

function recordOf({ event, place, position, actor_id, request_id, ...row }: LinkedRow): readonly LinkedRecord[] {
  const record = { ...row, place: Number(place), position: Number(position), actorId: actor_id, requestId: request_id };
  return event === null ? [] : [{ ...record, event }];
}
