import { z } from 'zod';
import type { ApprovalsNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { choice, moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

const entry = z.strictObject({
  id: z.string(),
  requester: z.string(),
  role: z.string(),
  scope: z.string(),
  notes: z.string(),
  limits: z.string(),
});
export const approvalsView = z.strictObject({
  ...frame,
  isEmpty: z.boolean(),
  requests: z.array(entry),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasButtons: z.boolean(),
});

const LIST_BYTES = 12_000;
const CHOICE_BYTES = 8_000;

export function viewApprovals(notice: ApprovalsNotice, context: CardContext): z.infer<typeof approvalsView> {
  const { requests } = notice;
  const entries = requests.map((request, index) => ({
    id: `request-${index + 1}`,
    requester: nameText(request.requesterName),
    role: nameText(request.roleName),
    scope: nameText(request.scopeName),
    notes: ` for ${durationWords(request.duration)}: ${wordsText(request.justification)}`,
    limits: limitsOf(request, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES);
  const only = requests.length === 1 ? requests[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { request: only.requestId });
  const choices = requests.map((request) => ({
    title: `${nameText(request.requestId)}: ${nameText(request.requesterName)}, ${roleWords(request)}`,
    value: request.requestId,
  }));
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: requests.length === 0 ? 'No request is waiting for you' : `${requests.length} waiting for your decision`,
    isEmpty: requests.length === 0,
    requests: shown,
    more: moreWords(left),
    choices: takeFitting(choices, CHOICE_BYTES).shown,
    hasChoices: shared.isLive && requests.length > 1,
    hasButtons: shared.isLive && requests.length > 0,
  };
}

function limitsOf(request: ApprovalsNotice['requests'][number], context: CardContext): string {
  const start = request.startsAt === null ? '' : ` · starts ${instantWords(request.startsAt, context)}`;
  const ticket = request.ticket === null ? '' : ` · ticket ${nameText(request.ticket)}`;
  return ` · request ${nameText(request.requestId)}${start}${ticket} · can be decided until ${instantWords(request.decideBy, context)}`;
}
