import {
  definitionKey,
  GROUP_MEMBER,
  isWithin,
  MANAGEMENT_GROUPS,
  type RoleAtScope,
  type Surface,
  scopeKey,
  WHOLE_TENANT,
} from './assignment.ts';
import { isGuid } from './ids.ts';
import { allowsOperation } from './operations.ts';

/** What one side of a rule takes in: roles of one surface, by display name or id in any case. */
export interface Duty {
  readonly surface: Surface;
  /** Display name or id of the role, or of the group; null means every role at the scope. */
  readonly role: string | null;
  /** Stands for every role that allows this operation; then `role` is null. */
  readonly operation?: string;
  /** Id or display name of the scope; null means everywhere. For a group `member` or `owner`, where null means membership. */
  readonly scope: string | null;
}

/** A role with the actions that its definition lists, where a rule by operation needs them. */
export interface JudgedRole extends RoleAtScope {
  readonly allows?: readonly string[];
}

/** Duties that one person must not have together. */
export interface DutyRule {
  readonly name: string;
  /** Why, for whoever is refused. */
  readonly reason: string;
  /** Two at least; a person may hold roles of one of them at a time. */
  readonly sides: readonly DutySide[];
}

export interface DutySide {
  readonly name: string;
  readonly duties: readonly Duty[];
}

/** A rule that two roles of one person break. */
export interface DutyConflict {
  readonly rule: DutyRule;
  readonly wanted: RoleAtScope;
  readonly held: RoleAtScope;
}

/**
 * Whether a duty takes in a role. A role above or below the duty's scope counts as well: from above it reaches the scope, and
 * what is below is part of it. A role of which nobody has read what it allows counts as one that allows everything.
 */
export function isDuty(duty: Duty, role: JudgedRole): boolean {
  if (duty.surface !== role.surface) {
    return false;
  }
  if (duty.operation !== undefined) {
    return (role.allows === undefined || allowsOperation(role.allows, duty.operation)) && touches(duty.scope, role);
  }
  if (role.surface === 'group') {
    return isNamed(duty.role, role.scope.id, role.roleName) && (duty.scope ?? GROUP_MEMBER) === role.roleDefinitionId;
  }
  return isNamed(duty.role, definitionKey(role.roleDefinitionId), role.roleName) && touches(duty.scope, role);
}

function isNamed(wanted: string | null, id: string, name: string): boolean {
  const words = wanted?.toLowerCase();
  return words === undefined || definitionKey(words) === id.toLowerCase() || words === name.trim().toLowerCase();
}

/** Whether a role came without its name, and a rule about its surface goes by names: then there is no telling. */
export function isUnclear(rules: readonly DutyRule[], role: RoleAtScope): boolean {
  const id = role.surface === 'group' ? role.scope.id : role.roleDefinitionId;
  const isNameless = definitionKey(role.roleName) === definitionKey(id);
  const duties = rules.flatMap(({ sides }) => sides).flatMap((side) => side.duties);
  return isNameless && duties.some((duty) => duty.surface === role.surface && duty.role !== null && !isGuid(duty.role));
}

/** Whether a scope that is meant, an id or a name, and that of a role have anything in common. */
export function touches(wanted: string | null, { scope }: RoleAtScope): boolean {
  if (wanted === null || scopeKey(scope.id) === '/') {
    return true;
  }
  if (!wanted.startsWith('/')) {
    const words = wanted.toLowerCase();
    return words === WHOLE_TENANT.toLowerCase() || words === scope.name.trim().toLowerCase();
  }
  return (
    isWithin(scope.id, wanted) || isWithin(wanted, scope.id) || isManagementGroup(wanted) || isManagementGroup(scope.id)
  );
}

/** What a management group holds its path does not tell, so it may be anything. */
export function isManagementGroup(scopeId: string): boolean {
  return scopeKey(scopeId).startsWith(MANAGEMENT_GROUPS);
}

/** The sides of a rule that a role is on, and those that its holder must keep away from; none where the rule is not about it. */
export function standing(
  rule: DutyRule,
  role: JudgedRole,
): { readonly own: readonly DutySide[]; readonly against: readonly DutySide[] } {
  const own = sidesOf(rule, role);
  return { own, against: rule.sides.filter((side) => own.some((one) => one !== side)) };
}

/** What stands against the role; empty when no rule is about it. */
export function opposedDuties(rules: readonly DutyRule[], role: JudgedRole): readonly Duty[] {
  return rules.flatMap((rule) => standing(rule, role).against).flatMap(({ duties }) => duties);
}

/** The surfaces of that. */
export function opposedSurfaces(rules: readonly DutyRule[], role: JudgedRole): ReadonlySet<Surface> {
  return new Set(opposedDuties(rules, role).map(({ surface }) => surface));
}

/** The first rule that a wanted role would break beside what is held; a role of two sides breaks it alone. Null when none. */
export function findConflict(
  rules: readonly DutyRule[],
  wanted: JudgedRole,
  held: readonly JudgedRole[],
): DutyConflict | null {
  for (const rule of rules) {
    const { against } = standing(rule, wanted);
    const breaks = (role: JudgedRole): boolean => sidesOf(rule, role).some((side) => against.includes(side));
    const found = [wanted, ...held].find(breaks);
    if (found !== undefined) {
      return { rule, wanted, held: found };
    }
  }
  return null;
}

function sidesOf(rule: DutyRule, role: JudgedRole): readonly DutySide[] {
  return rule.sides.filter(({ duties }) => duties.some((duty) => isDuty(duty, role)));
}

/** Surfaces on which a rule goes by what roles allow. */
export function surfacesByOperation(rules: readonly DutyRule[]): ReadonlySet<Surface> {
  const duties = rules.flatMap(({ sides }) => sides).flatMap((one) => one.duties);
  return new Set(duties.flatMap(({ operation, surface }) => (operation === undefined ? [] : [surface])));
}
