import type { CanNotice, OwnFacts, PlaneAnswer } from './role-notice.ts';

export type CanVerdict = 'yes' | 'no' | 'depends';

/**
 * Sums up whether a role can do what was asked, on every plane that has the operation and at the place that was named: yes or no
 * only where that holds for all of it.
 */
export function canVerdict({ answers, place }: Pick<CanNotice, 'answers' | 'place'>): CanVerdict {
  const verdicts = new Set(answers.map(planeVerdict));
  const [only] = verdicts;
  const verdict = verdicts.size === 1 && only !== undefined ? only : 'depends';
  if (verdict === 'no' || place === null || place.reach === 'covered') {
    return verdict;
  }
  return place.reach === 'outside' ? 'no' : 'depends';
}

/** The same for one plane. */
export function planeVerdict({ answer, share }: PlaneAnswer): CanVerdict {
  if (share !== null && share.allowed + share.conditional > 0) {
    return share.allowed === share.total ? 'yes' : 'depends';
  }
  switch (answer) {
    case 'allowed':
    case 'exact':
    case 'implied':
      return 'yes';
    case 'conditional':
    case 'unknown':
      return 'depends';
    case 'denied':
    case 'no':
    case 'other-kind':
      return 'no';
  }
}

/** Says whether activating can be offered; several places are chosen from then. */
export function mayActivate({ state }: OwnFacts): boolean {
  return state === 'eligible';
}

/** Activating is offered where it helps: to whoever may, and not for what the role cannot do. */
export function helpsToActivate(notice: CanNotice): boolean {
  return mayActivate(notice.own) && canVerdict(notice) !== 'no';
}
