import { z } from 'zod';
import type { PendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords, namesWords } from '../words.ts';
import { frameOf } from './frame.ts';
import { notesLine, roleEntryShape, roleOf } from './list.ts';
import { lengthWords, roleWords } from './request.ts';
import { onlyRequest, requestListOf, requestListShape } from './request-list.ts';

const entry = z.strictObject({ ...roleEntryShape, duration: z.string(), justification: z.string() });
export const pendingView = z.strictObject({ ...requestListShape, requests: z.array(entry) });

const MOST_NAMES = 3;

export function viewPending(notice: PendingNotice, context: CardContext): z.infer<typeof pendingView> {
  const { requests } = notice;
  const shared = frameOf(context, onlyRequest(requests));
  return requestListOf(shared, {
    entries: requests.map((request, index) => ({
      id: `request-${index + 1}`,
      ...roleOf(request),
      duration: lengthWords(request.duration),
      justification: wordsText(request.justification),
      notes: notesOf(request, context),
    })),
    choices: requests.map((request) => ({ requestId: request.requestId, title: roleWords(request) })),
    words: {
      title: 'Your waiting requests',
      retiredTitle: 'Requests that waited',
      empty: `None of your requests ${shared.isLive ? 'is' : 'was'} waiting.`,
      summary: requests.length === 0 ? 'None of your requests is waiting' : `${requests.length} waiting`,
    },
  });
}

const WAITS = { start: 'waits for its start', 'sign-in': 'waits for you to sign in' } as const;

function notesOf(request: PendingNotice['requests'][number], context: CardContext): string {
  const names = request.approvers.map((approver) => approver.name);
  return notesLine([
    `request ${nameText(request.requestId)}`,
    request.waitsFor === 'approver' ? approversWords(names) : WAITS[request.waitsFor],
    request.startsAt === null ? '' : `start: ${instantWords(request.startsAt, context)}`,
    context.isRetired || request.decideBy === null
      ? ''
      : `they can decide until ${instantWords(request.decideBy, context)}`,
  ]);
}

function approversWords(names: readonly string[]): string {
  return names.length === 0 ? 'approvers not known to me' : `approvers: ${namesWords(names, MOST_NAMES)}`;
}
