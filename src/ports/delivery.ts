import type { CardId } from '../domain/ids.ts';

/** Brings committed cards to people. The outbox holds them, so that a crash loses none. */
export interface Delivery {
  /** Sends these cards now, in order; returns when each was sent, or left to a later attempt. Never throws. */
  deliver(cards: readonly CardId[]): Promise<void>;
}
