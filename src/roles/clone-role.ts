import { scopeKey } from '../domain/assignment.ts';
import { comparable } from '../domain/operation-pattern.ts';
import type { AzureRoleDefinition, DirectoryRoleDefinition, RoleDefinition } from '../domain/role-definition.ts';
import { compareDirectoryRoles, compareRoles } from './compare-roles.ts';

/** How a clone is to differ from its original: everything else stays byte for byte. */
export interface CloneOrder {
  readonly name: string;
  /** Null keeps the original's. */
  readonly description: string | null;
  /** Where the clone can be assigned. Roles of Entra have no such list. */
  readonly scopes: readonly string[];
}

/** The same role for other people: a custom role with the same blocks, and no id yet. */
export function cloneAzureRole(original: AzureRoleDefinition, order: CloneOrder): AzureRoleDefinition {
  const { name, description, scopes } = order;
  return {
    ...original,
    id: null,
    isCustom: true,
    name,
    description: description ?? original.description,
    assignableScopes: scopes,
  };
}

/** What a custom role of Entra cannot have of its original, and why. */
export interface LeftOut {
  readonly action: string;
  readonly why: 'not-for-custom-roles' | 'conditional';
}

export interface DirectoryClone {
  readonly definition: DirectoryRoleDefinition;
  readonly leftOut: readonly LeftOut[];
}

/**
 * What of a role of Entra a custom role may have. Built-in roles cannot be cloned (rbac.md §6.7): custom roles take only permissions
 * that are offered for them, no conditions, and inherit nothing.
 *
 * @param offered what custom roles may have, in small letters; null when that is not known, and then nothing is left out for it
 */
export function cloneDirectoryRole(
  original: DirectoryRoleDefinition,
  order: CloneOrder,
  offered: ReadonlySet<string> | null,
): DirectoryClone {
  const leftOut: LeftOut[] = [];
  const actions = original.permissions.flatMap(({ actions: all, condition }) =>
    all.filter((action) => {
      const isOffered = !original.isCustom && offered !== null ? offered.has(comparable(action)) : true;
      if (condition !== null || !isOffered) {
        leftOut.push({ action, why: condition === null ? 'not-for-custom-roles' : 'conditional' });
      }
      return condition === null && isOffered;
    }),
  );
  const { name, description } = order;
  const definition: DirectoryRoleDefinition = {
    ...original,
    id: null,
    name,
    description: description ?? original.description,
    isCustom: true,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: actions.length === 0 ? [] : [{ actions, condition: null }],
  };
  return { definition, leftOut };
}

/** What shows that two roles allow the same. */
export interface CloneProof {
  /**
   * `normal-form`: they say the same, but for order, case, doubles and what is covered. `symbolic`: other words, but the same of
   * all names that there could be. `strings`: of Entra, the same permissions. `none`: they do not allow the same, or it could not
   * be shown.
   */
  readonly kind: 'normal-form' | 'symbolic' | 'strings' | 'none';
  /** A shortest name that only one of them allows; null when there is none, or none was found. */
  readonly onlyOriginal: string | null;
  readonly onlyClone: string | null;
  /** By text: different texts may mean the same. */
  readonly areConditionsEqual: boolean;
}

/** Proves that two roles allow the same, or says what stands against it. */
export function proveClone(original: RoleDefinition, clone: RoleDefinition): CloneProof {
  if (original.kind === 'azure' && clone.kind === 'azure') {
    const { isNormalFormEqual, symbolic, onlyA, onlyB, areConditionsEqual } = compareRoles(original, clone);
    const isSame = symbolic === 'equal' && areConditionsEqual && !hasConditions(original);
    return {
      kind: isNormalFormEqual ? 'normal-form' : isSame ? 'symbolic' : 'none',
      onlyOriginal: onlyA,
      onlyClone: onlyB,
      areConditionsEqual,
    };
  }
  if (original.kind === 'directory' && clone.kind === 'directory') {
    return proveDirectory(original, clone);
  }
  return { kind: 'none', onlyOriginal: null, onlyClone: null, areConditionsEqual: true };
}

/** Which block a condition guards does not show in what blocks allow together. */
function hasConditions({ permissions }: AzureRoleDefinition): boolean {
  return permissions.some(({ condition }) => condition !== null);
}

function proveDirectory(original: DirectoryRoleDefinition, clone: DirectoryRoleDefinition): CloneProof {
  const [own, others] = [listed(original), listed(clone)];
  const inherits = ({ inheritsFrom }: DirectoryRoleDefinition): string => [...inheritsFrom].sort().join();
  const isSame = compareDirectoryRoles(original, clone).relation === 'equal' && inherits(original) === inherits(clone);
  return {
    kind: isSame ? 'strings' : 'none',
    onlyOriginal: own.find((action) => !others.includes(action)) ?? null,
    onlyClone: others.find((action) => !own.includes(action)) ?? null,
    areConditionsEqual: true,
  };
}

function listed({ permissions }: DirectoryRoleDefinition): readonly string[] {
  return permissions.flatMap(({ actions }) => actions.map(comparable)).toSorted();
}

/** Scopes of which one of two roles has none; case, order and a slash at the end do not count. */
export function scopesBeside(
  one: readonly string[],
  other: readonly string[],
): { readonly onlyOne: readonly string[]; readonly onlyOther: readonly string[] } {
  const without = (scopes: readonly string[], others: readonly string[]): readonly string[] => {
    const known = new Set(others.map(scopeKey));
    return scopes.filter((scope) => !known.has(scopeKey(scope)));
  };
  return { onlyOne: without(one, other), onlyOther: without(other, one) };
}
