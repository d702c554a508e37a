import { definitionKey, GROUP_MEMBER, type RoleAtScope, type Surface, scopeKey, WHOLE_TENANT } from './assignment.ts';

/** One role at one scope as a document names it, by display name or id in any case: what a pack activates, what a task needs. */
export interface NamedRole {
  readonly surface: Surface;
  /** Display name or id of the role, or of the group. */
  readonly role: string;
  /** Path or id of the scope; null is the usual one: the whole tenant. For a group `member`. */
  readonly scope: string | null;
}

/** Whether a document means this role: by name or id, at exactly its scope. Nothing near it counts. */
export function isNamedRole(wanted: NamedRole, role: RoleAtScope): boolean {
  if (wanted.surface !== role.surface) {
    return false;
  }
  if (role.surface === 'group') {
    return (
      isNamed(wanted.role, role.scope.id, role.roleName) && (wanted.scope ?? GROUP_MEMBER) === role.roleDefinitionId
    );
  }
  return isNamed(wanted.role, role.roleDefinitionId, role.roleName) && isScope(wanted.scope, role);
}

function isNamed(wanted: string, id: string, name: string): boolean {
  const words = wanted.trim().toLowerCase();
  return words === name.trim().toLowerCase() || definitionKey(words) === definitionKey(id).toLowerCase();
}

function isScope(wanted: string | null, { scope }: RoleAtScope): boolean {
  if (wanted === null || wanted.toLowerCase() === WHOLE_TENANT.toLowerCase()) {
    return scopeKey(scope.id) === '/';
  }
  return scopeKey(wanted) === scopeKey(scope.id) || wanted.trim().toLowerCase() === scope.name.trim().toLowerCase();
}
