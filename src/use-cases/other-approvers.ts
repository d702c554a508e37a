import type { PrincipalId } from '../domain/ids.ts';
import type { ApprovalRequestNotice } from '../domain/notice.ts';
import type { ApprovalAsk, AskSummary } from '../ports/approvals.ts';

/** As many as a card names. */
const NAMED = 8;

export type OtherApprovers = Pick<ApprovalRequestNotice, 'otherApprovers' | 'furtherApprovers'>;

/**
 * Who is asked besides one of them, or in all: the first by name, the rest by number. `inAll`: how many are asked, these among
 * them.
 */
export function othersThan(
  mine: PrincipalId | null,
  asked: readonly { readonly id: PrincipalId; readonly name: string }[],
  inAll = asked.length,
): OtherApprovers {
  const otherApprovers = asked
    .slice(0, NAMED + 1)
    .filter(({ id }) => id !== mine)
    .slice(0, NAMED)
    .map(({ name }) => name);
  return { otherApprovers, furtherApprovers: inAll - (mine === null ? 0 : 1) - otherApprovers.length };
}

/** Who is asked by now besides one of them, who may still wait for it: nobody is named who was not told of the request. */
export function askedBesides({ reach, approverName }: ApprovalAsk, { approvers, counts }: AskSummary): OtherApprovers {
  const isAsked = reach === 'asked';
  const named = approvers.filter((one) => one.reach === 'asked').map(({ name }) => name);
  // One of that name: others may be called the same.
  const own = isAsked ? named.indexOf(approverName) : -1;
  const otherApprovers = named.filter((_, index) => index !== own).slice(0, NAMED);
  return { otherApprovers, furtherApprovers: counts.asked - (isAsked ? 1 : 0) - otherApprovers.length };
}
