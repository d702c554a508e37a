import type { Audit } from '../../ports/store.ts';
import type { NotingDatabase } from './database.ts';

const RECORD = {
  name: 'audit.record',
  text: 'insert into pimlico.audit (event, at, actor_id, request_id, facts) values ($1, $2, $3, $4, $5)',
};

/** Adds to the trail in PostgreSQL, where a trigger refuses to change or remove what was written. */
export function postgresAudit(database: NotingDatabase): Audit {
  return {
    async record(event) {
      const { at, actorId, requestId, facts } = event;
      await database.note(RECORD, [event.event, at.toString(), actorId, requestId, JSON.stringify(facts)]);
    },
  };
}
