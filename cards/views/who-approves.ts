import { z } from 'zod';
import type { WhoApprovesNotice } from '../../src/domain/administration-notice.ts';
import type { NamedApprovers } from '../../src/domain/approver.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { namesWords } from '../words.ts';
import { furtherOf, leftOutWords, unreachableWords } from './approver-words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { roleFactRows, roleWords } from './request.ts';

export const whoApprovesView = z.strictObject({
  ...frame,
  title: z.string(),
  facts: z.array(factRow),
  approval: z.string(),
  unreachable: z.string(),
  leftOut: z.string(),
});

const MOST_NAMES = 30;

export function viewWhoApproves(notice: WhoApprovesNotice, context: CardContext): z.infer<typeof whoApprovesView> {
  const shared = frameOf(context);
  const { isApprovalRequired } = notice;
  const listed: NamedApprovers = isApprovalRequired === true ? notice : { approvers: [] };
  const names = listed.approvers.map((approver) => approver.name);
  const unreachable = unreachableWords(listed, context);
  const over = shared.isLive ? '' : 'over.';
  return {
    ...shared,
    summary: say(context, 'who-approves.summary', { role: roleWords(notice.role, context) }),
    title: say(context, `who-approves.${over}title`),
    facts: factRows([
      ...roleFactRows(notice.role, context),
      [
        'approvers',
        say(context, 'who-approves.fact.approvers'),
        namesWords(names, context, { most: MOST_NAMES, further: furtherOf(listed) }),
      ],
    ]),
    approval: approvalWords(notice, context),
    unreachable: unreachable === '' ? '' : say(context, `who-approves.${over}unreachable`, { names: unreachable }),
    leftOut: leftOutWords(notice.leftOut ?? [], context),
  };
}

/** Unknown is not "nobody": PIM knows. */
function approvalWords({ isApprovalRequired, areKnown, approvers }: WhoApprovesNotice, context: CardContext): string {
  const over = context.isRetired ? 'over.' : '';
  if (isApprovalRequired === null) {
    return say(context, `who-approves.${over}closed`);
  }
  if (!isApprovalRequired) {
    return say(context, `who-approves.${over}none-needed`);
  }
  if (areKnown) {
    return approvers.length === 0 ? say(context, `who-approves.${over}nobody`) : '';
  }
  return say(context, `who-approves.${over}unknown.${approvers.length === 0 ? 'all' : 'others'}`);
}
