import type { CardId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Posted } from './services.ts';

/** A process that has a press in hand says so more often than this; one that says nothing any more has died. */
const UNHEARD_OF = Temporal.Duration.from({ seconds: 60 });

/** Has the card come back by itself when the process dies that shows something else in its place. */
export async function redrawLater(store: Store, clock: Clock, card: CardId): Promise<void> {
  await store.now.timers.set({ kind: 'card.redraw', subject: card, dueAt: clock.now().add(UNHEARD_OF) });
}

/**
 * Shows a card again as it is now, in the place of what its clicker was shown while their press was under way. Safe to repeat: a
 * press that is still under way after all finds its click void, and does nothing.
 */
export async function redrawCard(store: Store, card: CardId): Promise<Posted> {
  return await store.transaction(async ({ cards, timers }) => {
    const redrawn = await cards.redraw(card);
    await timers.clear('card.redraw', card);
    return redrawn === null ? [] : [redrawn];
  });
}
