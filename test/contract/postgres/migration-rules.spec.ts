import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { breachesOfSchema, breachesOfText, isExempt, readSchema } from '../../support/migration-rules.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const FOLDER = path.join(import.meta.dirname, '../../../src/adapters/postgres/migrations');
const OPERATIONS = path.join(import.meta.dirname, '../../../docs/operations.md');
/** Up to here, every replica was stopped for a migration. */
const LAST_WITHOUT_RULE = 3;

const CATALOG: readonly (readonly [string, string | null])[] = [
  ['alter table pimlico.timers drop column attempt', 'timers.attempt is gone'],
  ['alter table pimlico.timers rename column attempt to tries', 'timers.attempt is gone'],
  ['alter table pimlico.exports rename to files', 'exports.secret_hash is gone'],
  ['drop table pimlico.exports', 'exports.secret_hash is gone'],
  ['alter table pimlico.timers alter column attempt type bigint', 'timers.attempt has another type'],
  [
    'alter table pimlico.people alter column reminder_minutes set not null',
    'people.reminder_minutes must be given now',
  ],
  ['alter table pimlico.timers alter column attempt drop default', 'timers.attempt must be given now'],
  ['alter table pimlico.people add column mood text not null', 'people.mood is new and must be given'],
  [
    `alter table pimlico.conversations drop constraint conversations_kind_check,
      add constraint conversations_kind_check check (kind in ('personal', 'channel')) not valid`,
    'conversations_kind_check allows less',
  ],
  [`alter table pimlico.people add constraint short check (length(name) < 9) not valid`, 'short allows less'],
  ['drop index pimlico.activation_requests_open', 'activation_requests_open is gone'],
  ['create unique index one_name on pimlico.people (name)', 'one_name demands to be unique'],
  ['alter table pimlico.outbox add foreign key (recipient) references pimlico.people (id) not valid', 'allows less'],
  [
    `alter table pimlico.conversations drop constraint conversations_kind_check,
      add constraint conversations_kind_check check (kind in ('personal', 'groupChat', 'channel', 'meeting')) not valid`,
    null,
  ],
  ['alter table pimlico.people add column mood text, add column calm boolean not null default true', null],
  [`alter table pimlico.people add column mood text check (mood in ('good', 'bad'))`, null],
  ['create table pimlico.moods (id text primary key, mood text not null unique check (length(mood) < 9))', null],
  ['alter table pimlico.people alter column name drop not null', null],
  ['drop index pimlico.people_name', null],
];

const TEXTS: readonly (readonly [string, RegExp | null])[] = [
  ['create index x on pimlico.cards (story)', /built concurrently/],
  ['create unique index x on pimlico.audit (position)', /built concurrently/],
  ['create index concurrently x on pimlico.cards (story)', /needs a file that begins with/],
  ['alter table pimlico.timers add constraint x check (attempt > 0)', /"not valid"/],
  ['alter table pimlico.timers drop constraint x, add constraint x check (attempt > 0)', /"not valid"/],
  ['alter table pimlico.timers add constraint x foreign key (subject) references pimlico.cards (id)', /"not valid"/],
  ['alter table pimlico.people rename column name to full_name', /renames/],
  ['alter table pimlico.people add column key uuid not null default gen_random_uuid()', /rewrites the table/],
  ['alter table pimlico.people add column place bigint generated always as identity', /rewrites the table/],
  ['lock table pimlico.people', /locks the table/],
  [`update pimlico.people set name = 'x'`, /a piece at a time/],
  ['-- outside a transaction\nalter table pimlico.people add column x text;', /waits for nobody/],
  ['-- outside a transaction\ncreate index x on pimlico.cards (story);', /waits for nobody/],
  [
    `-- outside a transaction
    drop index concurrently if exists pimlico.x;
    create index concurrently x on pimlico.cards (story);
    alter table pimlico.timers validate constraint timers_kind_check;`,
    null,
  ],
  ['alter table pimlico.timers drop constraint x, add constraint x check (attempt > 0) not valid', null],
  ['create table pimlico.moods (id text primary key); create index m on pimlico.moods (id)', null],
  ['create index outbox_dead_at on pimlico.outbox (position)', null],
  [`alter table pimlico.people add column at timestamptz not null default now()`, null],
  [
    'create function pimlico.f() returns trigger language plpgsql as $$ begin update people set name = 1; end; $$',
    null,
  ],
];

describe('A migration that runs beside replicas of the version before', () => {
  let database: FreshDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());

  /** What the statement breaks; it is undone again. */
  async function changes(sql: string): Promise<readonly string[]> {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      const before = await readSchema(client);
      await client.query(sql);
      return breachesOfSchema(before, await readSchema(client));
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  for (const [sql, breach] of CATALOG) {
    it(`${breach === null ? 'may' : 'may not'} do: ${sql.replaceAll(/\s+/g, ' ').slice(0, 90)}`, async () => {
      const found = (await changes(sql)).join('; ');
      assert.ok(breach === null ? found === '' : found.includes(breach), found);
    });
  }

  for (const [sql, breach] of TEXTS) {
    it(`${breach === null ? 'may' : 'may not'} be written: ${sql.replaceAll(/\s+/g, ' ').slice(0, 90)}`, () => {
      const found = breachesOfText(sql).join('; ');
      if (breach === null) {
        assert.equal(found, '');
      } else {
        assert.match(found, breach);
      }
    });
  }

  it('is every one that is newer than the rule, or says that replicas must be stopped for it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pimlico-migrations-'));
    const paper = await readFile(OPERATIONS, 'utf8');
    try {
      await database.pool.query('drop schema pimlico cascade; drop schema graphile_worker cascade');
      for (const name of (await readdir(FOLDER)).filter((entry) => entry.endsWith('.sql')).sort()) {
        const sql = await readFile(path.join(FOLDER, name), 'utf8');
        await copyFile(path.join(FOLDER, name), path.join(folder, name));
        const isJudged = Number.parseInt(name, 10) > LAST_WITHOUT_RULE;
        const before = isJudged ? await readSchema(database.pool) : null;
        await migrate(database.pool, { folder: pathToFileURL(`${folder}/`) });
        if (before === null) {
          continue;
        }
        if (isExempt(sql)) {
          assert.ok(paper.includes(name), `docs/operations.md must say what to do for ${name}`);
          continue;
        }
        const breaches = [...breachesOfText(sql), ...breachesOfSchema(before, await readSchema(database.pool))];
        assert.deepEqual(breaches, [], name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
