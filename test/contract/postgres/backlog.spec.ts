import assert from 'node:assert/strict';
import { readBacklog } from '../../../src/adapters/postgres/backlog.ts';
import { aPageSignIn } from '../../support/fakes/builders.ts';
import { aDraft, aFixture, aRequest, delivered, type Fixture, id } from './fixture.ts';

describe('readBacklog', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const read = async (...replicas: readonly string[]) => {
    const { isBusy, nextDueAt, dead } = await readBacklog(on.pool, { replicas, now: on.clock.now() });
    return [isBusy, nextDueAt?.toString() ?? null, dead];
  };
  const endJobs = () => on.pool.query('truncate graphile_worker._private_jobs');

  it('is quiet when there is nothing', async () => {
    assert.deepEqual(await read(), [false, null, 0]);
  });

  it('is busy while a job waits or runs, not when it failed for good', async () => {
    await on.pool.query(`select graphile_worker.add_job('timer.fire', max_attempts := 1)`);
    assert.deepEqual(await read(), [true, null, 0]);
    await on.pool.query(`update graphile_worker._private_jobs set attempts = 1, locked_by = 'x', locked_at = now()`);
    assert.deepEqual(await read(), [true, null, 0]);
    await on.pool.query(`update graphile_worker._private_jobs set locked_by = null, locked_at = null`);
    assert.deepEqual(await read(), [false, null, 0]);
  });

  it('waits for the next timer and is busy from its instant on', async () => {
    const dueAt = on.clock.now().add({ minutes: 5 });
    await on.here.store.now.timers.set({ kind: 'activation.end', subject: id('A111'), dueAt });
    await on.here.store.now.timers.set({ kind: 'activation.end', subject: id('B222'), dueAt: dueAt.add({ hours: 1 }) });
    assert.deepEqual(await read(), [false, '2026-11-23T08:05:00Z', 0]);
    on.clock.advance({ minutes: 5 });
    assert.deepEqual(await read(), [true, '2026-11-23T09:05:00Z', 0]);
  });

  it('is busy while this replica is about to send or sends, and until then waits for claims of others', async () => {
    const posted = await on.here.store.now.cards.post({ ...aDraft('A'), delivery: 'now' });
    assert.deepEqual(await read('here'), [true, null, 0]);
    assert.deepEqual(await read('there'), [false, '2026-11-23T08:00:30Z', 0]);
    await on.here.outbox.claim([posted], 1);
    assert.deepEqual(await read('here'), [true, null, 0]);
    assert.deepEqual(await read('there'), [false, '2026-11-23T08:00:30Z', 0]);
    await on.here.outbox.settle(posted, 1, delivered('1:a'));
    assert.deepEqual(await read('here'), [false, null, 0]);
  });

  it('waits for a retry, is busy when it is due, and counts what was given up', async () => {
    const posted = await on.here.store.now.cards.post(aDraft('A'));
    await endJobs();
    await on.here.outbox.claim([posted], 1);
    const at = on.clock.now().add({ seconds: 8 });
    await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: false, reason: '429' });
    assert.deepEqual(await read(), [false, '2026-11-23T08:00:08Z', 0]);
    on.clock.advance({ seconds: 8 });
    assert.deepEqual(await read(), [true, null, 0]);
    await on.here.outbox.claim([posted], 1);
    await on.here.outbox.settle(posted, 1, { kind: 'dead', reason: 'blocked' });
    assert.deepEqual(await read(), [false, null, 1]);
  });

  it('looks again later for a card whose job was lost', async () => {
    await on.here.store.now.cards.post(aDraft('A'));
    assert.deepEqual(await read(), [true, '2026-11-23T08:01:00Z', 0]);
    await endJobs();
    assert.deepEqual(await read(), [false, '2026-11-23T08:01:00Z', 0]);
  });

  it('waits for nobody to sign in, only for the timer that ends the link', async () => {
    const signIn = aPageSignIn(on.clock.now());
    const { pageSignIns, requests, timers } = on.here.store.now;
    await requests.insert(aRequest({ state: 'stepping-up' }));
    await pageSignIns.insert(signIn);
    await pageSignIns.start(signIn.id, 'hash');
    await pageSignIns.change(signIn.id, ['started'], 'redeeming');
    assert.deepEqual(await read(), [false, null, 0]);
    await timers.set({ kind: 'sign-in.expire', subject: signIn.id, dueAt: signIn.expiresAt });
    assert.deepEqual(await read(), [false, '2026-11-23T08:05:00Z', 0]);
    on.clock.advance({ minutes: 5 });
    assert.deepEqual(await read(), [true, null, 0]);
  });

  it('is busy while this replica submits a request, not for the lease of a dead one', async () => {
    await on.here.store.now.requests.insert(aRequest());
    assert.deepEqual(await read('here'), [true, null, 0]);
    assert.deepEqual(await read('here again'), [false, null, 0]);
    await on.here.store.now.requests.change(id('7F3K'), ['submitting'], { state: 'pending' });
    assert.deepEqual(await read('here'), [false, null, 0]);
  });
});
