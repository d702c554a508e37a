import { z } from 'zod';
import type { PendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { choice, moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

const entry = z.strictObject({
  id: z.string(),
  role: z.string(),
  scope: z.string(),
  notes: z.string(),
  approvers: z.string(),
});
export const pendingView = z.strictObject({
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
const MOST_NAMES = 3;

export function viewPending(notice: PendingNotice, context: CardContext): z.infer<typeof pendingView> {
  const { requests } = notice;
  const entries = requests.map((request, index) => ({
    id: `request-${index + 1}`,
    role: nameText(request.roleName),
    scope: nameText(request.scopeName),
    notes: ` for ${durationWords(request.duration)}: ${wordsText(request.justification)}`,
    approvers: approversOf(request, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES);
  const only = requests.length === 1 ? requests[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { request: only.requestId });
  const choices = requests.map((request) => ({
    title: `${nameText(request.requestId)}: ${roleWords(request)}`,
    value: request.requestId,
  }));
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: requests.length === 0 ? 'None of your requests is waiting' : `${requests.length} waiting for approval`,
    isEmpty: requests.length === 0,
    requests: shown,
    more: moreWords(left),
    choices: takeFitting(choices, CHOICE_BYTES).shown,
    hasChoices: shared.isLive && requests.length > 1,
    hasButtons: shared.isLive && requests.length > 0,
  };
}

function approversOf(request: PendingNotice['requests'][number], context: CardContext): string {
  const names = request.approvers.map((approver) => approver.name);
  const asked = names.length === 0 ? 'the approvers are not known to me' : `asked: ${namesWords(names, MOST_NAMES)}`;
  return ` · request ${nameText(request.requestId)} · ${asked} · until ${instantWords(request.decideBy, context)}`;
}
