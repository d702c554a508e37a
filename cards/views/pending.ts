import { z } from 'zod';
import type { PendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { choice, moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';
import { roleWords } from './request.ts';

const entry = z.strictObject({ ...roleEntryShape, duration: z.string(), justification: z.string() });
export const pendingView = z.strictObject({
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
const MOST_NAMES = 3;
const RETIRED_TITLE = 'Requests that waited';

export function viewPending(notice: PendingNotice, context: CardContext): z.infer<typeof pendingView> {
  const { requests } = notice;
  const entries = requests.map((request, index) => ({
    id: `request-${index + 1}`,
    ...roleOf(request),
    duration: durationWords(request.duration),
    justification: wordsText(request.justification),
    notes: notesOf(request, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES, LIST_ENTRY_FRAME);
  const only = requests.length === 1 ? requests[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { request: only.requestId });
  const choices = requests.map((request) => ({
    title: `${nameText(request.requestId)}: ${roleWords(request)}`,
    value: request.requestId,
  }));
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: summaryOf(requests.length, shared.isLive),
    title: shared.isLive ? 'Your waiting requests' : RETIRED_TITLE,
    isEmpty: requests.length === 0,
    empty: `None of your requests ${shared.isLive ? 'is' : 'was'} waiting.`,
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
  return count === 0 ? 'None of your requests is waiting' : `${count} waiting`;
}

function notesOf(request: PendingNotice['requests'][number], context: CardContext): string {
  const names = request.approvers.map((approver) => approver.name);
  return notesLine([
    `request ${nameText(request.requestId)}`,
    request.decideBy === null ? 'waits for its start' : approversWords(names),
    request.startsAt === null ? '' : `start: ${instantWords(request.startsAt, context)}`,
    context.isRetired || request.decideBy === null
      ? ''
      : `they can decide until ${instantWords(request.decideBy, context)}`,
  ]);
}

function approversWords(names: readonly string[]): string {
  return names.length === 0 ? 'approvers not known to me' : `approvers: ${namesWords(names, MOST_NAMES)}`;
}
