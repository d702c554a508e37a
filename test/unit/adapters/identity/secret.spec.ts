import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Secret } from '../../../../src/adapters/identity/secret.ts';

describe('Secret', () => {
  const secret = new Secret('s3cr3t-value');

  it('is revealed only when asked to', () => {
    assert.equal(secret.reveal(), 's3cr3t-value');
  });

  for (const [how, show] of [
    ['in a text', () => `${secret}`],
    ['as JSON', () => JSON.stringify({ secret })],
    ['inspected', () => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['spread', () => JSON.stringify({ ...secret })],
  ] as const) {
    it(`does not show itself ${how}`, () => {
      assert.ok(!show().includes('s3cr3t-value'));
    });
  }
});
