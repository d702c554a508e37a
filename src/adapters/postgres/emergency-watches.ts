import type { EmergencyWatches } from '../../ports/store.ts';
import type { Database } from './database.ts';

interface WatchRow {
  readonly read_at: Temporal.Instant;
  readonly rests_until: Temporal.Instant | null;
  readonly seen: readonly string[];
}

const FIND = {
  name: 'emergency-watches.find',
  text: 'select read_at, rests_until, seen from pimlico.emergency_watches where account = $1',
};
const SAVE = {
  name: 'emergency-watches.save',
  text: `
    insert into pimlico.emergency_watches (account, read_at, rests_until, seen) values ($1, $2, $3, $4)
    on conflict (account) do update
      set read_at = excluded.read_at, rests_until = excluded.rests_until, seen = excluded.seen`,
};

/** Keeps in PostgreSQL how far the logs were read for emergency access accounts. */
export function postgresEmergencyWatches(database: Database): EmergencyWatches {
  return {
    async find(account) {
      const [row] = await database.run<WatchRow>(FIND, [account]);
      return row === undefined ? null : { account, readAt: row.read_at, restsUntil: row.rests_until, seen: row.seen };
    },
    async save({ account, readAt, restsUntil, seen }) {
      await database.run(SAVE, [account, readAt.toString(), restsUntil?.toString() ?? null, [...seen]]);
    },
  };
}
