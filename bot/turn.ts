import { randomUUID } from 'node:crypto';
import { UNINSTALLED } from '../src/domain/approver.ts';
import { isGuid, principalId } from '../src/domain/ids.ts';
import { asAccessError } from '../src/errors.ts';
import { followInstallation } from '../src/use-cases/follow-installation.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { within } from './background.ts';
import { type BusyDesk, createBusyDesk } from './busy.ts';
import { followTeam } from './channel/team-events.ts';
import { failedInvoke, handleInvoke } from './invokes.ts';
import { Lanes } from './lanes.ts';
import type { PressOutcome } from './press-outcome.ts';
import { createPressesInHand, type PressesInHand } from './presses-in-hand.ts';
import type { Admission } from './rate-limits.ts';
import { createThreadNotes, type ThreadNotes } from './thread-notes.ts';
import { createTokenExchanges, type TokenExchanges } from './token-exchange.ts';
import { type Introduced, type TurnServices, tellError } from './turn-services.ts';
import type { Place } from './waiting-line.ts';

/** Teams gives up after 15 seconds and may send the activity again. */
const ANSWER_WITHIN_MS = 10_000;

/** Longest sentence that is read, in UTF-16 units. */
export const LONGEST_SENTENCE = 4_000;

/** Activities whose sender and text are being noted: more would wait for a connection until they take the database for gone. */
const ARRIVALS_AT_A_TIME = 12;

const DONE: Verdict = { status: 200 };

/** Told to come back, the connector shows the sender that the message did not get through. */
const AWAY: Verdict = { status: 503, body: { code: 'Unavailable' } };

/** Makes the function that carries out activities: those that passed every check of the guard, and no others. */
export function createTurns(services: TurnServices): (activity: Activity) => Promise<Verdict> {
  const desk: Desk = {
    exchanges: createTokenExchanges(services),
    threads: createThreadNotes(services),
    busy: createBusyDesk(services, services.patience),
    arrivals: new Lanes(ARRIVALS_AT_A_TIME),
    pressesInHand: createPressesInHand(),
  };
  return async (activity) => {
    try {
      return await dispatch(services, desk, activity);
    } catch (thrown) {
      const { code } = asAccessError(thrown);
      services.log.error('turn.failed', { activityId: activity.id, type: activity.type, code, error: thrown });
      const isAway = code === 'internal.database_unavailable';
      if (activity.type === 'invoke') {
        return failedInvoke(activity, isAway);
      }
      // There is no database to write a card in: nothing is done, and the connector is told to come back.
      return isAway ? AWAY : { status: 500, body: { code: 'Internal' } };
    }
  };
}

/** What remembers something between turns. */
interface Desk {
  readonly exchanges: TokenExchanges;
  readonly threads: ThreadNotes;
  readonly busy: BusyDesk;
  readonly arrivals: Lanes;
  readonly pressesInHand: PressesInHand<PressOutcome>;
}

function dispatch(services: TurnServices, desk: Desk, activity: Activity): Promise<Verdict> {
  switch (activity.type) {
    case 'message':
      return handleMessage(services, desk, activity);
    case 'invoke':
      return answerInvoke(services, desk, activity);
    case 'installationUpdate':
      return handleInstallation(services, activity);
    case 'conversationUpdate':
      return handlePresence(services, activity);
    default:
      // Edits and reactions never act (teams-platform §8.4), and nothing else asks for anything.
      services.log.info('activity.ignored', { type: activity.type });
      return Promise.resolve(DONE);
  }
}

async function handleMessage(services: TurnServices, desk: Desk, activity: Activity): Promise<Verdict> {
  const { conversation, from, id } = activity;
  // Before anything is read or written: a flood costs nothing.
  const [sender, turnId] = [principalId(from.aadObjectId ?? ''), `${conversation.id}/${id}`];
  const admission = services.limits.admit(sender, turnId);
  if (admission.kind === 'refused') {
    return await refuseMessage(services, activity, admission);
  }
  const place = desk.busy.wasRefused(turnId) ? null : services.line.join(sender);
  if (place === null) {
    admission.leave();
    return await turnAway(services, desk, activity, turnId);
  }
  const leave = (): void => {
    place.leave();
    admission.leave();
  };
  const arrivedMs = performance.now();
  const noted = Promise.withResolvers<void>();
  const work = answerMessage(services, desk, activity, { place, onNoted: noted.resolve }).finally(leave);
  // What is not written down yet is not Teams' to forget.
  await Promise.race([work, noted.promise]);
  const leftMs = Math.max(0, ANSWER_WITHIN_MS - (performance.now() - arrivedMs));
  if ((await within(work, leftMs)) === null) {
    services.background.run(() => work);
  }
  return DONE;
}

/** Told once in a while; nothing is noted, so that nothing of it can act later. */
async function refuseMessage(
  services: TurnServices,
  activity: Activity,
  { wait, isNews }: Extract<Admission, { kind: 'refused' }>,
): Promise<Verdict> {
  services.log.warn('activity.refused', {
    reason: 'too-many',
    activityId: activity.id,
    principalId: activity.from.aadObjectId,
  });
  if (isNews) {
    const { person } = await introduced(services, activity);
    const facts = { wait: wait.toString() };
    await tellError(services, { story: activity.id, recipient: person.id, code: 'command.too_many', facts });
  }
  return DONE;
}

/** There is no room for it: nothing is noted, and the person is told to try again. */
async function turnAway(services: TurnServices, { busy }: Desk, activity: Activity, turnId: string): Promise<Verdict> {
  const { id: activityId, from } = activity;
  services.log.warn('activity.refused', { reason: 'overloaded', activityId, principalId: from.aadObjectId });
  const isTold =
    busy.wasRefused(turnId) ||
    (await busy.refuse(turnId, async () => (await introduced(services, activity)).person.id));
  return isTold ? DONE : AWAY;
}

/** Notes who it is and where, before anything acts for them: they may have signed out in another replica. */
async function introduced({ acquaintances, signIns }: TurnServices, activity: Activity): Promise<Introduced> {
  const conversation = await acquaintances.rememberConversation(activity);
  const person = await acquaintances.remember(activity);
  if (person.signedOutAt !== null) {
    signIns.forget(person.id, person.signedOutAt);
  }
  return { conversation, person };
}

async function answerMessage(
  services: TurnServices,
  desk: Desk,
  activity: Activity,
  { place, onNoted }: { readonly place: Place; onNoted(): void },
): Promise<Verdict> {
  const { isNew, ...sentence } = await desk.arrivals.run(() => noteSentence(services, activity));
  if (!isNew) {
    services.log.info('activity.repeated', { activityId: activity.id });
    return DONE;
  }
  onNoted();
  const { turnId, conversation, person } = sentence;
  const putDown = services.inHand.take(turnId);
  try {
    const forgetWaiting = await desk.busy.turn({ turnId, recipient: person.id, place });
    if (await answerSentence(services, sentence)) {
      services.background.run(async () => await services.store.now.inbox.finish(turnId).finally(putDown));
      services.background.run(forgetWaiting);
    } else {
      putDown();
    }
  } catch (thrown) {
    putDown();
    throw thrown;
  }
  desk.threads.leave(activity, conversation, person);
  return DONE;
}

/** Writes down who said what and where; not new is what Teams delivers again. */
async function noteSentence(services: TurnServices, activity: Activity): Promise<Sentence & { isNew: boolean }> {
  const { conversation, person } = await introduced(services, activity);
  const text = services.normalize(activity.text ?? '', activity);
  // Ids are unique within a conversation only.
  const turnId = `${conversation.id}/${activity.id}`;
  const received = { principalId: person.id, conversationId: conversation.id, text: text.slice(0, LONGEST_SENTENCE) };
  const isNew = await services.store.now.inbox.accept(turnId, received);
  return { activity, turnId, conversation, person, text, isNew };
}

interface Sentence extends Introduced {
  readonly activity: Activity;
  readonly turnId: string;
  readonly text: string;
}

/** False when it goes on by itself later: then it is not finished. */
async function answerSentence(services: TurnServices, sentence: Sentence): Promise<boolean> {
  const { activity, turnId, conversation, person, text } = sentence;
  if (text.length > LONGEST_SENTENCE) {
    const facts = { maximum: String(LONGEST_SENTENCE) };
    await tellError(services, { story: activity.id, recipient: person.id, code: 'command.too_long', facts });
    return true;
  }
  try {
    const turn = { turnId, person, conversationId: conversation.id, text };
    const { cards, isPostponed = false } = await services.handlers.sentence(turn);
    await services.delivery.deliver(cards);
    return !isPostponed;
  } catch (thrown) {
    const { code } = asAccessError(thrown);
    const reference = randomUUID().slice(0, 8);
    const principal = { principalId: person.id, code, reference, error: thrown };
    services.log.error('turn.failed', { activityId: activity.id, ...principal });
    await tellError(services, { story: activity.id, recipient: person.id, code, reference });
    return true;
  }
}

async function answerInvoke(services: TurnServices, desk: Desk, activity: Activity): Promise<Verdict> {
  const introduce = (): Promise<Introduced> => desk.arrivals.run(() => introduced(services, activity));
  return await handleInvoke(services, { ...desk, introduce }, activity);
}

async function handleInstallation(services: TurnServices, activity: Activity): Promise<Verdict> {
  const { acquaintances, log } = services;
  const isRemoved =
    activity.action?.startsWith('remove') === true && activity.conversation.conversationType === 'personal';
  log.info('installation.changed', { action: activity.action, principalId: activity.from.aadObjectId ?? null });
  if (isRemoved) {
    await acquaintances.rememberConversation(activity, UNINSTALLED);
    tellRequesters(services, activity, 'removed');
    return DONE;
  }
  const { kind } = await acquaintances.rememberConversation(activity);
  if (kind === 'personal') {
    tellRequesters(services, activity, 'added');
  }
  await followTeam(services, activity);
  return rememberPerson(services, activity);
}

/** Teams does not wait for it: what fails here is told when the next message to them comes back. */
function tellRequesters(services: TurnServices, { from }: Activity, change: 'added' | 'removed'): void {
  if (isGuid(from.aadObjectId ?? '')) {
    const person = principalId(from.aadObjectId ?? '');
    services.background.run(async () => services.delivery.deliver(await followInstallation(services, person, change)));
  }
}

async function handlePresence(services: TurnServices, activity: Activity): Promise<Verdict> {
  await services.acquaintances.rememberConversation(activity);
  await followTeam(services, activity);
  return rememberPerson(services, activity);
}

/** Installing says who somebody is, before they say anything. There is no welcome: the first answer is the greeting. */
async function rememberPerson({ acquaintances }: TurnServices, activity: Activity): Promise<Verdict> {
  if (isGuid(activity.from.aadObjectId ?? '')) {
    await acquaintances.remember(activity);
  }
  return DONE;
}
