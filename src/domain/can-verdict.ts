import type { CanNotice, DenialFacts, OwnFacts, PlaneAnswer } from './role-notice.ts';

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

/** The same for one plane. What is denied to the asker no role gives them; what may be denied depends. */
export function planeVerdict({ denials, ...answer }: PlaneAnswer): CanVerdict {
  const verdict = roleVerdict(answer);
  if (verdict === 'no' || denials.length === 0) {
    return verdict;
  }
  return denials.some(isDenied) ? 'no' : 'depends';
}

function isDenied({ isSure, takes }: DenialFacts): boolean {
  return isSure && takes === 'all';
}

/** Whether it is a no that no role changes. Of a pattern only what this role allows of it was looked at. */
export function isDeniedWhole({ answers }: Pick<CanNotice, 'answers'>): boolean {
  return answers.length > 0 && answers.every(({ share, denials }) => share === null && denials.some(isDenied));
}

/** What the role says alone, on one plane. */
export function roleVerdict({ answer, share }: Pick<PlaneAnswer, 'answer' | 'share'>): CanVerdict {
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
