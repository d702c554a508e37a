import { parseArgs } from 'node:util';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { createPostgresPool } from '../src/adapters/postgres/pool.ts';
import { AccessError } from '../src/errors.ts';
import { databaseAddress } from './database-address.ts';

const HELP = `Brings a database up to date, forward only. Safe to run again, and while replicas run or start. Says on standard error how far
it is, and when it gives way to a replica that uses what it changes.

usage: npm run -s migrate -- [--url postgres://…]

  --url URL   the database; defaults to PIMLICO_DATABASE_URL
  --help      this text
`;

const { values } = parseArgs({ options: { url: { type: 'string' }, help: { type: 'boolean' } } });
process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const url = databaseAddress(values.url, process.env);
  if (url === null) {
    process.stderr.write(`No database: give --url or set PIMLICO_DATABASE_URL.\n\n${HELP}`);
    return 2;
  }
  const say = (event: string, fields: object = {}): void => console.error(event, fields);
  const log = { info: say, warn: say, error: say };
  const pool = createPostgresPool({ url, log, max: 3, name: 'pimlico-migrate' });
  try {
    const { applied, version } = await migrate(pool, { log });
    const what = applied.length === 0 ? 'nothing to do' : `ran ${applied.join(', ')}`;
    process.stdout.write(`${what}; schema pimlico is at version ${version}, job schema up to date\n`);
    return 0;
  } catch (error) {
    const text = error instanceof AccessError ? `${error.code}: ${error.message}` : String(error);
    process.stderr.write(`${text}\n`);
    return 1;
  } finally {
    await pool.end();
  }
}
