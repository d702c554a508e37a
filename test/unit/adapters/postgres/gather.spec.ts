import assert from 'node:assert/strict';
import { gather } from '../../../../src/adapters/postgres/gather.ts';
import { AccessError } from '../../../../src/errors.ts';

/** Work whose statements for one item wait to be let go; what goes together fails with `failure` if there is one. */
function held(failure: AccessError | null) {
  const gate = Promise.withResolvers<void>();
  const calls: (readonly string[])[] = [];
  const run = gather<string, string>({
    async alone(item) {
      calls.push([item]);
      await gate.promise;
      if (item === 'bad') {
        throw new AccessError('internal.unexpected', 'bad');
      }
      return item.toUpperCase();
    },
    async together(items) {
      calls.push(items);
      if (failure !== null) {
        throw failure;
      }
      return items.map((item) => item.toUpperCase());
    },
  });
  return { calls, run, release: () => gate.resolve() };
}

const outcome = (result: PromiseSettledResult<string>): string =>
  result.status === 'fulfilled' ? result.value : (result.reason as AccessError).code;

describe('Statements gathered', () => {
  it('go alone while none is under way, and together after that', async () => {
    const { calls, run, release } = held(null);
    const results = Promise.all(['a', 'b', 'c', 'd', 'e'].map(run));
    release();
    assert.deepEqual(await results, ['A', 'B', 'C', 'D', 'E']);
    assert.deepEqual(calls, [['a'], ['b', 'c', 'd', 'e']]);
  });

  it('are tried alone when they were refused together', async () => {
    const { calls, run, release } = held(new AccessError('internal.unexpected', 'refused'));
    const results = Promise.allSettled(['a', 'b', 'c', 'bad', 'e'].map(run));
    release();
    assert.deepEqual((await results).map(outcome), ['A', 'B', 'C', 'internal.unexpected', 'E']);
    assert.deepEqual(calls, [['a'], ['b', 'c', 'bad', 'e'], ['b'], ['c'], ['bad'], ['e']]);
  });

  it('are not repeated when the database went away, as they may have been carried out', async () => {
    const away = new AccessError('internal.database_unavailable', 'away', { retryable: true });
    const { calls, run, release } = held(away);
    const results = Promise.allSettled(['a', 'b', 'c', 'd'].map(run));
    release();
    assert.deepEqual((await results).map(outcome), [
      'A',
      'internal.database_unavailable',
      'internal.database_unavailable',
      'internal.database_unavailable',
    ]);
    assert.deepEqual(calls, [['a'], ['b', 'c', 'd']]);
    assert.equal(await run('later'), 'LATER');
  });
});
