import type { ListedAssignment } from '../../domain/administration.ts';
import { type RoleAtScope, type Scope, scopeKey } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';
import type { Listing } from '../role-surfaces.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { isSameName, type NamedRole, nameRole, notFound, oneRoleOnly, throwUnread, type Unclear } from './name-role.ts';

/** What a sentence asks about: a role, or everything at a scope. */
export interface SpokenSubject {
  readonly roles: readonly string[];
  readonly scope: string | null;
}

/** One role, or a whole scope when `role` is null. */
export interface AssignmentSubject {
  readonly surface: RoleAtScope['surface'];
  readonly role: RoleAtScope | null;
  readonly scope: Scope;
}

export type NamedSubject = { readonly kind: 'one'; readonly subject: AssignmentSubject } | Unclear;

/** Finds what a sentence asks about. @throws {AccessError} command.problem, identity.sign_in_required, graph.* */
export async function nameSubject(services: Services, asker: Asker, spoken: SpokenSubject): Promise<NamedSubject> {
  const [words, second] = spoken.roles.filter((role) => !WHOLE.has(role.toLowerCase()));
  if (second !== undefined) {
    throw oneRoleOnly('who has Security Reader');
  }
  if (words !== undefined) {
    return subjectOf(await nameRole(services, asker, words, spoken.scope));
  }
  if (spoken.scope === null) {
    const text = 'Say which role, or on which scope: "who has everything on rg-payments".';
    throw new AccessError('command.problem', 'neither role nor scope', { facts: { text } });
  }
  return await nameScope(services, asker, spoken.scope);
}

const WHOLE: ReadonlySet<string> = new Set(['everything', 'access', 'anything', 'all', 'all roles']);

function subjectOf(named: NamedRole): NamedSubject {
  if (named.kind === 'unclear') {
    return named;
  }
  const { role } = named;
  return { kind: 'one', subject: { surface: role.surface, role, scope: role.scope } };
}

/**
 * Built-in roles that stand at every scope of their part of PIM, in the tenant as below it: asked for by name at a scope, they
 * tell which scope the words mean.
 */
const EVERYWHERE = ['Reader', 'Helpdesk Administrator'] as const;

/** Finds the scope that the words mean among those that the asker can see; for a group, its name. */
async function nameScope(services: Services, asker: Asker, words: string): Promise<NamedSubject> {
  const actor = actorOf(asker);
  const [groups, ...probes] = await Promise.all([
    services.roles.findRoles(actor, words, null),
    ...EVERYWHERE.map(async (name) => await services.roles.findRoles(actor, name, words)),
  ]);
  // A group is the scope of its own roles, which have its name.
  const isGroup = (role: RoleAtScope): boolean => services.roles.of(role).capabilities.givesMembership;
  const found = [
    ...groups.rows.filter((role) => isGroup(role) && isSameName(role.roleName, words)).map(groupSubject),
    ...probes.flatMap(({ rows }) => rows.filter((role) => !isGroup(role)).map(scopeSubject)),
  ];
  const subjects = [...new Map(found.map((one) => [`${one.surface}|${scopeKey(one.scope.id)}`, one])).values()];
  const [subject, other] = subjects;
  if (subject !== undefined && other === undefined) {
    return { kind: 'one', subject };
  }
  if (subject === undefined) {
    const unread: Listing<unknown>['unread'] = [groups, ...probes].flatMap((listing) => listing.unread);
    throwUnread({ unread }, 'no scope of that name, and a part of PIM was not read');
  }
  return {
    kind: 'unclear',
    error: notFound(words, null, subjects.length > 0),
    suggestions: subjects.map(({ scope }) => `everything on ${placeOf(scope)}`).slice(0, 8),
  };
}

function groupSubject({ surface, roleName, scope }: RoleAtScope): AssignmentSubject {
  return { surface, role: null, scope: { id: scope.id, name: roleName } };
}

function scopeSubject({ surface, scope }: RoleAtScope): AssignmentSubject {
  return { surface, role: null, scope };
}

/**
 * Reads everybody's assignments with the asker's own token: active ones first, then by the name of who holds them.
 *
 * @throws {AccessError} identity.sign_in_required, graph.forbidden when the asker may not see them, graph.*
 */
export async function listAssignments(
  services: Services,
  asker: Asker,
  { surface, role, scope }: AssignmentSubject,
): Promise<readonly ListedAssignment[]> {
  const administration = services.roles.administrationOf({ surface });
  const query = role === null ? { scopeId: scope.id } : { role };
  const rows = await administration.listAssignments(actorOf(asker), query);
  return [...rows].sort(
    (a, b) =>
      (a.kind === b.kind ? 0 : a.kind === 'active' ? -1 : 1) ||
      byName.compare(a.principal.name, b.principal.name) ||
      byName.compare(a.roleName, b.roleName),
  );
}

const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** As a sentence can name it again: by what holds it, else by its path. */
function placeOf({ id, name, within }: Scope): string {
  return within === undefined ? id : `${name} in ${within}`;
}
