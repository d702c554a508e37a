import { GROUP_OWNER, type RoleAtScope, WHOLE_TENANT } from '../../src/domain/assignment.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, plainText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';

const PATH_LENGTH = 400;

/** Says exactly where a role applies, for cards that somebody decides by: names of Azure scopes are not unique, paths are. */
function exactScope({ surface, roleDefinitionId, scope }: RoleAtScope, reader: Listener): string {
  if (surface === 'group') {
    return say(reader, roleDefinitionId === GROUP_OWNER ? 'request.owner-of-group' : 'request.member-of-group');
  }
  const name = scopeText(scope.name, reader);
  const isNameEnough = surface === 'directory' && scope.name === WHOLE_TENANT;
  return isNameEnough ? name : `${name} (${plainText(scope.id, PATH_LENGTH)})`;
}

/** The lines "Role" and "Scope" of such a card. */
export function exactRoleRows(role: RoleAtScope, reader: Listener) {
  const isGroup = role.surface === 'group';
  return [
    ['role', say(reader, isGroup ? 'request.label.group' : 'request.label.role'), nameText(role.roleName)],
    ['scope', say(reader, isGroup ? 'request.label.as' : 'request.label.scope'), exactScope(role, reader)],
  ] as const;
}
