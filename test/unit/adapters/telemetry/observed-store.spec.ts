import assert from 'node:assert/strict';
import sinon from 'sinon';
import { observeStore } from '../../../../src/adapters/telemetry/observed-store.ts';
import type { ActivationRequest, RequestState } from '../../../../src/domain/activation.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { Store, Stores } from '../../../../src/ports/store.ts';
import { noTelemetry } from '../../../../src/ports/telemetry.ts';
import { aRequest } from '../../../contract/postgres/fixture.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';
import { keptTelemetry } from '../../../support/telemetry.ts';

const ASKED = aRequest({ state: 'submitting' });

/** Two of a later wave, as they are when their time has come. */
const WAITED = (['C', 'D'] as const).map((approverName) => ({
  requestId: ASKED.id,
  approverId: ASKED.requesterId,
  approverName,
  reach: 'asked' as const,
}));

/** A store of one request, which changes as it is told. */
function aStore({ commits = true } = {}): Store {
  let row: ActivationRequest = ASKED;
  const stores = {
    requests: {
      insert: async () => undefined,
      change: async (_id: string, _from: readonly RequestState[], change: Partial<ActivationRequest>) => {
        row = { ...row, ...change };
        return row;
      },
    },
    approvals: {
      insertAsks: async () => undefined,
      markUnreachable: async () => undefined,
      takeWaiting: async () => WAITED,
    },
    people: { find: async () => null },
  } as unknown as Stores;
  return {
    now: stores,
    async transaction(work) {
      const result = await work(stores);
      if (!commits) {
        throw new AccessError('internal.database_unavailable', 'gone');
      }
      return result;
    },
  };
}

describe('observeStore', () => {
  const clock = createFakeClock(ASKED.requestedAt.add({ seconds: 90 }).toString());

  it('counts an ask, its decision and its outcome once each, when they are committed', async () => {
    const { telemetry, series } = keptTelemetry();
    const store = observeStore(aStore(), { telemetry, clock });
    const decidedAt = ASKED.requestedAt.add({ seconds: 60 });
    await store.transaction(async ({ requests, approvals }) => {
      await requests.insert(ASKED);
      await approvals.insertAsks([
        { requestId: ASKED.id, approverId: ASKED.requesterId, approverName: 'A', reach: 'asked' },
        { requestId: ASKED.id, approverId: ASKED.requesterId, approverName: 'B', reach: 'unreachable' },
        { requestId: ASKED.id, approverId: ASKED.requesterId, approverName: 'C', reach: 'waiting' },
      ]);
      const asked = (await telemetry.turn({ name: 'look' }, series)).get(
        'pimlico_requests_asked_total{surface="directory"}',
      );
      assert.equal(asked, 0, 'not yet committed');
    });
    await store.transaction(({ requests }) => requests.change(ASKED.id, ['submitting'], { state: 'pending' }));
    await store.now.requests.change(ASKED.id, ['pending'], { state: 'provisioning', decidedAt });
    await store.now.requests.change(ASKED.id, ['pending', 'provisioning'], { state: 'active', decidedAt });
    await store.now.requests.change(ASKED.id, ['ended'], { state: 'active' });
    await store.now.requests.change(ASKED.id, ['active'], { wish: 'continue' });
    const found = await series();
    for (const [name, value] of [
      ['pimlico_requests_asked_total{surface="directory"}', 1],
      ['pimlico_requests_total{surface="directory",outcome="active"}', 1],
      ['pimlico_time_to_approval_seconds_sum{surface="directory",outcome="approved"}', 60],
      ['pimlico_time_to_approval_seconds_count{surface="directory",outcome="approved"}', 1],
      ['pimlico_time_to_active_seconds_sum{surface="directory"}', 90],
      ['pimlico_time_to_active_seconds_count{surface="directory"}', 1],
      ['pimlico_approval_asks_total{reach="asked"}', 1],
      ['pimlico_approval_asks_total{reach="unreachable"}', 1],
      ['pimlico_approval_asks_total{reach="waiting"}', undefined],
    ] as const) {
      assert.equal(found.get(name), value, name);
    }
  });

  it('counts approvers of a later wave when they are asked', async () => {
    const { telemetry, series } = keptTelemetry();
    const store = observeStore(aStore(), { telemetry, clock });
    await store.transaction(({ approvals }) => approvals.takeWaiting(ASKED.id, 250));
    assert.equal((await series()).get('pimlico_approval_asks_total{reach="asked"}'), WAITED.length);
  });

  for (const [state, from] of [
    ['denied', 'pending'],
    ['canceled', 'pending'],
    ['expired', 'pending'],
    ['failed', 'submitting'],
  ] as const) {
    it(`counts a request that is ${state}`, async () => {
      const { telemetry, series } = keptTelemetry();
      const store = observeStore(aStore(), { telemetry, clock });
      await store.now.requests.change(ASKED.id, [from], { state });
      assert.equal((await series()).get(`pimlico_requests_total{surface="directory",outcome="${state}"}`), 1);
    });
  }

  it('counts nothing that was rolled back but the database that was not there', async () => {
    const { telemetry, series } = keptTelemetry();
    const store = observeStore(aStore({ commits: false }), { telemetry, clock });
    await assert.rejects(store.transaction(({ requests }) => requests.insert(ASKED)));
    const found = await series();
    assert.equal(found.get('pimlico_requests_asked_total{surface="directory"}'), 0);
    assert.equal(found.get('pimlico_database_unavailable_total'), 1);
  });

  it('makes a step of each transaction and each statement that commits by itself, and names the request', async () => {
    const { telemetry, spans } = keptTelemetry();
    const store = observeStore(aStore(), { telemetry, clock });
    await telemetry.turn({ name: 'sentence' }, async () => {
      await store.transaction(({ requests }) => requests.insert(ASKED));
      await store.now.people.find(ASKED.requesterId);
    });
    assert.deepEqual(
      spans().map(({ name }) => name),
      ['transaction', 'people.find', 'sentence'],
    );
    assert.deepEqual(spans().at(-1)?.attributes, { 'pimlico.request': ASKED.id });
  });

  it('is the store itself when nobody looks', () => {
    const store = aStore();
    assert.equal(observeStore(store, { telemetry: noTelemetry, clock: { now: sinon.fake() } }), store);
  });
});
