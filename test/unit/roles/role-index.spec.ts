import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AzureOperation, DirectoryRoleDefinition, RoleDefinition } from '../../../src/domain/role-definition.ts';
import { decide } from '../../../src/roles/evaluate.ts';
import { buildRoleIndex, type RoleIndex } from '../../../src/roles/role-index.ts';
import { aBlock, anAzureRole, anOperation, OPERATIONS, somePermissions } from '../../support/role-arbitraries.ts';

const VM = 'Microsoft.Compute/virtualMachines';
const RESTART = `${VM}/restart/action`;

function operation(name: string, plane: AzureOperation['plane'] = 'control'): AzureOperation {
  return { name, plane, displayName: '', description: '' };
}

const LIST = [
  ...['read', 'write', 'delete', 'restart/action'].map((tail) => operation(`${VM}/${tail}`)),
  operation('Microsoft.KeyVault/vaults/keys/read'),
  operation('Microsoft.KeyVault/vaults/keys/read', 'data'),
  operation('Microsoft.Storage/storageAccounts/listKeys/action'),
];

function index(roles: readonly RoleDefinition[]): RoleIndex {
  return buildRoleIndex({ roles, operations: LIST, directoryActions: [] });
}

function directoryRole(
  name: string,
  actions: readonly string[],
  inheritsFrom: readonly string[] = [],
): DirectoryRoleDefinition {
  const permissions = [{ actions: actions.map((action) => `microsoft.directory/${action}`), condition: null }];
  const common = { description: '', isCustom: false, isEnabled: true, isPrivileged: null };
  return { kind: 'directory', id: name, name, ...common, inheritsFrom, permissions };
}

describe('buildRoleIndex', () => {
  it('counts the concrete operations of both planes, and those that do more than read', () => {
    const role = anAzureRole({
      permissions: [aBlock({ actions: ['*'], notActions: ['*/delete'], dataActions: ['*/read'] })],
    });
    const [indexed] = index([role]).roles;
    assert.deepEqual([indexed?.operations, indexed?.changes], [6, 3]);
  });

  it('counts an operation once that several blocks allow, and one that one block takes and another gives', () => {
    const permissions = [
      aBlock({ actions: ['*/read'], notActions: [`${VM}/*`] }),
      aBlock({ actions: [`${VM}/*`, '*/read'] }),
    ];
    assert.equal(index([anAzureRole({ permissions })]).roles[0]?.operations, 5);
  });

  it('keeps the blocks of a role apart from those of the next one, however many it has', () => {
    const many = Array.from({ length: 5_000 }, () => aBlock({ actions: ['*'], notActions: [RESTART] }));
    const roles = [
      anAzureRole({ id: 'many', name: 'many', permissions: many }),
      anAzureRole({ id: 'one', name: 'one', permissions: [aBlock({ actions: [RESTART] })] }),
    ];
    const found = index(roles).allowing({ operation: RESTART, plane: 'control' });
    assert.deepEqual(
      found.map(({ role }) => role.definition.name),
      ['one'],
    );
  });

  it('puts the roles that allow an operation in order: fewest operations first, then by name', () => {
    const named = (name: string, actions: readonly string[]): RoleDefinition =>
      anAzureRole({ id: name, name, permissions: [aBlock({ actions })] });
    const found = index([named('all', ['*']), named('b', [RESTART]), named('A', [RESTART]), named('none', ['*/read'])]);
    const roles = found.allowing({ operation: RESTART.toLowerCase(), plane: 'control' });
    assert.deepEqual(
      roles.map(({ role }) => [role.definition.name, role.operations]),
      [
        ['A', 1],
        ['b', 1],
        ['all', 6],
      ],
    );
  });

  describe('asked for a pattern', () => {
    const all = anAzureRole({ id: 'all', name: 'all', permissions: [aBlock({ actions: ['*'] })] });
    const written = anAzureRole({
      id: 'out',
      name: 'out',
      permissions: [aBlock({ actions: ['read', 'write', 'delete', 'restart/action'].map((tail) => `${VM}/${tail}`) })],
    });
    const some = anAzureRole({ id: 'some', name: 'some', permissions: [aBlock({ actions: [RESTART, `${VM}/read`] })] });
    const question = { operation: `${VM}/*`, plane: 'control' } as const;

    it('finds the roles that allow every operation that fits, also one by one', () => {
      const found = index([all, written, some]).allowing(question);
      assert.deepEqual(
        found.map(({ role, decision }) => [role.definition.name, decision.answer]),
        [
          ['out', 'allowed'],
          ['all', 'allowed'],
        ],
      );
      assert.deepEqual(found[0]?.decision.why[0]?.matchedBy, written.permissions[0]?.actions);
    });

    it('finds the roles that allow a part of it apart', () => {
      const found = index([all, written, some]).partlyAllowing(question);
      assert.deepEqual(
        found.map(({ role, allowed }) => [role.definition.name, allowed]),
        [['some', 2]],
      );
    });

    it('goes by the strings alone where the list has nothing that fits', () => {
      const found = index([all, some]).allowing({ operation: 'Contoso.Things/*', plane: 'control' });
      assert.deepEqual(
        found.map(({ role }) => role.definition.name),
        ['all'],
      );
    });
  });

  it('knows in which planes an operation is', () => {
    const planes = (name: string): readonly string[] =>
      index([])
        .operationsNamed(name)
        .map(({ plane }) => plane);
    assert.deepEqual(planes('microsoft.keyvault/VAULTS/keys/read'), ['control', 'data']);
    assert.deepEqual(planes(RESTART), ['control']);
    assert.deepEqual(planes('Microsoft.Nothing/read'), []);
  });

  const RISKS: readonly (readonly [risk: string, block: Parameters<typeof aBlock>[0]])[] = [
    ['changes-access', { actions: ['*'] }],
    ['changes-access', { actions: ['Microsoft.Authorization/roleAssignments/write'], condition: '@Request[X] Y' }],
    [
      'reaches-data',
      { actions: ['*'], notActions: ['Microsoft.Authorization/*', 'Microsoft.KeyVault/*', 'Microsoft.Management/*'] },
    ],
    ['reaches-data', { actions: ['Microsoft.Storage/storageAccounts/listKeys/action'] }],
    ['reaches-data', { dataActions: ['*/read'] }],
    ['changes', { actions: [RESTART, '*/read'] }],
    ['changes', { actions: ['Contoso.Things/thing/write'] }],
    ['reads', { actions: ['*/read'] }],
    ['reads', {}],
  ];
  for (const [risk, block] of RISKS) {
    it(`says "${risk}" of ${JSON.stringify(block)}`, () => {
      assert.equal(index([anAzureRole({ permissions: [aBlock(block)] })]).roles[0]?.risk, risk);
    });
  }

  const DIRECTORY_RISKS = [
    ['changes-access', 'users/password/update'],
    ['reaches-data', 'bitlockerKeys/key/read'],
    ['reaches-data', 'deviceLocalCredentials/allProperties/read'],
    ['changes', 'users/photo/update'],
    ['reads', 'users/standard/read'],
  ] as const;
  for (const [risk, action] of DIRECTORY_RISKS) {
    it(`says "${risk}" of ${action} in the directory`, () => {
      assert.equal(index([directoryRole('one', [action])]).roles[0]?.risk, risk);
    });
  }

  it('counts what a directory role reaches, inherited and implied, and puts what is unknown last', () => {
    const readers = directoryRole('readers', ['users/standard/read']);
    const exact = directoryRole('exact', ['users/enable', 'users/disable', 'users/password/update'], ['readers']);
    const wide = directoryRole('a', ['users/allProperties/allTasks']);
    const found = index([wide, exact, readers]);
    assert.deepEqual(
      found.roles.map(({ operations, changes }) => [operations, changes]),
      [
        [3, 2],
        [4, 3],
        [1, 0],
      ],
    );
    const allowing = found.allowingInDirectory('microsoft.directory/users/enable');
    assert.deepEqual(
      allowing.map(({ role, decision }) => [role.definition.name, decision.answer]),
      [
        ['exact', 'exact'],
        ['a', 'unknown'],
      ],
    );
  });

  it('agrees with decide, string by string', () => {
    fc.assert(
      fc.property(
        fc.array(somePermissions, { maxLength: 4 }),
        anOperation,
        fc.boolean(),
        (all, asked, zeroSegments) => {
          const roles = all.map((permissions, id) => anAzureRole({ id: `${id}`, permissions }));
          const question = { operation: asked.name, plane: asked.plane };
          const built = buildRoleIndex({ roles, operations: OPERATIONS, directoryActions: [] }, { zeroSegments });
          const found = new Map(built.allowing(question).map(({ role, decision }) => [role.definition.id, decision]));
          for (const role of roles) {
            const decision = decide(role, question, { zeroSegments });
            assert.deepEqual(found.get(role.id), decision.answer === 'denied' ? undefined : decision);
          }
        },
      ),
    );
  });

  it('counts what decide allows', () => {
    fc.assert(
      fc.property(somePermissions, (permissions) => {
        const role = anAzureRole({ permissions });
        const built = buildRoleIndex({ roles: [role], operations: OPERATIONS, directoryActions: [] });
        const allowed = OPERATIONS.filter(
          ({ name, plane }) => decide(role, { operation: name, plane }).answer !== 'denied',
        );
        assert.equal(built.roles[0]?.operations, allowed.length);
        const granted = [...built.granted(role, 'control'), ...built.granted(role, 'data')];
        assert.deepEqual(new Set(granted), new Set(allowed));
      }),
    );
  });

  it('grants no operation more for one more NotAction', () => {
    fc.assert(
      fc.property(somePermissions, anOperation, fc.nat(2), (permissions, { name, plane }, at) => {
        const more = permissions.map((block, place) =>
          place === at
            ? { ...block, notActions: [...block.notActions, name], notDataActions: [...block.notDataActions, name] }
            : block,
        );
        const rank = { denied: 0, conditional: 1, allowed: 2 };
        for (const { name: operation, plane: each } of [{ name, plane }, ...OPERATIONS.slice(0, 20)]) {
          const [before, after] = [permissions, more].map(
            (all) => decide({ permissions: all }, { operation, plane: each }).answer,
          );
          assert.ok(rank[after as 'denied'] <= rank[before as 'denied']);
        }
      }),
    );
  });
});
