import { z } from 'zod';
import type { ApprovalsNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { frameOf } from './frame.ts';
import { notesLine, roleEntryShape, roleOf } from './list.ts';
import { lengthWords, roleWords } from './request.ts';
import { onlyRequest, requestListOf, requestListShape } from './request-list.ts';

const entry = z.strictObject({
  ...roleEntryShape,
  requester: z.string(),
  duration: z.string(),
  justification: z.string(),
});
export const approvalsView = z.strictObject({ ...requestListShape, requests: z.array(entry) });

export function viewApprovals(notice: ApprovalsNotice, context: CardContext): z.infer<typeof approvalsView> {
  const { requests } = notice;
  const shared = frameOf(context, onlyRequest(requests));
  return requestListOf(shared, {
    entries: requests.map((request, index) => ({
      id: `request-${index + 1}`,
      requester: nameText(request.requesterName),
      ...roleOf(request),
      duration: lengthWords(request.duration),
      justification: wordsText(request.justification),
      notes: notesOf(request, context),
    })),
    choices: requests.map((request) => ({
      requestId: request.requestId,
      title: `${nameText(request.requesterName)}, ${roleWords(request)}`,
    })),
    words: {
      title: 'Requests you can decide',
      retiredTitle: 'Requests you could decide',
      empty: `No request ${shared.isLive ? 'is' : 'was'} waiting for you.`,
      summary: requests.length === 0 ? 'No request is waiting for you' : `${requests.length} waiting for your decision`,
    },
  });
}

function notesOf(request: ApprovalsNotice['requests'][number], context: CardContext): string {
  return notesLine([
    `request ${nameText(request.requestId)}`,
    request.ticket === null ? '' : `ticket ${nameText(request.ticket)}`,
    request.startsAt === null ? '' : `start: ${instantWords(request.startsAt, context)}`,
    context.isRetired ? '' : `decide by ${instantWords(request.decideBy, context)}`,
  ]);
}
