import type { RoleAtScope, Scope, Surface } from '../../../src/domain/assignment.ts';
import {
  GROUP_MEMBER,
  GROUP_OWNER,
  isWithin,
  roleKey,
  scopeKey,
  WHOLE_TENANT,
} from '../../../src/domain/assignment.ts';
import { aGroupRole } from './builders.ts';
import type { TenantState } from './tenant-state.ts';

interface Wanted {
  readonly words: string;
  readonly scope: string | null;
}

/** Roles that words mean as administrators say them; all that fit, and nothing that only resembles. */
export function findFakeRoles(state: TenantState, surface: Surface, wanted: Wanted): readonly RoleAtScope[] {
  if (surface === 'group') {
    return findGroups(state, wanted);
  }
  const named = [...state.roles.values()].filter(
    (role) => role.surface === surface && isSame(role.roleName, wanted.words),
  );
  const found = surface === 'directory' ? atDirectory(state, named, wanted) : atAzure(state, named, wanted);
  return [...new Map(found.map((role) => [roleKey(role), role])).values()];
}

/** "sg-x", "sg-x owner" or "sg-x" on "owner": both roles of a group when none is named. */
function findGroups(state: TenantState, { words, scope }: Wanted): readonly RoleAtScope[] {
  const [, name = '', access] = /^(.*?)(?:\s+(member|owner)s?)?$/i.exec(words.trim()) ?? [];
  // Also as the scopes of groups are called: "Group membership".
  const said = access ?? scope?.replace(/^group (member|owner)ship$/i, '$1') ?? null;
  const roles = [GROUP_MEMBER, GROUP_OWNER].filter((role) => said === null || isSame(said.replace(/s$/i, ''), role));
  return [...state.groups.values()]
    .filter((group) => isSame(group.name, name) && (access === undefined || scope === null || isSame(scope, access)))
    .flatMap((group) => roles.map((role) => aGroupRole(group, role)));
}

function atDirectory(state: TenantState, named: readonly RoleAtScope[], { scope }: Wanted): readonly RoleAtScope[] {
  if (scope === null || scope === '/' || isSame(scope, WHOLE_TENANT)) {
    return named.map((role) => ({ ...role, scope: { id: '/', name: WHOLE_TENANT } }));
  }
  const units = state.scopes.find(scope).filter(({ id }) => id.startsWith('/administrativeUnits/'));
  return units.flatMap((unit) => named.map((role) => ({ ...role, scope: unit })));
}

/** Without a scope, wherever somebody has the role; "rg-web in Contoso Production" says which of several. */
function atAzure(state: TenantState, named: readonly RoleAtScope[], { scope }: Wanted): readonly RoleAtScope[] {
  if (scope === null) {
    return named;
  }
  const [, inner, outer] = /^(.+?) (?:in|on) (.+)$/i.exec(scope) ?? [];
  const isInside = ({ id }: Scope): boolean =>
    outer === undefined ||
    state.scopes.find(outer).some((around) => isWithin(id, around.id) && scopeKey(id) !== scopeKey(around.id));
  const scopes = state.scopes.find(inner ?? scope).filter(isInside);
  return scopes
    .filter(({ id }) => !id.startsWith('/administrativeUnits/'))
    .flatMap((at) => named.map((role) => ({ ...role, scope: at })));
}

/** Case, dashes and white space do not tell two names apart. */
function isSame(a: string, b: string): boolean {
  const fold = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim();
  return fold(a) !== '' && fold(a) === fold(b);
}
