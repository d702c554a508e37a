import { compact, isPartOf, normalized, type RoleCandidate } from './match.ts';

/** What somebody types into a box is short; what is longer was pasted, and its beginning says enough. */
const LONGEST_SEARCH = 100;

const MARKS = /\p{M}+/gu;
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;

/** As names compare elsewhere, and without accents: they are seldom typed into a box that searches. */
function folded(text: string): string {
  return normalized(text.replace(UNSEEN, ' ')).normalize('NFKD').replace(MARKS, '');
}

/** How well a name fits what was typed so far: 0 is the best; null when it does not. */
function rankOf(typed: string, { name, scopeName }: Pick<RoleCandidate, 'name' | 'scopeName'>): number | null {
  const plain = folded(name);
  const tiers = [
    plain === typed,
    plain.startsWith(typed),
    isPartOf(typed, plain),
    isPartOf(typed, `${plain} ${folded(scopeName)}`),
    compact(plain).includes(compact(typed)),
  ];
  const tier = tiers.indexOf(true);
  return tier === -1 ? null : tier;
}

/**
 * Finds what somebody may mean who has typed so much of a name: first what begins so, then names of which each typed word begins
 * a word, then those with the place's name, then those that hold it anywhere. Nothing typed finds all; what fits equally
 * well keeps its order.
 */
export function searchRoles<T extends RoleCandidate>(words: string, candidates: readonly T[]): readonly T[] {
  const typed = folded(words.slice(0, LONGEST_SEARCH).toWellFormed());
  if (typed === '') {
    return candidates;
  }
  return candidates
    .flatMap((candidate) => {
      const rank = rankOf(typed, candidate);
      return rank === null ? [] : [{ candidate, rank }];
    })
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ candidate }) => candidate);
}
