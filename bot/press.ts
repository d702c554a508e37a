import { say } from '../cards/messages.ts';
import { VERBS } from '../src/domain/notice.ts';
import { asAccessError } from '../src/errors.ts';
import type { PersonRecord } from '../src/ports/store.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { busyAnswer, malformedAnswer, messageAnswer, sender } from './answers.ts';
import { within } from './background.ts';
import { finishLate, tellInProgress } from './press-late.ts';
import { type PressOutcome, paint } from './press-outcome.ts';
import { type PressValue, readPress } from './press-value.ts';
import type { PressesInHand } from './presses-in-hand.ts';
import type { Admission, RateLimits } from './rate-limits.ts';
import type { Introduced, TurnServices } from './turn-services.ts';
import type { PressTurn } from './turns.ts';
import { beginsWithin } from './turns-in-line.ts';
import type { Place } from './waiting-line.ts';

const KNOWN_VERBS: ReadonlySet<string> = new Set(VERBS);

/** What presses are answered with besides the services of every turn. */
export interface PressDesk {
  readonly pressesInHand: PressesInHand<PressOutcome>;
  /** Notes who it is and where. */
  introduce(): Promise<Introduced>;
}

/**
 * Carries out a press of a button and answers what the clicker sees, in two seconds at most: what takes longer goes on behind a
 * card that says so, on which whatever is pressed meanwhile does nothing. Cards to others leave after the answer.
 */
export async function handlePress(services: TurnServices, desk: PressDesk, activity: Activity): Promise<Verdict> {
  const arrivedMs = performance.now();
  const leftMs = (ofMs: number): number => Math.max(0, ofMs - (performance.now() - arrivedMs));
  const refuse = (reason: string, answer: Verdict): Verdict => {
    services.log.warn('press.refused', { reason, activityId: activity.id, principalId: activity.from.aadObjectId });
    return answer;
  };
  const press = readPress(activity.value);
  if (press === null || !KNOWN_VERBS.has(press.verb)) {
    return refuse('malformed', malformedAnswer());
  }
  const introduced = await within(desk.introduce(), leftMs(services.patience.workMs));
  if (introduced === null) {
    // Nobody is known for whom it could go on.
    return refuse('overloaded', busyAnswer(sender(activity)));
  }
  const { conversation, person } = introduced;
  const admission = admit(services.limits, { activity, person, press });
  if (admission.kind === 'refused') {
    return refuse('too-many', messageAnswer(say(person, 'press.too-many')));
  }
  const { verb, data, isAutomatic, token } = press;
  const turn: PressTurn = {
    turnId: activity.id,
    person,
    conversationId: conversation.id,
    verb,
    data,
    isAutomatic,
    hasAssertion: token !== null,
  };
  return await answerInTime(services, desk, { turn, token, leftMs, leave: () => admission.leave() });
}

interface Pressed {
  readonly turn: PressTurn;
  readonly token: string | null;
  /** What is left of so many milliseconds since the press came in. */
  leftMs(ofMs: number): number;
  leave(): void;
}

async function answerInTime(services: TurnServices, desk: PressDesk, pressed: Pressed): Promise<Verdict> {
  const { turn, token, leftMs, leave } = pressed;
  const { workMs, answerMs } = services.patience;
  const before = desk.pressesInHand.find(turn);
  if (turn.isAutomatic || turn.verb === 'view') {
    leave();
    return before === null || before.toldAtMs === null
      ? await lookedAt(services, pressed)
      : (await tellInProgress(services, before, leftMs(answerMs))).verdict;
  }
  if (before !== null) {
    leave();
    return (await within(before.done, leftMs(workMs))) === null
      ? (await tellInProgress(services, before, leftMs(answerMs))).verdict
      : await lookedAt(services, pressed);
  }
  const press = desk.pressesInHand.begin(turn, () => carriedOut(services, turn, token).finally(leave));
  const outcome = await within(press.done, leftMs(workMs));
  if (outcome !== null) {
    return paint(services, turn.person, outcome);
  }
  const { verdict, card } = await tellInProgress(services, press, leftMs(answerMs));
  services.background.run(() => finishLate(services, press, card));
  return verdict;
}

/** The card as it is now, which is only looked at, whatever was pressed on it. */
async function lookedAt(services: TurnServices, { turn, leftMs }: Pressed): Promise<Verdict> {
  const look = carriedOut(services, { ...turn, isAutomatic: true }, null);
  const outcome = await within(look, leftMs(services.patience.answerMs));
  return outcome === null ? busyAnswer(turn.person) : paint(services, turn.person, outcome);
}

/** What a client paints again by itself is counted apart from what its person does. */
function admit(
  limits: RateLimits,
  { activity, person, press }: { activity: Activity; person: PersonRecord; press: PressValue },
): Admission {
  return press.isAutomatic
    ? limits.refresh(person.id)
    : limits.admit(person.id, `${activity.conversation.id}/${activity.id}`);
}

/** Everything that a press may have to wait for: proof of who pressed, its turn, and what it does. Never fails. */
async function carriedOut(services: TurnServices, turn: PressTurn, token: string | null): Promise<PressOutcome> {
  const { signIns, log } = services;
  const { person } = turn;
  if (token !== null) {
    try {
      await signIns.accept(person.id, token);
    } catch (thrown) {
      const { code } = asAccessError(thrown);
      log.warn('sign-in.refused', { principalId: person.id, code, error: thrown });
      return { kind: 'not-accepted', code };
    }
  }
  const place = await soonPlace(services, person);
  if (place === null) {
    log.warn('press.refused', { reason: 'overloaded', activityId: turn.turnId, principalId: person.id });
    return { kind: 'busy' };
  }
  try {
    return await product(services, turn);
  } finally {
    place.leave();
  }
}

/** A place whose turn has come; null when it does not come soon enough for somebody who looks at a button. */
async function soonPlace({ line, patience }: TurnServices, { id }: PersonRecord): Promise<Place | null> {
  const place = line.join(id);
  if (place === null || (await beginsWithin(place, patience.pressMs))) {
    return place;
  }
  place.leave();
  return null;
}

async function product({ handlers, log }: TurnServices, turn: PressTurn): Promise<PressOutcome> {
  try {
    return await handlers.press(turn);
  } catch (error) {
    log.error('press.failed', { activityId: turn.turnId, principalId: turn.person.id, verb: turn.verb, error });
    return { kind: asAccessError(error).code === 'internal.database_unavailable' ? 'away' : 'failed' };
  }
}
