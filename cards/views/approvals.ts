import { z } from 'zod';
import type { ApprovalsNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { choice, moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';
import { roleWords } from './request.ts';

const entry = z.strictObject({
  ...roleEntryShape,
  requester: z.string(),
  duration: z.string(),
  justification: z.string(),
});
export const approvalsView = z.strictObject({
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  requests: z.array(entry),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasButtons: z.boolean(),
});

const LIST_BYTES = 12_000;
const CHOICE_BYTES = 8_000;
const RETIRED_TITLE = 'Requests you could decide';

export function viewApprovals(notice: ApprovalsNotice, context: CardContext): z.infer<typeof approvalsView> {
  const { requests } = notice;
  const entries = requests.map((request, index) => ({
    id: `request-${index + 1}`,
    requester: nameText(request.requesterName),
    ...roleOf(request),
    duration: durationWords(request.duration),
    justification: wordsText(request.justification),
    notes: notesOf(request, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES, LIST_ENTRY_FRAME);
  const only = requests.length === 1 ? requests[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { request: only.requestId });
  const choices = requests.map((request) => ({
    title: `${nameText(request.requestId)}: ${nameText(request.requesterName)}, ${roleWords(request)}`,
    value: request.requestId,
  }));
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: summaryOf(requests.length, shared.isLive),
    title: shared.isLive ? 'Requests you can decide' : RETIRED_TITLE,
    isEmpty: requests.length === 0,
    empty: `No request ${shared.isLive ? 'is' : 'was'} waiting for you.`,
    requests: shown,
    more: moreWords(left),
    choices: takeFitting(choices, CHOICE_BYTES).shown,
    hasChoices: shared.isLive && requests.length > 1,
    hasButtons: shared.isLive && requests.length > 0,
  };
}

function summaryOf(count: number, isLive: boolean): string {
  if (!isLive) {
    return RETIRED_TITLE;
  }
  return count === 0 ? 'No request is waiting for you' : `${count} waiting for your decision`;
}

function notesOf(request: ApprovalsNotice['requests'][number], context: CardContext): string {
  return notesLine([
    `request ${nameText(request.requestId)}`,
    request.ticket === null ? '' : `ticket ${nameText(request.ticket)}`,
    request.startsAt === null ? '' : `start: ${instantWords(request.startsAt, context)}`,
    context.isRetired ? '' : `decide by ${instantWords(request.decideBy, context)}`,
  ]);
}
