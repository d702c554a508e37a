import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pool } from 'pg';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { createPostgresOutbox } from '../../../src/adapters/postgres/outbox.ts';
import { createPostgresPool } from '../../../src/adapters/postgres/pool.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import { scheduleRequestId } from '../../../src/domain/ids.ts';
import { type Log, silentLog } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { aPageSignIn } from '../../support/fakes/builders.ts';
import { APPROVER, aDraft, aFixture, aRequest, CHAT, delivered, ENGINEER, type Fixture, id } from './fixture.ts';

const FOLDER = path.join(import.meta.dirname, '../../../src/adapters/postgres/migrations');
const NEXT = 9001;

/** What the program of schema version 3 writes, in its own words. Never changed: it is what a replica may still run. */
const VERSION_3 = [
  `insert into pimlico.people as p (id, name, teams_user_id, time_zone, locale, reminder_minutes, signed_out_at)
    values ('p', 'Old', '29:1', 'UTC', 'en-US', null, null)
    on conflict (id) do update set name = excluded.name`,
  `insert into pimlico.conversations as c (id, kind, principal_id, service_url, dead_reason)
    values ('a:1', 'personal', 'p', 'https://s', null) on conflict (id) do update set kind = excluded.kind`,
  `insert into pimlico.activation_requests (id, version, lease_by, surface, role_definition_id, role_name, scope_id,
      scope_name, role_key, requester_id, requester_name, state, requested_at, duration, justification,
      is_approval_required, is_approver_justification_required, marker, wish, step_ups)
    values ('7F3K', 1, 'old', 'directory', 'd', 'Operator', '/', 'Whole tenant', 'directory|d|/', 'p', 'Old', 'submitting',
      '2026-11-23', 'PT1H', 'old', true, true, 'm', 'none', 0)`,
  `update pimlico.activation_requests set state = 'pending', lease_by = null, version = version + 1 where id = '7F3K'`,
  `insert into pimlico.approval_asks (request_id, approver_id, approver_name, reach) values ('7F3K', 'a', 'A', 'asked')
    on conflict (request_id, approver_id) do update set reach = excluded.reach`,
  `with card as (
      insert into pimlico.cards as c (id, story, recipient, slot, notice, nonce, version, created_at, updated_at)
      values ('card', '7F3K', 'p', 'status', '{}', 'n', 1, '2026-11-23', '2026-11-23')
      on conflict (story, recipient, slot) do update set version = c.version + 1 returning id, recipient
    )
    insert into pimlico.outbox as o (card_id, recipient, due_at, look_at, claimed_by, claimed_until)
    select id, recipient, '2026-11-23', '2026-11-23', 'old', '2026-11-24' from card
    on conflict (card_id) do update set state = 'due'`,
  `insert into pimlico.lanes as l (recipient, card_id, claimed_by, claimed_until)
    values ('p', 'card', 'old', '2026-11-24') on conflict (recipient) do update set card_id = excluded.card_id`,
  `delete from pimlico.outbox where card_id = 'card' and claimed_by = 'old'`,
  `insert into pimlico.timers (kind, subject, due_at, attempt) values ('activation.go-on', '7F3K', '2026-11-23', 0)
    on conflict (kind, subject) do update set due_at = excluded.due_at, attempt = excluded.attempt`,
  `insert into pimlico.sign_ins (id, principal_id, conversation_id, text, created_at)
    values ('s', 'p', 'a:1', 'help', '2026-11-23')`,
  `insert into pimlico.page_sign_ins (id, principal_id, app, claims, required_context, resources, keep, purpose, story,
      state, created_at, expires_at)
    values ('g', 'p', 'self-service', null, null, '{graph}', 'turn', '{}', null, 'offered', '2026-11-23', '2026-11-24')`,
  `insert into pimlico.inbox (turn_id, received_at, principal_id, conversation_id, text)
    values ('t', '2026-11-23', 'p', 'a:1', 'help') on conflict do nothing`,
  `insert into pimlico.audit (event, at, actor_id, request_id, facts) values ('old', '2026-11-23', 'p', '7F3K', '{}')`,
  `insert into pimlico.bundles (owner_id, name_key, name, items, saved_at) values ('p', 'b', 'B', '[]', '2026-11-23')
    on conflict (owner_id, name_key) do update set name = excluded.name`,
  `insert into pimlico.settings_changes (id, role, proposer_id, proposer_name, confirmer_id, confirmer_name,
      settings_before, settings_after, reason, state, proposed_at, expires_at, decided_at)
    values ('c', '{}', 'p', 'Old', null, null, '{}', '{}', 'r', 'proposed', '2026-11-23', '2026-11-24', null)`,
  `insert into pimlico.exports (secret_hash, owner_id, file_name, csv, ndjson, expires_at)
    values ('h', 'p', 'f', '', '', '2026-11-24')`,
];

/** Reads every kind of row in every way, as a replica does. */
async function readEverything(store: Store, pool: Pool, clock: Fixture['clock']): Promise<void> {
  await store.transaction(async (stores) => {
    const request = aRequest();
    const { requests, cards, signIns, pageSignIns, settingsChanges } = stores;
    await stores.people.find(ENGINEER);
    await stores.people.listByName('x');
    await stores.conversations.findPersonal(ENGINEER);
    await requests.find(request.id);
    await requests.lock(request.id);
    await requests.change(request.id, [], { state: 'failed' });
    await requests.listOpenOf(ENGINEER);
    await requests.listNewestOf(ENGINEER, 1);
    await requests.listEndedOf(ENGINEER, request.requestedAt);
    await requests.findOpenForRole(ENGINEER, request.role);
    await requests.listPendingFor(APPROVER);
    await requests.findByScheduleRequest(scheduleRequestId('x'));
    await stores.approvals.listAsks(request.id);
    await cards.findInStory('x', 'y');
    await cards.findByNonce('x');
    await signIns.find('x');
    await signIns.take('x');
    await signIns.findNewest(ENGINEER);
    await signIns.dropAll(ENGINEER);
    await pageSignIns.insert(aPageSignIn(clock.now()));
    await pageSignIns.find('x');
    await pageSignIns.start('x', 'y');
    await pageSignIns.lockForRequest(request.id, ENGINEER);
    await pageSignIns.findByState('x');
    await pageSignIns.change('x', [], 'done');
    await pageSignIns.endAll(ENGINEER, 'cancelled');
    await stores.inbox.findUnfinished('x');
    await stores.bundles.find(ENGINEER, 'x');
    await stores.bundles.list(ENGINEER);
    await settingsChanges.find('x');
    await settingsChanges.change('x', [], { state: 'done', decidedAt: null });
    await stores.exports.find('x');
    const posted = await cards.post(aDraft('A'));
    await cards.find(posted);
  });
  const outbox = createPostgresOutbox({ pool, clock, replica: 'here' });
  for (const { card } of await outbox.claim(null, 8)) {
    await outbox.settle(card.id, card.version, delivered('1:a'));
  }
}

describe('Beside a running replica', () => {
  let on: Fixture;
  let folder: string;
  beforeEach(async () => {
    on = await aFixture();
    folder = await mkdtemp(path.join(tmpdir(), 'pimlico-migrations-'));
    for (const name of await readdir(FOLDER)) {
      await copyFile(path.join(FOLDER, name), path.join(folder, name));
    }
  });
  afterEach(async () => {
    await on.drop();
    await rm(folder, { recursive: true });
  });

  /** Migrates with one more file; what it logs can be waited for. */
  function migrateWith(sql: string) {
    const events: string[] = [];
    const gaveWay = Promise.withResolvers<void>();
    const note = (event: string): void => {
      events.push(event);
      if (event === 'migration.gave_way' || event === 'migration.other_running') {
        gaveWay.resolve();
      }
    };
    const log: Log = { error: note, warn: note, info: note };
    const done = (async () => {
      await writeFile(path.join(folder, `${NEXT}-next.sql`), sql);
      return await migrate(on.pool, { log, folder: pathToFileURL(`${folder}/`), lockTimeoutMs: 20 });
    })();
    return { events, gaveWay: gaveWay.promise, done };
  }

  it('a migration gives way, lets it go on, and is tried again', async () => {
    const busy = await on.pool.connect();
    await busy.query(`begin; insert into pimlico.timers (kind, subject, due_at) values ('activation.end', 'A', now())`);
    const { events, gaveWay, done } = migrateWith('alter table pimlico.timers add column mood text');
    await gaveWay;
    // Nobody queues behind it.
    await on.here.store.now.timers.set({ kind: 'activation.end', subject: 'B', dueAt: on.clock.now() });
    await busy.query('commit');
    busy.release();
    assert.deepEqual((await done).applied, [`${NEXT}-next.sql`]);
    assert.deepEqual([events[0], events.at(-1)], ['migration.started', 'migration.finished']);
    assert.ok(events.includes('migration.gave_way'));
    const { rows } = await on.pool.query<{ lock_timeout: string }>('show lock_timeout');
    assert.equal(rows[0]?.lock_timeout, '0');
  });

  it('a migration that fails for another reason is not tried again, and leaves nothing behind', async () => {
    const { events, done } = migrateWith('create table pimlico.moods (id text); select no_such_thing');
    await assert.rejects(done, { code: 'config.invalid', message: /9001-next\.sql failed.*no_such_thing/ });
    assert.deepEqual(events, ['migration.started']);
    const { rows } = await on.pool.query(`select to_regclass('pimlico.moods') as found`);
    assert.deepEqual(rows, [{ found: null }]);
  });

  it('one of two that migrate waits without a statement that an index would wait for', async () => {
    const other = await on.pool.connect();
    await other.query('select pg_advisory_lock(7463000)');
    const { gaveWay, done } = migrateWith('select 1');
    await gaveWay;
    const { rows } = await on.pool.query(
      `select query from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    assert.deepEqual(rows, []);
    await other.query('select pg_advisory_unlock(7463000)');
    other.release();
    assert.deepEqual((await done).applied, [`${NEXT}-next.sql`]);
  });

  it('an index is built without a transaction, also after one that was cut off', async () => {
    await on.pool.query('create index people_zone on pimlico.people (name)');
    const { done } = migrateWith(`-- outside a transaction
      drop index concurrently if exists pimlico.people_zone;
      -- For who has which zone.
      create index concurrently people_zone on pimlico.people (time_zone);
    `);
    await done;
    const { rows } = await on.pool.query(`select pg_get_indexdef('pimlico.people_zone'::regclass) as made`);
    assert.deepEqual(rows, [{ made: 'CREATE INDEX people_zone ON pimlico.people USING btree (time_zone)' }]);
  });

  it('statements that it has prepared go on when every table has one more column', async () => {
    // One connection, so that each statement is prepared once.
    const pool = createPostgresPool({ url: on.url, log: silentLog, max: 1 });
    try {
      const store = createPostgresStore({ pool, clock: on.clock, replica: 'here' });
      await store.now.conversations.save({
        ...{ id: CHAT, kind: 'personal', principalId: ENGINEER, serviceUrl: 'https://s', deadReason: null },
      });
      await store.now.requests.insert(aRequest({ id: id('7F3K') }));
      await readEverything(store, pool, on.clock);
      const { rows } = await on.pool.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = 'pimlico'::regnamespace and relkind = 'r'`,
      );
      for (const { name } of rows) {
        await on.pool.query(`alter table pimlico.${name} add column added_later text`);
      }
      await readEverything(store, pool, on.clock);
    } finally {
      await pool.end();
    }
  });

  it('the newest schema takes what version 3 writes', async () => {
    const client = await on.pool.connect();
    try {
      for (const statement of VERSION_3) {
        const { rowCount } = await client.query(statement);
        assert.equal(rowCount, 1, statement);
      }
    } finally {
      client.release();
    }
  });
});
