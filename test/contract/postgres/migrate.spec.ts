import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import { roleKey } from '../../../src/domain/assignment.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { aRequest, ENGINEER, id } from './fixture.ts';

const run = promisify(execFile);
const FOLDER = new URL('../../../src/adapters/postgres/migrations/', import.meta.url);
const FIRST = new URL('0001-first-schema.sql', FOLDER);
const FILES: readonly string[] = readdirSync(FOLDER).toSorted();
const NEWEST = Number.parseInt(FILES.at(-1) ?? '', 10);

/** Makes the database as the first version of the program left it: one open ask, one ended, a person and a timer. */
async function asFirstVersionLeftIt({ pool }: FreshDatabase): Promise<void> {
  const sql = await readFile(FIRST, 'utf8');
  await pool.query('drop schema pimlico cascade');
  await pool.query(`
    create schema pimlico;
    create table pimlico.migrations (
      number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
    )`);
  await pool.query(sql);
  await pool.query('insert into pimlico.migrations (number, name, checksum) values ($1, $2, $3)', [
    1,
    '0001-first-schema.sql',
    createHash('sha256').update(sql).digest('hex'),
  ]);
  for (const [request, state] of [
    ['7F3K', 'pending'],
    ['9Q2M', 'ended'],
  ]) {
    await pool.query(
      `insert into pimlico.activation_requests (id, surface, role_definition_id, role_name, scope_id, scope_name,
          requester_id, requester_name, state, requested_at, duration, justification, is_approval_required,
          is_approver_justification_required, marker, wish, version)
        values ($1, 'directory', $2, 'Operator', '/', 'Whole tenant', $3, 'Megan Bowen', $4, '2026-11-23T08:00:00Z', 'PT2H',
          'kept', true, true, 'pimlico:' || $1, 'none', 3)`,
      [request, aRequest().role.roleDefinitionId, ENGINEER, state],
    );
  }
  await pool.query(
    `insert into pimlico.people (id, name, time_zone, locale) values ($1, 'Megan Bowen', 'UTC', 'en-US')`,
    [ENGINEER],
  );
  await pool.query(
    `insert into pimlico.timers (kind, subject, due_at) values ('request.expire', '7F3K', '2026-11-24')`,
  );
}

describe('migrate', () => {
  let database: FreshDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());
  afterEach(() =>
    database.pool.query(`
      delete from pimlico.migrations where number > ${NEWEST};
      update pimlico.migrations set checksum = replace(checksum, 'x', '')`),
  );

  it('runs each file once, also when replicas start together', async () => {
    await database.pool.query('drop schema pimlico cascade; drop schema graphile_worker cascade');
    const reports = await Promise.all([migrate(database.pool), migrate(database.pool), migrate(database.pool)]);
    assert.deepEqual(
      reports.flatMap((report) => report.applied),
      FILES,
    );
    assert.deepEqual(
      reports.map((report) => report.version),
      [NEWEST, NEWEST, NEWEST],
    );
    const { rows } = await database.pool.query<{ count: string }>('select count(*) from graphile_worker.jobs');
    assert.equal(rows[0]?.count, '0');
  });

  it('takes over a database of the first version with what is in it', async () => {
    await asFirstVersionLeftIt(database);
    const report = await migrate(database.pool);
    assert.deepEqual(report, { applied: FILES.slice(1), version: NEWEST });
    assert.ok(FILES.includes('0003-surfaces.sql'));
    const { now } = createPostgresStore({ pool: database.pool, clock: createFakeClock(), replica: 'here' });
    const open = await now.requests.find(id('7F3K'));
    assert.deepEqual([open?.state, open?.justification, open?.stepUps, open?.version], ['pending', 'kept', 0, 3]);
    assert.deepEqual([open?.leadsTo, open?.through, open?.usableAt], [null, null, null]);
    assert.equal((await now.requests.findOpenForRole(ENGINEER, aRequest().role))?.id, '7F3K');
    assert.equal((await now.people.find(ENGINEER))?.signedOutAt, null);
    assert.equal((await now.people.listByName('megan bowen')).length, 1);
    await assert.rejects(now.requests.insert(aRequest({ id: id('A111'), state: 'stepping-up' })), {
      code: 'activation.already_pending',
    });
    await now.requests.change(id('7F3K'), ['pending'], { state: 'canceled' });
    await now.requests.insert(aRequest({ id: id('A111'), state: 'stepping-up' }));
    await now.timers.set({
      kind: 'sign-in.expire',
      subject: 'page',
      dueAt: Temporal.Instant.from('2026-11-23T08:05:00Z'),
    });
    const { rows } = await database.pool.query('select kind from pimlico.timers order by kind');
    assert.deepEqual(rows, [{ kind: 'request.expire' }, { kind: 'sign-in.expire' }]);
  });

  it('gives what an older version recorded the key that the program compares by', async () => {
    const roles = [
      ['A111', 'directory', 'Def', '/', 'directory|def|/'],
      ['B222', 'directory', 'def', '/administrativeUnits/AU-1', 'directory|def|/administrativeunits/au-1'],
      ['C333', 'group', 'member', 'G-1/', 'group|member|g-1'],
      [
        'D444',
        'azure',
        '/subscriptions/S/providers/Microsoft.Authorization/roleDefinitions/ABC',
        '/subscriptions/S/resourceGroups/rg-web//',
        'azure|abc|/subscriptions/s/resourcegroups/rg-web',
      ],
    ] as const;
    await asFirstVersionLeftIt(database);
    for (const [request, surface, definition, scope] of roles) {
      await database.pool.query(
        `insert into pimlico.activation_requests select (json_populate_record(r, json_build_object('id', $1::text,
            'surface', $2::text, 'role_definition_id', $3::text, 'scope_id', $4::text))).*
          from pimlico.activation_requests r where id = '7F3K'`,
        [request, surface, definition, scope],
      );
    }
    await migrate(database.pool);
    const { now } = createPostgresStore({ pool: database.pool, clock: createFakeClock(), replica: 'here' });
    for (const [request, , , , key] of roles) {
      const { rows } = await database.pool.query('select role_key from pimlico.activation_requests where id = $1', [
        request,
      ]);
      const found = await now.requests.find(id(request));
      assert.ok(found !== null);
      assert.deepEqual([rows[0]?.role_key, roleKey(found.role)], [key, key]);
    }
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
    assert.equal(stdout, `nothing to do; schema pimlico is at version ${NEWEST}, job schema up to date\n`);
    assert.match((await cli(['--help'])).stdout, /usage: npm run -s migrate/);
    await assert.rejects(cli([]), { code: 2, stderr: /No database/ });
    await assert.rejects(cli(['--url', 'postgres://x:x@127.0.0.1:1/x']), { code: 1, stderr: /database_unavailable/ });
  });
});
