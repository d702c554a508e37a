import assert from 'node:assert/strict';
import { Turns } from '../../../../src/adapters/graph/turns.ts';

describe('Turns', () => {
  it('lets work of one key wait for what came before, and other keys not', async () => {
    const turns = new Turns();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const first = turns.run('a', async () => {
      await gate.promise;
      seen.push('first');
    });
    const second = turns.run('a', async () => seen.push('second'));
    await turns.run('b', async () => seen.push('other'));
    gate.resolve();
    await Promise.all([first, second]);
    assert.deepEqual(seen, ['other', 'first', 'second']);
  });

  it('goes on after a failure, which only its own caller sees', async () => {
    const turns = new Turns();
    const failing = turns.run('a', () => Promise.reject(new Error('no')));
    const next = turns.run('a', async () => 'done');
    await assert.rejects(failing, { message: 'no' });
    assert.equal(await next, 'done');
    assert.equal(await turns.run('a', async () => 'again'), 'again');
  });
});
