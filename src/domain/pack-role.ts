import { definitionKey, GROUP_MEMBER, type RoleAtScope, scopeKey, WHOLE_TENANT } from './assignment.ts';
import type { PackRole } from './break-glass.ts';

/** Whether a pack means this role: by name or id, at exactly its scope. Nothing near it counts. */
export function isPackRole(wanted: PackRole, role: RoleAtScope): boolean {
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
