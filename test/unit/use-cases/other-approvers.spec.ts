import assert from 'node:assert/strict';
import { principalId } from '../../../src/domain/ids.ts';
import { othersThan } from '../../../src/use-cases/other-approvers.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: principalId(`p${n}`), name: `Person ${n}` }));

describe('othersThan', () => {
  it('names all others when they are few, and never oneself', () => {
    assert.deepEqual(othersThan(principalId('p1'), people(3)), {
      otherApprovers: ['Person 0', 'Person 2'],
      furtherApprovers: 0,
    });
    assert.deepEqual(othersThan(principalId('p0'), people(1)), { otherApprovers: [], furtherApprovers: 0 });
  });

  it('names eight of many and counts the rest, wherever oneself is', () => {
    for (const mine of ['p0', 'p8', 'p999']) {
      const { otherApprovers, furtherApprovers } = othersThan(principalId(mine), people(1_000));
      assert.deepEqual([otherApprovers.length, furtherApprovers], [8, 991]);
      assert.ok(!otherApprovers.includes(`Person ${mine.slice(1)}`));
    }
  });
});
