import { signInLink } from '../cards/sign-in-link.ts';
import { VERBS } from '../src/domain/notice.ts';
import { asAccessError } from '../src/errors.ts';
import type { PersonRecord } from '../src/ports/store.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import {
  cardAnswer,
  databaseAwayAnswer,
  failedAnswer,
  malformedAnswer,
  messageAnswer,
  signInAnswer,
  signInFailedAnswer,
} from './answers.ts';
import { within } from './background.ts';
import { type PressValue, readPress } from './press-value.ts';
import type { Admission, RateLimits } from './rate-limits.ts';
import { type Introduced, type TurnServices, tellError } from './turn-services.ts';
import type { PressAnswer } from './turns.ts';
import { beginsWithin } from './turns-in-line.ts';
import type { Place } from './waiting-line.ts';

/** A person looks at a button that does not come back: after this long they are told that it goes on. */
const ANSWER_WITHIN_MS = 2_000;

const KNOWN_VERBS: ReadonlySet<string> = new Set(VERBS);

const WORKING = 'Working on it. The card changes when it is done.';
const DONE = 'Done.';
const TOO_MANY = 'That was a lot at once. Try again in a moment.';
const BUSY = 'Many people are asking at once. Nothing was changed: press again in a moment.';

/** Carries out a press of a button and answers what the clicker sees; cards to others leave after the answer. */
export async function handlePress(
  services: TurnServices,
  activity: Activity,
  { conversation, person }: Introduced,
): Promise<Verdict> {
  const press = readPress(activity.value);
  if (press === null || !KNOWN_VERBS.has(press.verb)) {
    services.log.warn('press.refused', { reason: 'malformed', activityId: activity.id, principalId: person.id });
    return malformedAnswer();
  }
  const pressed = { activity, conversation, person, press };
  const admission = admit(services.limits, pressed);
  if (admission.kind === 'refused') {
    services.log.warn('press.refused', { reason: 'too-many', activityId: activity.id, principalId: person.id });
    return messageAnswer(TOO_MANY);
  }
  if (press.token !== null && !(await accepted(services, person, press.token))) {
    admission.leave();
    return signInFailedAnswer();
  }
  const place = await soonPlace(services, person);
  if (place === null) {
    admission.leave();
    services.log.warn('press.refused', { reason: 'overloaded', activityId: activity.id, principalId: person.id });
    return messageAnswer(BUSY);
  }
  const leave = (): void => {
    place.leave();
    admission.leave();
  };
  const work = carriedOut(services, pressed).finally(leave);
  const answer = await within(work, ANSWER_WITHIN_MS);
  if (answer === null) {
    services.background.run(() => finishLate(services, pressed, work));
    return messageAnswer(WORKING);
  }
  return painted(services, person, answer);
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

/** What a client paints again by itself is counted apart from what its person does. */
function admit(limits: RateLimits, { activity, person, press }: Pressed): Admission {
  return press.isAutomatic
    ? limits.refresh(person.id)
    : limits.admit(person.id, `${activity.conversation.id}/${activity.id}`);
}

interface Pressed extends Introduced {
  readonly activity: Activity;
  readonly press: PressValue;
}

/** `away`: the database was gone when it was carried out, or when its outcome was to be told. */
type Carried = PressAnswer | 'failed' | 'away';

async function carriedOut(
  services: TurnServices,
  { activity, conversation, person, press }: Pressed,
): Promise<Carried> {
  const { verb, data, isAutomatic, token } = press;
  try {
    const turn = { turnId: activity.id, person, conversationId: conversation.id };
    return await services.handlers.press({ ...turn, verb, data, isAutomatic, hasAssertion: token !== null });
  } catch (error) {
    services.log.error('press.failed', { activityId: activity.id, principalId: person.id, verb, error });
    return asAccessError(error).code === 'internal.database_unavailable' ? 'away' : 'failed';
  }
}

async function accepted({ signIns, log }: TurnServices, person: PersonRecord, token: string): Promise<boolean> {
  try {
    await signIns.accept(person.id, token);
    return true;
  } catch (thrown) {
    log.warn('sign-in.refused', { principalId: person.id, code: asAccessError(thrown).code, error: thrown });
    return false;
  }
}

function painted(services: TurnServices, person: PersonRecord, answer: Carried): Verdict {
  if (answer === 'failed') {
    return failedAnswer();
  }
  if (answer === 'away') {
    return databaseAwayAnswer();
  }
  if (answer.kind === 'sign-in-first') {
    const { pageSignInId } = answer;
    const pageUrl = signInLink(services.publicUrl(), pageSignInId) || null;
    return signInAnswer(services.botAppId, pageUrl);
  }
  const { cards, reply, toast } = answer;
  services.background.run(() => services.delivery.deliver(cards));
  if (reply !== null) {
    return cardAnswer(services.render(reply.card, person, reply.step).card);
  }
  return messageAnswer(toast ?? DONE);
}

/** The clicker has had an answer already: what is left to say goes to their chat. */
async function finishLate(
  services: TurnServices,
  { activity, person }: Pressed,
  work: Promise<Carried>,
): Promise<void> {
  const answer = await work;
  if (answer === 'failed' || answer === 'away') {
    await tellError(services, { story: activity.id, recipient: person.id, code: 'internal.unexpected' });
    return;
  }
  if (answer.kind === 'sign-in-first') {
    await tellError(services, { story: activity.id, recipient: person.id, code: 'identity.sign_in_required' });
    return;
  }
  await services.delivery.deliver(answer.cards);
}
