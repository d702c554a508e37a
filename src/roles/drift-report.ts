import type { RoleDefinition } from '../domain/role-definition.ts';
import type { RoleDifference } from '../domain/role-files-notice.ts';
import { compareRoles } from './compare-roles.ts';
import {
  type ComparisonGround,
  differenceOf,
  type FiledRole,
  isDifferent,
  isSameName,
  pairRoles,
} from './role-drift.ts';

/** A role in files beside the same role in the tenant. */
export interface DriftReport {
  readonly state: 'same' | 'different' | 'only-in-files' | 'only-in-tenant';
  readonly kind: RoleDefinition['kind'];
  /** As the file says, else as the tenant does. */
  readonly name: string;
  readonly file: string | null;
  /** Of the tenant, where the file names another one: matched by its name then. */
  readonly idInTenant: string | null;
  /** Null unless the states are two. */
  readonly difference: RoleDifference | null;
  readonly rewriting: Rewriting | null;
}

/**
 * What other strings come to of all names that there could be, where the list of today shows no difference: a redundant string is the
 * `same`; `more` and `less` (or `both`) show with operations that come later. `unknown`: it could not be told.
 */
export interface Rewriting {
  readonly meaning: 'same' | 'more' | 'less' | 'both' | 'unknown';
  /** A shortest name that only the file allows, such as `control:contoso.shop/orders`, and one that only the tenant allows. */
  readonly onlyFile: string | null;
  readonly onlyTenant: string | null;
}

/**
 * Compares files with roles that there are: by id, and by name where the id is not known there. Built-in roles without a file are left
 * out, since nobody keeps them as code.
 */
export function reportDrift(
  files: readonly FiledRole[],
  held: readonly RoleDefinition[],
  ground: ComparisonGround,
): readonly DriftReport[] {
  const pairs = pairRoles(files, held);
  const left = new Set(pairs.flatMap(({ filed, held: role }) => (filed === null && role !== null ? [role] : [])));
  const reports = pairs.flatMap(({ filed, held: found }): readonly DriftReport[] => {
    if (filed === null) {
      return [];
    }
    const byName = found ?? takeByName(filed.definition, left);
    return [byName === null ? alone('only-in-files', filed.definition, filed.file) : compare(filed, byName, ground)];
  });
  const others = [...left].filter(({ isCustom }) => isCustom);
  return [...reports, ...others.map((role) => alone('only-in-tenant', role, null))];
}

function takeByName(wanted: RoleDefinition, left: Set<RoleDefinition>): RoleDefinition | null {
  const found = [...left].find((role) => role.kind === wanted.kind && isSameName(role, wanted)) ?? null;
  if (found !== null) {
    left.delete(found);
  }
  return found;
}

function alone(state: DriftReport['state'], { kind, name }: RoleDefinition, file: string | null): DriftReport {
  return { state, kind, name, file, idInTenant: null, difference: null, rewriting: null };
}

function compare({ file, definition }: FiledRole, held: RoleDefinition, ground: ComparisonGround): DriftReport {
  const { kind, name, id } = definition;
  const difference = differenceOf(definition, held, ground);
  const idInTenant = id === null || id === held.id ? null : held.id;
  const isSame = !isDifferent(difference) && idInTenant === null;
  const rewriting = difference.isSpeltOtherwise ? rewritingOf(definition, held) : null;
  return { state: isSame ? 'same' : 'different', kind, name, file, idInTenant, difference, rewriting };
}

function rewritingOf(wanted: RoleDefinition, held: RoleDefinition): Rewriting | null {
  if (wanted.kind !== 'azure' || held.kind !== 'azure') {
    return { meaning: 'same', onlyFile: null, onlyTenant: null };
  }
  const { symbolic, isNormalFormEqual, areConditionsEqual, onlyA, onlyB } = compareRoles(wanted, held);
  const found = { onlyFile: onlyA, onlyTenant: onlyB };
  if (isNormalFormEqual || symbolic === 'equal') {
    // Where conditions differ, that is told, and what they come to is not known.
    return areConditionsEqual ? { meaning: 'same', ...found } : null;
  }
  if (symbolic === null) {
    return { meaning: 'unknown', ...found };
  }
  const meaning = symbolic === 'superset' ? 'more' : symbolic === 'subset' ? 'less' : 'both';
  return { meaning, ...found };
}
