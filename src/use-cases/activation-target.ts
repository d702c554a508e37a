import type { HeldRole } from '../domain/administration.ts';
import {
  type EligibleAssignment,
  GROUP_MEMBER,
  isSameRole,
  isWithin,
  type RoleAtScope,
  roleKey,
} from '../domain/assignment.ts';
import type { RoleChoice } from '../domain/notice.ts';
import { AccessError } from '../errors.ts';
import { matchRoles } from '../language/match.ts';
import type { Actor } from '../ports/role-management.ts';
import { roleChoice } from './facts.ts';
import { type Asker, actorOf, type Services } from './services.ts';
import { unlessHidden } from './unless-hidden.ts';

/** What is to be activated: an eligible assignment, a narrower scope of one, or a group and then the role that it gives. */
export interface ActivationTarget {
  readonly role: RoleAtScope;
  /** The eligible assignment behind a narrower scope, else null. */
  readonly eligible: RoleAtScope | null;
  /** What a group leads to, else null. */
  readonly next: HeldRole | null;
}

/** What words mean among what the asker may activate: never a guess between two. */
export type NamedTarget =
  | { readonly kind: 'one'; readonly target: ActivationTarget }
  | { readonly kind: 'several'; readonly targets: readonly ActivationTarget[] }
  /** `misplaced`: an eligible role has that name, and the place is not known below it. */
  | { readonly kind: 'none'; readonly nearest: readonly string[]; readonly misplaced: RoleAtScope | null };

/** What groups lead to costs calls for each: nobody who is on call for more of them is helped by a longer list. */
const MOST_GROUPS = 25;

/** How groups that are only a way to a role are told apart from the role in a key. */
const THROUGH = '>';

/** Roles as people name them, with the scope of the sentence. */
export interface RoleWords {
  readonly words: string;
  readonly scope: string | null;
}

/**
 * Finds what the words mean: first among the eligible assignments, then at narrower scopes of them, then among the roles that
 * groups lead to which the asker may activate.
 *
 * @throws {AccessError} identity.sign_in_required, graph.* when narrower scopes cannot be read
 */
export async function nameTarget(
  services: Services,
  asker: Asker,
  said: RoleWords,
  eligible: readonly EligibleAssignment[],
): Promise<NamedTarget> {
  const found = matchRoles(said.words, eligible.map(candidate), said.scope);
  if (found.kind !== 'none') {
    const ids = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
    return fromTargets(eligible.filter((item) => ids.has(roleKey(item))).map(direct), found.kind === 'one');
  }
  const narrower =
    said.scope === null ? null : await nameNarrower(services, asker, { ...said, scope: said.scope }, eligible);
  if (narrower !== null) {
    return narrower;
  }
  const ways = await listWays(services, eligible);
  const reached = matchRoles(said.words, ways.map(wayCandidate), said.scope);
  if (reached.kind === 'none') {
    const named = said.scope === null ? null : matchRoles(said.words, eligible.map(candidate), null);
    const misplaced = named?.kind === 'one' || named?.kind === 'several' ? firstOf(named, eligible) : null;
    return { kind: 'none', nearest: found.nearest.map(({ name }) => name), misplaced };
  }
  const ids = new Set((reached.kind === 'one' ? [reached.match] : reached.matches).map(({ id }) => id));
  const targets = ways.filter((way) => ids.has(targetKey(way)));
  // A group that gives the role at once gives all it holds: that is for the asker to choose.
  return fromTargets(targets, reached.kind === 'one' && targets.every(({ next }) => next?.gives === 'eligible'));
}

function firstOf(
  named: Exclude<ReturnType<typeof matchRoles>, { readonly kind: 'none' }>,
  eligible: readonly EligibleAssignment[],
): RoleAtScope | null {
  const id = (named.kind === 'one' ? named.match : named.matches[0])?.id;
  return eligible.find((item) => roleKey(item) === id) ?? null;
}

/** Finds again what a choice named. @throws {AccessError} activation.not_eligible, graph.* */
export async function findTarget(services: Services, asker: Asker, key: string): Promise<ActivationTarget> {
  const { rows: eligible } = await services.eligibility.read(actorOf(asker));
  const role = eligible.find((item) => roleKey(item) === key);
  if (role !== undefined) {
    return direct(role);
  }
  const target = key.includes(THROUGH)
    ? (await listWays(services, eligible)).find((way) => targetKey(way) === key)
    : await findNarrower(services, asker, key, eligible);
  if (target === undefined) {
    throw new AccessError('activation.not_eligible', 'not among the eligible roles', { facts: {} });
  }
  return target;
}

/** Names a target in a choice, so that {@link findTarget} finds it again. */
export function targetKey({ role, next }: ActivationTarget): string {
  return next === null ? roleKey(role) : `${roleKey(next)}${THROUGH}${roleKey(role)}`;
}

export function targetChoice(target: ActivationTarget): RoleChoice {
  return target.next === null
    ? roleChoice(target.role)
    : { ...roleChoice(target.next), key: targetKey(target), through: target.role.roleName };
}

/** Choices that people can tell apart: places of the same name are shown with their path. */
export function distinctChoices(targets: readonly ActivationTarget[]): readonly RoleChoice[] {
  const choices = targets.map(targetChoice);
  const alike = Map.groupBy(choices, (choice) => JSON.stringify([choice.roleName, choice.scopeName, choice.through]));
  const twins = new Set([...alike.values()].filter((same) => new Set(same.map(({ key }) => key)).size > 1).flat());
  return choices.map((choice, index) => {
    const target = targets[index];
    const scope = (target?.next ?? target?.role)?.scope;
    return twins.has(choice) && scope !== undefined ? { ...choice, scopeName: `${scope.name} (${scope.id})` } : choice;
  });
}

/** A role as the language matches it. */
export function candidate(role: RoleAtScope) {
  return { id: roleKey(role), name: role.roleName, scopeName: role.scope.name, scopeId: role.scope.id };
}

function wayCandidate(way: ActivationTarget) {
  return { ...candidate(way.next ?? way.role), id: targetKey(way) };
}

/** An eligible assignment as it stands. */
export function direct(role: RoleAtScope): ActivationTarget {
  return { role, eligible: null, next: null };
}

function fromTargets(targets: readonly ActivationTarget[], isClear: boolean): NamedTarget {
  const [target] = targets;
  return isClear && target !== undefined && targets.length === 1
    ? { kind: 'one', target }
    : { kind: 'several', targets };
}

/** The words name eligible roles, the scope a place below theirs; null when it is none of them. */
async function nameNarrower(
  services: Services,
  asker: Asker,
  { words, scope }: { readonly words: string; readonly scope: string },
  eligible: readonly EligibleAssignment[],
): Promise<NamedTarget | null> {
  const roomy = eligible.filter((item) => services.roles.of(item).capabilities.canNarrow);
  const found = matchRoles(words, roomy.map(candidate), null);
  if (found.kind === 'none') {
    return null;
  }
  const ids = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
  const named = roomy.filter((item) => ids.has(roleKey(item)));
  const targets = eachOnce((await Promise.all(named.map((item) => narrowed(services, asker, item, scope)))).flat());
  if (targets.length === 0) {
    return null;
  }
  const isOneName = new Set(targets.map(({ role }) => role.roleName)).size === 1;
  const isExact = found.kind === 'one' || named.every(({ roleName }) => roleName === named[0]?.roleName);
  return fromTargets(targets, isOneName && isExact);
}

/** A place that lies below two eligible assignments is one, reached from the nearer. */
function eachOnce(targets: readonly ActivationTarget[]): readonly ActivationTarget[] {
  return [...Map.groupBy(targets, targetKey).values()].flatMap((same) => {
    const behind = same.flatMap(({ eligible }) => eligible ?? []);
    const near = nearest(behind, same[0]?.role.scope.id ?? '');
    return same.find(({ eligible }) => eligible === near) ?? [];
  });
}

async function narrowed(
  services: Services,
  asker: Asker,
  eligible: RoleAtScope,
  words: string,
): Promise<readonly ActivationTarget[]> {
  const scopes = await services.roles.of(eligible).findNarrowerScopes(actorOf(asker), eligible, words);
  const { surface, roleDefinitionId, roleName } = eligible;
  return scopes.map((scope) => ({ role: { surface, roleDefinitionId, roleName, scope }, eligible, next: null }));
}

/**
 * The eligible assignment behind a role that is activated at a narrower scope: the nearest one; null for a role that is eligible
 * itself. Needed whenever a record is judged again, since what the wider one demands is demanded below it as well.
 */
export async function eligibleBehind(services: Services, actor: Actor, role: RoleAtScope): Promise<RoleAtScope | null> {
  const part = services.roles.of(role);
  if (!part.capabilities.canNarrow) {
    return null;
  }
  const eligible = await part.listEligible(actor);
  if (eligible.some((item) => isSameRole(item, role))) {
    return null;
  }
  const wider = eligible.filter((item) => roleKey({ ...item, scope: role.scope }) === roleKey(role));
  return nearest(wider, role.scope.id);
}

/** Paths tell what is nearer, but for what lies above subscriptions, which is farther than any that they tell. */
function nearest(eligible: readonly RoleAtScope[], scopeId: string): RoleAtScope | null {
  const isBelowSubscription = isWithinSubscription(scopeId);
  const possible = eligible.filter(
    ({ scope }) => isWithin(scopeId, scope.id) || !(isBelowSubscription && isWithinSubscription(scope.id)),
  );
  const depth = ({ scope }: RoleAtScope): number => (isWithin(scopeId, scope.id) ? scope.id.length : 0);
  return possible.toSorted((a, b) => depth(b) - depth(a))[0] ?? null;
}

function isWithinSubscription(scopeId: string): boolean {
  return scopeId.toLowerCase().startsWith('/subscriptions/');
}

async function findNarrower(
  services: Services,
  asker: Asker,
  key: string,
  eligible: readonly EligibleAssignment[],
): Promise<ActivationTarget | undefined> {
  const scopeId = key.slice(key.lastIndexOf('|') + 1);
  const roomy = eligible.filter(
    (item) =>
      services.roles.of(item).capabilities.canNarrow && roleKey({ ...item, scope: { id: scopeId, name: '' } }) === key,
  );
  const targets = await Promise.all(roomy.map((item) => narrowed(services, asker, item, scopeId)));
  return eachOnce(targets.flat()).find((target) => targetKey(target) === key);
}

/** Every role that a group leads to which the asker may activate; groups whose roles nobody may see lead nowhere. */
export async function listWays(
  services: Services,
  eligible: readonly EligibleAssignment[],
): Promise<readonly ActivationTarget[]> {
  const groups = eligible
    .filter((item) => services.roles.of(item).capabilities.givesMembership && item.roleDefinitionId === GROUP_MEMBER)
    .slice(0, MOST_GROUPS);
  const held = await Promise.all(groups.map((group) => heldBy(services, group)));
  return groups.flatMap((role, index) => (held[index] ?? []).map((next) => ({ role, eligible: null, next })));
}

/** Roles that a group gives; without those that nobody lets us see. */
export async function heldBy(
  services: Pick<Services, 'reader' | 'log'>,
  group: RoleAtScope,
): Promise<readonly HeldRole[]> {
  return await unlessHidden(
    async () => (await services.reader.listHeldByGroup(group.scope.id)).roles,
    (code) => {
      services.log.warn('group.roles_unknown', { code, group: group.scope.id });
      return [];
    },
  );
}
