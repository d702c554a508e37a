import { type DenialPrincipal, type DenyAssignment, isEveryone } from '../domain/deny-assignment.ts';
import type { Plane, ScopeHierarchy } from '../domain/role-definition.ts';
import { type Answer, decide } from './evaluate.ts';
import { covers } from './scopes.ts';

/** Whether somebody is a principal, or in it. Of groups that is not always known. */
export type Standing = 'yes' | 'no' | 'unknown';

/** Whether a deny assignment concerns somebody, of whom `standing` says which principals they are among. */
export function concernOf(
  { principals, excludePrincipals }: DenyAssignment,
  standing: (principal: DenialPrincipal) => Standing,
): Standing {
  const named = standingAmong(principals, standing);
  const excluded = standingAmong(excludePrincipals, standing);
  if (named === 'no' || excluded === 'yes') {
    return 'no';
  }
  return named === 'yes' && excluded === 'no' ? 'yes' : 'unknown';
}

function standingAmong(
  principals: readonly DenialPrincipal[],
  standing: (principal: DenialPrincipal) => Standing,
): Standing {
  const all = new Set(principals.map((one) => (isEveryone(one) ? 'yes' : standing(one))));
  return (['yes', 'unknown'] as const).find((one) => all.has(one)) ?? 'no';
}

/** Whether it holds at a scope: its own one, or one below it unless it leaves those out. */
export function reachesScope(
  { scopeId, doNotApplyToChildScopes }: DenyAssignment,
  asked: string,
  hierarchy: ScopeHierarchy,
): boolean {
  return covers(scopeId, asked, hierarchy) && (!doNotApplyToChildScopes || covers(asked, scopeId, hierarchy));
}

/** Operations of one plane, at a scope. */
export interface DenialQuestion {
  readonly operations: readonly string[];
  readonly plane: Plane;
  readonly scopeId: string;
  readonly hierarchy: ScopeHierarchy;
}

/** `all` of the operations; `some` of them; those that it takes under a `condition` only; all or some, but only `below` the scope. */
export type Denied = 'all' | 'some' | 'condition' | 'below';

/** How much of what was asked about a deny assignment takes from whomever it concerns; null for nothing. */
export function deniedBy(denial: DenyAssignment, question: DenialQuestion): Denied | null {
  const { operations, plane, scopeId, hierarchy } = question;
  const answerTo = (operation: string): Answer => decide(denial, { operation, plane }).answer;
  if (!reachesScope(denial, scopeId, hierarchy)) {
    const isBelow = covers(scopeId, denial.scopeId, hierarchy);
    return isBelow && operations.some((operation) => answerTo(operation) !== 'denied') ? 'below' : null;
  }
  const answers = new Set(operations.map(answerTo));
  if (answers.has('allowed')) {
    return answers.size === 1 ? 'all' : 'some';
  }
  return answers.has('conditional') ? 'condition' : null;
}
