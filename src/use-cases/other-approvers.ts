import type { PrincipalId } from '../domain/ids.ts';
import type { ApprovalRequestNotice } from '../domain/notice.ts';

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
