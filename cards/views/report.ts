import { z } from 'zod';
import type { ReportNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { exportLink } from '../export-link.ts';
import { wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';

export const reportView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.string(),
  rows: z.string(),
  until: z.string(),
  how: z.string(),
  url: z.string(),
});

export function viewReport(notice: ReportNotice, context: CardContext): z.infer<typeof reportView> {
  const shared = frameOf(context);
  const url = shared.isLive ? exportLink(context.publicUrl, notice.exportId) : '';
  const title = shared.isLive ? 'Your list is ready' : 'A list was made';
  return {
    ...shared,
    summary: `${title}: ${wordsText(notice.title)}`,
    title,
    about: wordsText(notice.title),
    rows: `${notice.rows} ${notice.rows === 1 ? 'row' : 'rows'}, as CSV and as NDJSON.`,
    until:
      url === ''
        ? ''
        : `The link works until ${instantWords(notice.expiresAt, context)}. Whoever has it can read the list: do not pass it on.`,
    how:
      shared.isLive && url === ''
        ? 'There is no page of mine to fetch it from: whoever runs this bot has to set its public address.'
        : '',
    url,
  };
}
