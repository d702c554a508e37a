import assert from 'node:assert/strict';
import { watchDatabase } from '../../../src/adapters/postgres/gauges.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import type { Stores } from '../../../src/ports/store.ts';
import { keptTelemetry } from '../../support/telemetry.ts';
import { APPROVER, aDraft, aFixture, aNotice, aRequest, CHAT, ENGINEER, type Fixture, id } from './fixture.ts';

const trace = (n: number): string => `00-${String(n).padStart(32, '0')}-b7ad6b7169203331-01`;

describe('what PostgreSQL keeps for operators', () => {
  let on: Fixture;
  let current = 0;
  let now: Stores;
  before(async () => {
    on = await aFixture();
    const { pool, clock } = on;
    ({ now } = createPostgresStore({ pool, clock, replica: 'here', trace: () => trace(current) }));
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  it('is the trace of the turn that last changed a card, for the replica that delivers it', async () => {
    current = 1;
    const card = await now.cards.post(aDraft('7F3K'));
    const [first] = await on.there.outbox.claim([card], 1);
    assert.equal(first?.card.trace, trace(1));
    current = 2;
    await now.cards.revise('7F3K', ENGINEER, 'help', aNotice('revised'));
    assert.equal((await now.cards.find(card))?.trace, trace(2));
    current = 3;
    await now.cards.retire('7F3K', ENGINEER);
    assert.equal((await now.cards.find(card))?.trace, trace(3));
    current = 4;
    await now.cards.post(aDraft('7F3K'));
    assert.equal((await now.cards.find(card))?.trace, trace(4));
    current = 5;
    await now.cards.withdraw(card);
    const { rows } = await on.pool.query('select traceparent from pimlico.cards where id = $1', [card]);
    assert.deepEqual(rows, [{ traceparent: trace(5) }]);
  });

  it('is the own trace of each of several cards and sentences that are written together', async () => {
    const asked = ['A111', 'B222', 'C333', 'D444'].map((story, n) => {
      current = n + 1;
      const sentence = { principalId: ENGINEER, conversationId: CHAT, text: 'help' };
      return [now.cards.post({ ...aDraft(story), delivery: 'now' }), now.inbox.accept(story, sentence)] as const;
    });
    for (const [n, [card, accepted]] of asked.entries()) {
      assert.equal((await now.cards.find(await card))?.trace, trace(n + 1));
      assert.equal(await accepted, true);
    }
    const { rows } = await on.pool.query('select subject, traceparent from pimlico.timers order by subject');
    assert.deepEqual(
      rows,
      ['A111', 'B222', 'C333', 'D444'].map((subject, n) => ({ subject, traceparent: trace(n + 1) })),
    );
  });

  it('is the trace of a sentence that waits for its sign-in', async () => {
    current = 7;
    const record = { id: 's', principalId: ENGINEER, conversationId: CHAT, text: 'help', createdAt: on.clock.now() };
    await now.signIns.insert(record);
    assert.deepEqual(await on.there.store.now.signIns.take('s'), { ...record, trace: trace(7) });
  });

  it('is no trace where nobody traces', async () => {
    const card = await on.here.store.now.cards.post(aDraft('7F3K'));
    assert.equal('trace' in ((await on.there.store.now.cards.find(card)) ?? {}), false);
  });

  it('is counted when somebody looks: cards, jobs, due timers, requests that reach nobody', async () => {
    const { telemetry, series } = keptTelemetry();
    watchDatabase(telemetry, on);
    const { requests, approvals, timers, cards } = on.here.store.now;
    await requests.insert(aRequest({ state: 'pending' }));
    await requests.insert(aRequest({ id: id('B222'), requesterId: APPROVER, state: 'pending' }));
    const ask = { approverId: APPROVER, approverName: 'Megan Bowen' };
    await approvals.insertAsks([
      { ...ask, requestId: id('7F3K'), reach: 'unreachable' },
      { ...ask, requestId: id('B222'), reach: 'asked' },
    ]);
    const card = await cards.post(aDraft('7F3K'));
    await cards.post(aDraft('B222'));
    await cards.retire('B222', ENGINEER);
    await on.here.outbox.claim([card], 1);
    await on.here.outbox.settle(card, 1, { kind: 'dead', reason: 'gone' });
    await timers.set({ kind: 'activation.end', subject: 'B222', dueAt: on.clock.now() });
    on.clock.advance({ seconds: 40 });
    await on.pool.query(`update graphile_worker._private_jobs set attempts = max_attempts where key = $1`, [
      `outbox.deliver:${card}`,
    ]);
    const found = await series();
    for (const [name, value] of [
      ['pimlico_cards{state="live"}', 1],
      ['pimlico_cards{state="retired"}', 1],
      ['pimlico_cards{state="due"}', 1],
      ['pimlico_cards{state="dead"}', 1],
      ['pimlico_jobs{state="exhausted"}', 1],
      ['pimlico_timers_overdue_seconds', 40],
      ['pimlico_requests_without_approver', 1],
    ] as const) {
      assert.equal(found.get(name), value, name);
    }
  });

  it('is estimated where there are too many cards to count', async () => {
    const { telemetry, series } = keptTelemetry();
    watchDatabase(telemetry, { ...on, countedBytes: 0 });
    await on.pool.query(`
      insert into pimlico.cards (id, story, recipient, slot, notice, version, is_retired, nonce, created_at, updated_at)
        select n::text, n::text, 'r', 's', '{}', 1, n % 4 = 0, n::text, now(), now() from generate_series(1, 1000) n;
      analyze pimlico.cards`);
    const found = await series();
    const [live, retired] = ['live', 'retired'].map((state) =>
      Math.round(found.get(`pimlico_cards{state="${state}"}`) ?? 0),
    );
    assert.deepEqual([live, retired], [750, 250]);
  });
});
