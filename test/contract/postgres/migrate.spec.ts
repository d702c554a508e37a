import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const run = promisify(execFile);

describe('migrate', () => {
  let database: FreshDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());
  afterEach(() =>
    database.pool.query(`
      delete from pimlico.migrations where number > 1;
      update pimlico.migrations set checksum = replace(checksum, 'x', '')`),
  );

  it('runs each file once, also when replicas start together', async () => {
    await database.pool.query('drop schema pimlico cascade; drop schema graphile_worker cascade');
    const reports = await Promise.all([migrate(database.pool), migrate(database.pool), migrate(database.pool)]);
    assert.deepEqual(
      reports.flatMap((report) => report.applied),
      ['0001-first-schema.sql'],
    );
    assert.deepEqual(
      reports.map((report) => report.version),
      [1, 1, 1],
    );
    const { rows } = await database.pool.query<{ count: string }>('select count(*) from graphile_worker.jobs');
    assert.equal(rows[0]?.count, '0');
  });

  it('refuses a database that is newer than the program', async () => {
    await database.pool.query(`insert into pimlico.migrations values (999, '0999-future.sql', 'f00')`);
    await assert.rejects(migrate(database.pool), { code: 'config.invalid', message: /newer.*0999-future\.sql/ });
  });

  it('refuses a file that was changed after it was run', async () => {
    await database.pool.query(`update pimlico.migrations set checksum = checksum || 'x'`);
    await assert.rejects(migrate(database.pool), {
      code: 'config.invalid',
      message: /0001-first-schema\.sql was changed/,
    });
  });

  it('is there from the command line', async () => {
    const cli = (args: readonly string[]) =>
      run(process.execPath, ['cli/migrate.ts', ...args], { env: { ...process.env, PIMLICO_DATABASE_URL: '' } });
    const { stdout } = await cli(['--url', database.url]);
    assert.equal(stdout, 'nothing to do; schema pimlico is at version 1, job schema up to date\n');
    assert.match((await cli(['--help'])).stdout, /usage: npm run -s migrate/);
    await assert.rejects(cli([]), { code: 2, stderr: /No database/ });
    await assert.rejects(cli(['--url', 'postgres://x:x@127.0.0.1:1/x']), { code: 1, stderr: /database_unavailable/ });
  });
});
