import { definitionKey, type RoleAtScope, roleKey, type Scope } from '../../domain/assignment.ts';
import type { ScopeHierarchy } from '../../domain/role-definition.ts';
import type { OwnFacts } from '../../domain/role-notice.ts';
import { covers } from '../../roles/scopes.ts';
import { type ActivationTarget, targetKey } from '../activation-target.ts';
import { listWaysIfPossible } from '../read-if-possible.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import type { KnownDefinition, Subject } from './name-subject.ts';

export interface OwnQuestion {
  readonly subject: Subject;
  /** Null for anywhere. */
  readonly scope: Scope | null;
  readonly hierarchy: ScopeHierarchy;
}

const NOTHING: OwnFacts = { state: 'none', scopeNames: [], through: null, key: null };

/**
 * Says what the asker has of a role themselves, so that it counts at a place: now, or after activating it or a group that leads
 * to it. A part of PIM that cannot be read leaves it open.
 *
 * @throws {AccessError} identity.sign_in_required
 */
export async function ownAccess(services: Services, asker: Asker, question: OwnQuestion): Promise<OwnFacts> {
  const actor = actorOf(asker);
  const [eligible, active] = await Promise.all([services.eligibility.read(actor), services.roles.listActive(actor)]);
  const isMeant = meant(question.subject);
  const counts = ({ scope }: RoleAtScope): boolean =>
    question.scope === null ||
    question.subject.kind === 'group' ||
    covers(scope.id, question.scope.id, question.hierarchy);
  const held = active.rows.filter(isMeant).filter(counts);
  if (held.length > 0) {
    return { ...NOTHING, state: 'active', scopeNames: placesOf(held) };
  }
  const direct = eligible.rows.filter(isMeant).map((role) => ({ role, eligible: null, next: null }));
  const isReached = question.subject.kind === 'group' || direct.some(({ role }) => counts(role));
  const ways = isReached ? [] : await listWaysIfPossible(services, eligible.rows);
  const all: readonly ActivationTarget[] = [...direct, ...ways.filter(({ next }) => next !== null && isMeant(next))];
  const usable = all.filter((target) => counts(target.next ?? target.role));
  if (usable.length > 0) {
    return eligibleAt(usable, 'eligible');
  }
  if (all.length > 0) {
    return { ...eligibleAt(all, 'eligible-elsewhere'), key: null };
  }
  const isUnread = [...eligible.unread, ...active.unread].some(
    ({ surface }) => surface === surfaceOf(question.subject),
  );
  return isUnread ? { ...NOTHING, state: 'unknown' } : NOTHING;
}

function eligibleAt(targets: readonly ActivationTarget[], state: 'eligible' | 'eligible-elsewhere'): OwnFacts {
  const [only, other] = targets;
  const isOne = only !== undefined && other === undefined;
  return {
    state,
    scopeNames: placesOf(targets.map(({ role, next }) => next ?? role)),
    through: isOne && only.next !== null ? only.role.roleName : null,
    key: isOne ? targetKey(only) : null,
  };
}

/** Groups are known by their name alone. */
function placesOf(roles: readonly RoleAtScope[]): readonly string[] {
  return [...new Set(roles.filter(({ surface }) => surface !== 'group').map(({ scope }) => scope.name))];
}

function meant(subject: Subject): (role: RoleAtScope) => boolean {
  if (subject.kind === 'group') {
    const key = roleKey(subject.group);
    return (role) => roleKey(role) === key;
  }
  const { kind, id } = subject.role;
  return (role) => role.surface === kind && definitionKey(role.roleDefinitionId) === id;
}

function surfaceOf(subject: Subject): RoleAtScope['surface'] {
  return subject.kind === 'group' ? 'group' : (subject.role satisfies KnownDefinition).kind;
}
