import { within } from './background.ts';
import type { TurnHandlers } from './turns.ts';
import type { Place, WaitingLine } from './waiting-line.ts';

/** Waits for a turn to come, for so long at most; true at once for one that may begin. */
export async function beginsWithin(place: Place, ms: number): Promise<boolean> {
  return (
    place.hasBegun ||
    (await within(
      place.begun.then(() => true),
      ms,
    )) !== null
  );
}

/** Carries work out when its turn comes, and frees the place afterwards. */
export async function whenBegun<T>(place: Place, work: () => Promise<T>): Promise<T> {
  await place.begun;
  try {
    return await work();
  } finally {
    place.leave();
  }
}

/**
 * Lets what goes on after a sign-in wait for its turn as well: it was accepted before, so there is room for it. Sentences and
 * presses wait before they are handed over, since somebody must be told.
 */
export function inLine(handlers: TurnHandlers, line: WaitingLine): TurnHandlers {
  return {
    ...handlers,
    signedIn: (person, exchangeId) => whenBegun(line.rejoin(person.id), () => handlers.signedIn(person, exchangeId)),
    signedInOnPage: (person, signIn, steppedUp) =>
      whenBegun(line.rejoin(person.id), () => handlers.signedInOnPage(person, signIn, steppedUp)),
  };
}
