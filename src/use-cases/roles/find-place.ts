import { MANAGEMENT_GROUPS, type Scope, scopeKey } from '../../domain/assignment.ts';
import type { PlaceFacts } from '../../domain/role-notice.ts';
import type { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { covers } from '../../roles/scopes.ts';
import { listWays } from '../activation-target.ts';
import { nameSubject as nameScope } from '../administration/list-assignments.ts';
import { isSameName, notFound } from '../administration/name-role.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { unlessHidden } from '../unless-hidden.ts';
import type { KnownDefinition } from './name-subject.ts';

export type FoundPlace =
  | { readonly kind: 'one'; readonly scope: Scope }
  | { readonly kind: 'unclear'; readonly error: AccessError; readonly suggestions: readonly string[] };

/** Own places are few; each costs a call. */
const MOST_LOOKED_BELOW = 10;
const MOST_SUGGESTIONS = 8;

/**
 * Finds the place that the words mean: a path is what it says; a name is looked for where the asker has or may have roles, then
 * below those places, then where groups lead, then among all that the asker may see.
 *
 * @throws {AccessError} identity.sign_in_required, graph.* when Azure cannot be asked
 */
export async function findPlace(services: Services, asker: Asker, words: string): Promise<FoundPlace> {
  if (words.startsWith('/')) {
    return { kind: 'one', scope: { id: words, name: lastPart(words) } };
  }
  const actor = actorOf(asker);
  const [eligible, active] = await Promise.all([services.eligibility.read(actor), services.roles.listActive(actor)]);
  const own = [...eligible.rows, ...active.rows].map(({ scope }) => scope).filter((scope) => isCalled(scope, words));
  if (own.length > 0) {
    return settled(words, own);
  }
  const roomy = eligible.rows.filter((row) => services.roles.of(row).capabilities.canNarrow);
  const each = [...new Map(roomy.map((row) => [scopeKey(row.scope.id), row])).values()].slice(0, MOST_LOOKED_BELOW);
  const below = await Promise.all(
    each.map(async (row) => await services.roles.of(row).findNarrowerScopes(actor, row, words)),
  );
  if (below.flat().length > 0) {
    return settled(words, below.flat());
  }
  const reached = (await listWays(services, eligible.rows)).flatMap(({ next }) => next?.scope ?? []);
  const named = reached.filter((scope) => isCalled(scope, words));
  if (named.length > 0) {
    return settled(words, named);
  }
  const seen = await unlessHidden(
    async () => await nameScope(services, asker, { roles: [], scope: words }),
    () => null,
  );
  if (seen?.kind === 'one') {
    return { kind: 'one', scope: seen.subject.scope };
  }
  return { kind: 'unclear', error: seen?.error ?? notFound(words, null, false), suggestions: [] };
}

/** "rg-web", and "rg-web in Contoso Production". */
function isCalled({ id, name, within }: Scope, words: string): boolean {
  const names = [name, lastPart(id), ...(within === undefined ? [] : [`${name} in ${within}`, `${name} on ${within}`])];
  return names.some((one) => isSameName(one, words));
}

function settled(words: string, scopes: readonly Scope[]): FoundPlace {
  const each = [...new Map(scopes.map((scope) => [scopeKey(scope.id), scope])).values()];
  const [scope, other] = each;
  if (scope !== undefined && other === undefined) {
    return { kind: 'one', scope };
  }
  return {
    kind: 'unclear',
    error: notFound(words, null, true),
    suggestions: each
      .slice(0, MOST_SUGGESTIONS)
      .map(({ id, name, within }) => (within === undefined ? id : `${name} in ${within}`)),
  };
}

function lastPart(id: string): string {
  return id.split('/').filter(Boolean).at(-1) ?? '/';
}

/** Whether a role can be assigned so that it counts at a place: what its assignable scopes hold, and what they lie in. */
export function placeFacts(
  role: KnownDefinition,
  { id, name }: Scope,
  { hierarchy, unread }: RoleKnowledge,
): PlaceFacts {
  const place = { scopeName: name, scopeId: id };
  if (role.kind === 'directory') {
    return { ...place, reach: directoryReach(id) };
  }
  if (isOfDirectory(id)) {
    return { ...place, reach: 'outside' };
  }
  if (role.assignableScopes.some((scope) => covers(scope, id, hierarchy))) {
    return { ...place, reach: 'covered' };
  }
  if (role.assignableScopes.some((scope) => covers(id, scope, hierarchy))) {
    return { ...place, reach: 'below' };
  }
  const isHierarchyUnread = unread.some(({ part }) => part === 'azure-hierarchy');
  const isAbove = [id, ...role.assignableScopes].some((scope) => scope.toLowerCase().startsWith(MANAGEMENT_GROUPS));
  return { ...place, reach: isHierarchyUnread && isAbove ? 'unknown' : 'outside' };
}

/** Roles of Entra are given for the whole tenant; which of them for less, Microsoft decides role by role (rbac.md §6.6). */
function directoryReach(id: string): PlaceFacts['reach'] {
  if (id === '/') {
    return 'covered';
  }
  return isOfDirectory(id) ? 'unknown' : 'outside';
}

function isOfDirectory(id: string): boolean {
  return id.toLowerCase().startsWith('/administrativeunits/') || id.split('/').filter(Boolean).length === 1;
}

/** `Microsoft.Compute/virtualMachines` of the path of a machine; null above resources. */
export function resourceTypeOf(scopeId: string): string | null {
  const [, below] = scopeId.split(/\/resourceGroups\/[^/]+\/providers\//i);
  const parts = below?.split('/').filter(Boolean) ?? [];
  const types = parts.slice(1).filter((_, index) => index % 2 === 0);
  return parts[0] === undefined || types.length === 0 ? null : [parts[0], ...types].join('/');
}
