import type { Bundle } from '../../domain/administration.ts';
import type { Bundles } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { readStored, storedBundleItems, writtenItem } from './stored-json.ts';

interface BundleRow {
  readonly name: string;
  readonly items: unknown;
  readonly saved_at: Temporal.Instant;
}

const SAVE = {
  name: 'bundles.save',
  text: `
    insert into pimlico.bundles (owner_id, name_key, name, items, saved_at) values ($1, $2, $3, $4, $5)
    on conflict (owner_id, name_key) do update
      set name = excluded.name, items = excluded.items, saved_at = excluded.saved_at`,
};
const FIND = {
  name: 'bundles.find',
  text: 'select name, items, saved_at from pimlico.bundles where owner_id = $1 and name_key = $2',
};
const LIST = {
  name: 'bundles.list',
  text: 'select name, items, saved_at from pimlico.bundles where owner_id = $1 order by name_key',
};
const REMOVE = {
  name: 'bundles.remove',
  text: 'delete from pimlico.bundles where owner_id = $1 and name_key = $2 returning name',
};

/** A name as it compares: without case, blanks around it, or how accents were typed. */
function nameKey(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

function bundleOf({ name, items, saved_at }: BundleRow): Bundle {
  return { name, items: readStored(storedBundleItems, items, 'a bundle'), savedAt: saved_at };
}

/** Keeps people's bundles in PostgreSQL. */
export function postgresBundles(database: Database): Bundles {
  return {
    async save(owner, { name, items, savedAt }) {
      const written = items.map(({ role, duration }) => writtenItem({ role, duration }));
      await database.run(SAVE, [owner, nameKey(name), name, JSON.stringify(written), savedAt.toString()]);
    },
    async find(owner, name) {
      const [row] = await database.run<BundleRow>(FIND, [owner, nameKey(name)]);
      return row === undefined ? null : bundleOf(row);
    },
    async list(owner) {
      return (await database.run<BundleRow>(LIST, [owner])).map(bundleOf);
    },
    async remove(owner, name) {
      return (await database.run(REMOVE, [owner, nameKey(name)])).length > 0;
    },
  };
}
