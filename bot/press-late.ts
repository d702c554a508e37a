import { setTimeout as pause } from 'node:timers/promises';
import { inProgress } from '../cards/in-progress.ts';
import { say } from '../cards/messages.ts';
import { asAccessError } from '../src/errors.ts';
import type { CardRecord } from '../src/ports/store.ts';
import { redrawCard, redrawLater } from '../src/use-cases/redraw-card.ts';
import type { Verdict } from './adapter.ts';
import { cardAnswer, messageAnswer } from './answers.ts';
import { within } from './background.ts';
import { lateProblem, type PressOutcome } from './press-outcome.ts';
import type { PressInHand } from './presses-in-hand.ts';
import { type TurnServices, tellError } from './turn-services.ts';
import type { CardReply } from './turns.ts';

/** The database hears of a press in hand so often, well within the time after which its card comes back by itself. */
const HOLD_EVERY_MS = 20_000;

/** An answer is on its way for so long at most: what is sent earlier could be shown first, and then be painted over by it. */
const ON_ITS_WAY_MS = 500;

/**
 * Answers a press that is under way with its card, which says so. A card that has changed meanwhile is answered as it is now: what
 * is newer is never painted over. `card` is the one that will have to come back.
 */
export async function tellInProgress(
  services: TurnServices,
  press: PressInHand<PressOutcome>,
  leftMs: number,
): Promise<{ readonly verdict: Verdict; readonly card: CardRecord | null }> {
  const { person, verb, data } = press.turn;
  const found = await within(findShown(services, press), leftMs);
  if (found === null) {
    // The card could not even be read in time: it stays as it is.
    return { verdict: messageAnswer(say(person, 'press.working')), card: null };
  }
  const { card, isOwnView, isSuperseded } = found;
  const painted = services.render(card, person, null, isOwnView).card as Record<string, unknown>;
  if (isSuperseded) {
    return { verdict: cardAnswer(painted), card: null };
  }
  press.toldAtMs = performance.now();
  return { verdict: cardAnswer(inProgress(painted, { verb, data }, person)), card };
}

interface Shown extends CardReply {
  readonly isSuperseded: boolean;
}

/** The card that was pressed, with a timer that brings it back should this process die. */
async function findShown(services: TurnServices, { turn }: PressInHand<PressOutcome>): Promise<Shown | null> {
  const { handlers, store, clock, log } = services;
  try {
    const seen = await handlers.pressedCard(turn);
    if (seen === null) {
      return null;
    }
    const { card } = seen;
    const isSuperseded = card.isRetired || card.version !== turn.data.v;
    if (!isSuperseded) {
      await redrawLater(store, clock, card.id);
    }
    return { ...seen, isSuperseded };
  } catch (error) {
    log.warn('press.not_told', { principalId: turn.person.id, code: asAccessError(error).code, error });
    return null;
  }
}

/** Goes on with a press whose clicker has had an answer: what is left to say goes to their chat, and the card comes back. */
export async function finishLate(
  services: TurnServices,
  press: PressInHand<PressOutcome>,
  card: CardRecord | null,
): Promise<void> {
  const { turn } = press;
  await held(services, press, card);
  const outcome = await press.done;
  const code = lateProblem(outcome);
  if (code !== null) {
    await tellError(services, { story: turn.turnId, recipient: turn.person.id, code });
  }
  const cards = outcome.kind === 'done' ? outcome.cards : [];
  await services.delivery.deliver([...cards, ...(card === null ? [] : await comeBack(services, press, card))]);
}

/** While a press is in hand its card does not come back by itself. */
async function held(
  { store, clock, log }: TurnServices,
  { done, turn }: PressInHand<PressOutcome>,
  card: CardRecord | null,
): Promise<void> {
  while (card !== null && (await within(done, HOLD_EVERY_MS)) === null) {
    await redrawLater(store, clock, card.id).catch((error: unknown) =>
      log.warn('press.not_held', { principalId: turn.person.id, cardId: card.id, error }),
    );
  }
}

/** Whatever was answered last has arrived by then: the card as it is comes after it. */
async function comeBack({ store }: TurnServices, press: PressInHand<PressOutcome>, card: CardRecord) {
  let leftMs = ON_ITS_WAY_MS;
  while (leftMs > 0) {
    await pause(leftMs);
    leftMs = (press.toldAtMs ?? 0) + ON_ITS_WAY_MS - performance.now();
  }
  return await redrawCard(store, card.id);
}
