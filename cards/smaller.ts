import { type Listener, say } from './messages.ts';
import type { RenderedCard } from './render.ts';

/** What a press on the button sends: the card that is meant (`pressData`). */
export interface SmallerCard {
  readonly whole: RenderedCard;
  /** Null for a card on which nothing can be pressed any more. */
  readonly data: Readonly<Record<string, string | number>> | null;
}

/** Draws what stands for a card that Teams finds too big: what it is, and a button that shows it all. */
export function smallerCard({ whole, data }: SmallerCard, listener: Listener): RenderedCard {
  const { id, version, $schema } = whole.card;
  const text = (id: string, words: string, style: object) => ({
    type: 'RichTextBlock',
    id,
    inlines: [{ type: 'TextRun', text: words, ...style }],
  });
  const show = { type: 'Action.Execute', title: say(listener, 'shared.show-all'), verb: 'view', data };
  const card = {
    type: 'AdaptiveCard',
    $schema,
    version,
    id,
    fallbackText: whole.summary,
    body: [
      text('title', whole.summary, { weight: 'Bolder' }),
      text('too-big', say(listener, data === null ? 'shared.too-big-over' : 'shared.too-big'), {}),
    ],
    ...(data !== null && { actions: [show] }),
  };
  return { card, summary: whole.summary };
}
