import type { RoleAtScope } from '../domain/assignment.ts';
import { isGuid, roleDefinitionId } from '../domain/ids.ts';
import type { NamedRole } from '../domain/named-role.ts';
import { judgeServed, OFF_UNTIL_NAMED, type Served, type ServedPerson, type UnservedWhy } from '../domain/served.ts';
import { toNamedRole } from './role-shapes.ts';
import type { ServedContent } from './served-schema.ts';

/** What a document says of who and what is served, in the domain's words. */
export function toServed({ roles, scopes, people, pilotGroup, contact }: ServedContent): Served {
  return {
    roles: { allow: roles.allow?.map(toNamedRole) ?? null, deny: roles.deny.map(toNamedRole) },
    named: roles.named,
    scopes: { allow: scopes.allow ?? null, deny: scopes.deny },
    people: { allow: people.allow?.map(toPerson) ?? null, deny: people.deny.map(toPerson) },
    pilotGroup: pilotGroup ?? null,
    contact: contact ?? null,
  };
}

function toPerson(given: ServedContent['people']['deny'][number]): ServedPerson {
  return typeof given === 'string' ? { kind: 'person', person: given } : { kind: 'group', group: given.group };
}

/** Why a role that a document names would not be served, as far as its words tell; null when it would. */
export function judgeNamed(served: Served, role: NamedRole): UnservedWhy | null {
  return judgeServed(served, asRole(role));
}

/** Named by id it has no name, and by name no id: lists tell it by the same, but for ids that are the same in every tenant. */
function asRole({ surface, role: words, scope }: NamedRole): RoleAtScope {
  const known = OFF_UNTIL_NAMED.find(({ name }) => name.toLowerCase() === words.trim().toLowerCase());
  const id = isGuid(words) ? words : ((surface === 'directory' ? known?.id : undefined) ?? '');
  const roleName = isGuid(words) ? 'a role without a name' : words;
  if (surface === 'group') {
    return {
      surface,
      roleDefinitionId: roleDefinitionId(scope ?? 'member'),
      roleName,
      scope: { id, name: '' },
    };
  }
  const place = scope ?? '/';
  return { surface, roleDefinitionId: roleDefinitionId(id), roleName, scope: { id: place, name: place } };
}
