import assert from 'node:assert/strict';
import type { PermissionBlock, Plane } from '../../../src/domain/role-definition.ts';
import { type Answer, decide } from '../../../src/roles/evaluate.ts';

const RESTART = 'Microsoft.Compute/virtualMachines/restart/action';
const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
const ONLY_USERS = `((!(ActionMatches{'${ASSIGN}'})) OR (@Request[X:PrincipalType] StringEquals {'User'}))`;

function block(lists: Partial<PermissionBlock>): PermissionBlock {
  return {
    actions: [],
    notActions: [],
    dataActions: [],
    notDataActions: [],
    condition: null,
    conditionVersion: null,
    ...lists,
  };
}

describe('decide', () => {
  const GRID: readonly (readonly [title: string, blocks: readonly PermissionBlock[], Answer, plane?: Plane])[] = [
    ['denies what no block lists', [block({ actions: ['*/read'] })], 'denied'],
    ['denies everything to a role without blocks', [], 'denied'],
    ['allows what a wildcard reaches across slashes', [block({ actions: ['Microsoft.Compute/*'] })], 'allowed'],
    ['does not look at case and blanks at the ends', [block({ actions: [` ${RESTART.toUpperCase()} `] })], 'allowed'],
    ['subtracts what notActions name', [block({ actions: ['*'], notActions: ['*/restart/action'] })], 'denied'],
    [
      'subtracts exact strings from exact strings',
      [block({ actions: [RESTART], notActions: [RESTART.toLowerCase()] })],
      'denied',
    ],
    [
      'subtracts within one block only',
      [block({ actions: ['*'], notActions: ['Microsoft.Compute/*'] }), block({ actions: [RESTART] })],
      'allowed',
    ],
    ['keeps data actions apart from control', [block({ dataActions: ['*'] })], 'denied'],
    ['keeps control apart from data actions', [block({ actions: ['*'] })], 'denied', 'data'],
    ['does not subtract across planes', [block({ actions: [RESTART], notDataActions: ['*'] })], 'allowed'],
    [
      'is conditional under a condition that names no operation',
      [block({ actions: ['*'], condition: '@Resource[HasOboToken] BoolEquals true' })],
      'conditional',
    ],
    ['is free of a condition about others', [block({ actions: ['*'], condition: ONLY_USERS })], 'allowed'],
    [
      'is allowed when another block grants it freely',
      [block({ actions: ['*'], condition: '@Resource[A] BoolEquals true' }), block({ actions: [RESTART] })],
      'allowed',
    ],
  ];
  for (const [title, permissions, answer, plane = 'control'] of GRID) {
    it(title, () => {
      assert.equal(decide({ permissions }, { operation: RESTART, plane }).answer, answer);
    });
  }

  it('is conditional where the condition names the operation, by a wildcard as well', () => {
    for (const named of [ASSIGN, 'Microsoft.Authorization/roleAssignments/*']) {
      const permissions = [block({ actions: ['*'], condition: `!(ActionMatches{'${named}'}) OR @Request[A] X` })];
      assert.equal(decide({ permissions }, { operation: ASSIGN, plane: 'control' }).answer, 'conditional');
    }
  });

  it('names the strings that grant and that subtract, as written, for each block that has any', () => {
    const permissions = [
      block({ actions: ['*/read'] }),
      block({
        actions: ['*', 'Microsoft.Authorization/*'],
        notActions: ['Microsoft.Authorization/*/Write', '*/delete'],
      }),
      block({ actions: [ASSIGN], condition: ONLY_USERS }),
    ];
    assert.deepEqual(decide({ permissions }, { operation: ASSIGN, plane: 'control' }), {
      answer: 'conditional',
      why: [
        {
          block: 1,
          matchedBy: ['*', 'Microsoft.Authorization/*'],
          subtractedBy: ['Microsoft.Authorization/*/Write'],
          condition: null,
        },
        { block: 2, matchedBy: [ASSIGN], subtractedBy: [], condition: ONLY_USERS },
      ],
    });
  });

  describe('asked for a wildcard', () => {
    const all = (lists: Partial<PermissionBlock>): Answer =>
      decide({ permissions: [block(lists)] }, { operation: 'Microsoft.Compute/virtualMachines/*', plane: 'control' })
        .answer;

    it('allows it when one string reaches all of it', () => {
      assert.equal(all({ actions: ['Microsoft.Compute/*'] }), 'allowed');
      assert.equal(all({ actions: ['Microsoft.Compute/virtualMachines/*'] }), 'allowed');
    });

    it('denies it when a string reaches a part of it, or a part is taken away', () => {
      assert.equal(all({ actions: ['Microsoft.Compute/virtualMachines/*/action'] }), 'denied');
      assert.equal(all({ actions: ['*'], notActions: ['*/delete'] }), 'denied');
    });

    it('is conditional when the condition names a part of it', () => {
      assert.equal(
        all({ actions: ['*'], condition: `!(ActionMatches{'${RESTART}'}) OR @Request[A] X` }),
        'conditional',
      );
    });
  });
});
