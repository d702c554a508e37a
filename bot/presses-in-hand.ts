import type { PressTurn } from './turns.ts';

/** A press that is being carried out. */
export interface PressInHand<T> {
  readonly turn: PressTurn;
  /** What becomes of it. Never fails. */
  readonly done: Promise<T>;
  /** When a client was last told that it is under way, by `performance.now()`; null before. */
  toldAtMs: number | null;
}

/** Presses that this replica is carrying out, one for each card of a person: whatever else is pressed on it meanwhile does nothing. */
export interface PressesInHand<T> {
  find(turn: PressTurn): PressInHand<T> | null;
  begin(turn: PressTurn, work: () => Promise<T>): PressInHand<T>;
}

export function createPressesInHand<T>(): PressesInHand<T> {
  const inHand = new Map<string, PressInHand<T>>();
  return {
    find: (turn) => inHand.get(keyOf(turn)) ?? null,
    begin(turn, work) {
      const key = keyOf(turn);
      const press: PressInHand<T> = {
        turn,
        done: work().finally(() => inHand.delete(key)),
        toldAtMs: null,
      };
      inHand.set(key, press);
      return press;
    },
  };
}

/** By what the click claims to be on: it is the person's own claim, and concerns nobody else. */
function keyOf({ person, data, turnId }: PressTurn): string {
  const { s: story, c: slot } = data;
  const isOnCard = typeof story === 'string' && typeof slot === 'string';
  return JSON.stringify(isOnCard ? [person.id, story, slot] : [person.id, turnId]);
}
