import type { RoleAtScope } from '../../domain/assignment.ts';
import { roleKey } from '../../domain/assignment.ts';
import { asAccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { candidate } from '../activation-target.ts';
import { eachRoleOnce, notFound, roleSuggestions, type Unclear } from '../administration/name-role.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** A role as somebody named it. */
export interface RoleWords {
  readonly words: string;
  readonly scope: string | null;
}

export type FoundRole = { readonly kind: 'one'; readonly role: RoleAtScope } | Unclear;

/**
 * Finds the role that the words mean: among what the asker may activate first, then in the tenant. Never a guess between
 * several: they are suggested, each with its scope, to be said again.
 *
 * @throws {AccessError} identity.*, graph.* when no part of PIM could be searched
 */
export async function findRole(services: Services, asker: Asker, named: RoleWords): Promise<FoundRole> {
  const { words, scope } = named;
  const eligible = await readEligible(services, asker);
  const match = matchRoles(words, eligible.map(candidate), scope);
  const only = match.kind === 'one' ? eligible.find((one) => roleKey(one) === match.match.id) : undefined;
  if (only !== undefined) {
    return { kind: 'one', role: only };
  }
  const { rows } = await services.roles.findRoles(actorOf(asker), words, scope);
  const found = eachRoleOnce(rows);
  const [role, other] = found;
  if (role !== undefined && other === undefined) {
    return { kind: 'one', role };
  }
  const unclear = (meant: readonly RoleAtScope[], isSeveral: boolean): Unclear => ({
    kind: 'unclear',
    error: notFound(words, scope, isSeveral),
    suggestions: roleSuggestions(meant),
  });
  const among = (matches: readonly { readonly id: string }[]): readonly RoleAtScope[] =>
    eligible.filter((own) => matches.some(({ id }) => id === roleKey(own)));
  const several = found.length > 0 ? found : match.kind === 'several' ? among(match.matches) : [];
  if (several.length > 0) {
    return unclear(several, true);
  }
  return unclear(match.kind === 'none' ? among(match.nearest) : [], false);
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
