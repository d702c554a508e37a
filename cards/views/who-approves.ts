import { z } from 'zod';
import type { WhoApprovesNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { namesWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { roleFactRows, roleWords } from './request.ts';

export const whoApprovesView = z.strictObject({
  ...frame,
  title: z.string(),
  facts: z.array(factRow),
  approval: z.string(),
  unreachable: z.string(),
});

const MOST_NAMES = 30;

export function viewWhoApproves(notice: WhoApprovesNotice, context: CardContext): z.infer<typeof whoApprovesView> {
  const shared = frameOf(context);
  const { isApprovalRequired, approvers } = notice;
  const listed = isApprovalRequired === true ? approvers : [];
  const names = listed.map((approver) => approver.name);
  const unreachable = listed.filter(({ reach }) => reach === 'unreachable').map(({ name }) => name);
  return {
    ...shared,
    summary: `Who approves ${roleWords(notice.role)}`,
    title: shared.isLive ? 'Who approves this role' : 'Who approved this role',
    facts: factRows([...roleFactRows(notice.role), ['approvers', 'Approvers', namesWords(names, MOST_NAMES)]]),
    approval: approvalWords(notice, shared.isLive),
    unreachable:
      unreachable.length === 0
        ? ''
        : `In Teams I ${shared.isLive ? 'cannot' : 'could not'} reach ${namesWords(unreachable)}; PIM ${shared.isLive ? 'mails' : 'mailed'} them.`,
  };
}

/** Unknown is not "nobody": PIM knows. */
function approvalWords({ isApprovalRequired, areKnown, approvers }: WhoApprovesNotice, isLive: boolean): string {
  if (isApprovalRequired === null) {
    return isLive
      ? 'The settings of this role are closed to you and to me, so I do not know whether somebody has to approve.'
      : 'The settings of this role were closed, so that it was not known whether somebody had to approve.';
  }
  if (!isApprovalRequired) {
    return isLive ? 'Nobody has to approve: PIM turns it on at once.' : 'Nobody had to approve.';
  }
  if (areKnown) {
    return approvers.length === 0 ? `Approval ${isLive ? 'is' : 'was'} required, and nobody could give it.` : '';
  }
  const others = approvers.length === 0 ? 'who' : 'who else';
  return isLive
    ? `PIM does not tell me ${others} may approve: it asks its default approvers, or a group whose members I cannot see.`
    : `PIM did not tell ${others} could approve.`;
}
