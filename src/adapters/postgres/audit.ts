import { randomBytes } from 'node:crypto';
import { type AuditEvent, PERSONAL_FACTS } from '../../domain/audit.ts';
import type { AuditRecorder } from '../../ports/audit.ts';
import { ACTOR, sealOf } from './audit-chain.ts';
import type { NotingDatabase } from './database.ts';

const SALT_BYTES = 16;

/**
 * Parameters: events, instants, requests, facts, sealed facts, in the order in which they happened; then field, salt, value and
 * hash of everything that is sealed. No two hashes are the same: each has a salt of its own.
 */
const RECORD_MANY = {
  name: 'audit.record-many',
  text: `
    with written as (
      insert into pimlico.audit (event, at, request_id, facts, sealed)
      select event, at, request_id, facts::jsonb, sealed::jsonb
      from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[]) with ordinality
        as happened (event, at, request_id, facts, sealed, place)
      order by place
      returning position, sealed
    )
    insert into pimlico.audit_personal (position, field, salt, value)
    select written.position, told.field, told.salt, told.value
    from unnest($6::text[], $7::text[], $8::text[], $9::text[]) as told (field, salt, value, hash)
    join written on written.sealed ->> told.field = told.hash`,
};

/** What goes onto every record beside its own facts, such as the rulebook that was in force. */
export type CommonFacts = () => AuditEvent['facts'];

/** Adds to the trail in PostgreSQL, where a trigger refuses to change or remove what was written. */
export function postgresAudit(database: NotingDatabase, common: CommonFacts): AuditRecorder {
  return { record: (event) => recordAll(database, [withCommon(event, common)]) };
}

function withCommon(event: AuditEvent, common: CommonFacts): AuditEvent {
  return { ...event, facts: { ...event.facts, ...common() } };
}

/** The trail of a transaction, written as one statement by `write`, before it commits. */
export class HeldAudit implements AuditRecorder {
  readonly #database: NotingDatabase;
  readonly #common: CommonFacts;
  readonly #events: AuditEvent[] = [];

  constructor(database: NotingDatabase, common: CommonFacts) {
    this.#database = database;
    this.#common = common;
  }

  async record(event: AuditEvent): Promise<void> {
    this.#events.push(withCommon(event, this.#common));
  }

  async write(): Promise<void> {
    const events = this.#events.splice(0);
    if (events.length > 0) {
      await recordAll(this.#database, events);
    }
  }
}

interface SealedFact {
  readonly field: string;
  readonly salt: string;
  readonly value: string;
  readonly hash: string;
}

async function recordAll(database: NotingDatabase, events: readonly AuditEvent[]): Promise<void> {
  const rows = events.map(({ facts, actorId, ...event }) => {
    const told = Object.entries(facts).filter(([name, value]) => PERSONAL_FACTS.has(name) && value !== '');
    const personal = [...(actorId === null ? [] : [[ACTOR, actorId] as const]), ...told];
    const open = Object.entries(facts).filter(([name]) => !personal.some(([field]) => field === name));
    return { ...event, facts: Object.fromEntries(open), sealed: personal.map(([field, value]) => seal(field, value)) };
  });
  const sealed = rows.flatMap((row) => row.sealed);
  await database.note(RECORD_MANY, [
    rows.map(({ event }) => event),
    rows.map(({ at }) => at.toString()),
    rows.map(({ requestId }) => requestId),
    rows.map(({ facts }) => JSON.stringify(facts)),
    rows.map((row) => JSON.stringify(Object.fromEntries(row.sealed.map(({ field, hash }) => [field, hash])))),
    sealed.map(({ field }) => field),
    sealed.map(({ salt }) => salt),
    sealed.map(({ value }) => value),
    sealed.map(({ hash }) => hash),
  ]);
}

function seal(field: string, value: string): SealedFact {
  const salt = randomBytes(SALT_BYTES).toString('hex');
  return { field, salt, value, hash: sealOf(salt, value) };
}
