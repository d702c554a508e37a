import { z } from 'zod';
import type { ErrorNotice } from '../../src/domain/notice.ts';
import { buttonTitle } from '../buttons.ts';
import type { CardContext } from '../context.ts';
import { ERROR_TEXTS, errorLink, errorSentence, errorTitle } from '../error-texts.ts';
import { nameText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';
import { nearestWords } from './suggestions.ts';

export const errorView = z.strictObject({
  ...frame,
  title: z.string(),
  reason: z.string(),
  suggestions: z.string(),
  reference: z.string(),
  buttons: z.array(z.strictObject({ title: z.string(), verb: z.string() })),
  linkTitle: z.string(),
  linkUrl: z.string(),
});

export function viewError(notice: ErrorNotice, context: CardContext): z.infer<typeof errorView> {
  const shared = frameOf(context);
  const title = errorTitle(notice.code, context);
  const buttons = (ERROR_TEXTS[notice.code].actions ?? []).map((verb) => ({
    verb,
    title: buttonTitle(verb, context),
  }));
  const link = shared.isLive ? errorLink(notice.code, context) : null;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && buttons.length > 0,
    summary: title,
    title,
    reason: errorSentence(notice.code, notice.facts, context),
    suggestions: nearestWords(notice.suggestions, context),
    reference: nameText(notice.reference),
    buttons: shared.isLive ? buttons : [],
    linkTitle: link?.title ?? '',
    linkUrl: link?.url ?? '',
  };
}
