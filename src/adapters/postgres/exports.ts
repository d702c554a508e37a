import { principalId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Exports } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';

/** Both files of one list, in bytes of UTF-8: some hundred thousand assignments. */
const LARGEST_EXPORT = 20 * 1024 * 1024;

interface ExportRow {
  readonly secret_hash: string;
  readonly owner_id: string;
  readonly file_name: string;
  readonly csv: string;
  readonly ndjson: string;
  readonly expires_at: Temporal.Instant;
}

const COLUMNS = selected<ExportRow>({
  secret_hash: true,
  owner_id: true,
  file_name: true,
  csv: true,
  ndjson: true,
  expires_at: true,
});
const INSERT = {
  name: 'exports.insert',
  text: `
    with gone as (delete from pimlico.exports where expires_at <= $7)
    insert into pimlico.exports (secret_hash, owner_id, file_name, csv, ndjson, expires_at)
    values ($1, $2, $3, $4, $5, $6)`,
};
const FIND = {
  name: 'exports.find',
  text: `select ${COLUMNS} from pimlico.exports where secret_hash = $1 and expires_at > $2`,
};

/** Keeps lists as files in PostgreSQL until they expire; larger ones than {@link LARGEST_EXPORT} are refused. */
export function postgresExports(database: Database, clock: Clock): Exports {
  return {
    async insert({ secretHash, ownerId, fileName, csv, ndjson, expiresAt }) {
      const size = Buffer.byteLength(csv) + Buffer.byteLength(ndjson);
      if (size > LARGEST_EXPORT) {
        throw new AccessError(
          'export.too_large',
          `An export of ${size} bytes is larger than the ${LARGEST_EXPORT} that are kept: ask for a part of the list`,
        );
      }
      const now = clock.now().toString();
      await database.run(INSERT, [secretHash, ownerId, fileName, csv, ndjson, expiresAt.toString(), now]);
    },
    async find(secretHash) {
      const [row] = await database.run<ExportRow>(FIND, [secretHash, clock.now().toString()]);
      if (row === undefined) {
        return null;
      }
      return {
        secretHash: row.secret_hash,
        ownerId: principalId(row.owner_id),
        fileName: row.file_name,
        csv: row.csv,
        ndjson: row.ndjson,
        expiresAt: row.expires_at,
      };
    },
  };
}
