import { GROUP_MEMBER, GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../../domain/assignment.ts';
import type { RoleFacts } from '../../domain/card-facts.ts';
import type { NamedRole } from '../../domain/named-role.ts';

/** A role as its document names it, for a card: of a path the last part, which is what people call the place. */
export function namedRoleFacts({ surface, role, scope }: NamedRole): RoleFacts {
  if (surface === 'group') {
    return { roleName: role, scopeName: GROUP_SCOPE_NAMES[scope === 'owner' ? 'owner' : GROUP_MEMBER] };
  }
  const place = scope ?? WHOLE_TENANT;
  const path = place.replace(/\/+$/, '');
  return { roleName: role, scopeName: path.slice(path.lastIndexOf('/') + 1) || place };
}
