import { z } from 'zod';
import type { ErrorNotice } from '../../src/domain/notice.ts';
import { OFFERED_BUTTONS } from '../buttons.ts';
import type { CardContext } from '../context.ts';
import { ERROR_TEXTS, errorSentence } from '../error-texts.ts';
import { nameText } from '../plain-text.ts';
import { namesWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';

export const errorView = z.strictObject({
  ...frame,
  title: z.string(),
  reason: z.string(),
  suggestions: z.string(),
  reference: z.string(),
  buttons: z.array(z.strictObject({ title: z.string(), verb: z.string() })),
});

export function viewError(notice: ErrorNotice, context: CardContext): z.infer<typeof errorView> {
  const text = ERROR_TEXTS[notice.code];
  const shared = frameOf(context);
  const buttons = (text.actions ?? []).map((verb) => ({ verb, title: OFFERED_BUTTONS.get(verb) ?? '' }));
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && buttons.length > 0,
    summary: text.title,
    title: text.title,
    reason: errorSentence(notice.code, notice.facts, context),
    suggestions: notice.suggestions.length === 0 ? '' : `The nearest are: ${namesWords(notice.suggestions)}.`,
    reference: nameText(notice.reference),
    buttons: shared.isLive ? buttons : [],
  };
}
