import { z } from 'zod';
import type { SettingsDocumentNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { plainText } from '../plain-text.ts';
import { takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

export const settingsDocumentView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.string(),
  lines: z.array(z.strictObject({ text: z.string() })),
  more: z.string(),
});

const DOCUMENT_BYTES = 20_000;
// What the template adds around the words of one line, in bytes of JSON.
const LINE_FRAME = 130;
const LINE_LENGTH = 400;
const INDENT = /^ */;

export function viewSettingsDocument(
  notice: SettingsDocumentNotice,
  context: CardContext,
): z.infer<typeof settingsDocumentView> {
  const { shown, left } = takeFitting(linesOf(notice.document), DOCUMENT_BYTES, LINE_FRAME);
  const isCut = shown.some(({ text }) => text.endsWith('…'));
  return {
    ...frameOf(context),
    summary: say(context, 'settings-document.summary-line', { role: roleWords(notice.role, context) }),
    title: say(context, 'settings-document.title'),
    about: roleWords(notice.role, context),
    lines: shown,
    more: moreWords(left, isCut, context),
  };
}

/** One run for each line, since a run has no line breaks. Spaces in front would fall away on a card: they do not break. */
function linesOf(document: string): { text: string }[] {
  return document
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const indent = INDENT.exec(line)?.[0].length ?? 0;
      const words = plainText(line, LINE_LENGTH);
      return { text: `${'\u00a0'.repeat(Math.min(indent, 40))}${words}` };
    });
}

function moreWords(left: number, isCut: boolean, context: CardContext): string {
  if (left > 0) {
    return say(context, 'settings-document.more', { count: left });
  }
  return isCut ? say(context, 'settings-document.cut') : '';
}
