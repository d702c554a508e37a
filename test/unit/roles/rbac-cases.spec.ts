import assert from 'node:assert/strict';
import { type RoleData, readDataFolder } from '../../../cli/roles/data-folder.ts';
import type { AzureRoleDefinition, DirectoryRoleDefinition, Plane } from '../../../src/domain/role-definition.ts';
import { compareRoles } from '../../../src/roles/compare-roles.ts';
import { type Decision, decide } from '../../../src/roles/evaluate.ts';
import { decideInDirectory } from '../../../src/roles/evaluate-directory.ts';
import { buildRoleIndex, type RoleIndex } from '../../../src/roles/role-index.ts';
import { covers } from '../../../src/roles/scopes.ts';
import { DATA_FOLDER, isSharedThere, readShared, withShared } from '../../support/shared-data.ts';

interface Decided {
  readonly id: string;
  readonly operation: string;
  readonly plane: Plane;
  readonly expected: string;
  readonly plainReading?: string;
}

interface Cases {
  readonly scopeHierarchy: { readonly mgParent: Record<string, string | null>; readonly subMg: Record<string, string> };
  readonly azureDecisions: readonly (Decided & { readonly role: string; readonly why: readonly object[] })[];
  readonly syntheticDecisions: readonly (Decided & Pick<AzureRoleDefinition, 'permissions'>)[];
  readonly leastPrivileged: readonly {
    readonly id: string;
    readonly operation: string;
    readonly plane: Plane;
    readonly allowedCount: number;
    readonly roles: readonly string[];
    readonly conditionalRoles: readonly string[];
    readonly leastPrivileged: readonly { readonly role: string; readonly concreteOperations: number }[];
    readonly firstFive: readonly (readonly [name: string, operations: number])[];
    readonly onlyByZeroSegment?: readonly string[];
  }[];
  readonly rolePairs: readonly {
    readonly id: string;
    readonly a: string;
    readonly b: string;
    readonly aSize: number;
    readonly bSize: number;
    readonly relation: string;
    readonly symbolic: string;
    readonly onlyA?: string;
    readonly onlyB?: string;
  }[];
  readonly cloneCases: readonly {
    readonly id: string;
    readonly kind: string;
    readonly original: string;
    readonly clonePermissions: AzureRoleDefinition['permissions'];
    readonly relationOnList: string;
    readonly symbolic: string;
    readonly onlyOriginal?: string;
  }[];
  readonly entraDecisions: readonly { id: string; role: string; action: string; expected: string }[];
  readonly scopeCases: readonly { id: string; assignedAt: string; target: string; covers: boolean }[];
}

(isSharedThere ? describe : describe.skip)(withShared('the expected answers about real roles'), () => {
  let cases: Cases;
  const azure = new Map<string, AzureRoleDefinition>();
  const directory = new Map<string, DirectoryRoleDefinition>();
  let data: RoleData;
  let index: RoleIndex;
  before(() => {
    data = readDataFolder(DATA_FOLDER);
    index = buildRoleIndex(data);
    cases = readShared('cases/rbac-cases.json') as Cases;
    for (const role of data.roles) {
      (role.kind === 'azure' ? azure : directory).set(role.id as never, role as never);
    }
  });

  const azureRole = (id: string): AzureRoleDefinition => azure.get(id) as AzureRoleDefinition;

  /** In the form of the cases, which say `condition` of every block that has one, also where it is about other operations. */
  const written = ({ why }: Decision, { permissions }: AzureRoleDefinition): readonly object[] =>
    why.map(({ condition: _concerning, ...reason }) => ({
      ...reason,
      ...(permissions[reason.block]?.condition ? { condition: true } : {}),
    }));

  it('decide says what built-in roles of Azure allow, and by which strings', () => {
    for (const { id, role, expected, why, ...question } of cases.azureDecisions) {
      const decision = decide(azureRole(role), question);
      assert.deepEqual([id, decision.answer, written(decision, azureRole(role))], [id, expected, why]);
    }
  });

  it('decide says what small roles at the edges allow', () => {
    for (const { id, expected, permissions, ...question } of cases.syntheticDecisions) {
      assert.deepEqual([id, decide({ permissions }, question).answer], [id, expected]);
    }
  });

  it('decide gives the plain answer where a wildcard between slashes must stand for something', () => {
    for (const { id, expected, plainReading, role, ...question } of cases.azureDecisions) {
      const { answer } = decide(azureRole(role), question, { zeroSegments: false });
      assert.deepEqual([id, answer], [id, plainReading ?? expected]);
    }
    for (const { id, expected, plainReading, permissions, ...question } of cases.syntheticDecisions) {
      const { answer } = decide({ permissions }, question, { zeroSegments: false });
      assert.deepEqual([id, answer], [id, plainReading ?? expected]);
    }
  });

  it('the index finds the roles that allow an operation, those with the fewest operations first', () => {
    for (const {
      id,
      roles,
      conditionalRoles,
      leastPrivileged,
      firstFive,
      allowedCount,
      ...question
    } of cases.leastPrivileged) {
      const found = index.allowing(question);
      const allowing = found.filter(({ decision }) => decision.answer === 'allowed').map(({ role }) => role);
      const conditional = found.filter(({ decision }) => decision.answer === 'conditional');
      assert.deepEqual([id, allowing.map(({ definition }) => definition.id)], [id, roles]);
      assert.deepEqual([id, allowing.length], [id, allowedCount]);
      assert.deepEqual(
        [id, conditional.map(({ role }) => role.definition.id).sort()],
        [id, conditionalRoles.toSorted()],
      );
      const five = allowing.slice(0, 5).map(({ definition, operations }) => [definition.name, operations]);
      assert.deepEqual([id, five], [id, firstFive]);
      const least = allowing.filter(({ operations }) => operations === allowing[0]?.operations);
      assert.deepEqual(
        [id, least.map(({ definition, operations }) => [definition.id, operations])],
        [id, leastPrivileged.map(({ role, concreteOperations }) => [role, concreteOperations])],
      );
    }
  });

  it('the index leaves out the roles that allow it only where a wildcard between slashes may stand for nothing', () => {
    const plain = buildRoleIndex(data, { zeroSegments: false });
    for (const { id, roles, onlyByZeroSegment = [], ...question } of cases.leastPrivileged) {
      const found = plain.allowing(question).filter(({ decision }) => decision.answer === 'allowed');
      const expected = roles.filter((role) => !onlyByZeroSegment.includes(role));
      const ids = found.map(({ role }) => role.definition.id);
      assert.deepEqual([id, ids.toSorted()], [id, expected.toSorted()]);
    }
  });

  it('compareRoles relates built-in roles, on the list and for all names, with the same shortest examples', () => {
    for (const { id, a, b, aSize, bSize, relation, symbolic, onlyA = null, onlyB = null } of cases.rolePairs) {
      const found = compareRoles(azureRole(a), azureRole(b), { index });
      assert.deepEqual([id, found.onList?.relation, found.onList?.a, found.onList?.b], [id, relation, aSize, bSize]);
      assert.deepEqual([id, found.symbolic, found.onlyA, found.onlyB], [id, symbolic, onlyA, onlyB]);
    }
  }).timeout(60_000);

  it('compareRoles tells honest clones from others', () => {
    for (const {
      id,
      kind,
      original,
      clonePermissions,
      relationOnList,
      symbolic,
      onlyOriginal = null,
    } of cases.cloneCases) {
      const clone = { ...azureRole(original), permissions: clonePermissions };
      const found = compareRoles(azureRole(original), clone, { index });
      const expected = [id, relationOnList, symbolic, onlyOriginal];
      assert.deepEqual([id, found.onList?.relation, found.symbolic, found.onlyA], expected);
      assert.ok(found.isNormalFormEqual || kind !== 'reorderedRecasedDuplicated', id);
    }
  }).timeout(60_000);

  it('decideInDirectory says what built-in roles of the directory allow', () => {
    for (const { id, role, action, expected } of cases.entraDecisions) {
      const definition = directory.get(role) as DirectoryRoleDefinition;
      const { answer } = decideInDirectory(definition, action, (other) => directory.get(other));
      assert.deepEqual([id, answer], [id, expected]);
    }
  });

  it('covers says where an assignment holds', () => {
    const { mgParent, subMg } = cases.scopeHierarchy;
    const hierarchy = {
      parentOfGroup: new Map(Object.entries(mgParent)),
      groupOfSubscription: new Map(Object.entries(subMg)),
    };
    for (const { id, assignedAt, target, covers: expected } of cases.scopeCases) {
      assert.deepEqual([id, covers(assignedAt, target, hierarchy)], [id, expected]);
    }
  });
});
