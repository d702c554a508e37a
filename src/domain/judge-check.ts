import type { RunbookCheck } from './runbook.ts';

/** Where a role stands for a person: `lagging` is what PIM said yes to and its list does not show yet. */
export type RoleStanding = 'active' | 'lagging' | 'not-active' | 'unknown';

/** What came of looking. `conditional` is allowed under a condition that nobody here can judge. */
export type CheckOutcome =
  | 'works'
  | 'refused'
  | 'conditional'
  | 'missing'
  | 'not-consented'
  | 'unavailable'
  | 'too-slow'
  | 'not-probed'
  | 'definition-unread';

/** What an outcome means for somebody who wants to use the role. */
export type CheckVerdict =
  | { readonly is: 'works' }
  /** Something else that the person has gives it. */
  | { readonly is: 'works-without-role' }
  /** As it should be: not meant to work, or not meant to work yet. */
  | { readonly is: 'refused'; readonly because: 'never' | 'not-active' }
  /** Not meant to work, and does. */
  | { readonly is: 'too-much' }
  | { readonly is: 'fails'; readonly advice: CheckAdvice }
  | { readonly is: 'unclear'; readonly because: Exclude<CheckOutcome, 'works' | 'refused'> };

/** What to do about access that is active and does not work. */
export type CheckAdvice = 'wait' | 'sign-in-again' | 'denied' | 'missing' | 'unsure';

export interface CheckCase {
  readonly expects: RunbookCheck['expects'];
  readonly outcome: CheckOutcome;
  readonly standing: RoleStanding;
  /** How long the role has been active; null when that is not known. */
  readonly activeFor: Temporal.Duration | null;
  /** Whether roles are part of the token that was used, and it is older than the activation. */
  readonly isTokenOlder: boolean;
}

/** How long a new assignment may take until everything knows it, as Microsoft says of Azure RBAC and of Entra roles. */
const SPREADS_WITHIN = Temporal.Duration.from({ minutes: 10 });

/** Says what the outcome of a check means. "Active" alone is never taken for usable. */
export function judgeCheck({ expects, outcome, standing, ...when }: CheckCase): CheckVerdict {
  const isOn = standing === 'active' || standing === 'lagging';
  if (outcome === 'works') {
    if (expects === 'refused') {
      return { is: 'too-much' };
    }
    return standing === 'not-active' ? { is: 'works-without-role' } : { is: 'works' };
  }
  if (outcome === 'missing' && expects === 'works' && isOn) {
    return { is: 'fails', advice: 'missing' };
  }
  if (outcome !== 'refused') {
    return { is: 'unclear', because: outcome };
  }
  if (expects === 'refused') {
    return { is: 'refused', because: 'never' };
  }
  if (standing === 'not-active') {
    return { is: 'refused', because: 'not-active' };
  }
  return { is: 'fails', advice: isOn ? adviceFor(when) : 'unsure' };
}

function adviceFor({ activeFor, isTokenOlder }: Pick<CheckCase, 'activeFor' | 'isTokenOlder'>): CheckAdvice {
  if (isTokenOlder) {
    return 'sign-in-again';
  }
  const isYoung = activeFor === null || Temporal.Duration.compare(activeFor, SPREADS_WITHIN) < 0;
  return isYoung ? 'wait' : 'denied';
}
