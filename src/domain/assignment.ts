import { type PrincipalId, type RoleDefinitionId, roleDefinitionId } from './ids.ts';

/** Where PIM keeps the role: Entra directory roles, PIM for Groups, Azure resource roles. */
export type Surface = 'directory' | 'group' | 'azure';

/** Where a role applies. `id` is Microsoft's (`/`, `/administrativeUnits/{id}`, an ARM path); `name` is for people. */
export interface Scope {
  readonly id: string;
  readonly name: string;
  /** What holds it, where that is known and tells it apart from others of its name. */
  readonly within?: string;
}

/** What people call the scope `/` of a directory role. */
export const WHOLE_TENANT = 'Whole tenant';

/** The two roles of a PIM group (`accessId`). */
export const GROUP_MEMBER = 'member';
export const GROUP_OWNER = 'owner';

/** What stands where other roles have the name of a scope. No resource of Azure can be called so: names there have no spaces. */
export const GROUP_SCOPE_NAMES = { member: 'Group membership', owner: 'Group ownership' } as const;

/**
 * One role at one scope: what a person names when they ask. A PIM group is a role with the group's name, whose definition is
 * `member` or `owner` and whose scope has the group's id.
 */
export interface RoleAtScope {
  readonly surface: Surface;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
  readonly scope: Scope;
}

/** A group as the role that PIM makes of it; its id stands for a name that is not known. */
export function groupRole(
  { id, name }: { readonly id: string; readonly name: string | null },
  access: keyof typeof GROUP_SCOPE_NAMES,
): RoleAtScope {
  return {
    surface: 'group',
    roleDefinitionId: roleDefinitionId(access),
    roleName: name ?? id,
    scope: { id: id.toLowerCase(), name: GROUP_SCOPE_NAMES[access] },
  };
}

/** May be activated; gives nothing yet. */
export interface EligibleAssignment extends RoleAtScope {
  readonly principalId: PrincipalId;
  /** Null when it does not end. */
  readonly endsAt: Temporal.Instant | null;
}

/** Gives access now. */
export interface ActiveAssignment extends RoleAtScope {
  readonly principalId: PrincipalId;
  readonly assignmentType: 'activated' | 'assigned';
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
}

/** Says whether two references mean the same role at the same scope. */
export function isSameRole(a: RoleAtScope, b: RoleAtScope): boolean {
  return roleKey(a) === roleKey(b);
}

/**
 * A stable key of one role at one scope, for maps and caches. Scopes compare without case and without a slash at the end;
 * Azure role definitions by their last part, since the same one carries another prefix at each scope (pim-api §4.7).
 */
export function roleKey(role: RoleAtScope): string {
  return `${role.surface}|${definitionKey(role.roleDefinitionId)}|${scopeKey(role.scope.id)}`;
}

/** A role definition's id as it compares: by its last part, without case. */
export function definitionKey(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}

/** A scope's id as it compares. */
export function scopeKey(scopeId: string): string {
  const key = scopeId.toLowerCase().replace(/\/+$/, '');
  return key === '' ? '/' : key;
}

/** What the ids of management groups begin with, in lower case. */
export const MANAGEMENT_GROUPS = '/providers/microsoft.management/managementgroups/';

/** Says whether `inner` is `outer` or lies below it, as far as their paths tell: what a management group holds, they do not. */
export function isWithin(inner: string, outer: string): boolean {
  const [low, high] = [scopeKey(inner), scopeKey(outer)];
  return low === high || high === '/' || low.startsWith(`${high}/`);
}
