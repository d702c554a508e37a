import { definitionKey, type Surface } from '../domain/assignment.ts';
import type { Plane, ScopeHierarchy } from '../domain/role-definition.ts';
import type { RiskClass } from '../domain/role-notice.ts';
import { compareTexts, type IndexedRole } from './azure-index.ts';
import type { Answer, Decision } from './evaluate.ts';
import type { DirectoryAnswer } from './evaluate-directory.ts';
import type { RoleIndex } from './role-index.ts';
import { covers, scopeDepth } from './scopes.ts';

/** What somebody may activate, as far as ranking looks at it. */
export interface EligibleRole {
  /** Whatever the caller knows it by. */
  readonly key: string;
  readonly surface: Surface;
  /** A GUID, or a path that ends with one. */
  readonly roleDefinitionId: string;
  readonly scopeId: string;
  /** Null when the policy is not known. */
  readonly maximumDuration: Temporal.Duration | null;
}

/** What somebody wants to be let do. An operation of Azure may be a pattern. */
export type WantedAccess =
  | {
      readonly kind: 'azure';
      readonly operation: string;
      readonly plane: Plane;
      /** Where; null for anywhere. */
      readonly scopeId: string | null;
    }
  | { readonly kind: 'directory'; readonly action: string; readonly scopeId: string | null }
  /** Roles that were found to do it otherwise, such as those for a task. */
  | { readonly kind: 'found'; readonly fitting: readonly FittingRole[]; readonly scopeId: string | null };

/** A role that would do, and why. */
export interface FittingRole {
  readonly role: IndexedRole;
  /** `allowed` and `exact` are certain, `implied` follows, the others are to be marked. */
  readonly answer: Exclude<Answer, 'denied'> | Exclude<DirectoryAnswer, 'no'>;
  /** The strings that say so, as written. */
  readonly by: readonly string[];
  /** The conditions under which it holds. */
  readonly conditions: readonly string[];
  /** How many operations it allows besides what was asked for. */
  readonly excess: number;
}

/** One of somebody's own eligible roles that would do. */
export interface RankedRole extends FittingRole {
  readonly eligible: EligibleRole;
}

export interface Ranking {
  /** The best first. */
  readonly own: readonly RankedRole[];
  /** Own roles that would do elsewhere, and do not hold at the scope. */
  readonly elsewhere: readonly RankedRole[];
  /** Own roles that hold there and allow some of the operations of a pattern, those with the most of it first. */
  readonly partly: readonly { readonly eligible: EligibleRole; readonly role: IndexedRole; readonly allowed: number }[];
  /** How many known operations fit a pattern; 1 for one operation. */
  readonly asked: number;
  /** Roles of the whole tenant that would do and may be assigned there, the best first: where none of one's own does. */
  readonly others: readonly FittingRole[];
  /** How many there are of them: `others` are the first. */
  readonly othersTotal: number;
}

/** Nobody reads more. */
const MOST_OTHERS = 25;

const RISKS: Readonly<Record<RiskClass, number>> = { reads: 0, changes: 1, 'reaches-data': 2, 'changes-access': 3 };

const CERTAINTY: Readonly<Record<FittingRole['answer'], number>> = {
  allowed: 0,
  exact: 0,
  implied: 1,
  unknown: 2,
  conditional: 2,
};

/**
 * Ranks somebody's own eligible roles for an operation at a scope (rbac.md §8): certain before conditional or unknown, then by risk
 * class, by excess operations, by the narrower scope, by the shorter maximum, by name. The same input gives the same order.
 */
export function rankEligible(
  eligible: readonly EligibleRole[],
  wanted: WantedAccess,
  { index, hierarchy }: { readonly index: RoleIndex; readonly hierarchy: ScopeHierarchy },
): Ranking {
  const asked = wanted.kind === 'azure' && wanted.operation.includes('*') ? index.fitting(wanted).length : 1;
  const candidates = findCandidates(wanted, index);
  const fitting = new Map(candidates.map((one) => [one.role, one]));
  const holds = ({ scopeId }: EligibleRole): boolean =>
    wanted.scopeId === null || covers(scopeId, wanted.scopeId, hierarchy);

  const own: RankedRole[] = [];
  const elsewhere: RankedRole[] = [];
  const rest: { readonly eligible: EligibleRole; readonly role: IndexedRole }[] = [];
  for (const one of eligible) {
    const { surface } = one;
    const isOther = surface === 'group' || (wanted.kind !== 'found' && surface !== wanted.kind);
    const role = isOther ? undefined : index.find(surface, definitionKey(one.roleDefinitionId));
    const found = role === undefined ? undefined : fitting.get(role);
    if (found !== undefined) {
      (holds(one) ? own : elsewhere).push({ ...inFull(found, asked), eligible: one });
    } else if (role !== undefined && asked > 1 && holds(one)) {
      rest.push({ eligible: one, role });
    }
  }
  const order = (one: RankedRole, other: RankedRole): number =>
    byFit(one, other) || byPlace(one.eligible, other.eligible, hierarchy) || byName(one, other);
  return {
    own: own.sort(order),
    elsewhere: elsewhere.sort(order),
    partly: rankPartly(rest, wanted, index),
    asked,
    ...(own.length > 0 ? { others: [], othersTotal: 0 } : rankOthers(candidates, { wanted, asked, hierarchy })),
  };
}

/** A role that would do, of which the reasons are looked up when they are needed: there may be thousands. */
interface Candidate {
  readonly role: IndexedRole;
  readonly answer: FittingRole['answer'];
  why(): Pick<FittingRole, 'by' | 'conditions'>;
}

/** Those with the fewest operations come first, then by name. */
function findCandidates(wanted: WantedAccess, index: RoleIndex): readonly Candidate[] {
  if (wanted.kind === 'found') {
    return wanted.fitting.map(({ role, answer, by, conditions }) => ({
      role,
      answer,
      why: () => ({ by, conditions }),
    }));
  }
  if (wanted.kind === 'directory') {
    return index.allowingInDirectory(wanted.action).map(({ role, decision: { answer, by } }) => ({
      role,
      answer: answer as Exclude<DirectoryAnswer, 'no'>,
      why: () => ({ by, conditions: [] }),
    }));
  }
  return index.allowing(wanted).map((one) => ({ role: one.role, answer: one.answer, why: () => whyIn(one.decision) }));
}

/** Those that allow most of a pattern come first. */
function rankPartly(
  own: readonly Omit<Ranking['partly'][number], 'allowed'>[],
  wanted: WantedAccess,
  index: RoleIndex,
): Ranking['partly'] {
  if (wanted.kind !== 'azure' || own.length === 0) {
    return [];
  }
  const roles = own.map(({ role }) => role);
  const allowed = index.sharesOf(roles, wanted);
  return own
    .map((one, at) => ({ ...one, allowed: allowed[at] ?? 0 }))
    .filter((one) => one.allowed > 0)
    .sort((one, other) => other.allowed - one.allowed || one.role.operations - other.role.operations);
}

function inFull({ role, answer, why }: Candidate, asked: number): FittingRole {
  return { role, answer, ...why(), excess: Math.max(role.operations - asked, 0) };
}

/** The blocks that grant; with a condition only where all of them have one. */
function whyIn({ answer, why }: Decision): Pick<FittingRole, 'by' | 'conditions'> {
  const granting = why.filter(({ subtractedBy }) => subtractedBy.length === 0);
  const deciding = answer === 'allowed' ? granting.filter(({ condition }) => condition === null) : granting;
  return {
    by: deciding.flatMap(({ matchedBy }) => matchedBy),
    conditions: deciding.flatMap(({ condition }) => condition ?? []),
  };
}

/** They come with the fewest operations first, and by name: sorting leaves that as it is. */
function rankOthers(
  candidates: readonly Candidate[],
  { wanted: { scopeId }, asked, hierarchy }: { wanted: WantedAccess; asked: number; hierarchy: ScopeHierarchy },
): Pick<Ranking, 'others' | 'othersTotal'> {
  // Thousands of roles share a few scopes.
  const reaching = new Map<string, boolean>();
  const reaches = (scope: string, asked: string): boolean => {
    const known = reaching.get(scope) ?? covers(scope, asked, hierarchy);
    reaching.set(scope, known);
    return known;
  };
  const mayBeAssigned = ({ role: { definition } }: Candidate): boolean =>
    definition.kind === 'directory'
      ? definition.isEnabled
      : scopeId === null || definition.assignableScopes.some((scope) => reaches(scope, scopeId));
  const assignable = candidates
    .toSorted(
      (one, other) => CERTAINTY[one.answer] - CERTAINTY[other.answer] || RISKS[one.role.risk] - RISKS[other.role.risk],
    )
    .filter(mayBeAssigned);
  const others = assignable.slice(0, MOST_OTHERS).map((candidate) => inFull(candidate, asked));
  return { others, othersTotal: assignable.length };
}

function byFit(one: FittingRole, other: FittingRole): number {
  return (
    CERTAINTY[one.answer] - CERTAINTY[other.answer] ||
    RISKS[one.role.risk] - RISKS[other.role.risk] ||
    one.excess - other.excess
  );
}

function byPlace(one: EligibleRole, other: EligibleRole, hierarchy: ScopeHierarchy): number {
  return (
    scopeDepth(other.scopeId, hierarchy) - scopeDepth(one.scopeId, hierarchy) ||
    minutes(one.maximumDuration) - minutes(other.maximumDuration)
  );
}

/** What is not known comes last. */
function minutes(duration: Temporal.Duration | null): number {
  return duration === null ? Number.MAX_SAFE_INTEGER : duration.total('minutes');
}

function byName(one: RankedRole, other: RankedRole): number {
  const name = ({ role }: RankedRole): string => role.definition.name.toLowerCase();
  return compareTexts(name(one), name(other)) || compareTexts(one.eligible.key, other.eligible.key);
}
