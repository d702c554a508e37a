import { z } from 'zod';
import type { ApprovalDecidedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
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

export function viewApprovalDecided(
  notice: ApprovalDecidedNotice,
  context: CardContext,
): z.infer<typeof approvalDecidedView> {
  const { request } = notice;
  const title = say(context, `approval-decided.title.${notice.outcome}`);
  const requester = nameText(request.requesterName);
  return {
    ...frameOf(context),
    ...requestOf(request, context),
    summary: say(context, 'approval-decided.summary', { title, role: roleWords(request, context), requester }),
    title,
    requester,
    start: request.startsAt === null ? '' : dateWords(request.startsAt, context),
    decidedBy: decidedWords(notice, context),
    decision: justificationText(notice.justification),
  };
}

/** Who decided, and when; or how else it ended. */
export function decidedWords({ decidedAt, decidedBy, outcome }: ApprovalDecidedNotice, context: CardContext): string {
  const at = dateWords(decidedAt, context);
  return decidedBy === null || outcome === 'expired'
    ? say(context, `approval-decided.${outcome}`, { at })
    : say(context, `approval-decided.${outcome}.by`, { at, by: nameText(decidedBy) });
}
