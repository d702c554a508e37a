import assert from 'node:assert/strict';

import { readPress } from '../../../bot/press-value.ts';

describe('readPress', () => {
  const execute = { type: 'Action.Execute', verb: 'approve' };

  it('takes no data that is nested deeper than can be written down', () => {
    // Short enough to be sent: the size alone does not keep it out.
    const nested: unknown = JSON.parse(`${'['.repeat(16_000)}${']'.repeat(16_000)}`);
    assert.equal(readPress({ action: { ...execute, data: { x: nested } } }), null);
    assert.deepEqual(readPress({ action: { ...execute, data: { x: [[1]] } } })?.data, { x: [[1]] });
  });
});
