import { z } from 'zod';
import type { ApprovalRequestNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { instantWords, namesWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const approvalRequestView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  phase: z.string(),
  requester: z.string(),
  justificationId: z.string(),
  requestedAt: z.string(),
  decideBy: z.string(),
  otherApprovers: z.string(),
  reminded: z.string(),
  hasDecision: z.boolean(),
  hasStep: z.boolean(),
  inputLabel: z.string(),
  isJustificationRequired: z.boolean(),
  sendVerb: z.enum(['send-approve', 'send-deny']),
  sendStyle: z.enum(['positive', 'destructive']),
});

export function viewApprovalRequest(
  notice: ApprovalRequestNotice,
  context: CardContext,
): z.infer<typeof approvalRequestView> {
  const { request } = notice;
  const shared = frameOf(context);
  const about = requestOf(request, context);
  const isAhead = notice.phase === 'ahead';
  const mayDecide = shared.isLive && !isAhead;
  const isDenial = context.step === 'deny';
  const requester = nameText(request.requesterName);
  return {
    ...shared,
    ...about,
    summary: isAhead
      ? `${requester} will need your approval for ${roleWords(request)}`
      : `${requester} asks for ${roleWords(request)} for ${about.duration}`,
    title: isAhead ? 'Approval will be needed' : 'Approval needed',
    phase: isAhead
      ? 'The role is active now and is to be continued. You are asked when it ends; nothing is to be done yet.'
      : '',
    requester,
    start: about.start === '' ? (isAhead ? 'when the running access ends' : 'as soon as it is approved') : about.start,
    justification: about.justification === '' ? '(none given)' : about.justification,
    // The input of the second step has this id, and ids are unique on a card.
    justificationId: mayDecide && context.step !== null ? 'requester-justification' : 'justification',
    requestedAt: instantWords(notice.requestedAt, context),
    decideBy: isAhead ? '' : instantWords(notice.decideBy, context),
    otherApprovers: namesWords(notice.otherApprovers),
    reminded: notice.remindedAt === null ? '' : instantWords(notice.remindedAt, context),
    hasDecision: mayDecide && context.step === null,
    hasStep: mayDecide && context.step !== null,
    inputLabel: `Why do you ${isDenial ? 'deny' : 'approve'}? The requester reads this.`,
    isJustificationRequired: notice.isJustificationRequired,
    sendVerb: isDenial ? 'send-deny' : 'send-approve',
    sendStyle: isDenial ? 'destructive' : 'positive',
  };
}
