import assert from 'node:assert/strict';
import { principalId } from '../../../src/domain/ids.ts';
import type { TenantFeed } from '../../../src/ports/tenant-feed.ts';
import { createSignedInBench, type GraphBench, readerFeed } from './graph-bench.ts';

const MARKER = 'deed-of-an-account';

describe('what one account did, as the reader sees it', () => {
  let bench: GraphBench;
  let feed: TenantFeed;
  let start: Temporal.Instant;

  beforeEach(async () => {
    bench = await createSignedInBench();
    start = bench.now();
    bench.sandbox.world.settings.auditDelay = Temporal.Duration.from({ minutes: 5 });
    feed = readerFeed(bench, { pause: async () => undefined });
  });
  afterEach(() => bench.close());

  const emergency = () => principalId(bench.sandbox.people.emergency?.id ?? '');

  async function signsIn(body: object): Promise<void> {
    const response = await fetch(`${bench.sandbox.urls.control}/sign-ins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person: 'emergency', ...body }),
    });
    assert.equal(response.status, 201);
  }

  it('lists its sign-ins, oldest first and failed ones too, when the delay is over', async () => {
    await signsIn({ app: 'Azure Portal', errorCode: 50126 });
    await bench.advance({ minutes: 1 });
    await signsIn({ app: 'Azure CLI' });
    await signsIn({ person: 'engineer' });
    assert.deepEqual(await feed.listSignIns(emergency(), start), []);
    await bench.advance({ minutes: 5 });
    const found = await feed.listSignIns(emergency(), start);
    assert.deepEqual(
      found.map(({ id: _, at, ...deed }) => ({ ...deed, at: at.toString() })),
      [
        { kind: 'sign-in', at: start.toString(), isSuccess: false, app: 'Azure Portal', address: null },
        { kind: 'sign-in', at: start.add({ minutes: 1 }).toString(), isSuccess: true, app: 'Azure CLI', address: null },
      ],
    );
    assert.equal(new Set(found.map(({ id }) => id)).size, 2);
    assert.equal((await feed.listSignIns(emergency(), start.add({ seconds: 30 }))).length, 1);
  });

  it('lists what it did, and nothing of others', async () => {
    const actor = { principalId: bench.idOf('engineer') };
    const [role] = (await bench.roles.listEligible(actor)).filter(({ roleName }) => roleName === 'Security Reader');
    assert.ok(role);
    const duration = Temporal.Duration.from('PT1H');
    await bench.roles.activate(actor, {
      role,
      startsAt: null,
      duration,
      justification: 'x',
      ticket: null,
      marker: MARKER,
    });
    await bench.advance({ minutes: 5 });
    const deeds = await feed.listActivities(actor.principalId, start);
    assert.deepEqual(
      deeds.map((deed) => [deed.isSuccess, deed.kind === 'activity' && deed.activity]),
      [
        [true, 'Add member to role requested (PIM activation)'],
        [true, 'Add member to role completed (PIM activation)'],
      ],
    );
    assert.deepEqual(await feed.listActivities(emergency(), start), []);
  });

  it('does not ask for more than the logs keep', async () => {
    const longAgo = start.subtract({ hours: 24 * 60 });
    assert.deepEqual(await feed.listActivities(emergency(), longAgo), []);
    assert.deepEqual(await feed.listSignIns(emergency(), longAgo), []);
  });

  it('says that it may not read them', async () => {
    bench.sandbox.faults.add({
      name: 'error',
      match: 'auditLogs/signIns',
      status: 403,
      code: 'Authorization_RequestDenied',
    });
    await assert.rejects(feed.listSignIns(emergency(), start), { code: 'graph.forbidden' });
    assert.deepEqual(await feed.listActivities(emergency(), start), []);
  });
});
