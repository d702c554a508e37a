import assert from 'node:assert/strict';
import { ClockCache } from '../../../../src/adapters/graph/clock-cache.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';

describe('ClockCache', () => {
  function counting(): { ask(): Promise<string>; readonly count: () => number } {
    let count = 0;
    return {
      ask: async () => {
        count += 1;
        return `answer ${count}`;
      },
      count: () => count,
    };
  }

  it('keeps an answer as long as it is told to, on the clock', async () => {
    const clock = createFakeClock();
    const cache = new ClockCache<string>(clock, { minutes: 10 });
    const { ask } = counting();
    assert.equal(await cache.get('a', ask), 'answer 1');
    clock.advance({ minutes: 9, seconds: 59 });
    assert.equal(await cache.get('a', ask), 'answer 1');
    clock.advance({ seconds: 1 });
    assert.equal(await cache.get('a', ask), 'answer 2');
  });

  it('asks once for several at the same time', async () => {
    const cache = new ClockCache<string>(createFakeClock(), { minutes: 10 });
    const { ask, count } = counting();
    await Promise.all([cache.get('a', ask), cache.get('a', ask)]);
    assert.equal(count(), 1);
  });

  it('keeps neither failures nor null', async () => {
    const cache = new ClockCache<string | null>(createFakeClock(), { minutes: 10 });
    await assert.rejects(cache.get('a', () => Promise.reject(new Error('down'))));
    assert.equal(await cache.get('a', async () => null), null);
    assert.equal(await cache.get('a', counting().ask), 'answer 1');
  });

  it('drops the oldest when it is full', async () => {
    const cache = new ClockCache<string>(createFakeClock(), { minutes: 10 }, 2);
    const { ask } = counting();
    await cache.get('a', ask);
    await cache.get('b', ask);
    await cache.get('c', ask);
    assert.equal(await cache.get('b', ask), 'answer 2');
    assert.equal(await cache.get('a', ask), 'answer 4');
  });

  it('forgets an answer, and keeps none that was asked for before it was to be forgotten', async () => {
    const cache = new ClockCache<string>(createFakeClock(), { minutes: 10 });
    const { ask } = counting();
    await cache.get('a', ask);
    cache.forget('a');
    assert.equal(await cache.get('a', ask), 'answer 2');
    const { promise, resolve } = Promise.withResolvers<string>();
    cache.forget('a');
    const old = cache.get('a', () => promise);
    cache.forget('a');
    const fresh = cache.get('a', ask);
    resolve('before the write');
    assert.deepEqual(await Promise.all([old, fresh]), ['before the write', 'answer 3']);
    assert.equal(await cache.get('a', ask), 'answer 3');
  });
});
