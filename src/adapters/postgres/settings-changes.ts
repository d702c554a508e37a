import { principalId } from '../../domain/ids.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import type { SettingsChanges } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';
import { readStored, storedRole, storedSettings, writtenRole } from './stored-json.ts';

/** A row of `pimlico.settings_changes`; PostgreSQL itself checks the words of `state`. */
interface SettingsChangeRow {
  readonly id: string;
  readonly role: unknown;
  readonly proposer_id: string;
  readonly proposer_name: string;
  readonly confirmer_id: string | null;
  readonly confirmer_name: string | null;
  readonly settings_before: unknown;
  readonly settings_after: unknown;
  readonly reason: string;
  readonly state: SettingsChange['state'];
  readonly proposed_at: Temporal.Instant;
  readonly expires_at: Temporal.Instant;
  readonly decided_at: Temporal.Instant | null;
}

const COLUMNS = selected<SettingsChangeRow>({
  id: true,
  role: true,
  proposer_id: true,
  proposer_name: true,
  confirmer_id: true,
  confirmer_name: true,
  settings_before: true,
  settings_after: true,
  reason: true,
  state: true,
  proposed_at: true,
  expires_at: true,
  decided_at: true,
});
const INSERT = {
  name: 'settings-changes.insert',
  text: `
    insert into pimlico.settings_changes (id, role, proposer_id, proposer_name, confirmer_id, confirmer_name,
      settings_before, settings_after, reason, state, proposed_at, expires_at, decided_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
};
const FIND = { name: 'settings-changes.find', text: `select ${COLUMNS} from pimlico.settings_changes where id = $1` };
const CHANGE = {
  name: 'settings-changes.change',
  text: `
    update pimlico.settings_changes set state = $3, decided_at = $4
    where id = $1 and state = any($2::text[]) returning ${COLUMNS}`,
};

function settingsChangeOf(row: SettingsChangeRow): SettingsChange {
  return {
    id: row.id,
    role: readStored(storedRole, row.role, "a settings change's role"),
    proposerId: principalId(row.proposer_id),
    proposerName: row.proposer_name,
    confirmerId: row.confirmer_id === null ? null : principalId(row.confirmer_id),
    confirmerName: row.confirmer_name,
    before: readStored(storedSettings, row.settings_before, 'settings before a change'),
    after: readStored(storedSettings, row.settings_after, 'settings after a change'),
    reason: row.reason,
    state: row.state,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
  };
}

/** Keeps proposed changes of role settings in PostgreSQL; every change is a comparison and a write in one statement. */
export function postgresSettingsChanges(database: Database): SettingsChanges {
  return {
    async insert(change) {
      await database.run(INSERT, [
        change.id,
        JSON.stringify(writtenRole(change.role)),
        change.proposerId,
        change.proposerName,
        change.confirmerId,
        change.confirmerName,
        JSON.stringify(change.before),
        JSON.stringify(change.after),
        change.reason,
        change.state,
        change.proposedAt.toString(),
        change.expiresAt.toString(),
        change.decidedAt?.toString() ?? null,
      ]);
    },
    async find(id) {
      const [row] = await database.run<SettingsChangeRow>(FIND, [id]);
      return row === undefined ? null : settingsChangeOf(row);
    },
    async change(id, from, { state, decidedAt }) {
      const values = [id, [...from], state, decidedAt?.toString() ?? null];
      const [row] = await database.run<SettingsChangeRow>(CHANGE, values);
      return row === undefined ? null : settingsChangeOf(row);
    },
  };
}
