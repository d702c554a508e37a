import assert from 'node:assert/strict';

import { readPress } from '../../../bot/press-value.ts';

describe('readPress', () => {
  const press = (data: unknown) => ({ action: { type: 'Action.Execute', verb: 'approve', data } });

  it('takes no data that cannot be written down, however it came to be', () => {
    const endless: Record<string, unknown> = {};
    endless.self = endless;
    assert.equal(readPress(press(endless)), null);
    assert.deepEqual(readPress(press({ x: [[1]] }))?.data, { x: [[1]] });
  });
});
