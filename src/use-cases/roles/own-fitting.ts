import {
  type ActiveAssignment,
  isSameRole,
  type RoleAtScope,
  roleKey,
  type Scope,
  scopeKey,
} from '../../domain/assignment.ts';
import type { UnreadPart } from '../../domain/card-facts.ts';
import { isWeaker, type RolePolicy, stricterPolicy } from '../../domain/policy.ts';
import type { ScopeHierarchy } from '../../domain/role-definition.ts';
import type { FittingRole } from '../../domain/which-role-notice.ts';
import { type EligibleRole, type RankedRole, type Ranking, rankEligible, type WantedAccess } from '../../roles/rank.ts';
import type { RoleIndex } from '../../roles/role-index.ts';
import { covers } from '../../roles/scopes.ts';
import { type ActivationTarget, targetKey } from '../activation-target.ts';
import { isoDuration, isoOrNull, roleFacts } from '../facts.ts';
import { readActive } from '../list-active.ts';
import { listWaysIfPossible, readPolicyIfPossible } from '../read-if-possible.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { onlyServed } from '../serving/find-unserved.ts';

export interface OwnFitting {
  readonly roles: readonly FittingRole[];
  readonly total: number;
  /** Own roles that would do, and do not reach the place. */
  readonly elsewhere: readonly RoleAtScope[];
  /** Roles of the tenant that would, where none of their own does. */
  readonly tenant: Ranking['others'];
  readonly tenantTotal: number;
  readonly unread: readonly UnreadPart[];
}

export interface OwnWish {
  readonly wanted: WantedAccess;
  readonly scope: Scope | null;
  readonly index: RoleIndex;
  readonly hierarchy: ScopeHierarchy;
}

/** A role of the asker's own: to be activated, or active. */
interface OwnRole {
  readonly key: string;
  readonly role: RoleAtScope;
  readonly target: ActivationTarget | null;
  readonly active: ActiveAssignment | null;
}

/** As many as a card can show: the settings of others are not read. */
const MOST_SHOWN = 12;

/**
 * Finds what the asker holds, may activate, or reaches through a group, that fits and counts at the place; the least first. Nobody
 * else's assignments are looked at.
 *
 * @throws {AccessError} identity.sign_in_required, graph.* when no part of PIM can be read
 */
export async function ownFitting(services: Services, asker: Asker, wish: OwnWish): Promise<OwnFitting> {
  const [eligible, active] = await Promise.all([
    services.eligibility.read(actorOf(asker)),
    readActive(services, asker),
  ]);
  const direct: readonly ActivationTarget[] = eligible.rows.map((role) => ({ role, eligible: null, next: null }));
  const targets = eachRoleOnce([...direct, ...(await listWaysIfPossible(services, eligible.rows))]);
  const own = ownRoles(targets, active.rows, wish);
  const byKey = new Map(own.map((one) => [one.key, one]));
  const first = rankEligible(
    own.map((one) => asEligible(one, null)),
    wish.wanted,
    wish,
  );
  const shown = await Promise.all(
    [...first.own, ...first.partly].slice(0, MOST_SHOWN).map(async (ranked) => {
      const one = byKey.get(ranked.eligible.key) as OwnRole;
      return { one, ...(await settledTarget(services, asker, { scope: wish.scope, target: one.target })) };
    }),
  );
  const isPersonServed = (await services.servedPeople.judge(asker.person.id)) === null;
  const isServed = ({ target }: Settled): boolean =>
    target === null || (isPersonServed && isTargetServed(services, target));
  const durations = new Map(shown.map(({ one, policy }) => [one.key, policy?.maximumDuration ?? null]));
  const second = rankEligible(
    shown.map(({ one }) => asEligible(one, durations.get(one.key) ?? null)),
    wish.wanted,
    wish,
  );
  const unread = [...eligible.unread, ...active.unread];
  return {
    roles: [...second.own.map(wholeFacts), ...second.partly.map(partFacts)].flatMap(({ key, facts }) => {
      const settled = shown.find(({ one }) => one.key === key);
      return settled === undefined ? [] : [{ ...facts, ...ownFacts(settled, isServed(settled)) }];
    }),
    total: first.own.length + first.partly.length,
    elsewhere: first.elsewhere.flatMap(({ eligible: { key } }) => byKey.get(key)?.role ?? []),
    tenant: first.others,
    tenantTotal: first.othersTotal,
    unread: unread.filter((part, at) => unread.findIndex(({ surface }) => surface === part.surface) === at),
  };
}

/** What can be activated, and what is active besides; what is active already need not be activated. */
function ownRoles(
  targets: readonly ActivationTarget[],
  active: readonly ActiveAssignment[],
  { scope, hierarchy }: OwnWish,
): readonly OwnRole[] {
  const isMeant = (row: ActiveAssignment, role: RoleAtScope): boolean =>
    isSameRole(row, role) ||
    (scope !== null && isSameRole({ ...row, scope: role.scope }, role) && covers(row.scope.id, scope.id, hierarchy));
  const held = new Set<ActiveAssignment>();
  const reachable = targets.map((target): OwnRole => {
    const role = reachedRole(target);
    const same = active.filter((row) => isMeant(row, role));
    for (const row of same) {
      held.add(row);
    }
    const [row] = same;
    return {
      key: targetKey(target),
      role: row ?? role,
      target: row === undefined ? target : null,
      active: row ?? null,
    };
  });
  const others = active
    .filter((row) => !held.has(row))
    .map((row) => ({ key: roleKey(row), role: row, target: null, active: row }));
  return [...reachable, ...others];
}

function asEligible({ key, role }: OwnRole, maximumDuration: Temporal.Duration | null): EligibleRole {
  const { surface, roleDefinitionId, scope } = role;
  return { key, surface, roleDefinitionId, scopeId: scope.id, maximumDuration };
}

/** The role that a target ends in. */
function reachedRole({ role, next }: ActivationTarget): RoleAtScope {
  return next ?? role;
}

/** What is had directly needs no group. */
function eachRoleOnce(targets: readonly ActivationTarget[]): readonly ActivationTarget[] {
  return [...Map.groupBy(targets, (target) => roleKey(reachedRole(target))).values()].flatMap(([first]) => first ?? []);
}

type RankedFacts = Pick<FittingRole, 'kind' | 'certainty' | 'by' | 'condition' | 'risk' | 'operations' | 'changes'>;

/** What an answer of the definition is worth. */
export const CERTAINTIES = {
  allowed: 'sure',
  exact: 'sure',
  implied: 'sure',
  conditional: 'conditional',
  unknown: 'likely',
} as const satisfies Record<RankedRole['answer'], FittingRole['certainty']>;

function wholeFacts({ eligible, role, answer, by, conditions }: RankedRole): { key: string; facts: RankedFacts } {
  const {
    risk,
    operations,
    changes,
    definition: { kind },
  } = role;
  const condition = conditions[0] ?? null;
  const facts = { kind, certainty: CERTAINTIES[answer], by: by[0] ?? null, condition, risk, operations, changes };
  return { key: eligible.key, facts };
}

function partFacts({ eligible, role }: Ranking['partly'][number]): { key: string; facts: RankedFacts } {
  const {
    risk,
    operations,
    changes,
    definition: { kind },
  } = role;
  return {
    key: eligible.key,
    facts: { kind, certainty: 'part', by: null, condition: null, risk, operations, changes },
  };
}

/** Both the group and what it leads to have to be. */
function isTargetServed({ rules }: Pick<Services, 'rules'>, { role, next }: ActivationTarget): boolean {
  const wanted = next === null ? [role] : [role, next];
  return onlyServed({ rules }, wanted).length === wanted.length;
}

function ownFacts(
  { one, target, policy }: Settled & { readonly one: OwnRole },
  isServed: boolean,
): Omit<FittingRole, keyof RankedFacts> {
  return {
    ...(!isServed && { isServed }),
    key: target === null || !isServed ? null : targetKey(target),
    ...roleFacts(target === null ? one.role : reachedRole(target)),
    through: target?.next == null ? null : target.role.roleName,
    maximumDuration: policy === null ? null : isoDuration(policy.maximumDuration),
    needsApproval: policy === null ? null : policy.isApprovalRequired,
    activeUntil: isoOrNull(one.active?.endsAt ?? null),
    isActive: one.active !== null,
  };
}

interface Settled {
  readonly target: ActivationTarget | null;
  /** Null where it cannot be read, and for what is active already. */
  readonly policy: RolePolicy | null;
}

/**
 * What Activate activates: no more than the place that was asked about, where the part of PIM can narrow and would not refuse it
 * for settings that are weaker there or hidden.
 */
async function settledTarget(
  services: Services,
  asker: Asker,
  { scope, target }: { readonly scope: Scope | null; readonly target: ActivationTarget | null },
): Promise<Settled> {
  if (target === null) {
    return { target, policy: null };
  }
  const policy = await readPolicyIfPossible(services, target.role);
  if (target.next !== null) {
    const next = target.next.gives === 'active' ? null : await readPolicyIfPossible(services, target.next);
    return { target, policy: policy === null || next === null ? policy : chained(policy, next) };
  }
  const narrowed = scope === null ? null : await narrower(services, asker, { role: target.role, scope });
  const own = narrowed === null ? null : await readPolicyIfPossible(services, narrowed);
  return narrowed === null || own === null || policy === null || isWeaker(own, policy)
    ? { target, policy }
    : { target: { role: narrowed, eligible: target.role, next: null }, policy: stricterPolicy(own, policy) };
}

/** Both steps have to be taken, and the second lasts no longer than the first. */
function chained(first: RolePolicy, second: RolePolicy): RolePolicy {
  const isShorter = Temporal.Duration.compare(first.maximumDuration, second.maximumDuration) < 0;
  return {
    ...second,
    maximumDuration: isShorter ? first.maximumDuration : second.maximumDuration,
    isApprovalRequired: first.isApprovalRequired || second.isApprovalRequired,
  };
}

async function narrower(
  services: Services,
  asker: Asker,
  { role, scope }: { readonly role: RoleAtScope; readonly scope: Scope },
): Promise<RoleAtScope | null> {
  const part = services.roles.of(role);
  if (!part.capabilities.canNarrow || scopeKey(role.scope.id) === scopeKey(scope.id)) {
    return null;
  }
  const [found] = await part.findNarrowerScopes(actorOf(asker), role, scope.id);
  const { surface, roleDefinitionId, roleName } = role;
  return found === undefined ? null : { surface, roleDefinitionId, roleName, scope: found };
}
