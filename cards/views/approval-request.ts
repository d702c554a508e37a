import { z } from 'zod';
import type { ApprovalRequestNotice, RequestFacts } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
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

/** A reminder puts a newer card before the approver while the request is open: the older one tells of neither end. */
const TITLES = {
  ask: { live: 'Approval needed', retired: 'Approval requested' },
  ahead: { live: 'Approval will be needed', retired: 'Approval announced' },
} as const;

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
    summary: summaryOf(notice, context, requester),
    title: TITLES[notice.phase][shared.isLive ? 'live' : 'retired'],
    phase:
      isAhead && shared.isLive
        ? 'The role is active now and is to be continued. You are asked when it ends; there is nothing to do yet.'
        : mayDecide && request.duration === null
          ? 'It was asked for outside this bot, and only its approvers may see for how long: press Approve or Deny, and the card shows it before you decide.'
          : '',
    requester,
    start: about.start === '' ? (isAhead ? 'when the running access ends' : 'as soon as it is approved') : about.start,
    justification: about.justification === '' ? '(none given)' : about.justification,
    // The input of the second step has this id, and ids are unique on a card.
    justificationId: mayDecide && context.step !== null ? 'requester-justification' : 'justification',
    requestedAt: instantWords(notice.requestedAt, context),
    decideBy: isAhead || !shared.isLive ? '' : instantWords(notice.decideBy, context),
    otherApprovers: namesWords(notice.otherApprovers, undefined, notice.furtherApprovers),
    reminded: notice.remindedAt === null ? '' : instantWords(notice.remindedAt, context),
    hasDecision: mayDecide && context.step === null,
    hasStep: mayDecide && context.step !== null,
    inputLabel: isDenial
      ? 'Why do you deny? The requester reads this.'
      : 'Why do you approve? PIM keeps this with the decision.',
    isJustificationRequired: notice.isJustificationRequired,
    sendVerb: isDenial ? 'send-deny' : 'send-approve',
    sendStyle: isDenial ? 'destructive' : 'positive',
  };
}

function summaryOf({ request, phase }: ApprovalRequestNotice, context: CardContext, requester: string): string {
  if (phase === 'ahead') {
    return `${requester} ${context.isRetired ? 'was going to' : 'will'} need your approval for ${roleWords(request)}`;
  }
  return `${requester} ${context.isRetired ? 'asked' : 'asks'} for ${roleWords(request)}${lengthOf(request)}`;
}

function lengthOf({ duration }: RequestFacts): string {
  return duration === null ? '' : ` for ${durationWords(duration)}`;
}
