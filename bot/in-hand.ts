import type { Log } from '../src/ports/log.ts';
import type { Inbox } from '../src/ports/store.ts';

/** A sentence whose process died goes on 45 seconds after it was heard of last: it must be heard of more often. */
const HOLD_EVERY_MS = 15_000;

/** Sentences that this process has, waiting or under way, so that nobody takes them for interrupted. */
export interface TurnsInHand {
  has(turnId: string): boolean;
  /** Takes a sentence in hand; the function that is given back is called when its turn is over. */
  take(turnId: string): () => void;
  /** Tells the database of those that have been in hand for a while; done by itself every 15 seconds. Never throws. */
  hold(): Promise<void>;
  close(): void;
}

export function createTurnsInHand(inbox: Pick<Inbox, 'hold'>, log: Log): TurnsInHand {
  const fresh = new Set<string>();
  const old = new Set<string>();
  const hold = async (): Promise<void> => {
    for (const turnId of fresh) {
      old.add(turnId);
    }
    fresh.clear();
    try {
      if (old.size > 0) {
        await inbox.hold([...old]);
      }
    } catch (error) {
      // Without a database nobody else can go on with them either.
      log.warn('turns.not_held', { turns: old.size, error });
    }
  };
  const timer = setInterval(() => void hold(), HOLD_EVERY_MS);
  timer.unref();
  return {
    has: (turnId) => fresh.has(turnId) || old.has(turnId),
    take(turnId) {
      fresh.add(turnId);
      return () => {
        fresh.delete(turnId);
        old.delete(turnId);
      };
    },
    hold,
    close: () => clearInterval(timer),
  };
}
