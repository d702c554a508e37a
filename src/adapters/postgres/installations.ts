import { principalId } from '../../domain/ids.ts';
import type { Installations, InstallOutcome } from '../../ports/bot-installer.ts';
import type { Database } from './database.ts';

interface InstallationRow {
  readonly principal_id: string;
  readonly outcome: InstallOutcome;
  readonly tried_at: Temporal.Instant;
}

const LIST = {
  name: 'installations.list',
  text: 'select principal_id, outcome, tried_at from pimlico.installations where principal_id = any($1::text[])',
};
const NOTE = {
  name: 'installations.note',
  text: `
    insert into pimlico.installations (principal_id, outcome, tried_at) values ($1, $2, $3)
    on conflict (principal_id) do update set outcome = excluded.outcome, tried_at = excluded.tried_at`,
};

/** Keeps in PostgreSQL for whom the bot tried to install itself. */
export function postgresInstallations(database: Database): Installations {
  return {
    async list(people) {
      const rows = await database.run<InstallationRow>(LIST, [[...people]]);
      return rows.map((row) => ({
        principalId: principalId(row.principal_id),
        outcome: row.outcome,
        triedAt: row.tried_at,
      }));
    },
    async note({ principalId: person, outcome, triedAt }) {
      await database.run(NOTE, [person, outcome, triedAt.toString()]);
    },
  };
}
