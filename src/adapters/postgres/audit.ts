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

/** Adds to the trail in PostgreSQL, where a trigger refuses to change or remove what was written. */
export function postgresAudit(database: NotingDatabase): Audit {
  return { record: (event) => recordAll(database, [event]) };
}

/** The trail of a transaction, written as one statement by `write`, before it commits. */
export class HeldAudit implements Audit {
  readonly #database: NotingDatabase;
  readonly #events: AuditEvent[] = [];

  constructor(database: NotingDatabase) {
    this.#database = database;
  }

  async record(event: AuditEvent): Promise<void> {
    this.#events.push(event);
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
