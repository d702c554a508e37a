import assert from 'node:assert/strict';
import { z } from 'zod';
import { readableRows } from '../../../src/adapters/readable-rows.ts';

const row = z.object({ id: z.number() });

describe('readableRows', () => {
  it('keeps the rows that are understood, and says when that is not all', () => {
    assert.deepEqual(readableRows([{ id: 1 }, { id: 2 }], row, 2), { value: [{ id: 1 }, { id: 2 }], code: null });
    assert.deepEqual(readableRows([{ id: 1 }, { id: 'x' }, null], row, 9), {
      value: [{ id: 1 }],
      code: 'graph.unexpected_answer',
    });
  });

  it('takes no more rows than it was told', () => {
    assert.deepEqual(readableRows([{ id: 1 }, { id: 2 }, { id: 3 }], row, 2), {
      value: [{ id: 1 }, { id: 2 }],
      code: 'graph.unexpected_answer',
    });
  });
});
