import fc from 'fast-check';
import type { AzureOperation, AzureRoleDefinition, PermissionBlock } from '../../src/domain/role-definition.ts';

/** A permission block with the lists that matter to a test. */
export function aBlock(lists: Partial<PermissionBlock> = {}): PermissionBlock {
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

export function anAzureRole(parts: Partial<AzureRoleDefinition> = {}): AzureRoleDefinition {
  return {
    kind: 'azure',
    id: '00000000-0000-0000-0000-000000000001',
    name: 'Some role',
    description: '',
    isCustom: true,
    assignableScopes: ['/'],
    permissions: [],
    ...parts,
  };
}

/** Few names, so that roles have something to do with each other. */
const WORDS: readonly string[] = ['a', 'b', 'read', 'write'];

export const OPERATIONS: readonly AzureOperation[] = WORDS.flatMap((one) =>
  WORDS.flatMap((two) => [`${one}/${two}`, ...WORDS.map((three) => `${one}/${two}/${three}`)]),
).flatMap((name) => (['control', 'data'] as const).map((plane) => ({ name, plane, displayName: '', description: '' })));

export const anOperation = fc.constantFrom(...OPERATIONS);

/** Strings with one wildcard at most, as Azure takes them. */
export const aString = fc
  .tuple(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }), fc.nat(4))
  .map(([words, at]) => words.toSpliced(at, at < words.length ? 1 : 0, ...(at < 4 ? ['*'] : [])).join('/'));

const someStrings = fc.array(aString, { maxLength: 3 });

const aCondition = fc.constantFrom(
  null,
  null,
  '@Resource[X] BoolEquals true',
  "!(ActionMatches{'a/*'}) OR @Request[X] Y",
);

export const somePermissions = fc.array(
  fc.record({
    actions: someStrings,
    notActions: someStrings,
    dataActions: someStrings,
    notDataActions: someStrings,
    condition: aCondition,
    conditionVersion: fc.constant(null),
  }),
  { maxLength: 3 },
);
