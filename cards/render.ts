import type { Notice } from '../src/domain/notice.ts';
import type { CardContext } from './context.ts';
import { languageOf } from './messages.ts';
import { plainText } from './plain-text.ts';
import { templateOf } from './templates.ts';
import { mentionEntities } from './views/mentions.ts';
import { viewOf } from './views.ts';

export type RenderContext = CardContext;
export type AdaptiveCardJson = Record<string, unknown>;

export interface RenderedCard {
  readonly card: AdaptiveCardJson;
  /** Plain text for the notification. */
  readonly summary: string;
}

const SUMMARY_LENGTH = 250;

/**
 * Draws the Adaptive Card of a notice for one person.
 *
 * Pure: the same notice and context give the same card. A retired card keeps its id and its facts and has nothing to press.
 */
export function renderNotice(notice: Notice, context: RenderContext): RenderedCard {
  const view = viewOf(notice, context);
  const card: AdaptiveCardJson = templateOf(notice.card, languageOf(context), context.isShared).expand({ $root: view });
  // What `$when` takes away leaves null or an empty list, which clients should not have to understand.
  if (card.refresh === null) {
    delete card.refresh;
  }
  if (Array.isArray(card.actions) && card.actions.length === 0) {
    delete card.actions;
  }
  const entities = mentionEntities(notice, context);
  if (entities.length > 0) {
    card.msteams = { ...(card.msteams as object | undefined), entities };
  }
  return { card, summary: plainText(view.summary, SUMMARY_LENGTH) };
}
