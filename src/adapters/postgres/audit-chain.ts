import { createHash } from 'node:crypto';

/** The field that the actor is sealed under. */
export const ACTOR = 'actor';

/** What stands before the first record. */
export const GENESIS = '0'.repeat(64);

/** A record as the chain sees it. `at` is UTC with microseconds, as PostgreSQL keeps it. */
export interface ChainedRecord {
  readonly position: string;
  readonly event: string;
  readonly at: string;
  readonly actor_id: string | null;
  readonly request_id: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly sealed: Readonly<Record<string, string>>;
}

/** The columns of a record, of `pimlico.audit a`, as {@link ChainedRecord} has them. */
export const CHAINED_COLUMNS = `a.position::text, a.event,
  to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.actor_id, a.request_id, a.facts, a.sealed`;

/** The hash of a record that follows another one: it stands for everything before it. */
export function linkHash(before: string, record: ChainedRecord): string {
  const { position, event, at, actor_id: actor, request_id: request, facts, sealed } = record;
  const told = [position, event, at, actor, request, inOrder(facts), inOrder(sealed)];
  return sha256(`${before}\n${JSON.stringify(told)}`);
}

/** What a record keeps of something that can be erased. Without the salt nobody can guess the value. */
export function sealOf(salt: string, value: string): string {
  return sha256(`${salt}\n${value}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** PostgreSQL gives the keys of a JSON object in an order of its own. */
function inOrder(facts: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
}
