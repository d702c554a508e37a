import { z } from 'zod';
import type { ApprovalDecidedNotice, ApprovalRequestNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { dateWords, durationWords, instantWords } from '../words.ts';
import { decidedWords } from './approval-decided.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

/**
 * What everybody in a channel sees of a request: who, which role, where, for how long, and how it stands. It takes nothing over
 * from the approvers' card by itself, so that what is added there is not shown to all: no justification, no ticket, no buttons.
 */
export const approvalSharedView = z.strictObject({
  ...frame,
  id: z.enum(['approval-request', 'approval-decided']),
  title: z.string(),
  requester: z.string(),
  role: z.string(),
  scope: z.string(),
  duration: z.string(),
  start: z.string(),
  state: z.string(),
  decideBy: z.string(),
  reminded: z.string(),
  seen: z.string(),
  requestId: z.string(),
});

type Shared = ApprovalRequestNotice | ApprovalDecidedNotice;

export function viewSharedApproval(notice: Shared, context: CardContext): z.infer<typeof approvalSharedView> {
  const { request } = notice;
  const isOpen = notice.card === 'approval-request' && !context.isRetired;
  const requester = nameText(request.requesterName);
  const title = say(context, isOpen ? 'approval-shared.title-open' : titleOf(notice));
  const about = { requester, role: roleWords(request, context) };
  return {
    ...frameOf(context),
    id: notice.card,
    summary: isOpen ? say(context, 'approval-shared.summary-open', about) : `${title}: ${about.role}`,
    title,
    requester,
    role: nameText(request.roleName),
    scope: scopeText(request.scopeName, context),
    duration:
      request.duration === null ? say(context, 'approval-shared.unknown') : durationWords(request.duration, context),
    start: request.startsAt === null ? '' : dateWords(request.startsAt, context),
    state: isOpen ? waitingWords(notice, context) : endWords(notice, context),
    decideBy: isOpen ? instantWords(notice.decideBy, context) : '',
    reminded: isOpen && notice.remindedAt !== null ? instantWords(notice.remindedAt, context) : '',
    seen: isOpen && notice.channel?.isForMore === true ? say(context, 'approval-shared.seen') : '',
    requestId: nameText(request.requestId),
  };
}

function titleOf(notice: Shared) {
  return notice.card === 'approval-decided'
    ? (`approval-decided.title.${notice.outcome}` as const)
    : 'approval-shared.title-retired';
}

function waitingWords({ channel }: ApprovalRequestNotice, context: CardContext): string {
  return say(context, 'approval-shared.waiting', { asked: channel?.asked ?? 0 });
}

function endWords(notice: Shared, context: CardContext): string {
  if (notice.card === 'approval-request') {
    return say(context, 'approval-shared.asked');
  }
  const { outcome, decidedAt, decidedBy } = notice;
  // Where nobody decided, a channel has words of its own.
  return outcome === 'expired' || (outcome === 'canceled' && decidedBy === null)
    ? say(context, `approval-shared.${outcome}`, { at: dateWords(decidedAt, context) })
    : decidedWords(notice, context);
}
