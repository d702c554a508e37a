import assert from 'node:assert/strict';
import type {
  AzureRoleDefinition,
  DirectoryRoleDefinition,
  PermissionBlock,
  RoleDefinition,
} from '../../../src/domain/role-definition.ts';
import { canonicalRole, differenceOf, isDifferent, pairRoles } from '../../../src/roles/role-drift.ts';

const BLOCK: PermissionBlock = {
  actions: ['Contoso.Shop/orders/read'],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  condition: null,
  conditionVersion: null,
};

function azure(changes: Partial<AzureRoleDefinition> = {}, block: Partial<PermissionBlock> = {}): AzureRoleDefinition {
  return {
    kind: 'azure',
    id: '11111111-1111-4111-8111-111111111111',
    name: 'Order Reader',
    description: 'Reads orders.',
    isCustom: true,
    assignableScopes: ['/subscriptions/a'],
    permissions: [{ ...BLOCK, ...block }],
    ...changes,
  };
}

function directory(
  actions: readonly string[],
  changes: Partial<DirectoryRoleDefinition> = {},
): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id: '22222222-2222-4222-8222-222222222222',
    name: 'App Reader',
    description: '',
    isCustom: true,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [{ actions, condition: null }],
    ...changes,
  };
}

const OPERATIONS = ['orders/read', 'orders/write', 'orders/delete'].map((name) => ({
  name: `Contoso.Shop/${name}`,
  plane: 'control' as const,
  displayName: '',
  description: '',
}));
const READ_APPS = 'microsoft.directory/applications/standard/read';
const GROUND = { operations: OPERATIONS, roles: [] };
const beside = (wanted: RoleDefinition, held: RoleDefinition | null, ground = GROUND) => {
  const { gains, losses } = differenceOf(wanted, held, ground);
  return [
    [...gains.escalating, ...gains.others],
    [...losses.escalating, ...losses.others],
  ];
};

describe('pairing files with roles of the tenant', () => {
  const names = (files: readonly RoleDefinition[], held: readonly RoleDefinition[]) =>
    pairRoles(
      files.map((definition, index) => ({ file: `${index}.json`, definition })),
      held,
    ).map((pair) => [pair.filed?.file ?? null, pair.held?.name ?? null]);

  it('goes by the id, whatever the names are', () => {
    assert.deepEqual(names([azure({ name: 'New name' })], [azure()]), [['0.json', 'Order Reader']]);
  });

  it('goes by the name, in any case, where the file has no id', () => {
    assert.deepEqual(names([azure({ id: null, name: ' order READER' })], [azure()]), [['0.json', 'Order Reader']]);
  });

  it('does not take another id of the same name for the role, nor a role of the other kind', () => {
    const other = azure({ id: '33333333-3333-4333-8333-333333333333' });
    assert.deepEqual(names([other], [azure()]), [
      ['0.json', null],
      [null, 'Order Reader'],
    ]);
    assert.deepEqual(names([directory([], { id: azure().id, name: 'Order Reader' })], [azure()]), [
      ['0.json', null],
      [null, 'Order Reader'],
    ]);
  });

  it('gives a role to the file with its id before one with its name', () => {
    assert.deepEqual(names([azure({ id: null }), azure({ name: 'Renamed' })], [azure()]), [
      ['0.json', null],
      ['1.json', 'Order Reader'],
    ]);
  });
});

describe('what a role gains and loses when its file counts', () => {
  it('is what the operations that are known say, wildcards spelt out', () => {
    const wanted = azure({}, { actions: ['Contoso.Shop/*'], notActions: ['Contoso.Shop/orders/delete'] });
    assert.deepEqual(beside(wanted, azure()), [['Contoso.Shop/orders/write'], []]);
    assert.deepEqual(beside(azure(), wanted), [[], ['Contoso.Shop/orders/write']]);
  });

  it('is everything where the tenant has no such role', () => {
    assert.deepEqual(beside(azure(), null), [['Contoso.Shop/orders/read'], []]);
  });

  it('also has operations that only the file names', () => {
    const wanted = azure({}, { actions: ['Contoso.Shop/orders/read', 'Contoso.Shop/orders/cancel/action'] });
    assert.deepEqual(beside(wanted, azure()), [['Contoso.Shop/orders/cancel/action'], []]);
  });

  it('counts a name in the other plane as another operation', () => {
    const wanted = azure({}, { dataActions: ['Contoso.Shop/orders/read'] });
    assert.deepEqual(beside(wanted, azure()), [['Contoso.Shop/orders/read'], []]);
  });

  it('counts what becomes free of a condition as a gain, and what gets one as a loss', () => {
    const filtered = azure({}, { condition: '@Resource[a] StringEquals b', conditionVersion: '2.0' });
    assert.deepEqual(beside(azure(), filtered), [['Contoso.Shop/orders/read'], []]);
    assert.deepEqual(beside(filtered, azure()), [[], ['Contoso.Shop/orders/read']]);
    assert.equal(differenceOf(filtered, azure(), GROUND).isConditionOther, true);
  });

  it('says that conditions differ where two blocks have changed theirs for one another', () => {
    const blocks = (first: string, second: string) =>
      azure({
        permissions: [
          { ...BLOCK, condition: first },
          { ...BLOCK, actions: ['Contoso.Shop/orders/write'], condition: second },
        ],
      });
    const swapped = differenceOf(blocks('a', 'b'), blocks('b', 'a'), GROUND);
    assert.deepEqual([swapped.isConditionOther, swapped.gains.total], [true, 0]);
    const reordered = blocks('a', 'b');
    const same = differenceOf(
      { ...(reordered as AzureRoleDefinition), permissions: [...reordered.permissions].reverse() as PermissionBlock[] },
      reordered,
      GROUND,
    );
    assert.equal(same.isConditionOther, false);
    const guarded = (first: string, second: string) =>
      directory([], {
        permissions: [
          { actions: [READ_APPS], condition: first },
          { actions: ['microsoft.directory/users/standard/read'], condition: second },
        ],
      });
    const own = ['$SubjectIsOwner', '$ResourceIsSelf'] as const;
    assert.equal(differenceOf(guarded(...own), guarded(own[1], own[0]), GROUND).isConditionOther, true);
  });

  it('tells wildcards that reach further than the tenant’s, also beside another gain and where no operation of today shows it', () => {
    const patterns = (wanted: Partial<PermissionBlock>, held: Partial<PermissionBlock>) =>
      differenceOf(azure({}, wanted), azure({}, held), GROUND).patterns.names;
    const everything = { actions: OPERATIONS.map(({ name }) => name) };
    assert.deepEqual(patterns({ actions: ['Contoso.Shop/*'] }, everything), ['Contoso.Shop/*']);
    const besides = { actions: ['Contoso.Shop/*', 'Contoso.Other/x/read'] };
    assert.deepEqual(patterns(besides, everything), ['Contoso.Shop/*']);
    assert.deepEqual(patterns({ actions: ['Contoso.Shop/*/read'] }, { actions: ['CONTOSO.shop/*'] }), []);
    const narrow = { actions: ['*'], notActions: ['Contoso.Secret/keys/*'] };
    assert.deepEqual(patterns(narrow, { actions: ['*'], notActions: ['Contoso.Secret/*'] }), ['*']);
    assert.deepEqual(patterns(narrow, { actions: ['*'], notActions: ['Contoso.Secret/keys/list/action'] }), []);
    assert.deepEqual(patterns({ actions: ['*/read'] }, { actions: ['*'], condition: 'a' }), ['*/read']);
    assert.deepEqual(patterns({ dataActions: ['*'] }, { actions: ['*'] }), ['*']);
  });

  it('marks what can change who has access', () => {
    const wanted = azure(
      {},
      { actions: ['Contoso.Shop/orders/write', 'Microsoft.Authorization/roleAssignments/write'] },
    );
    const { total, escalating, others } = differenceOf(wanted, null, GROUND).gains;
    assert.deepEqual(
      [total, escalating, others],
      [2, ['Microsoft.Authorization/roleAssignments/write'], ['Contoso.Shop/orders/write']],
    );
  });

  it('has the patterns themselves where no operation is known to fit them, and what is no longer taken away', () => {
    const unread = { operations: [], roles: [] };
    const wide = azure({}, { actions: ['Contoso.Shop/orders/read', '*'], notActions: ['Contoso.Shop/orders/delete'] });
    const { gains } = differenceOf(wide, azure(), unread);
    assert.deepEqual([gains.escalating, gains.others], [['*'], []]);
    const wider = azure({}, { actions: ['Contoso.Shop/orders/read', '*'] });
    assert.deepEqual(beside(wider, wide, unread), [['Contoso.Shop/orders/delete'], []]);
    assert.deepEqual(beside(azure(), wider, unread), [[], ['*']]);
  });

  it('follows what Entra implies', () => {
    const all = directory(['microsoft.directory/applications/allProperties/allTasks']);
    const one = directory(['microsoft.directory/applications/basic/update']);
    assert.deepEqual(beside(one, all), [[], ['microsoft.directory/applications/allProperties/allTasks']]);
    assert.deepEqual(beside(all, one), [['microsoft.directory/applications/allProperties/allTasks'], []]);
  });
});

describe('a difference', () => {
  it('is none where only order and case of strings differ', () => {
    const one = azure(
      { assignableScopes: ['/subscriptions/A/', '/subscriptions/b'] },
      { actions: ['A.B/c/read', 'A.B/d/read'] },
    );
    const other = azure(
      { assignableScopes: ['/subscriptions/b', '/subscriptions/a'] },
      { actions: ['a.b/D/read', 'a.b/C/read'] },
    );
    assert.equal(isDifferent(differenceOf(one, other, GROUND)), false);
    assert.equal(canonicalRole(one), canonicalRole(other));
  });

  it('is one where the strings differ and the known operations do not', () => {
    const wide = azure({}, { actions: ['Contoso.Shop/orders/read', 'Contoso.Shop/*/read'] });
    const difference = differenceOf(wide, azure(), GROUND);
    assert.deepEqual([difference.isSpeltOtherwise, isDifferent(difference)], [true, true]);
  });

  for (const [what, wanted] of [
    ['the name', azure({ name: 'Other' })],
    ['the case of the name', azure({ name: 'order reader' })],
    ['the description', azure({ description: '' })],
    ['a scope', azure({ assignableScopes: ['/subscriptions/b'] })],
    ['the condition', azure({}, { condition: 'x', conditionVersion: '2.0' })],
    ['the version of the condition', azure({}, { conditionVersion: '2.0' })],
    ['a second block', azure({ permissions: [BLOCK, BLOCK, { ...BLOCK, notActions: ['A/b/read'] }] })],
  ] as const) {
    it(`is ${what}, and makes another definition`, () => {
      assert.equal(isDifferent(differenceOf(wanted, azure(), GROUND)), true);
      assert.notEqual(canonicalRole(wanted), canonicalRole(azure()));
    });
  }

  it('is whether an Entra role is enabled, and which roles it inherits from', () => {
    const off = directory([], { isEnabled: false });
    assert.equal(differenceOf(off, directory([]), GROUND).isEnabledByFile, false);
    assert.notEqual(canonicalRole(off), canonicalRole(directory([])));
    const heir = directory([], { inheritsFrom: ['33333333-3333-4333-8333-333333333333'] });
    assert.equal(isDifferent(differenceOf(heir, directory([]), GROUND)), true);
  });

  it('is no matter of the id', () => {
    assert.equal(canonicalRole(azure({ id: null })), canonicalRole(azure()));
  });
});
