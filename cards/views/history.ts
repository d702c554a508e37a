import { z } from 'zod';
import type { HistoryNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { retold, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { dateWords, instantWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleOf } from './list.ts';
import { unreadReason } from './unread.ts';

export const historyView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.string(),
  empty: z.string(),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      role: z.string(),
      place: z.string(),
      what: z.string(),
      notes: z.string(),
      justification: z.string(),
    }),
  ),
  more: z.string(),
  withoutLog: z.string(),
});

const LIST_BYTES = 19_000;

export function viewHistory(notice: HistoryNotice, context: CardContext): z.infer<typeof historyView> {
  const { shown, left } = takeMapped(
    notice.entries,
    (entry, index) => ({ id: `entry-${index + 1}`, ...entryOf(entry, context) }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const since = dateWords(notice.since, context);
  return {
    ...frameOf(context),
    summary: say(context, 'history.summary-line'),
    title: say(context, 'history.title'),
    about:
      notice.roleName === null
        ? say(context, 'history.about.all', { since })
        : say(context, 'history.about.one', { role: nameText(notice.roleName), since }),
    empty: notice.entries.length === 0 ? say(context, 'history.empty') : '',
    entries: shown,
    more: moreWords(left, context, say(context, 'history.more')),
    withoutLog:
      notice.withoutLog === null
        ? ''
        : say(context, 'history.without-log', { reason: unreadReason(notice.withoutLog.code, context) }),
  };
}

function entryOf(entry: HistoryNotice['entries'][number], context: CardContext) {
  const named = roleOf(entry, context);
  const what = wordsText(retold(context, 'sentences', entry.what));
  return {
    ...named,
    what: named.role === '' ? what : say(context, 'history.what', { what }),
    notes: notesLine([
      instantWords(entry.at, context),
      entry.byName === null ? '' : say(context, 'history.by', { name: nameText(entry.byName) }),
      entry.source === 'tenant' ? say(context, 'history.from-log') : '',
    ]),
    justification: wordsText(entry.justification),
  };
}
