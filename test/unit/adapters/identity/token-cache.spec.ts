import assert from 'node:assert/strict';
import type { IssuedToken } from '../../../../src/adapters/identity/token-cache.ts';
import { TokenCache } from '../../../../src/adapters/identity/token-cache.ts';
import type { FakeClock } from '../../../support/fakes/clock.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';

describe('TokenCache', () => {
  let clock: FakeClock;
  let cache: TokenCache;
  let count: number;

  beforeEach(() => {
    clock = createFakeClock('2026-11-23T08:00:00Z');
    cache = new TokenCache(clock);
    count = 0;
  });

  async function issue(): Promise<IssuedToken> {
    count += 1;
    return { token: `token-${count}`, expiresAt: clock.now().add({ minutes: 60 }) };
  }

  it('keeps a token until a minute before its end', async () => {
    await cache.get('a', issue);
    clock.advance({ minutes: 58, seconds: 59 });
    assert.equal((await cache.get('a', issue)).token, 'token-1');
    clock.advance({ seconds: 1 });
    assert.equal((await cache.get('a', issue)).token, 'token-2');
  });

  it('keeps a token no longer than it is told to', async () => {
    await cache.get('a', issue, clock.now().add({ minutes: 10 }));
    clock.advance({ minutes: 10 });
    assert.equal(cache.peek('a'), null);
  });

  it('keeps tokens of different keys apart', async () => {
    assert.equal((await cache.get('a', issue)).token, 'token-1');
    assert.equal((await cache.get('b', issue)).token, 'token-2');
    assert.equal((await cache.get('a', issue)).token, 'token-1');
  });

  it('issues once for many askers', async () => {
    const all = await Promise.all([cache.get('a', issue), cache.get('a', issue)]);
    assert.deepEqual(
      all.map(({ token }) => token),
      ['token-1', 'token-1'],
    );
  });

  it('does not keep a failure', async () => {
    await assert.rejects(cache.get('a', () => Promise.reject(new Error('down'))));
    assert.equal((await cache.get('a', issue)).token, 'token-1');
  });

  it('does not keep a token that was dropped while it was issued', async () => {
    const gate = Promise.withResolvers<IssuedToken>();
    const asked = cache.get('a', () => gate.promise);
    cache.drop('a');
    gate.resolve({ token: 'late', expiresAt: clock.now().add({ minutes: 60 }) });
    assert.equal((await asked).token, 'late');
    assert.equal(cache.peek('a'), null);
  });

  it('drops a named token only while it is the kept one', async () => {
    await cache.get('a', issue);
    cache.drop('a', 'another');
    assert.equal(cache.peek('a')?.token, 'token-1');
    cache.drop('a', 'token-1');
    assert.equal(cache.peek('a'), null);
  });
});
