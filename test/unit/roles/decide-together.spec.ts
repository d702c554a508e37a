import assert from 'node:assert/strict';
import type { DenyAssignment } from '../../../src/domain/deny-assignment.ts';
import type { PermissionBlock } from '../../../src/domain/role-definition.ts';
import { decideTogether, type HeldRole } from '../../../src/roles/decide-together.ts';
import type { Answer } from '../../../src/roles/evaluate.ts';
import { aBlock } from '../../support/role-arbitraries.ts';

const RESTART = 'Microsoft.Compute/virtualMachines/restart/action';
const SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`;
const [ALICE, TEAM, OTHER] = ['a1', 'b2', 'c3'];

const held = (block: Partial<PermissionBlock>, parts: Partial<HeldRole> = {}): HeldRole => ({
  permissions: [aBlock(block)],
  scopeId: SUBSCRIPTION,
  condition: null,
  ...parts,
});

const denial = (parts: Partial<DenyAssignment> = {}): DenyAssignment => ({
  id: 'd',
  name: 'by a deployment stack',
  scopeId: SUBSCRIPTION,
  permissions: [aBlock({ actions: ['*'], notActions: ['*/read'] })],
  principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
  excludePrincipals: [],
  doNotApplyToChildScopes: false,
  ...parts,
});

const HIERARCHY = { parentOfGroup: new Map(), groupOfSubscription: new Map() };

function answer(roles: readonly HeldRole[], denials: readonly DenyAssignment[] = [], operation = RESTART): Answer {
  const question = { operation, plane: 'control', scopeId: GROUP, principalIds: [ALICE, TEAM] } as const;
  return decideTogether(roles, denials, question, { hierarchy: HIERARCHY }).answer;
}

describe('decideTogether', () => {
  const all = held({ actions: ['*'] });

  it('adds roles up: what one subtracts another one may give', () => {
    const most = held({ actions: ['*'], notActions: ['Microsoft.Compute/*'] });
    assert.equal(answer([most]), 'denied');
    assert.equal(answer([most, held({ actions: [RESTART] })]), 'allowed');
    assert.equal(answer([]), 'denied');
  });

  it('leaves out roles that do not hold at the scope', () => {
    assert.equal(answer([held({ actions: ['*'] }, { scopeId: `${GROUP}-2` })]), 'denied');
    assert.equal(answer([held({ actions: ['*'] }, { scopeId: `${GROUP}/providers/A/b/c` })]), 'denied');
  });

  it('is conditional under the condition of a role or of an assignment, and free when another role is', () => {
    const guarded = held({ actions: ['*'], condition: '@Resource[X] BoolEquals true' });
    const assigned = held({ actions: ['*'] }, { condition: `!(ActionMatches{'${RESTART}'}) OR @Request[X] Y` });
    assert.equal(answer([guarded]), 'conditional');
    assert.equal(answer([assigned]), 'conditional');
    assert.equal(answer([assigned], [], 'Microsoft.Compute/disks/write'), 'allowed');
    assert.equal(answer([guarded, all]), 'allowed');
  });

  const DENIALS: readonly (readonly [title: string, Partial<DenyAssignment>, Answer])[] = [
    ['of everyone', {}, 'denied'],
    ['of a group they are in', { principals: [{ id: TEAM.toUpperCase(), type: 'Group' }] }, 'denied'],
    ['of somebody else', { principals: [{ id: OTHER, type: 'User' }] }, 'allowed'],
    ['of everyone but them', { excludePrincipals: [{ id: ALICE, type: 'User' }] }, 'allowed'],
    ['somewhere else', { scopeId: `${SUBSCRIPTION}/resourceGroups/other` }, 'allowed'],
    ['above, for that place only', { doNotApplyToChildScopes: true }, 'allowed'],
    ['at this very place only', { doNotApplyToChildScopes: true, scopeId: GROUP.toUpperCase() }, 'denied'],
    ['of something else', { permissions: [aBlock({ actions: ['Microsoft.Network/*'] })] }, 'allowed'],
    ['of all but this', { permissions: [aBlock({ actions: ['*'], notActions: ['*/action'] })] }, 'allowed'],
    ['on data', { permissions: [aBlock({ dataActions: ['*'] })] }, 'allowed'],
    ['under a condition', { permissions: [aBlock({ actions: ['*'], condition: '@Resource[X] Y' })] }, 'conditional'],
    ['of nobody', { principals: [] }, 'allowed'],
    // Only of the type SystemDefined is the zero GUID everyone.
    [
      'of a user whose id is zero',
      { principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'User' }] },
      'allowed',
    ],
  ];
  for (const [title, parts, expected] of DENIALS) {
    it(`is ${expected} for who has it, with a deny assignment ${title}`, () => {
      assert.equal(answer([all], [denial(parts)]), expected);
    });
  }

  it('says which roles and which deny assignments decide', () => {
    const [reads, denied] = [held({ actions: ['*/read'] }), denial()];
    const question = { operation: RESTART, plane: 'control', scopeId: GROUP, principalIds: [ALICE] } as const;
    const decision = decideTogether([reads, all], [denied], question, { hierarchy: HIERARCHY });
    assert.deepEqual(
      decision.why.map((one) => one.held),
      [all],
    );
    assert.deepEqual(decision.deniedBy, [denied]);
  });
});
