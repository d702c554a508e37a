import assert from 'node:assert/strict';
import type { PoolClient } from 'pg';
import { spy } from 'sinon';
import { createPostgresPool } from '../../../src/adapters/postgres/pool.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import { REQUEST_STATES } from '../../../src/domain/activation.ts';
import { conversationId, principalId } from '../../../src/domain/ids.ts';
import { type PersonRecord, type SignInRecord, TIMER_KINDS } from '../../../src/ports/store.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { APPROVER, aDraft, aFixture, aNotice, aRequest, CHAT, ENGINEER, type Fixture, id } from './fixture.ts';

const PERSON: PersonRecord = {
  id: ENGINEER,
  name: 'Megan Bowen',
  teamsUserId: '29:1',
  timeZone: 'Europe/Madrid',
  locale: 'en-US',
  reminderMinutes: null,
  signedOutAt: null,
};
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('Store in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  describe('transaction', () => {
    it('commits state, card, timer and job together, unseen by others before', async () => {
      const posted = await on.here.store.transaction(async (stores) => {
        await stores.requests.insert(aRequest());
        await stores.timers.set({ kind: 'request.expire', subject: id('7F3K'), dueAt: on.clock.now() });
        const card = await stores.cards.post(aDraft('7F3K'));
        assert.equal((await stores.requests.find(id('7F3K')))?.id, '7F3K');
        assert.equal(await on.there.store.now.requests.find(id('7F3K')), null);
        assert.deepEqual(await on.jobs(), []);
        return card;
      });
      assert.equal((await on.there.store.now.requests.find(id('7F3K')))?.id, '7F3K');
      assert.deepEqual(await on.jobs(), [`outbox.deliver:${posted}`]);
      assert.equal((await on.pool.query('select from pimlico.timers')).rowCount, 1);
    });

    it('leaves nothing behind, no job either, when the work fails', async () => {
      const failure = new RangeError('changed my mind');
      const work = on.here.store.transaction(async (stores) => {
        await stores.requests.insert(aRequest());
        await stores.cards.post(aDraft('7F3K'));
        await stores.timers.set({ kind: 'request.expire', subject: id('7F3K'), dueAt: on.clock.now() });
        throw failure;
      });
      await assert.rejects(work, failure);
      assert.equal(await on.here.store.now.requests.find(id('7F3K')), null);
      assert.deepEqual(await on.jobs(), []);
      assert.equal((await on.pool.query('select from pimlico.timers')).rowCount, 0);
      assert.deepEqual(await on.there.outbox.claim(null, 10), []);
    });

    it('tells of the earliest timer after the commit, and of none after a rollback', async () => {
      const told: string[] = [];
      const clock = createFakeClock();
      const store = createPostgresStore({
        pool: on.pool,
        clock,
        replica: 'here',
        onTimer: (dueAt) => told.push(dueAt.toString()),
      });
      const at = (minutes: number) => clock.now().add({ minutes });
      await store.transaction(async (stores) => {
        await stores.timers.set({ kind: 'activation.end', subject: id('A111'), dueAt: at(9) });
        await stores.timers.set({ kind: 'activation.remind', subject: id('A111'), dueAt: at(4) });
        assert.deepEqual(told, []);
      });
      assert.deepEqual(told, ['2026-11-23T08:04:00Z']);
      const failing = store.transaction(async (stores) => {
        await stores.timers.set({ kind: 'activation.end', subject: id('A111'), dueAt: at(1) });
        throw new RangeError('no');
      });
      await assert.rejects(failing);
      await store.now.timers.set({ kind: 'activation.end', subject: id('A111'), dueAt: at(2) });
      assert.deepEqual(told, ['2026-11-23T08:04:00Z', '2026-11-23T08:02:00Z']);
    });

    it('says that the database is unavailable, and that trying again may help', async () => {
      // Nobody listens on port 1 of loopback.
      const pool = createPostgresPool({ url: 'postgres://x:x@127.0.0.1:1/x', log: silent });
      const store = createPostgresStore({ pool, clock: createFakeClock(), replica: 'here' });
      const unavailable = { name: 'AccessError', code: 'internal.database_unavailable', retryable: true };
      await assert.rejects(
        store.transaction(async () => undefined),
        unavailable,
      );
      await assert.rejects(store.now.people.find(ENGINEER), unavailable);
      await pool.end();
    });

    it('says so too when the connection breaks half-way, and works again afterwards', async () => {
      const work = on.here.store.transaction(async (stores) => {
        await stores.people.save(PERSON);
        await on.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction'`,
        );
        await stores.people.find(ENGINEER);
      });
      await assert.rejects(work, { code: 'internal.database_unavailable', retryable: true });
      assert.equal(await on.here.store.now.people.find(ENGINEER), null);
    });
  });

  describe('timers', () => {
    const timers = async (): Promise<readonly string[]> => {
      const { rows } = await on.pool.query<{ text: string }>(
        `select kind || ' ' || subject || ' ' || to_char(due_at, 'HH24:MI') || ' ' || attempt as text
          from pimlico.timers order by 1`,
      );
      return rows.map((row) => row.text);
    };
    const at = (text: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${text}:00Z`);

    it('keeps one timer per kind and subject, and clears one or all', async () => {
      const store = on.here.store.now.timers;
      await store.set({ kind: 'activation.end', subject: id('A111'), dueAt: at('09:00') });
      await store.set({ kind: 'activation.end', subject: id('A111'), dueAt: at('10:00'), attempt: 2 });
      await store.set({ kind: 'activation.remind', subject: id('A111'), dueAt: at('08:30') });
      await store.set({ kind: 'activation.watch', subject: id('A111'), dueAt: at('08:10') });
      await store.set({ kind: 'activation.end', subject: id('B222'), dueAt: at('11:00') });
      assert.deepEqual(await timers(), [
        'activation.end A111 10:00 2',
        'activation.end B222 11:00 0',
        'activation.remind A111 08:30 0',
        'activation.watch A111 08:10 0',
      ]);
      await store.clear('activation.watch', id('A111'));
      assert.equal((await timers()).length, 3);
      await store.clearAll(id('A111'));
      assert.deepEqual(await timers(), ['activation.end B222 11:00 0']);
    });
  });

  it('takes every kind of timer and every state of a request that the program knows', async () => {
    const { timers, requests } = on.here.store.now;
    for (const kind of TIMER_KINDS) {
      await timers.set({ kind, subject: 'A111', dueAt: on.clock.now() });
    }
    await requests.insert(aRequest({ state: 'stepping-up' }));
    for (const state of REQUEST_STATES) {
      assert.equal((await requests.change(id('7F3K'), REQUEST_STATES, { state }))?.state, state);
    }
  });

  describe('people', () => {
    it('saves, finds and changes a person', async () => {
      const { people } = on.here.store.now;
      assert.equal(await people.find(ENGINEER), null);
      await people.save(PERSON);
      assert.deepEqual(await people.find(ENGINEER), PERSON);
      const changed = { ...PERSON, timeZone: 'Asia/Kolkata', reminderMinutes: 5, teamsUserId: null };
      await people.save(changed);
      assert.deepEqual(await on.there.store.now.people.find(ENGINEER), changed);
    });

    it('never forgets that a person signed out, whoever saves them as they were before', async () => {
      const { people } = on.here.store.now;
      const at = (text: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${text}Z`);
      const signedOutAt = async () => (await people.find(ENGINEER))?.signedOutAt?.toString();
      await people.save(PERSON);
      await people.save({ ...PERSON, signedOutAt: at('08:00:01.5') });
      assert.equal(await signedOutAt(), '2026-11-23T08:00:01.5Z');
      await on.there.store.now.people.save({ ...PERSON, locale: 'es-ES' });
      await on.there.store.now.people.save({ ...PERSON, signedOutAt: at('07:00:00') });
      assert.equal(await signedOutAt(), '2026-11-23T08:00:01.5Z');
      await people.save({ ...PERSON, signedOutAt: at('09:00:00') });
      assert.equal(await signedOutAt(), '2026-11-23T09:00:00Z');
    });

    it('finds people by their whole name, whatever its case and the blanks around it', async () => {
      const { people } = on.here.store.now;
      const other = principalId('00000000-0000-4000-8000-00000000000a');
      await people.save({ ...PERSON, name: 'Álvaro Núñez' });
      await people.save({ ...PERSON, id: APPROVER, name: ' álvaro núñez ' });
      await people.save({ ...PERSON, id: other, name: 'Álvaro Núñez-Ruiz' });
      const found = async (name: string) => (await people.listByName(name)).map((person) => person.id).sort();
      assert.deepEqual(await found('  ÁLVARO nÚÑEZ\n'), [ENGINEER, APPROVER]);
      assert.deepEqual(await found('Álvaro Núñez-Ruiz'), [other]);
      assert.deepEqual(await found('Álvaro'), []);
      assert.deepEqual(await found('%'), []);
    });
  });

  describe('conversations', () => {
    const chat = {
      id: CHAT,
      kind: 'personal' as const,
      principalId: ENGINEER,
      serviceUrl: 'https://one.example/',
      deadReason: null,
    };

    it('finds the 1:1 chat of a person, dead or alive', async () => {
      const { conversations } = on.here.store.now;
      await conversations.save(chat);
      await conversations.save({ ...chat, id: conversationId('19:team'), kind: 'channel', principalId: null });
      assert.deepEqual(await conversations.findPersonal(ENGINEER), chat);
      assert.equal(await conversations.findPersonal(APPROVER), null);
      await conversations.markDead(CHAT, 'uninstalled');
      assert.deepEqual(await conversations.findPersonal(ENGINEER), { ...chat, deadReason: 'uninstalled' });
      await conversations.save({ ...chat, serviceUrl: 'https://two.example/' });
      assert.deepEqual(await conversations.findPersonal(ENGINEER), { ...chat, serviceUrl: 'https://two.example/' });
    });

    it('says whether nothing could be written there before', async () => {
      const { conversations } = on.here.store.now;
      assert.equal(await conversations.save(chat), true);
      assert.equal(await conversations.save({ ...chat, serviceUrl: 'https://two.example/' }), false);
      await conversations.markDead(CHAT, 'MessageWritesBlocked');
      assert.equal(await conversations.save({ ...chat, deadReason: 'uninstalled' }), false);
      assert.equal(await conversations.save(chat), true);
    });

    it('lists some people who can be written to', async () => {
      const { conversations } = on.here.store.now;
      await conversations.save(chat);
      await conversations.save({
        ...chat,
        id: conversationId('a:2'),
        principalId: APPROVER,
        deadReason: 'uninstalled',
      });
      await conversations.save({ ...chat, id: conversationId('19:team'), kind: 'channel', principalId: null });
      assert.deepEqual(await conversations.listSomeReachable(5), [ENGINEER]);
      assert.deepEqual(await conversations.listSomeReachable(0), []);
    });

    it('replaces the 1:1 chat when a person has a new one', async () => {
      const { conversations } = on.here.store.now;
      await conversations.save(chat);
      await conversations.save({ ...chat, id: conversationId('a:2') });
      assert.equal((await conversations.findPersonal(ENGINEER))?.id, 'a:2');
      await conversations.save(chat);
      assert.equal((await conversations.findPersonal(ENGINEER))?.id, 'a:1');
    });
  });

  describe('sign-ins', () => {
    const record = (name: string): SignInRecord => ({
      id: name,
      principalId: ENGINEER,
      conversationId: CHAT,
      text: `my roles ${name}`,
      createdAt: on.clock.now(),
    });

    it('gives a waiting sentence out once', async () => {
      const { signIns } = on.here.store.now;
      await signIns.insert(record('s1'));
      assert.equal((await signIns.find('s1'))?.text, 'my roles s1');
      const taken = await Promise.all([signIns.take('s1'), on.there.store.now.signIns.take('s1')]);
      assert.deepEqual(
        taken.filter((one) => one !== null).map((one) => [one.id, one.principalId, one.createdAt.toString()]),
        [['s1', ENGINEER, '2026-11-23T08:00:00Z']],
      );
      assert.equal(await signIns.find('s1'), null);
    });

    it('finds the newest of a person that is not older than an hour', async () => {
      const { signIns } = on.here.store.now;
      await signIns.insert(record('s1'));
      on.clock.advance({ minutes: 30 });
      await signIns.insert(record('s2'));
      assert.equal(await signIns.findNewest(APPROVER), null);
      on.clock.advance({ minutes: 30 });
      assert.equal((await signIns.findNewest(ENGINEER))?.id, 's2');
      on.clock.advance({ minutes: 30, seconds: 1 });
      assert.equal(await signIns.findNewest(ENGINEER), null);
    });

    it('forgets every sentence of one person', async () => {
      const { signIns } = on.here.store.now;
      await signIns.insert(record('s1'));
      await signIns.insert(record('s2'));
      await signIns.insert({ ...record('s3'), principalId: APPROVER });
      assert.deepEqual([...(await signIns.dropAll(ENGINEER))].sort(), ['s1', 's2']);
      const left = await Promise.all(['s1', 's2', 's3'].map((one) => signIns.find(one)));
      assert.deepEqual(
        left.map((one) => one?.id ?? null),
        [null, null, 's3'],
      );
    });
  });

  describe('inbox', () => {
    const said = { principalId: ENGINEER, conversationId: conversationId('a:engineer'), text: 'my roles' };

    it('accepts a sentence once, whoever gets it', async () => {
      const answers = await Promise.all(
        [on.here, on.there, on.here, on.there].map(({ store }) => store.now.inbox.accept('turn-1', said)),
      );
      assert.deepEqual(answers.toSorted(), [false, false, false, true]);
      assert.equal(await on.here.store.now.inbox.accept('turn-2', said), true);
    });

    it('accepts it again when the turn that accepted it was rolled back', async () => {
      const work = on.here.store.transaction(async (stores) => {
        assert.equal(await stores.inbox.accept('turn-1', said), true);
        throw new RangeError('failed');
      });
      await assert.rejects(work);
      assert.equal(await on.there.store.now.inbox.accept('turn-1', said), true);
    });

    it('sets a timer that goes on with it, until it is finished', async () => {
      await on.here.store.now.inbox.accept('turn-1', said);
      const found = await on.there.store.now.inbox.findUnfinished('turn-1');
      assert.equal(found?.text, 'my roles');
      const timers = async () => (await on.pool.query('select kind, subject from pimlico.timers')).rows;
      assert.deepEqual(await timers(), [{ kind: 'turn.resume', subject: 'turn-1' }]);
      await on.here.store.now.inbox.finish('turn-1');
      assert.equal(await on.there.store.now.inbox.findUnfinished('turn-1'), null);
      assert.deepEqual(await timers(), []);
      assert.equal(await on.there.store.now.inbox.accept('turn-1', said), false);
    });
  });

  it('keeps text as it was typed, also hostile text', async () => {
    const hostile = `'; drop table pimlico.people; -- "€" \u202e👩‍💻\n\t<script>`;
    await on.here.store.now.people.save({ ...PERSON, name: hostile });
    const posted = await on.here.store.now.cards.post(aDraft(hostile, aNotice(hostile)));
    assert.equal((await on.here.store.now.people.find(ENGINEER))?.name, hostile);
    const card = await on.here.store.now.cards.find(posted);
    assert.deepEqual([card?.story, card?.notice], [hostile, aNotice(hostile)]);
  });

  describe('a transaction that changes much', () => {
    it('writes the last change of each timer and all of the trail as one statement each', async () => {
      const due = (minutes: number): Temporal.Instant => on.clock.now().add({ minutes });
      const queries: string[] = [];
      const listen = (client: PoolClient): void => {
        const query = spy(client, 'query');
        on.pool.once('release', () => {
          const asked = query.args as unknown as readonly [string | { readonly name: string }][];
          queries.push(...asked.map(([one]) => (typeof one === 'string' ? one : one.name)));
          query.restore();
        });
      };
      await on.here.store.now.timers.set({ kind: 'request.expire', subject: 'a', dueAt: due(1) });
      await on.here.store.now.timers.set({ kind: 'activation.end', subject: 'b', dueAt: due(1) });
      on.pool.once('acquire', listen);
      await on.here.store.transaction(async ({ timers, audit }) => {
        await timers.clear('request.expire', 'a');
        await timers.set({ kind: 'activation.remind', subject: 'a', dueAt: due(2) });
        await timers.set({ kind: 'activation.remind', subject: 'a', dueAt: due(3), attempt: 4 });
        await timers.set({ kind: 'activation.watch', subject: 'a', dueAt: due(2) });
        await timers.clear('activation.watch', 'a');
        await timers.set({ kind: 'activation.see', subject: 'b', dueAt: due(2) });
        await timers.clearAll('b');
        await timers.set({ kind: 'activation.go-on', subject: 'b', dueAt: due(4) });
        const happened = { at: on.clock.now(), actorId: null, requestId: id('HELD') };
        await audit.activationSubmitted({ ...happened, facts: { scheduleRequestId: 's', state: 'provisioned' } });
        await audit.activationRefused({ ...happened, facts: { code: 'activation.too_long' } });
        await audit.activationExpired(happened);
      });
      assert.deepEqual(queries, ['begin', 'timers.clear-all', 'timers.change-many', 'audit.record-many', 'commit']);
      const { rows: timers } = await on.pool.query(
        'select kind, subject, due_at, attempt from pimlico.timers order by 2',
      );
      assert.deepEqual(
        timers.map((row) => [row.kind, row.subject, row.due_at.toString(), row.attempt]),
        [
          ['activation.remind', 'a', due(3).toString(), 4],
          ['activation.go-on', 'b', due(4).toString(), 0],
        ],
      );
      const { rows: trail } = await on.pool.query(
        `select event, facts from pimlico.audit where request_id = 'HELD' order by position`,
      );
      assert.deepEqual(trail, [
        { event: 'activation.submitted', facts: { scheduleRequestId: 's', state: 'provisioned' } },
        { event: 'activation.refused', facts: { code: 'activation.too_long' } },
        { event: 'activation.expired', facts: {} },
      ]);
    });
  });
});
