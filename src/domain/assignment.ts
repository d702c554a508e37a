import type { PrincipalId, RoleDefinitionId } from './ids.ts';

/** Where PIM keeps the role: Entra directory roles, PIM for Groups, Azure resource roles. */
export type Surface = 'directory' | 'group' | 'azure';

/** Where a role applies. `id` is Microsoft's (`/`, `/administrativeUnits/{id}`, an ARM path); `name` is for people. */
export interface Scope {
  readonly id: string;
  readonly name: string;
}

/** What people call the scope `/` of a directory role. */
export const WHOLE_TENANT = 'Whole tenant';

/** One role at one scope: what a person names when they ask. */
export interface RoleAtScope {
  readonly surface: Surface;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
  readonly scope: Scope;
}

/** May be activated; gives nothing yet. */
export interface EligibleAssignment extends RoleAtScope {
  readonly principalId: PrincipalId;
  readonly endsAt: Temporal.Instant | null;
}

/** Gives access now. */
export interface ActiveAssignment extends RoleAtScope {
  readonly principalId: PrincipalId;
  readonly assignmentType: 'activated' | 'assigned';
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
}

/** Says whether two references mean the same role at the same scope. Scopes compare without case. */
export function isSameRole(a: RoleAtScope, b: RoleAtScope): boolean {
  return roleKey(a) === roleKey(b);
}

/** A stable key of one role at one scope, for maps and caches. */
export function roleKey(role: RoleAtScope): string {
  return `${role.surface}|${role.roleDefinitionId.toLowerCase()}|${role.scope.id.toLowerCase()}`;
}
