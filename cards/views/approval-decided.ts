import { z } from 'zod';
import type { ApprovalDecidedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { justificationText, nameText } from '../plain-text.ts';
import { dateWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const approvalDecidedView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  requester: z.string(),
  decidedBy: z.string(),
  decision: z.string(),
});

const TITLES = {
  approved: 'Request approved',
  denied: 'Request denied',
  canceled: 'Request canceled',
  expired: 'Request expired',
} as const;

export function viewApprovalDecided(
  notice: ApprovalDecidedNotice,
  context: CardContext,
): z.infer<typeof approvalDecidedView> {
  const { request } = notice;
  return {
    ...frameOf(context),
    ...requestOf(request, context),
    summary: `${TITLES[notice.outcome]}: ${roleWords(request)} for ${nameText(request.requesterName)}`,
    title: TITLES[notice.outcome],
    requester: nameText(request.requesterName),
    start: request.startsAt === null ? '' : dateWords(request.startsAt, context),
    decidedBy: decidedWords(notice, context),
    decision: justificationText(notice.justification),
  };
}

function decidedWords(notice: ApprovalDecidedNotice, context: CardContext): string {
  const at = dateWords(notice.decidedAt, context);
  const by = notice.decidedBy === null ? '' : ` by ${nameText(notice.decidedBy)}`;
  switch (notice.outcome) {
    case 'approved':
      return `Approved${by}, ${at}.`;
    case 'denied':
      return `Denied${by}, ${at}.`;
    case 'canceled':
      return `Canceled${by === '' ? ' by the requester' : by}, ${at}.`;
    case 'expired':
      return `Nobody decided until ${at}.`;
  }
}
