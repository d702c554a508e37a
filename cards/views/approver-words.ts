import type { ApproverReach, LeftOut, NamedApprovers, UnreachableWhy } from '../../src/domain/approver.ts';
import { joined, type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { firstJoined, namesWords, unnamedWords } from '../words.ts';
import { sentences } from './list.ts';

/** So many of those who cannot be reached are named with the reason. */
const MOST_REASONS = 8;

/** How many approvers stand so, with those who are not named. */
export function countOf({ approvers, further }: NamedApprovers, reach: ApproverReach['reach']): number {
  return namesOf(approvers, reach).length + (further?.[reach] ?? 0);
}

/** How many are not named, however they stand. */
export function furtherOf({ further }: NamedApprovers): number {
  return Object.values(further ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Names those who stand so: "A, B and 998 others". */
export function reachWords(named: NamedApprovers, reach: ApproverReach['reach'], reader: Listener): string {
  return namesWords(namesOf(named.approvers, reach), reader, { further: named.further?.[reach] });
}

/** Names those who cannot be reached, each with the reason where it is known: "A (blocked this bot) and B (is a guest)". */
export function unreachableWords({ approvers, further }: NamedApprovers, reader: Listener): string {
  const all = approvers.filter(({ reach }) => reach === 'unreachable');
  const unnamed = unnamedWords(
    all.map(({ name }) => name),
    reader,
    further?.unreachable,
  );
  if (unnamed !== null) {
    return unnamed;
  }
  const said = ({ name, why }: ApproverReach): string => {
    const plain = nameText(name);
    return why === undefined ? plain : say(reader, `approvers.why.${why}`, { name: plain });
  };
  return firstJoined(all, reader, { said, most: MOST_REASONS, further: further?.unreachable });
}

/** Tells why they could not be reached, a sentence for each reason that is known. */
export function reasonWords({ approvers }: NamedApprovers, reader: Listener): string {
  const unreachable = approvers.filter(({ reach }) => reach === 'unreachable');
  const told = Map.groupBy(unreachable, ({ why }) => why ?? 'failed');
  return [...told]
    .filter((entry): entry is [Exclude<UnreachableWhy, 'failed'>, typeof unreachable] => entry[0] !== 'failed')
    .map(([why, people]) => {
      const names = namesWords(
        people.map(({ name }) => name),
        reader,
      );
      return say(reader, `approvers.reason.${why}`, { names, count: people.length });
    })
    .join(' ');
}

/** Tells of names that count for nothing, and of groups whose members are hidden. */
export function leftOutWords(leftOut: readonly LeftOut[], reader: Listener): string {
  const hidden = leftOut.filter(({ why }) => why === 'hidden').map(({ name }) => name);
  const others = leftOut.filter(({ why }) => why !== 'hidden');
  return sentences([
    others.length === 0 ? '' : say(reader, 'approvers.left-out', { names: reasonsWords(others, reader) }),
    hidden.length === 0 ? '' : say(reader, 'approvers.hidden', { names: namesWords(hidden, reader) }),
  ]);
}

/** The same names alone: "A (the account is disabled) and sg-leads (nobody is in it)". */
export function reasonsWords(leftOut: readonly LeftOut[], reader: Listener): string {
  return joined(
    reader,
    leftOut.map(({ name, why }) => say(reader, `approvers.left-out.${why}`, { name: nameText(name) })),
  );
}

function namesOf(approvers: readonly ApproverReach[], wanted: ApproverReach['reach']): readonly string[] {
  return approvers.filter(({ reach }) => reach === wanted).map(({ name }) => name);
}
