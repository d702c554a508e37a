import assert from 'node:assert/strict';
import { readBacklog } from '../../../src/adapters/postgres/backlog.ts';
import { type CardId, conversationId } from '../../../src/domain/ids.ts';
import type { DeliveryResult, OutboxEntry } from '../../../src/ports/outbox.ts';
import { APPROVER, aDraft, aFixture, aNotice, CHAT, delivered, ENGINEER, type Fixture } from './fixture.ts';

const idsOf = (entries: readonly OutboxEntry[]): readonly CardId[] => entries.map((entry) => entry.card.id);

describe('Outbox in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const post = (story: string, recipient = ENGINEER, delivery: 'now' | 'job' = 'job'): Promise<CardId> =>
    on.here.store.now.cards.post({ ...aDraft(story, aNotice(), recipient), delivery });

  it('reads everything needed to send in one go', async () => {
    const { people, conversations } = on.here.store.now;
    const person = {
      id: ENGINEER,
      name: 'Megan Bowen',
      teamsUserId: '29:1',
      timeZone: 'Europe/Madrid',
      locale: 'en-US',
      reminderMinutes: 5,
      signedOutAt: Temporal.Instant.from('2026-11-23T07:59:58.123456Z'),
    };
    const conversation = {
      id: CHAT,
      kind: 'personal' as const,
      principalId: ENGINEER,
      serviceUrl: 'https://smba.example/emea/',
      deadReason: null,
    };
    await people.save(person);
    await conversations.save(conversation);
    const posted = await post('7F3K');
    const [entry] = await on.here.outbox.claim([posted], 1);
    assert.deepEqual(entry?.person, person);
    assert.deepEqual(entry?.conversation, conversation);
    assert.deepEqual([entry?.attempt, entry?.wasAmbiguous, entry?.operation], [0, false, 'send']);
    assert.deepEqual(entry?.card, await on.here.store.now.cards.find(posted));
  });

  it('reads the conversation that a note for all who read along is for', async () => {
    const channel = {
      id: conversationId('19:c@thread.tacv2'),
      kind: 'channel' as const,
      principalId: null,
      serviceUrl: 'https://smba.example/emea/',
      deadReason: null,
    };
    await on.here.store.now.conversations.save(channel);
    for (const delivery of ['job', 'now'] as const) {
      const draft = { story: delivery, recipient: channel.id, notice: aNotice(), delivery };
      const [entry] = await on.here.outbox.claim([await on.here.store.now.cards.post(draft)], 1);
      assert.deepEqual([entry?.card.recipient, entry?.person, entry?.conversation], [channel.id, null, channel]);
      await on.here.outbox.settle(entry?.card.id as CardId, 1, delivered('1:a'));
    }
  });

  it('says so when neither person nor chat is known', async () => {
    const [entry] = await on.here.outbox.claim([await post('7F3K')], 1);
    assert.deepEqual([entry?.person, entry?.conversation], [null, null]);
  });

  it('claims a card once, whoever asks at the same time', async () => {
    const posted = await post('7F3K');
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? on.here : on.there).outbox.claim([posted], 1)),
    );
    assert.deepEqual(claims.flatMap(idsOf), [posted]);
  });

  it('hands out one message a person at a time, the oldest first', async () => {
    const first = await post('A');
    const second = await post('B');
    const other = await post('C', APPROVER);
    assert.deepEqual(idsOf(await on.here.outbox.claim(null, 10)), [first, other]);
    assert.deepEqual(await on.there.outbox.claim([second], 1), []);
    await on.here.outbox.settle(first, 1, delivered('1:a'));
    assert.deepEqual(idsOf(await on.there.outbox.claim([second], 1)), [second]);
  });

  it('hands out one message a person at a time to claims that overlap', async () => {
    const posted = await Promise.all(Array.from({ length: 12 }, (_, n) => post(`S${n}`)));
    const claims = await Promise.all(
      posted.map((card, n) => (n % 2 === 0 ? on.here : on.there).outbox.claim([card], 1)),
    );
    assert.ok(claims.flat().length <= 1);
    const all = await Promise.all(Array.from({ length: 6 }, () => on.there.outbox.claim(null, 5)));
    assert.equal([...claims.flat(), ...all.flat()].length, 1);
  });

  it('lets no job overtake an older message to the same person', async () => {
    const first = await post('A');
    const second = await post('B');
    assert.deepEqual(await on.here.outbox.claim([second], 1), []);
    assert.deepEqual(idsOf(await on.here.outbox.claim([second, first], 2)), [first]);
  });

  it('lets an answer that is sent now go before messages that wait for their jobs', async () => {
    await post('A');
    const answer = await post('B', ENGINEER, 'now');
    assert.deepEqual(idsOf(await on.here.outbox.claim([answer], 1)), [answer]);
  });

  it('respects the limit', async () => {
    const first = await post('A');
    const second = await post('B', APPROVER);
    assert.deepEqual(idsOf(await on.here.outbox.claim(null, 1)), [first]);
    assert.deepEqual(idsOf(await on.here.outbox.claim(null, 1)), [second]);
  });

  it('queues a job for a message that had to wait, as soon as the one before it is settled', async () => {
    const first = await post('A');
    await on.here.outbox.claim([first], 1);
    const second = await post('B', ENGINEER, 'now');
    assert.deepEqual(await on.here.outbox.claim([second], 1), []);
    await on.pool.query('truncate graphile_worker._private_jobs');
    await on.here.outbox.settle(first, 1, delivered('1:a'));
    assert.deepEqual(await on.jobs(), [`outbox.deliver:${second}`]);
  });

  it('is done with a delivered card and keeps its activity id', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    await on.here.outbox.settle(posted, 1, delivered('1:a'));
    on.clock.advance({ hours: 1 });
    assert.deepEqual(await on.there.outbox.claim(null, 10), []);
    const card = await on.here.store.now.cards.find(posted);
    assert.deepEqual([card?.activityId, card?.conversationId], ['1:a', CHAT]);
  });

  it('keeps a card due that changed while it was being sent', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    await on.there.store.now.cards.revise('A', ENGINEER, 'help', aNotice('two'));
    assert.deepEqual(await on.there.outbox.claim([posted], 1), []);
    await on.here.outbox.settle(posted, 1, delivered('1:a'));
    assert.deepEqual(await on.jobs(), [`outbox.deliver:${posted}`]);
    const [entry] = await on.there.outbox.claim([posted], 1);
    assert.deepEqual([entry?.operation, entry?.card.version, entry?.card.activityId], ['update', 2, '1:a']);
  });

  it('keeps a card due that changed before it was given up', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    await on.here.store.now.cards.revise('A', ENGINEER, 'help', aNotice('two'));
    await on.here.outbox.settle(posted, 1, { kind: 'dead', reason: 'too large' });
    const [entry] = await on.here.outbox.claim([posted], 1);
    assert.deepEqual([entry?.operation, entry?.card.version], ['send', 2]);
  });

  it('waits until the instant of a retry, also when the card changes meanwhile', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    const at = on.clock.now().add({ seconds: 20 });
    await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: false, reason: '429' });
    await on.here.store.now.cards.revise('A', ENGINEER, 'help', aNotice('two'));
    on.clock.advance({ seconds: 19 });
    assert.deepEqual(await on.here.outbox.claim(null, 10), []);
    const { rows } = await on.pool.query('select look_at = due_at as is_looked_at_then from pimlico.outbox');
    assert.deepEqual(rows, [{ is_looked_at_then: true }]);
    on.clock.advance({ seconds: 1 });
    const [entry] = await on.there.outbox.claim(null, 10);
    assert.deepEqual([entry?.card.version, entry?.attempt, entry?.wasAmbiguous], [2, 1, false]);
  });

  it('lets newer messages pass one that waits for a retry', async () => {
    const first = await post('A');
    await on.here.outbox.claim([first], 1);
    const at = on.clock.now().add({ minutes: 5 });
    await on.here.outbox.settle(first, 1, { kind: 'retry', at, isAmbiguous: false, reason: 'offline' });
    const second = await post('B');
    assert.deepEqual(idsOf(await on.here.outbox.claim([second], 1)), [second]);
  });

  it('makes due again what could not reach a person, put off or given up, and nothing else', async () => {
    const fail = async (story: string, result: DeliveryResult, recipient = ENGINEER): Promise<CardId> => {
      const posted = await post(story, recipient);
      await on.here.outbox.claim([posted], 1);
      await on.here.outbox.settle(posted, 1, result);
      return posted;
    };
    const later = (reason: string): DeliveryResult => ({
      kind: 'retry',
      at: on.clock.now().add({ minutes: 15 }),
      isAmbiguous: false,
      reason,
    });
    const putOff = await fail('A', later('blocked'));
    const givenUp = await fail('B', { kind: 'dead', reason: 'blocked' });
    await fail('C', later('TooManyRequests'));
    await fail('D', { kind: 'dead', reason: 'too large' });
    await fail('E', { kind: 'dead', reason: 'blocked' }, APPROVER);
    await fail('F', { kind: 'dead', reason: 'blocked' });
    await on.here.store.now.cards.retire('F', ENGINEER);
    // What they saw before has to lose its buttons.
    const over = await fail('G', delivered('1:g'));
    await on.here.store.now.cards.retire('G', ENGINEER);
    await on.here.outbox.claim([over], 1);
    await on.here.outbox.settle(over, 2, { kind: 'dead', reason: 'blocked' });
    await on.pool.query('truncate graphile_worker._private_jobs');
    await on.there.outbox.resume(ENGINEER, ['blocked']);
    await on.there.outbox.resume(ENGINEER, ['blocked']);
    assert.deepEqual(await on.jobs(), [putOff, givenUp, over].map((card) => `outbox.deliver:${card}`).toSorted());
    const [entry] = await on.there.outbox.claim([putOff], 1);
    assert.deepEqual([entry?.card.id, entry?.attempt, entry?.reason], [putOff, 1, 'blocked']);
    await on.here.outbox.resume(ENGINEER, ['blocked']);
    assert.deepEqual(await on.here.outbox.claim([putOff], 1), []);
  });

  describe('a message that must not be sent yet', () => {
    const until = (seconds: number) => on.clock.now().add({ seconds });

    it('waits for its instant, by whatever it is asked for', async () => {
      const posted = await post('A');
      await on.here.outbox.claim([posted], 1);
      await on.here.outbox.settle(posted, 1, { kind: 'early', until: until(20) });
      on.clock.advance({ seconds: 19 });
      assert.deepEqual(await on.there.outbox.claim([posted], 1), []);
      on.clock.advance({ seconds: 1 });
      const [entry] = await on.there.outbox.claim([posted], 1);
      assert.deepEqual([entry?.card.id, entry?.attempt, entry?.wasAmbiguous], [posted, 0, false]);
    });

    it('keeps its place: no newer message of the person passes it, others do', async () => {
      const first = await post('A');
      await on.here.outbox.claim([first], 1);
      const second = await post('B');
      const other = await post('C', APPROVER);
      await on.here.outbox.settle(first, 1, { kind: 'early', until: until(20) });
      assert.deepEqual(await on.here.outbox.claim([second], 1), []);
      assert.deepEqual(idsOf(await on.here.outbox.claim(null, 10)), [other]);
      on.clock.advance({ seconds: 20 });
      assert.deepEqual(idsOf(await on.here.outbox.claim([second, first], 2)), [first]);
    });

    it('keeps its place also when Teams asked for the wait, and counts the attempt', async () => {
      const first = await post('A');
      await on.here.outbox.claim([first], 1);
      const second = await post('B');
      const refused = { kind: 'retry', at: until(20), isAmbiguous: false, keepsPlace: true, reason: '429' } as const;
      await on.here.outbox.settle(first, 1, refused);
      assert.deepEqual(await on.here.outbox.claim([first, second], 2), []);
      on.clock.advance({ seconds: 20 });
      const [entry] = await on.here.outbox.claim([first, second], 2);
      assert.deepEqual([entry?.card.id, entry?.attempt], [first, 1]);
    });

    it('is sent once, as the newest of five versions, and not before its instant', async () => {
      const posted = await post('A');
      await on.here.outbox.claim([posted], 1);
      await on.here.outbox.settle(posted, 1, delivered('1:a'));
      await on.here.store.now.cards.revise('A', ENGINEER, 'help', aNotice('two'));
      await on.here.outbox.claim([posted], 1);
      await on.here.outbox.settle(posted, 2, { kind: 'early', until: until(20) });
      for (const text of ['three', 'four', 'five']) {
        await on.there.store.now.cards.revise('A', ENGINEER, 'help', aNotice(text));
        assert.deepEqual(await on.there.outbox.claim([posted], 1), []);
      }
      // Also an answer that somebody sends now.
      await on.here.store.now.cards.post({ ...aDraft('A', aNotice('six')), delivery: 'now' });
      assert.deepEqual(await on.here.outbox.claim([posted], 1), []);
      const backlog = await readBacklog(on.pool, { replicas: ['here'], now: on.clock.now() });
      assert.equal(backlog.nextDueAt?.toString(), until(20).toString());
      on.clock.advance({ seconds: 20 });
      const [entry] = await on.there.outbox.claim([posted], 1);
      assert.deepEqual([entry?.operation, entry?.card.version, entry?.card.notice], ['update', 6, aNotice('six')]);
      await on.there.outbox.settle(posted, 6, delivered('1:a'));
      assert.equal((await on.pool.query('select from pimlico.outbox')).rowCount, 0);
    });
  });

  it('makes the buttons of a message that may have arrived void before it is sent again', async () => {
    const posted = await post('A');
    const [first] = await on.here.outbox.claim([posted], 1);
    const renewed = await on.here.outbox.renew(posted, 1);
    assert.equal(renewed?.version, 2);
    assert.notEqual(renewed?.nonce, first?.card.nonce);
    assert.equal(await on.here.store.now.cards.spendNonce(posted, first?.card.nonce ?? '', 'view'), false);
    // A change meanwhile has done so already.
    assert.equal(await on.here.outbox.renew(posted, 1), null);
    await on.here.outbox.settle(posted, 2, delivered('1:a'));
    assert.equal((await on.pool.query('select from pimlico.outbox')).rowCount, 0);
  });

  it('remembers that an attempt may have arrived', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    const at = on.clock.now();
    await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: true, reason: 'timeout' });
    const [again] = await on.here.outbox.claim([posted], 1);
    await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: false, reason: '429' });
    const [third] = await on.here.outbox.claim([posted], 1);
    assert.deepEqual([again?.wasAmbiguous, third?.wasAmbiguous, third?.attempt], [true, true, 2]);
  });

  it('keeps a message that was given up, with the reason, and does not try again', async () => {
    const posted = await post('A');
    await on.here.outbox.claim([posted], 1);
    await on.here.outbox.settle(posted, 1, { kind: 'dead', reason: 'blocked by the person' });
    on.clock.advance({ hours: 1 });
    assert.deepEqual(await on.here.outbox.claim(null, 10), []);
    const { rows } = await on.pool.query('select state, reason from pimlico.outbox');
    assert.deepEqual(rows, [{ state: 'dead', reason: 'blocked by the person' }]);
  });

  it('lets another replica send what a dead one was sending, as possibly arrived, after its claim ran out', async () => {
    const posted = await post('A', ENGINEER, 'now');
    const waiting = await post('B');
    await on.here.outbox.claim([posted], 1);
    on.clock.advance({ seconds: 29 });
    assert.deepEqual(await on.there.outbox.claim(null, 10), []);
    on.clock.advance({ seconds: 1 });
    const [entry] = await on.there.outbox.claim(null, 10);
    assert.deepEqual([entry?.card.id, entry?.wasAmbiguous, entry?.attempt], [posted, true, 1]);
    // Not dead after all: its late answer neither frees the other's claim nor loses the activity id.
    await on.here.outbox.settle(posted, 1, { kind: 'dead', reason: 'late' });
    assert.deepEqual(await on.here.outbox.claim([waiting], 1), []);
    await on.there.outbox.settle(posted, 1, delivered('1:b'));
    assert.equal((await on.here.store.now.cards.find(posted))?.activityId, '1:b');
    assert.deepEqual(idsOf(await on.here.outbox.claim([waiting], 1)), [waiting]);
  });

  it('loses no card when posts, claims and answers overlap', async () => {
    const stories = Array.from({ length: 20 }, (_, n) => `S${n}`);
    const sent = new Map<CardId, number>();
    const sender = async (replica: 'here' | 'there'): Promise<void> => {
      for (const entry of await on[replica].outbox.claim(null, 3)) {
        sent.set(entry.card.id, Math.max(entry.card.version, sent.get(entry.card.id) ?? 0));
        await on[replica].outbox.settle(entry.card.id, entry.card.version, delivered(`1:${entry.card.id}`));
      }
    };
    await Promise.all(
      stories.map(async (story) => {
        await post(story);
        await sender('here');
        await on.there.store.now.cards.revise(story, ENGINEER, 'help', aNotice('two'));
        await sender('there');
      }),
    );
    for (let round = 0; round < 40; round += 1) {
      await sender('here');
    }
    assert.deepEqual(
      [...sent.values()],
      Array.from({ length: 20 }, () => 2),
    );
    assert.equal((await on.pool.query('select from pimlico.outbox')).rowCount, 0);
  });
});
