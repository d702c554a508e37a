import { z } from 'zod';
import type { ApprovalRequestNotice } from '../../src/domain/notice.ts';
import { approvalPage } from '../../src/domain/portal.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { backgroundOf, backgroundShape } from './ask-background.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const approvalRequestView = z.strictObject({
  ...frame,
  ...requestShape,
  ...backgroundShape,
  title: z.string(),
  phase: z.string(),
  requester: z.string(),
  justificationId: z.string(),
  requestedAt: z.string(),
  decideBy: z.string(),
  otherApprovers: z.string(),
  reminded: z.string(),
  portalUrl: z.string(),
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
  const { background, request } = notice;
  const shared = frameOf(context);
  const about = requestOf(request, context);
  const isAhead = notice.phase === 'ahead';
  const mayDecide = shared.isLive && !isAhead;
  const isDenial = context.step === 'deny';
  return {
    ...shared,
    ...about,
    ...backgroundOf(background, context),
    summary: summaryOf(notice, context),
    // A reminder puts a newer card before the approver while the request is open: the older one tells of neither end.
    title: say(context, `approval-request.title.${notice.phase}${shared.isLive ? '' : '.over'}`),
    phase: phaseOf(notice, context),
    requester: nameText(request.requesterName),
    start: about.start === '' ? say(context, `approval-request.start.${isAhead ? 'ahead' : 'at-once'}`) : about.start,
    justification: about.justification === '' ? say(context, 'approval-request.no-justification') : about.justification,
    // The input of the second step has this id, and ids are unique on a card.
    justificationId: mayDecide && context.step !== null ? 'requester-justification' : 'justification',
    requestedAt: instantWords(notice.requestedAt, context),
    decideBy: isAhead || !shared.isLive ? '' : instantWords(notice.decideBy, context),
    otherApprovers: namesWords(notice.otherApprovers, context, { further: notice.furtherApprovers }),
    reminded: notice.remindedAt === null ? '' : instantWords(notice.remindedAt, context),
    portalUrl: mayDecide && background !== undefined ? approvalPage(background.surface) : '',
    hasDecision: mayDecide && context.step === null,
    hasStep: mayDecide && context.step !== null,
    inputLabel: say(context, isDenial ? 'approval-request.why-deny' : 'approval-request.why-approve'),
    isJustificationRequired: notice.isJustificationRequired,
    sendVerb: isDenial ? 'send-deny' : 'send-approve',
    sendStyle: isDenial ? 'destructive' : 'positive',
  };
}

function phaseOf({ phase, request }: ApprovalRequestNotice, context: CardContext): string {
  if (context.isRetired) {
    return '';
  }
  if (phase === 'ahead') {
    return say(context, 'approval-request.phase.ahead');
  }
  return request.duration === null ? say(context, 'approval-request.phase.elsewhere') : '';
}

function summaryOf({ request, phase }: ApprovalRequestNotice, context: CardContext): string {
  const over = context.isRetired ? '.over' : '';
  const names = { requester: nameText(request.requesterName), role: roleWords(request, context) };
  if (phase === 'ahead') {
    return say(context, `approval-request.summary.ahead${over}`, names);
  }
  const { duration } = request;
  return duration === null
    ? say(context, `approval-request.summary.ask${over}`, names)
    : say(context, `approval-request.summary.ask-for${over}`, { ...names, duration: durationWords(duration, context) });
}
