import { type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';
import type { Listing } from '../role-surfaces.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** Words that do not mean exactly one thing: why, and what to say instead. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly error: AccessError;
  readonly suggestions: readonly string[];
}

export type NamedRole = { readonly kind: 'one'; readonly role: RoleAtScope } | Unclear;

/** As many as a card can offer and a person can read. */
const MOST_SUGGESTIONS = 8;

/**
 * Finds the one role of the tenant that the words mean, with the asker's own token and on all parts of PIM; never a guess
 * between several.
 *
 * @throws {AccessError} identity.sign_in_required, and what kept a part from being read when nothing was found elsewhere
 */
export async function nameRole(
  services: Services,
  asker: Asker,
  words: string,
  scope: string | null,
): Promise<NamedRole> {
  const listing = await services.roles.findRoles(actorOf(asker), words, scope);
  const rows = eachRoleOnce(listing.rows);
  const exact = rows.filter(({ roleName }) => isSameName(roleName, words));
  const meant = exact.length > 0 ? exact : rows;
  const [role, other] = meant;
  if (role !== undefined && other === undefined) {
    return { kind: 'one', role };
  }
  if (role === undefined) {
    throwUnread(listing, `no role of that name, and a part of PIM was not read`);
  }
  return unclearRole(words, scope, meant);
}

/** Several roles where one is dealt with at a time: none of them is left out in silence. */
export function oneRoleOnly(example: string): AccessError {
  const text = `One role at a time: "${example}".`;
  return new AccessError('command.problem', 'more than one role', { facts: { text } });
}

/** What could not be read may hold what was not found. */
export function throwUnread({ unread }: Pick<Listing<unknown>, 'unread'>, message: string): void {
  const [part] = unread;
  if (part !== undefined) {
    throw new AccessError(part.code, message);
  }
}

/** None, or several to choose from. */
export function unclearRole(words: string, scope: string | null, meant: readonly RoleAtScope[]): Unclear {
  return {
    kind: 'unclear',
    error: notFound(words, scope, meant.length > 0),
    suggestions: roleSuggestions(meant),
  };
}

/** Nothing, or more than one thing, is called that. */
export function notFound(words: string, scope: string | null, isSeveral: boolean): AccessError {
  const place = scope === null ? {} : { scope: scope.slice(0, 200) };
  const facts = { words: words.slice(0, 200), ...place, fit: isSeveral ? 'several' : 'none' };
  return new AccessError('role.not_found', 'not exactly one of that name', { facts });
}

/** Each role as a person can say it again; places of the same name by their path. */
export function roleSuggestions(roles: readonly RoleAtScope[]): readonly string[] {
  const texts = roles.map(({ roleName, scope }) => [
    `${roleName} on ${scope.name}`,
    `${roleName} on ${scope.name} in ${scope.within ?? '?'}`,
    `${roleName} on ${scope.id}`,
  ]);
  const isAlone = (text: string): boolean => texts.flat().filter((other) => other === text).length === 1;
  const told = texts.map((ways) => ways.find((text) => isAlone(text) && !text.endsWith(' in ?')) ?? ways.at(-1) ?? '');
  return [...new Set(told)].slice(0, MOST_SUGGESTIONS);
}

export function isSameName(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** The same role read from two parts is one. */
export function eachRoleOnce(roles: readonly RoleAtScope[]): readonly RoleAtScope[] {
  return [...new Map(roles.map((role) => [roleKey(role), role])).values()];
}
