import assert from 'node:assert/strict';

import { parsePimFilter, parseTerms } from '../../../../sandbox/arm/filter.ts';
import { RequestLimits } from '../../../../sandbox/arm/limits.ts';
import { matches } from '../../../../sandbox/arm/rights.ts';

const ID = '07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07';

describe('matches', () => {
  const grid: readonly [pattern: string, operation: string, expected: boolean][] = [
    ['*', 'Microsoft.Compute/virtualMachines/read', true],
    ['*/read', 'Microsoft.Compute/virtualMachines/instanceView/read', true],
    ['*/read', 'Microsoft.Compute/virtualMachines/readMore', false],
    ['Microsoft.Compute/*', 'microsoft.compute/VIRTUALMACHINES/restart/action', true],
    ['Microsoft.Compute/*', 'MicrosoftXCompute/virtualMachines/read', false],
    ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/roleAssignments/write', true],
    ['Microsoft.Compute/virtualMachines/*/read', 'Microsoft.Compute/virtualMachines/read', true],
    ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Compute/virtualMachines', false],
    ['Microsoft.Network/virtualNetworks/read ', 'Microsoft.Network/virtualNetworks/read', true],
  ];
  for (const [pattern, operation, expected] of grid) {
    it(`says ${expected} to ${operation} under ${pattern}`, () => {
      assert.equal(matches(pattern, operation), expected);
    });
  }
});

describe('parsePimFilter', () => {
  const all = ['atScope', 'asTarget', 'principal', 'assignedTo'] as const;
  const good: readonly [text: string | null, expected: object][] = [
    [null, { kind: 'everything' }],
    [' ', { kind: 'everything' }],
    ['ASTARGET()', { kind: 'asTarget' }],
    [`principalId eq ${ID}`, { kind: 'principal', principalId: ID }],
    [`principalId eq '${ID.toUpperCase()}'`, { kind: 'principal', principalId: ID }],
    [`assignedTo('${ID}')`, { kind: 'assignedTo', principalId: ID }],
  ];
  for (const [text, expected] of good) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parsePimFilter(text, all), expected);
    });
  }

  for (const text of [
    'asTarget',
    'asApprover()',
    `principalId ne '${ID}'`,
    `principalId eq '${ID}`,
    `assignedTo(${ID})`,
  ]) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parsePimFilter(text, all), { code: 'InvalidFilter' });
    });
  }
});

describe('parseTerms', () => {
  it('reads comparisons and functions, quotes and joiners within quotes', () => {
    const terms = parseTerms("roleName eq 'Owner''s and friends' and atScopeAndBelow()", 'and');
    assert.deepEqual(
      [...terms],
      [
        ['rolename', ["Owner's and friends"]],
        ['atscopeandbelow', ['']],
      ],
    );
    const types = parseTerms("resourceType eq 'Subscription' or resourceType eq 'resourcegroup'", 'or');
    assert.deepEqual([...types], [['resourcetype', ['Subscription', 'resourcegroup']]]);
  });

  for (const text of ['', "name ne 'x'", 'name eq x', "name eq 'x' or name eq 'y'", "name eq 'x' and"]) {
    it(`refuses ${text || 'nothing'}`, () => {
      assert.throws(() => parseTerms(text, 'and'), { code: 'InvalidFilter' });
    });
  }
});

describe('RequestLimits', () => {
  it('refills each bucket by sandbox time, apart by operation, principal and subscription', () => {
    let now = Temporal.Instant.from('2026-11-23T08:00:00Z');
    const limits = new RequestLimits({ now: () => now, set: async () => undefined });
    limits.count(true);
    for (let left = 199; left >= 0; left -= 1) {
      assert.equal(limits.take('PUT', 'me', 'one').remaining, left);
    }
    const header = 'x-ms-ratelimit-remaining-subscription-writes';
    assert.deepEqual(limits.take('POST', 'me', 'one'), { header, remaining: 0, retryAfter: 1 });
    assert.equal(limits.take('PUT', 'me', 'two').remaining, 199);
    assert.equal(limits.take('PUT', 'you', 'one').remaining, 199);
    assert.equal(limits.take('DELETE', 'me', 'one').remaining, 199);
    assert.equal(limits.take('GET', 'me', 'one').remaining, 249);
    now = now.add({ seconds: 2 });
    assert.equal(limits.take('PUT', 'me', 'one').remaining, 19);
    limits.count(false);
    assert.deepEqual(limits.take('PUT', 'me', 'one'), { header, remaining: 199, retryAfter: null });
  });
});
