import { definitionKey, isWithin, type RoleAtScope, scopeKey, WHOLE_TENANT } from './assignment.ts';
import { type RoleDefinitionId, roleDefinitionId } from './ids.ts';
import { type Duty, isDuty, isUnclear, touches } from './separation-of-duties.ts';

/** What is allowed, null for everything; and what is denied, which wins. */
interface ServedList<Item> {
  readonly allow: readonly Item[] | null;
  readonly deny: readonly Item[];
}

/** People by object id or sign-in name, or everybody in a group, by display name or object id. */
export type ServedPerson =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'group'; readonly group: string };

/** Which roles, scopes and people the bot acts for. What it does not serve is PIM's and the portal's, as before. */
export interface Served {
  readonly roles: ServedList<Duty>;
  /** Those of {@link OFF_UNTIL_NAMED} that are served all the same. */
  readonly named: readonly RoleDefinitionId[];
  /** Of Entra and Azure: paths, or names of administrative units. Groups have none. */
  readonly scopes: ServedList<string>;
  readonly people: ServedList<ServedPerson>;
  /** Display name or object id of the group whose members alone are served; null for everybody. */
  readonly pilotGroup: string | null;
  /** Whom to ask, for people who are not served. */
  readonly contact: string | null;
}

/** Whoever holds one of these can give anybody anything. Ids of templates are the same in every tenant. */
export const OFF_UNTIL_NAMED = [
  { name: 'Global Administrator', id: roleDefinitionId('62e90394-69f5-4237-9190-012177145e10') },
  { name: 'Privileged Role Administrator', id: roleDefinitionId('e8611ab8-c189-46e8-94e1-60213ab1f814') },
] as const;

/** In force where nothing was said: everything but those. */
export const SERVED_BY_DEFAULT: Served = {
  roles: { allow: null, deny: [] },
  named: [],
  scopes: { allow: null, deny: [] },
  people: { allow: null, deny: [] },
  pilotGroup: null,
  contact: null,
};

/** Why a role is not served: it is off until it is named, it is on a list or missing from one, or its scope is. */
export type UnservedWhy = 'off' | 'role' | 'scope';

/**
 * Judges a role at its scope; null when it is served. Denied is also what reaches a denied scope from above, as with duties, and
 * a role without a name where a list goes by names.
 */
export function judgeServed(served: Served, role: RoleAtScope): UnservedWhy | null {
  const denied = judgeDenied(served, role);
  if (denied !== null) {
    return denied;
  }
  const { roles, scopes } = served;
  if (roles.allow !== null && !roles.allow.some((item) => isAllowed(item, role)) && !isNamed(served, role)) {
    return 'role';
  }
  const isElsewhere = role.surface !== 'group' && scopes.allow?.some((scope) => isMeantIn(scope, role)) === false;
  return isElsewhere ? 'scope' : null;
}

/** Judges what a group gives to whoever activates it: it need not be on the lists of what is allowed, since the group is. */
export function judgeDenied(served: Served, role: RoleAtScope): Exclude<UnservedWhy, null> | null {
  if (isOff(served, role)) {
    return 'off';
  }
  const { roles, scopes } = served;
  if (roles.deny.some((item) => isDuty(item, role)) || isUnclear(ruleOf(roles.deny), role)) {
    return 'role';
  }
  return role.surface !== 'group' && scopes.deny.some((scope) => isReached(scope, role)) ? 'scope' : null;
}

/** By the template's id; a role that only bears the name is off as well. */
function isOff({ named }: Served, role: RoleAtScope): boolean {
  const id = definitionKey(role.roleDefinitionId);
  const name = role.roleName.trim().toLowerCase();
  const found = OFF_UNTIL_NAMED.find((one) => one.id === id || one.name.toLowerCase() === name);
  return role.surface === 'directory' && found !== undefined && !(found.id === id && named.includes(found.id));
}

function isNamed({ named }: Served, { surface, roleDefinitionId: id }: RoleAtScope): boolean {
  return surface === 'directory' && named.some((one) => one === definitionKey(id));
}

/** Where a duty reaches up to what lies above its scope, an allowed role ends at it. */
function isAllowed(item: Duty, role: RoleAtScope): boolean {
  const isAtScope = role.surface === 'group' || item.scope === null || isInside(item.scope, role);
  return isDuty(item, role) && isAtScope;
}

/** Names are of administrative units, or the whole tenant: of Azure only a path shows what lies above it. */
function isOfSurface(wanted: string, { surface }: RoleAtScope): boolean {
  const isOfEntra = !wanted.startsWith('/') || scopeKey(wanted).startsWith('/administrativeunits/');
  return surface === (isOfEntra ? 'directory' : 'azure');
}

function isMeantIn(wanted: string, role: RoleAtScope): boolean {
  return isOfSurface(wanted, role) && isInside(wanted, role);
}

function isReached(wanted: string, role: RoleAtScope): boolean {
  return isOfSurface(wanted, role) && touches(wanted, role);
}

/** The role's scope is the one that is meant, or below it. */
function isInside(wanted: string, { scope }: RoleAtScope): boolean {
  if (wanted.startsWith('/')) {
    return isWithin(scope.id, wanted);
  }
  const words = wanted.trim().toLowerCase();
  return words === WHOLE_TENANT.toLowerCase() || words === scope.name.trim().toLowerCase();
}

/** Duties as a rule has them, to be looked at together. */
function ruleOf(duties: readonly Duty[]) {
  return [{ name: '', reason: '', sides: [{ name: '', duties }] }];
}
