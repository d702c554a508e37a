import { z } from 'zod';
import type { NamedApprovers } from '../../src/domain/approver.ts';
import type { PendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords, namesWords } from '../words.ts';
import { furtherOf } from './approver-words.ts';
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
    reader: context,
    entries: requests.map((request, index) => ({
      id: `request-${index + 1}`,
      ...roleOf(request, context),
      duration: lengthWords(request.duration, context),
      justification: wordsText(request.justification),
      notes: notesOf(request, context),
    })),
    choices: requests.map((request) => ({ requestId: request.requestId, title: roleWords(request, context) })),
    words: {
      title: say(context, 'pending.title'),
      retiredTitle: say(context, 'pending.over.title'),
      empty: say(context, shared.isLive ? 'pending.empty' : 'pending.over.empty'),
      summary: say(context, 'pending.summary', { count: requests.length }),
    },
  });
}

function notesOf(request: PendingNotice['requests'][number], context: CardContext): string {
  const { waitsFor, startsAt, decideBy } = request;
  return notesLine([
    say(context, 'pending.request', { requestId: nameText(request.requestId) }),
    waitsFor === 'approver' ? approversWords(request, context) : say(context, `pending.waits.${waitsFor}`),
    startsAt === null ? '' : say(context, 'pending.start', { at: instantWords(startsAt, context) }),
    context.isRetired || decideBy === null
      ? ''
      : say(context, 'pending.decide-by', { at: instantWords(decideBy, context) }),
  ]);
}

function approversWords(listed: NamedApprovers, reader: Listener): string {
  const names = listed.approvers.map(({ name }) => name);
  const further = furtherOf(listed);
  return names.length === 0
    ? say(reader, 'pending.approvers.unknown')
    : say(reader, 'pending.approvers', { names: namesWords(names, reader, { most: MOST_NAMES, further }) });
}
