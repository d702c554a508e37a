import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DirectoryRoleDefinition, PermissionBlock, RoleDefinition } from '../../../src/domain/role-definition.ts';
import { type EligibleRole, type Ranking, rankEligible, type WantedAccess } from '../../../src/roles/rank.ts';
import { buildRoleIndex } from '../../../src/roles/role-index.ts';
import { aBlock, anAzureRole } from '../../support/role-arbitraries.ts';

const VM = 'Microsoft.Compute/virtualMachines';
const RESTART = `${VM}/restart/action`;
const SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`;
const MACHINE = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`;

const HIERARCHY = {
  parentOfGroup: new Map([['corp', null]]),
  groupOfSubscription: new Map([['11111111-1111-1111-1111-111111111111', 'corp']]),
};

const OPERATIONS = ['read', 'write', 'delete', 'restart/action', 'start/action', 'listKeys/action'].map((tail) => ({
  name: `${VM}/${tail}`,
  plane: 'control' as const,
  displayName: '',
  description: '',
}));

function named(
  name: string,
  block: Partial<PermissionBlock>,
  assignableScopes: readonly string[] = ['/'],
): RoleDefinition {
  return anAzureRole({ id: name.toLowerCase(), name, assignableScopes, permissions: [aBlock(block)] });
}

function directoryRole(name: string, action: string): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id: name.toLowerCase(),
    name,
    description: '',
    isCustom: false,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [{ actions: [`microsoft.directory/${action}`], condition: null }],
  };
}

function eligible(role: string, parts: Partial<EligibleRole> = {}): EligibleRole {
  const key = `${role} ${parts.scopeId ?? ''} ${parts.maximumDuration ?? ''}`;
  return { key, surface: 'azure', roleDefinitionId: role, scopeId: SUBSCRIPTION, maximumDuration: null, ...parts };
}

const AT_MACHINE: WantedAccess = { kind: 'azure', operation: RESTART, plane: 'control', scopeId: MACHINE };

function rank(
  roles: readonly RoleDefinition[],
  own: readonly EligibleRole[],
  wanted: WantedAccess = AT_MACHINE,
): Ranking {
  const index = buildRoleIndex({ roles, operations: OPERATIONS, directoryActions: [] });
  return rankEligible(own, wanted, { index, hierarchy: HIERARCHY });
}

const names = (ranked: Ranking['own'] | Ranking['others']): readonly string[] =>
  ranked.map(({ role }) => role.definition.name);

const ROLES = [
  named('Conditional', { actions: [RESTART], condition: '@Resource[X] BoolEquals true' }),
  named('Access', { actions: [RESTART, 'Microsoft.Authorization/roleAssignments/write'] }),
  named('Keys', { actions: [RESTART, `${VM}/listKeys/action`] }),
  named('Wide', {
    actions: ['read', 'write', 'delete', 'restart/action', 'start/action'].map((tail) => `${VM}/${tail}`),
  }),
  named('B narrow', { actions: [RESTART, `${VM}/read`] }),
  named('A narrow', { actions: [RESTART, `${VM}/read`] }),
  named('Reader', { actions: ['*/read'] }),
];

describe('rankEligible', () => {
  it('puts what is free before what is conditional, then goes by risk class, by excess and by name', () => {
    const own = ['conditional', 'access', 'keys', 'wide', 'b narrow', 'a narrow', 'reader'].map((role) =>
      eligible(role),
    );
    const ranking = rank(ROLES, own);
    assert.deepEqual(names(ranking.own), ['A narrow', 'B narrow', 'Wide', 'Keys', 'Access', 'Conditional']);
    assert.deepEqual(
      ranking.own.map(({ excess }) => excess),
      [1, 1, 4, 1, 0, 0],
    );
    assert.deepEqual(ranking.others, []);
  });

  it('puts the narrower scope first, then the shorter maximum, what is not known last', () => {
    const at = (scopeId: string, maximumDuration: string | null): EligibleRole =>
      eligible('a narrow', {
        scopeId,
        maximumDuration: maximumDuration && Temporal.Duration.from(maximumDuration),
      } as never);
    const ranking = rank(ROLES, [
      at('/providers/Microsoft.Management/managementGroups/corp', 'PT1H'),
      at('/', 'PT1H'),
      at(GROUP, null),
      at(SUBSCRIPTION, 'PT1H'),
      at(GROUP, 'P1D'),
      at(GROUP, 'PT8H'),
    ]);
    assert.deepEqual(
      ranking.own.map(({ eligible: { scopeId, maximumDuration } }) => [scopeId, maximumDuration?.toString() ?? null]),
      [
        [GROUP, 'PT8H'],
        [GROUP, 'P1D'],
        [GROUP, null],
        [SUBSCRIPTION, 'PT1H'],
        ['/providers/Microsoft.Management/managementGroups/corp', 'PT1H'],
        ['/', 'PT1H'],
      ],
    );
  });

  it('says why: the strings, and the condition where there is one', () => {
    const [free, guarded] = rank(ROLES, [eligible('a narrow'), eligible('conditional')]).own;
    assert.deepEqual([free?.answer, free?.by, free?.conditions], ['allowed', [RESTART], []]);
    assert.deepEqual([guarded?.answer, guarded?.conditions], ['conditional', ['@Resource[X] BoolEquals true']]);
  });

  it('keeps apart what holds elsewhere only, and knows a role by a path of its id', () => {
    const path = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/A NARROW`;
    const ranking = rank(ROLES, [eligible(path, { scopeId: `${GROUP}-2` })]);
    assert.deepEqual([names(ranking.own), names(ranking.elsewhere)], [[], ['A narrow']]);
  });

  it('takes every scope when none is asked for', () => {
    assert.deepEqual(
      names(rank(ROLES, [eligible('a narrow', { scopeId: `${GROUP}-2` })], { ...AT_MACHINE, scopeId: null }).own),
      ['A narrow'],
    );
  });

  it('says which roles of the tenant would do, when none of their own does, and only those that can be assigned there', () => {
    const here = named('Here', { actions: [RESTART] }, [SUBSCRIPTION]);
    const there = named('There', { actions: [RESTART] }, ['/subscriptions/22222222-2222-2222-2222-222222222222']);
    const { own, others } = rank([...ROLES, here, there], [eligible('reader')]);
    assert.deepEqual(names(own), []);
    assert.deepEqual(names(others), ['Here', 'A narrow', 'B narrow', 'Wide', 'Keys', 'Access', 'Conditional']);
  });

  it('asked for a pattern, ranks the roles that allow all of it, and tells those that allow a part', () => {
    const wanted: WantedAccess = { kind: 'azure', operation: `${VM}/*`, plane: 'control', scopeId: MACHINE };
    const whole = named('Whole', { actions: [`${VM}/*`] });
    const ranking = rank(
      [...ROLES, whole],
      ['whole', 'wide', 'reader', 'a narrow'].map((role) => eligible(role)),
      wanted,
    );
    assert.deepEqual([names(ranking.own), ranking.own[0]?.excess, ranking.asked], [['Whole'], 0, 6]);
    assert.deepEqual(
      ranking.partly.map(({ role, allowed }) => [role.definition.name, allowed]),
      [
        ['Wide', 5],
        ['A narrow', 2],
        ['Reader', 1],
      ],
    );
  });

  it('ranks roles of the directory: exact before implied before unknown', () => {
    const roles = [
      directoryRole('Unknown', 'users/allProperties/allTasks'),
      directoryRole('Exact', 'users/enable'),
      directoryRole('Other', 'groups/create'),
    ];
    const own = roles.map(({ name }) => eligible(name, { surface: 'directory', scopeId: '/' }));
    const ask = (action: string): Ranking =>
      rank(roles, own, { kind: 'directory', action: `microsoft.directory/${action}`, scopeId: '/' });
    assert.deepEqual(
      ask('users/enable').own.map(({ role, answer }) => [role.definition.name, answer]),
      [
        ['Exact', 'exact'],
        ['Unknown', 'unknown'],
      ],
    );
    assert.deepEqual(
      ask('users/photo/update').own.map(({ answer }) => answer),
      ['implied'],
    );
  });

  it('names no role of the directory that nobody can be assigned to, since it is disabled', () => {
    const off = { ...directoryRole('Off', 'users/enable'), isEnabled: false };
    const roles = [off, directoryRole('On', 'users/enable')];
    const wanted = { kind: 'directory', action: 'microsoft.directory/users/enable', scopeId: null } as const;
    assert.deepEqual(names(rank(roles, [], wanted).others), ['On']);
  });

  it('never takes a group, nor a role of the other kind, for what was asked', () => {
    assert.deepEqual(names(rank(ROLES, [eligible('a narrow', { surface: 'group' })]).own), []);
  });

  it('answers the same whatever the order of what it is given', () => {
    const own = ['conditional', 'access', 'keys', 'wide', 'b narrow', 'a narrow'].flatMap((role) =>
      [GROUP, SUBSCRIPTION].map((scopeId) => eligible(role, { scopeId })),
    );
    const expected = rank(ROLES, own).own.map(({ eligible: { key } }) => key);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(own, { minLength: own.length }),
        fc.shuffledSubarray(ROLES, { minLength: ROLES.length }),
        (shuffled, roles) => {
          assert.deepEqual(
            rank(roles, shuffled).own.map(({ eligible: { key } }) => key),
            expected,
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
