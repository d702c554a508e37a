import assert from 'node:assert/strict';
import { createArmTransport } from '../../../../src/adapters/arm/arm-transport.ts';
import { inTurns } from '../../../../src/adapters/arm/in-turns.ts';

describe('createArmTransport', () => {
  it('calls Azure over https only', () => {
    assert.throws(() => createArmTransport('http://127.0.0.1:1', 1_000), { code: 'config.invalid' });
  });
});

describe('inTurns', () => {
  it('works on five at a time and keeps the order', async () => {
    let running = 0;
    let most = 0;
    const results = await inTurns([6, 5, 4, 3, 2, 1, 0], async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let tick = 0; tick < item; tick += 1) {
        await Promise.resolve();
      }
      running -= 1;
      return item * 10;
    });
    assert.deepEqual(results, [60, 50, 40, 30, 20, 10, 0]);
    assert.equal(most, 5);
  });

  it('is nothing for nothing, and fails with the first failure', async () => {
    assert.deepEqual(await inTurns([], () => Promise.reject(new Error('no'))), []);
    await assert.rejects(
      inTurns([1, 2], (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve())),
      /two/,
    );
  });
});
