import type { RoleAtScope } from '../../domain/assignment.ts';
import { roleKey } from '../../domain/assignment.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { roleSuggestions } from '../administration/name-role.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** A role as somebody named it. */
export interface NamedRole {
  readonly words: string;
  readonly scope: string | null;
}

export type FoundRole =
  | { readonly kind: 'one'; readonly role: RoleAtScope }
  | { readonly kind: 'error'; readonly error: AccessError; readonly suggestions: readonly string[] };

/**
 * Finds the role that the words mean: among what the asker may activate first, then in the tenant. Never a guess between
 * several: they are suggested, each with its scope, to be said again.
 *
 * @throws {AccessError} identity.*, graph.* when no part of PIM could be searched
 */
export async function findRole(services: Services, asker: Asker, named: NamedRole): Promise<FoundRole> {
  const { words, scope } = named;
  const eligible = await readEligible(services, asker);
  const match = matchRoles(words, eligible.map(candidate), scope);
  const only = match.kind === 'one' ? eligible.find((one) => roleKey(one) === match.match.id) : undefined;
  if (only !== undefined) {
    return { kind: 'one', role: only };
  }
  const { rows } = await services.roles.findRoles(actorOf(asker), words, scope);
  const found = withoutDoubles(rows);
  const [role, other] = found;
  if (role !== undefined && other === undefined) {
    return { kind: 'one', role };
  }
  const among = (matches: readonly { readonly id: string }[]): readonly RoleAtScope[] =>
    eligible.filter((own) => matches.some(({ id }) => id === roleKey(own)));
  const several = found.length > 0 ? found : match.kind === 'several' ? among(match.matches) : [];
  if (several.length > 0) {
    return notFound(named, several, 'several');
  }
  return notFound(named, match.kind === 'none' ? among(match.nearest) : [], 'none');
}

/** What could not be read here is looked for in the tenant anyway; who is not signed in hears that. */
async function readEligible(services: Services, asker: Asker): Promise<readonly RoleAtScope[]> {
  try {
    return (await services.eligibility.read(actorOf(asker))).rows;
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code.startsWith('graph.')) {
      return [];
    }
    throw error;
  }
}

function notFound({ words, scope }: NamedRole, meant: readonly RoleAtScope[], fit: 'several' | 'none'): FoundRole {
  const at = scope === null ? {} : { scope: scope.slice(0, 200) };
  const error = new AccessError('role.not_found', `${fit} of that name`, {
    facts: { words: words.slice(0, 200), fit, ...at },
  });
  return { kind: 'error', error, suggestions: roleSuggestions(meant) };
}

function withoutDoubles(rows: readonly RoleAtScope[]): readonly RoleAtScope[] {
  return [...new Map(rows.map((row) => [roleKey(row), row])).values()];
}

function candidate(role: RoleAtScope) {
  return { id: roleKey(role), name: role.roleName, scopeName: role.scope.name, scopeId: role.scope.id };
}
