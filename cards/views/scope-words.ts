import { GROUP_OWNER, type RoleAtScope, WHOLE_TENANT } from '../../src/domain/assignment.ts';
import { nameText, plainText } from '../plain-text.ts';

const PATH_LENGTH = 400;

/** Says exactly where a role applies, for cards that somebody decides by: names of Azure scopes are not unique, paths are. */
function exactScope({ surface, roleDefinitionId, scope }: RoleAtScope): string {
  if (surface === 'group') {
    return roleDefinitionId === GROUP_OWNER ? 'owner of the group' : 'member of the group';
  }
  const name = nameText(scope.name);
  const isNameEnough = surface === 'directory' && scope.name === WHOLE_TENANT;
  return isNameEnough ? name : `${name} (${plainText(scope.id, PATH_LENGTH)})`;
}

/** The lines "Role" and "Scope" of such a card. */
export function exactRoleRows(role: RoleAtScope) {
  return [
    ['role', role.surface === 'group' ? 'Group' : 'Role', nameText(role.roleName)],
    ['scope', role.surface === 'group' ? 'As' : 'Scope', exactScope(role)],
  ] as const;
}
