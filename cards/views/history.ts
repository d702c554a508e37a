import { z } from 'zod';
import type { HistoryNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
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
    summary: 'What happened around your roles',
    title: 'History',
    about: notice.roleName === null ? `All your roles, since ${since}` : `${nameText(notice.roleName)}, since ${since}`,
    empty: notice.entries.length === 0 ? 'I know of nothing that happened in this time.' : '',
    entries: shown,
    more: moreWords(left, 'Write “history” and the name of a role to see fewer at once.'),
    withoutLog:
      notice.withoutLog === null
        ? ''
        : `This is only what went through me: PIM’s own log could not be read: ${unreadReason(notice.withoutLog.code, context)}`,
  };
}

function entryOf(entry: HistoryNotice['entries'][number], context: CardContext) {
  const named = roleOf(entry);
  const what = wordsText(entry.what);
  return {
    ...named,
    what: named.role === '' ? what : `: ${what}`,
    notes: notesLine([
      instantWords(entry.at, context),
      entry.byName === null ? '' : `by ${nameText(entry.byName)}`,
      entry.source === 'tenant' ? 'from PIM’s log' : '',
    ]),
    justification: wordsText(entry.justification),
  };
}
