import type { DenialPrincipal, DenyAssignment } from '../domain/deny-assignment.ts';
import { type Reading, USUAL_READING } from '../domain/operation-pattern.ts';
import type { PermissionBlock, Plane, ScopeHierarchy } from '../domain/role-definition.ts';
import { concernOf, reachesScope } from './denials.ts';
import { type Answer, concerns, type Decision, decide } from './evaluate.ts';
import { covers } from './scopes.ts';

/** A role that somebody has somewhere. */
export interface HeldRole {
  readonly permissions: readonly PermissionBlock[];
  readonly scopeId: string;
  /** The assignment's own condition, which comes on top of those of the role. */
  readonly condition: string | null;
}

/** About one operation, not a pattern. */
export interface AccessQuestion {
  readonly operation: string;
  readonly plane: Plane;
  readonly scopeId: string;
  /** The person and every group they are in, groups in groups included. */
  readonly principalIds: readonly string[];
}

export interface JointDecision {
  readonly answer: Answer;
  /** The roles that hold at the scope and of which a string speaks of the operation. */
  readonly why: readonly { readonly held: HeldRole; readonly decision: Decision }[];
  /** What denies it, in full or under a condition. */
  readonly deniedBy: readonly DenyAssignment[];
}

/**
 * Decides what several roles allow somebody together, at a scope (rbac.md §3): a deny assignment that fits ends it; else the roles that
 * hold there add up, and one that allows freely is enough.
 */
export function decideTogether(
  roles: readonly HeldRole[],
  denials: readonly DenyAssignment[],
  question: AccessQuestion,
  { hierarchy, reading = USUAL_READING }: { readonly hierarchy: ScopeHierarchy; readonly reading?: Reading },
): JointDecision {
  const why = roles
    .filter(({ scopeId }) => covers(scopeId, question.scopeId, hierarchy))
    .map((held) => ({ held, decision: withCondition(decide(held, question, reading), held, question, reading) }))
    .filter(({ decision }) => decision.why.length > 0);
  const own = new Set(question.principalIds.map((id) => id.toLowerCase()));
  const isAmong = ({ id }: DenialPrincipal) => (own.has(id.toLowerCase()) ? 'yes' : 'no');
  const denying = denials
    .filter((denial) => concernOf(denial, isAmong) === 'yes' && reachesScope(denial, question.scopeId, hierarchy))
    .map((denial) => ({ denial, answer: decide(denial, question, reading).answer }))
    .filter(({ answer }) => answer !== 'denied');
  const deniedBy = denying.map(({ denial }) => denial);
  if (denying.some(({ answer }) => answer === 'allowed')) {
    return { answer: 'denied', why, deniedBy };
  }
  const answers = new Set(why.map(({ decision }) => decision.answer));
  if (answers.has('allowed')) {
    return { answer: denying.length > 0 ? 'conditional' : 'allowed', why, deniedBy };
  }
  return { answer: answers.has('conditional') ? 'conditional' : 'denied', why, deniedBy };
}

function withCondition(
  decision: Decision,
  { condition }: HeldRole,
  { operation }: AccessQuestion,
  reading: Reading,
): Decision {
  const isGuarded = decision.answer === 'allowed' && condition !== null && concerns(condition, operation, reading);
  return isGuarded ? { ...decision, answer: 'conditional' } : decision;
}
