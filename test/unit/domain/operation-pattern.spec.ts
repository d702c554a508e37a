import assert from 'node:assert/strict';
import fc from 'fast-check';
import { haveCommon, operationPattern } from '../../../src/domain/operation-pattern.ts';

const PLAIN = { zeroSegments: false };

/** What the pattern means, said by other means: a regular expression over everything. */
function bruteForce(pattern: string, zeroSegments: boolean): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '*');
  const optional = zeroSegments ? escaped.replace(/(?<=\/)\*\//g, '(?:.*/)?') : escaped;
  return new RegExp(`^${optional.replace(/(?<!\.)\*/g, '.*').replaceAll('..*', '.*')}$`, 's');
}

describe('operationPattern', () => {
  const TABLE: readonly (readonly [pattern: string, operation: string, fits: boolean])[] = [
    ['Microsoft.Compute/virtualMachines/read', 'microsoft.compute/virtualmachines/read', true],
    [' Microsoft.Compute/virtualMachines/read ', 'microsoft.compute/virtualmachines/read', true],
    ['Microsoft.Compute/virtualMachines/read', 'microsoft.compute/virtualmachines/reads', false],
    ['*', 'a', true],
    ['Microsoft.Compute/*', 'microsoft.compute/virtualmachines/restart/action', true],
    ['Microsoft.Compute/*', 'microsoft.computeschedule/read', false],
    ['Microsoft.Compute/*', 'microsoftxcompute/read', false],
    ['*/read', 'a/b/read', true],
    ['*/read', 'a/b/spread', false],
    ['a/b*/read', 'a/bc/d/read', true],
    ['a/*/read', 'a/read', true],
    ['a/*read', 'a/read', true],
    // The end of the head serves as the beginning of the tail only where it is a slash.
    ['locks/delete*s/delete', 'locks/delete', false],
    ['a/*/b/*/c', 'a/b/c', true],
    ['a/*/*/b', 'a/b', true],
    ['a/*/b/*/c', 'a/x/b/y/z/c', true],
    ['a/*/b/*/c', 'a/c', false],
    ['a/*x*/c', 'a/yxz/c', true],
    ['a/*x*/c', 'a/yz/c', false],
    ['a/**/b', 'a/b', true],
  ];
  for (const [pattern, operation, fits] of TABLE) {
    it(`says that ${operation} ${fits ? 'fits' : 'does not fit'} "${pattern}"`, () => {
      assert.equal(operationPattern(pattern).fits(operation), fits);
    });
  }

  it('can be told that a wildcard between slashes stands for something', () => {
    assert.equal(operationPattern('a/*/b', PLAIN).fits('a/b'), false);
    assert.equal(operationPattern('a/*/b/*/c', PLAIN).fits('a/b/c'), false);
    assert.equal(operationPattern('a/*/b', PLAIN).fits('a//b'), true);
  });

  const part = fc.constantFrom('a', 'b', '*', 'a*', 'ab', '.');
  const pattern = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'x', '.'), { minLength: 1, maxLength: 5 })
    .map((all) => all.join('/'));

  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (one, operation, zeroSegments) => {
        const expected = bruteForce(one, zeroSegments).test(operation);
        assert.equal(operationPattern(one, { zeroSegments }).fits(operation), expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('fits a pattern only if it fits whatever fits that one', () => {
    fc.assert(
      fc.property(pattern, pattern, text, fc.boolean(), (wide, narrow, operation, zeroSegments) => {
        const reading = { zeroSegments };
        fc.pre(operationPattern(wide, reading).fits(operationPattern(narrow).text));
        fc.pre(operationPattern(narrow, reading).fits(operation));
        assert.ok(operationPattern(wide, reading).fits(operation));
      }),
      { numRuns: 100, maxSkipsPerRun: 3000 },
    );
  });

  it('has something in common with every pattern that one of its operations fits', () => {
    fc.assert(
      fc.property(pattern, pattern, text, fc.boolean(), (one, other, operation, zeroSegments) => {
        const reading = { zeroSegments };
        const fitsBoth = [one, other].every((each) => operationPattern(each, reading).fits(operation));
        assert.ok(!fitsBoth || haveCommon(one, other, reading));
        assert.equal(haveCommon(one, other, reading), haveCommon(other, one, reading));
      }),
      { numRuns: 3000 },
    );
  });

  const APART = [
    ['a/*', 'b/*'],
    ['*/read', '*/write'],
    ['a/*/c', 'a/*/d'],
  ] as const;
  for (const [one, other] of APART) {
    it(`finds nothing in common of ${one} and ${other}`, () => {
      assert.equal(haveCommon(one, other), false);
    });
  }
});
