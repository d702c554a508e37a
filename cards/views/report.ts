import { z } from 'zod';
import type { ReportNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { exportLink } from '../export-link.ts';
import { say } from '../messages.ts';
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
  const title = say(context, shared.isLive ? 'report.title.now' : 'report.title.then');
  return {
    ...shared,
    summary: say(context, 'report.summary-line', { title, about: wordsText(notice.title) }),
    title,
    about: wordsText(notice.title),
    rows: say(context, 'report.rows', { count: notice.rows }),
    until: url === '' ? '' : say(context, 'report.until', { until: instantWords(notice.expiresAt, context) }),
    how: shared.isLive && url === '' ? say(context, 'report.no-page') : '',
    url,
  };
}
