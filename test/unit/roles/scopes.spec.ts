import assert from 'node:assert/strict';
import { covers } from '../../../src/roles/scopes.ts';

const SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`;
const MACHINE = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`;
const managed = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;

const HIERARCHY = {
  parentOfGroup: new Map<string, string | null>([
    ['top', null],
    ['corp', 'top'],
    ['a', 'b'],
    ['b', 'a'],
  ]),
  groupOfSubscription: new Map([['11111111-1111-1111-1111-111111111111', 'corp']]),
};

describe('covers', () => {
  const GRID: readonly (readonly [assignedAt: string, target: string, expected: boolean])[] = [
    ['/', MACHINE, true],
    ['/', managed('top'), true],
    ['/', '/administrativeUnits/1', true],
    ['/administrativeUnits/1', '/', false],
    [SUBSCRIPTION, MACHINE, true],
    [GROUP, GROUP.toUpperCase(), true],
    [`${GROUP}/`, MACHINE, true],
    [`${GROUP}-2`, MACHINE, false],
    [GROUP, `${GROUP}-2`, false],
    [MACHINE, `${MACHINE}0`, false],
    [MACHINE, `${MACHINE}/extensions/e1`, true],
    [MACHINE, GROUP, false],
    [managed('corp'), MACHINE, true],
    [managed('TOP'), SUBSCRIPTION, true],
    [managed('top'), managed('corp'), true],
    [managed('corp'), managed('top'), false],
    [managed('corp'), managed('corp'), true],
    [managed('other'), MACHINE, false],
    [managed('corp'), '/subscriptions/22222222-2222-2222-2222-222222222222', false],
    [SUBSCRIPTION, managed('corp'), false],
    // A path with providers in it is not a management group, and a role may be assigned at what belongs to one.
    [managed('corp'), `${managed('corp')}/providers/Microsoft.Authorization/policyAssignments/p`, true],
    // A circle has no end, the answer has.
    [managed('b'), managed('a'), true],
    [managed('top'), managed('a'), false],
  ];
  for (const [assignedAt, target, expected] of GRID) {
    it(`says that ${assignedAt} ${expected ? 'holds' : 'does not hold'} at ${target}`, () => {
      assert.equal(covers(assignedAt, target, HIERARCHY), expected);
    });
  }
});
