import type { Pool } from 'pg';
import { type AuditEventName, PERSONAL_FACTS } from '../../domain/audit.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { poolDatabase } from './database.ts';

const AT_A_TIME = 1_000;

/** Which records; null asks for nothing in particular. */
export interface TrailFilter {
  readonly since: Temporal.Instant | null;
  /** The first instant that is left out. */
  readonly until: Temporal.Instant | null;
  /** Who acted, or is named in a fact that tells of a person. Who was erased is not found. */
  readonly person: PrincipalId | null;
  readonly requestId: string | null;
  readonly event: AuditEventName | null;
}

/** A record with what is left of its personal fields. */
export interface TrailRecord {
  readonly position: number;
  readonly event: string;
  readonly at: Temporal.Instant;
  readonly actorId: string | null;
  readonly requestId: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the trail tells of an ask: its role, and who asked unless that was erased. */
export interface TrailAsk {
  readonly role: string | null;
  readonly askedBy: string | null;
}

/** What an export will hold, and up to where the trail went when it was begun. */
export interface TrailExtent {
  readonly last: number;
  readonly records: number;
}

interface TrailRow {
  readonly position: string;
  readonly event: string;
  readonly at: Temporal.Instant;
  readonly actor_id: string | null;
  readonly request_id: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

const MATCHES = `
  ($1::timestamptz is null or v.at >= $1) and ($2::timestamptz is null or v.at < $2)
  and ($3::text is null or v.actor_id = $3 or exists (
    select from jsonb_each_text(v.facts) as told (field, value) where field = any($4::text[]) and value = $3
  ))
  and ($5::text is null or v.request_id = $5) and ($6::text is null or v.event = $6)`;
const EXTENT = {
  name: 'audit.extent',
  text: `
    select count(*)::integer as records, coalesce((select max(position) from pimlico.audit), 0)::text as last
    from pimlico.audit_trail v where ${MATCHES}`,
};
const READ = {
  name: 'audit.read',
  text: `
    select v.position::text, v.event, v.at, v.actor_id, v.request_id, v.facts from pimlico.audit_trail v
    where ${MATCHES} and v.position > $7 and v.position <= $8 order by v.position`,
};
const ASKS = {
  name: 'audit.asks',
  text: `
    select request_id, facts ->> 'role' as role, actor_id as asked_by from pimlico.audit_trail
    where request_id = any($1::text[]) and event = 'activation.intended' order by position desc`,
};

/** Counts what matches now. @throws {AccessError} internal.database_unavailable */
export async function measureTrail(pool: Pool, filter: TrailFilter): Promise<TrailExtent> {
  const [row] = await poolDatabase(pool).run<{ records: number; last: string }>(EXTENT, valuesOf(filter));
  return { records: row?.records ?? 0, last: Number(row?.last ?? 0) };
}

/**
 * Reads what matches up to a position, in order of position, a thousand records at a time: no more are ever held.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function* readTrail(
  pool: Pool,
  filter: TrailFilter,
  last: number,
): AsyncGenerator<readonly TrailRecord[], void> {
  const database = poolDatabase(pool);
  // By ranges of positions: a limit lets the planner sort all that is left, page after page.
  for (let after = 0; after < last; after += AT_A_TIME) {
    const rows = await database.run<TrailRow>(READ, [...valuesOf(filter), after, Math.min(last, after + AT_A_TIME)]);
    if (rows.length > 0) {
      yield rows.map(recordOf);
    }
  }
}

/** The asks that records belong to, by id. @throws {AccessError} internal.database_unavailable */
export async function readAsks(pool: Pool, records: readonly TrailRecord[]): Promise<ReadonlyMap<string, TrailAsk>> {
  const ids = [...new Set(records.flatMap(({ requestId }) => requestId ?? []))];
  type AskRow = { readonly request_id: string; readonly role: string | null; readonly asked_by: string | null };
  const rows = await poolDatabase(pool).run<AskRow>(ASKS, [ids]);
  return new Map(rows.map((row) => [row.request_id, { role: row.role, askedBy: row.asked_by }]));
}

function valuesOf({ since, until, person, requestId, event }: TrailFilter): readonly unknown[] {
  return [since?.toString() ?? null, until?.toString() ?? null, person, [...PERSONAL_FACTS], requestId, event];
}

function recordOf({ position, event, at, facts, ...row }: TrailRow): TrailRecord {
  return { position: Number(position), event, at, actorId: row.actor_id, requestId: row.request_id, facts };
}
