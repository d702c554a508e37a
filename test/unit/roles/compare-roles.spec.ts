import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  AzureRoleDefinition,
  DirectoryRoleDefinition,
  PermissionBlock,
} from '../../../src/domain/role-definition.ts';
import type { Relation } from '../../../src/domain/role-notice.ts';
import { compareDirectoryRoles, compareRoles } from '../../../src/roles/compare-roles.ts';
import { decide } from '../../../src/roles/evaluate.ts';
import { normalForm } from '../../../src/roles/normal-form.ts';
import { buildRoleIndex } from '../../../src/roles/role-index.ts';
import { aBlock, anAzureRole, OPERATIONS, somePermissions } from '../../support/role-arbitraries.ts';

const role = (...blocks: readonly Partial<PermissionBlock>[]): AzureRoleDefinition =>
  anAzureRole({ permissions: blocks.map(aBlock) });
const allow = (...actions: readonly string[]): AzureRoleDefinition => role({ actions });

const FLIPPED: Readonly<Record<Relation, Relation>> = {
  equal: 'equal',
  subset: 'superset',
  superset: 'subset',
  overlap: 'overlap',
  disjoint: 'disjoint',
};

/** The lists of a role that have something in them. */
const inWords = ({ permissions }: AzureRoleDefinition): string =>
  JSON.stringify(permissions.map((block) => Object.entries(block).filter(([, list]) => list?.length)));

describe('compareRoles', () => {
  const GRID: readonly (readonly [AzureRoleDefinition, AzureRoleDefinition, Relation, string | null, string | null])[] =
    [
      [allow('A/x/read'), allow(' a/X/read '), 'equal', null, null],
      [allow('A/x/read'), allow('A/*/read'), 'subset', null, 'control:a/read'],
      [allow('A/*'), allow('A/*/read'), 'superset', 'control:a/a', null],
      [allow('A/x', 'A/y'), allow('A/y', 'A/z'), 'overlap', 'control:a/x', 'control:a/z'],
      [allow('A/x'), allow('B/x'), 'disjoint', 'control:a/x', 'control:b/x'],
      [allow('A/*'), role({ actions: ['A/*'], notActions: ['A/x/*'] }), 'superset', 'control:a/x/a', null],
      [allow('A/*'), role({ actions: ['A/*'], notActions: ['B/*'] }), 'equal', null, null],
      [allow('A/b'), role({ dataActions: ['A/b'] }), 'disjoint', 'control:a/b', 'data:a/b'],
      [allow('*'), allow('*/read', '*/a'), 'superset', 'control:a/d', null],
      [allow('b/b/*'), allow('b/b/b'), 'superset', 'control:b/b/~', null],
      [role({ actions: ['A/*'], notActions: ['A/x'] }, { actions: ['A/x'] }), allow('A/*'), 'equal', null, null],
      // No operation ends with a slash.
      [allow('A/x', 'A/'), allow('A/x'), 'equal', null, null],
      [allow(), allow(), 'equal', null, null],
      [allow(), allow('A/x'), 'subset', null, 'control:a/x'],
    ];
  for (const [a, b, relation, onlyA, onlyB] of GRID) {
    it(`says ${relation} of ${inWords(a)} and ${inWords(b)}`, () => {
      const there = compareRoles(a, b);
      assert.deepEqual([there.symbolic, there.onlyA, there.onlyB], [relation, onlyA, onlyB]);
      const back = compareRoles(b, a);
      assert.deepEqual([back.symbolic, back.onlyA, back.onlyB], [FLIPPED[relation], onlyB, onlyA]);
    });
  }

  it('tells wildcards from what they come to today', () => {
    const operations = ['A/x/read', 'A/y/read'].map((name) => ({
      name,
      plane: 'control' as const,
      displayName: '',
      description: '',
    }));
    const index = buildRoleIndex({ roles: [], operations, directoryActions: [] });
    const { symbolic, onList } = compareRoles(allow('A/*/read'), allow('A/x/read', 'A/y/read'), { index });
    assert.deepEqual([symbolic, onList], ['superset', { relation: 'equal', a: 2, b: 2, common: 2 }]);
  });

  it('compares conditions by text, blanks apart', () => {
    const under = (condition: string | null): AzureRoleDefinition => role({ actions: ['A/x'], condition });
    const same = compareRoles(under('@Resource[X]  BoolEquals true'), under(' @Resource[X] BoolEquals\ntrue'));
    assert.deepEqual([same.areConditionsEqual, same.isNormalFormEqual], [true, true]);
    const other = compareRoles(under('@Resource[X] BoolEquals true'), under(null));
    assert.deepEqual([other.areConditionsEqual, other.isNormalFormEqual, other.symbolic], [false, false, 'equal']);
  });

  it('gives up where strings with many wildcards have no end', () => {
    const many = Array.from(
      { length: 24 },
      (_, at) => `*${String.fromCharCode(97 + at)}*${String.fromCharCode(97 + at)}*`,
    );
    assert.equal(compareRoles(allow(...many), allow('*')).symbolic, null);
  }).timeout(10_000);

  it('agrees with what decide says of every operation, and its examples are true', () => {
    fc.assert(
      fc.property(somePermissions, somePermissions, (one, other) => {
        const [a, b] = [anAzureRole({ permissions: one }), anAzureRole({ permissions: other })];
        const { symbolic, onlyA, onlyB } = compareRoles(a, b);
        const allows = (asked: AzureRoleDefinition, operation: string, plane: 'control' | 'data'): boolean =>
          decide(asked, { operation, plane }).answer !== 'denied';
        for (const { name, plane } of OPERATIONS) {
          const [inA, inB] = [allows(a, name, plane), allows(b, name, plane)];
          assert.ok(!(inA && !inB) || !['equal', 'subset'].includes(symbolic ?? ''));
          assert.ok(!(inB && !inA) || !['equal', 'superset'].includes(symbolic ?? ''));
          assert.ok(!(inA && inB) || symbolic !== 'disjoint');
        }
        for (const [example, holder, lacking] of [
          [onlyA, a, b],
          [onlyB, b, a],
        ] as const) {
          const [plane, name = ''] = example?.split(':') ?? [];
          assert.ok(
            example === null || (allows(holder, name, plane as 'data') && !allows(lacking, name, plane as 'data')),
          );
        }
      }),
    );
  });

  it('is an order: a role is equal to itself, the other way round is turned over, and inside what is inside is inside', () => {
    const isInside = (a: AzureRoleDefinition, b: AzureRoleDefinition): boolean =>
      ['equal', 'subset'].includes(compareRoles(a, b).symbolic ?? '');
    const some = somePermissions.map((permissions) => anAzureRole({ permissions }));
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        assert.equal(compareRoles(a, a).symbolic, 'equal');
        const there = compareRoles(a, b).symbolic;
        assert.equal(compareRoles(b, a).symbolic, there === null ? null : FLIPPED[there]);
        const wider = anAzureRole({ permissions: [...a.permissions, ...b.permissions] });
        const widest = anAzureRole({ permissions: [...wider.permissions, ...c.permissions] });
        assert.ok(isInside(a, wider) && isInside(wider, widest) && isInside(a, widest));
        assert.ok(!(isInside(a, b) && isInside(b, c)) || isInside(a, c));
      }),
      { numRuns: 60 },
    );
  });
});

describe('normalForm', () => {
  const SAME: readonly (readonly [string, AzureRoleDefinition, AzureRoleDefinition])[] = [
    ['order, case, blanks and repeats', allow('B/y', 'A/x', 'a/X '), allow('A/x', 'b/y')],
    ['strings that another one covers', allow('A/*', 'A/x/read', 'A/*/read'), allow('A/*')],
    ['what is taken from nothing', role({ actions: ['A/*'], notActions: ['B/*'] }), allow('A/*')],
    [
      'the order of blocks, and one block twice',
      role({ actions: ['A/x'] }, { actions: ['B/x'] }),
      role({ actions: ['B/x'] }, { actions: ['A/x'] }, { actions: ['B/x'] }),
    ],
    ['blocks that grant nothing', role({ actions: ['A/x'] }, { notActions: ['A/x'] }), allow('A/x')],
  ];
  for (const [title, a, b] of SAME) {
    it(`does not show ${title}`, () => {
      assert.equal(normalForm(a), normalForm(b));
    });
  }

  it('shows what is subtracted, where, and under which condition', () => {
    const forms = [
      allow('A/*'),
      role({ actions: ['A/*'], notActions: ['A/x'] }),
      role({ actions: ['A/*'], condition: '@Resource[X] BoolEquals true' }),
      role({ dataActions: ['A/*'] }),
    ].map((one) => normalForm(one));
    assert.equal(new Set(forms).size, forms.length);
  });

  it('is the same only for roles that allow the same', () => {
    fc.assert(
      fc.property(somePermissions, fc.infiniteStream(fc.boolean()), (permissions, coins) => {
        const flip = (): boolean => coins.next().value;
        const shuffled = (list: readonly string[]): readonly string[] =>
          [...list, ...list.filter(flip)].toReversed().map((text) => (flip() ? text.toUpperCase() : ` ${text}`));
        const clone = permissions.toReversed().map(({ actions, notActions, dataActions, notDataActions, ...rest }) => ({
          ...rest,
          actions: shuffled(actions),
          notActions: shuffled(notActions),
          dataActions: shuffled(dataActions),
          notDataActions: shuffled(notDataActions),
        }));
        const [a, b] = [anAzureRole({ permissions }), anAzureRole({ permissions: clone })];
        const comparison = compareRoles(a, b);
        assert.deepEqual([comparison.isNormalFormEqual, comparison.symbolic], [true, 'equal']);
      }),
    );
  });

  it('never says equal of roles that differ', () => {
    fc.assert(
      fc.property(somePermissions, somePermissions, (one, other) => {
        const comparison = compareRoles(anAzureRole({ permissions: one }), anAzureRole({ permissions: other }));
        assert.ok(!comparison.isNormalFormEqual || comparison.symbolic === 'equal');
      }),
    );
  });
});

describe('compareDirectoryRoles', () => {
  it('compares what the roles list, without regard to case', () => {
    const listing = (...actions: readonly string[]): DirectoryRoleDefinition => ({
      kind: 'directory',
      id: null,
      name: '',
      description: '',
      isCustom: true,
      isEnabled: true,
      isPrivileged: null,
      inheritsFrom: ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b'],
      permissions: [{ actions, condition: null }],
    });
    const found = compareDirectoryRoles(
      listing('D/users/standard/read'),
      listing('d/USERS/standard/read', 'd/users/create'),
    );
    assert.deepEqual(found, { relation: 'subset', a: 1, b: 2, common: 1 });
  });
});
