import assert from 'node:assert/strict';
import { principalId } from '../../../src/domain/ids.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { FakeTenantFeed, forbiddenLog } from '../../support/fakes/tenant-feed.ts';

describe('FakeTenantFeed', () => {
  const clock = createFakeClock('2026-11-23T08:00:00Z');
  const start = clock.now();
  const window = { from: start, until: start.add({ minutes: 30 }) };
  const [alex, megan] = [
    principalId('00000000-0000-4000-8000-000000000001'),
    principalId('00000000-0000-4000-8000-000000000002'),
  ];

  it('tells what one person did in a window, both ends included, oldest first', async () => {
    const feed = new FakeTenantFeed(clock);
    feed.addOperation({ by: alex, what: 'Update user', target: 'Nestor Wilke', at: window.until });
    feed.addOperation({ by: alex, what: 'Delete group', at: start });
    feed.addOperation({ by: alex, what: 'too late', at: window.until.add({ seconds: 1 }) });
    feed.addOperation({ by: alex, what: 'too early', at: start.subtract({ seconds: 1 }) });
    feed.addOperation({ by: megan, what: 'of somebody else' });
    const { operations, isWhole } = await feed.listOperationsOf(alex, window);
    assert.deepEqual(
      operations.map(({ what, target }) => [what, target]),
      [
        ['Delete group', null],
        ['Update user', 'Nestor Wilke'],
      ],
    );
    assert.equal(isWhole, true);
  });

  it('tells fifty and that there is more', async () => {
    const feed = new FakeTenantFeed(clock);
    for (let deed = 0; deed < 51; deed += 1) {
      feed.addOperation({ by: alex, what: 'Update user' });
    }
    const { operations, isWhole } = await feed.listOperationsOf(alex, window);
    assert.deepEqual([operations.length, isWhole], [50, false]);
  });

  it('fails as it is told to', async () => {
    const feed = new FakeTenantFeed(clock);
    feed.failure = forbiddenLog();
    await assert.rejects(feed.listOperationsOf(alex, window), { code: 'graph.forbidden' });
  });
});
