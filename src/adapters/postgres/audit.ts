import type { AuditEvent } from '../../domain/audit.ts';
import type { Audit } from '../../ports/store.ts';
import type { NotingDatabase } from './database.ts';

/** Parameters: events, instants, actors, requests, facts; in the order in which they happened. */
const RECORD_MANY = {
  name: 'audit.record-many',
  text: `
    insert into pimlico.audit (event, at, actor_id, request_id, facts)
    select event, at, actor_id, request_id, facts::jsonb
    from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[]) with ordinality
      as happened (event, at, actor_id, request_id, facts, place)
    order by place`,
};

/** What goes onto every record beside its own facts, such as the rulebook that was in force. */
export type CommonFacts = () => AuditEvent['facts'];

/** Adds to the trail in PostgreSQL, where a trigger refuses to change or remove what was written. */
export function postgresAudit(database: NotingDatabase, common: CommonFacts): Audit {
  return { record: (event) => recordAll(database, [withCommon(event, common)]) };
}

function withCommon(event: AuditEvent, common: CommonFacts): AuditEvent {
  return { ...event, facts: { ...event.facts, ...common() } };
}

/** The trail of a transaction, written as one statement by `write`, before it commits. */
export class HeldAudit implements Audit {
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

async function recordAll(database: NotingDatabase, events: readonly AuditEvent[]): Promise<void> {
  await database.note(RECORD_MANY, [
    events.map(({ event }) => event),
    events.map(({ at }) => at.toString()),
    events.map(({ actorId }) => actorId),
    events.map(({ requestId }) => requestId),
    events.map(({ facts }) => JSON.stringify(facts)),
  ]);
}
