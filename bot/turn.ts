import { randomUUID } from 'node:crypto';

import { isGuid } from '../src/domain/ids.ts';
import { asAccessError } from '../src/errors.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { emptySearchAnswer } from './answers.ts';
import { within } from './background.ts';
import { handlePress } from './press.ts';
import { readFailureCode } from './press-value.ts';
import { createTokenExchanges, type TokenExchanges } from './token-exchange.ts';
import { type TurnServices, tellError } from './turn-services.ts';

/** Teams gives up after 15 seconds and may send the activity again. */
const ANSWER_WITHIN_MS = 10_000;

/** Longest sentence that is read. */
export const LONGEST_SENTENCE = 20_000;

const DONE: Verdict = { status: 200 };

/** Makes the function that carries out activities: those that passed every check of the guard, and no others. */
export function createTurns(services: TurnServices): (activity: Activity) => Promise<Verdict> {
  const exchanges = createTokenExchanges(services);
  return async (activity) => {
    try {
      return await dispatch(services, exchanges, activity);
    } catch (thrown) {
      const { code } = asAccessError(thrown);
      services.log.error('turn.failed', { activityId: activity.id, type: activity.type, code, error: thrown });
      // Told to come back, the connector shows the sender that the message did not get through.
      const isAway = code === 'internal.database_unavailable';
      return { status: isAway ? 503 : 500, body: { code: isAway ? 'Unavailable' : 'Internal' } };
    }
  };
}

function dispatch(services: TurnServices, exchanges: TokenExchanges, activity: Activity): Promise<Verdict> {
  switch (activity.type) {
    case 'message':
      return handleMessage(services, activity);
    case 'invoke':
      return handleInvoke(services, exchanges, activity);
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

async function handleMessage(services: TurnServices, activity: Activity): Promise<Verdict> {
  const work = answerMessage(services, activity);
  if ((await within(work, ANSWER_WITHIN_MS)) === null) {
    services.background.run(() => work);
  }
  return DONE;
}

async function answerMessage(services: TurnServices, activity: Activity): Promise<Verdict> {
  const { store, acquaintances, handlers, delivery } = services;
  const conversation = await acquaintances.rememberConversation(activity);
  const person = await acquaintances.remember(activity);
  const text = services.normalize(activity.text ?? '', activity);
  // Ids are unique within a conversation only.
  const turnId = `${conversation.id}/${activity.id}`;
  const received = { principalId: person.id, conversationId: conversation.id, text: text.slice(0, LONGEST_SENTENCE) };
  if (!(await store.now.inbox.accept(turnId, received))) {
    services.log.info('activity.repeated', { activityId: activity.id });
    return DONE;
  }
  const finish = (): void => services.background.run(async () => await store.now.inbox.finish(turnId));
  if (text.length > LONGEST_SENTENCE) {
    const facts = { longest: String(LONGEST_SENTENCE) };
    await tellError(services, { story: activity.id, recipient: person.id, code: 'command.too_long', facts });
    finish();
    return DONE;
  }
  try {
    const turn = { turnId, person, conversationId: conversation.id, text };
    const { cards } = await handlers.sentence(turn);
    await delivery.deliver(cards);
  } catch (thrown) {
    const { code } = asAccessError(thrown);
    const reference = randomUUID().slice(0, 8);
    services.log.error('turn.failed', {
      activityId: activity.id,
      principalId: person.id,
      code,
      reference,
      error: thrown,
    });
    await tellError(services, { story: activity.id, recipient: person.id, code, reference });
  }
  finish();
  return DONE;
}

async function handleInvoke(services: TurnServices, exchanges: TokenExchanges, activity: Activity): Promise<Verdict> {
  const { acquaintances, log } = services;
  switch (activity.name) {
    case 'adaptiveCard/action': {
      await acquaintances.rememberConversation(activity);
      return handlePress(services, activity, await acquaintances.remember(activity));
    }
    case 'signin/tokenExchange': {
      await acquaintances.rememberConversation(activity);
      return exchanges.answer(activity, await acquaintances.remember(activity));
    }
    case 'signin/verifyState':
      // There is no token service that would hand out such codes; the client wants an answer all the same.
      log.info('sign-in.state-ignored', { principalId: activity.from.aadObjectId });
      return { status: 200, body: {} };
    case 'signin/failure':
      log.warn('sign-in.client-failed', {
        principalId: activity.from.aadObjectId,
        clientCode: readFailureCode(activity.value),
      });
      return { status: 200, body: {} };
    case 'application/search':
      return emptySearchAnswer();
    default:
      log.warn('activity.refused', { reason: 'invoke-unknown', activityId: activity.id });
      return { status: 400, body: { code: 'NotSupported', message: 'This is not supported.' } };
  }
}

async function handleInstallation(services: TurnServices, activity: Activity): Promise<Verdict> {
  const { acquaintances, store, log } = services;
  const conversation = await acquaintances.rememberConversation(activity);
  log.info('installation.changed', { action: activity.action, principalId: activity.from.aadObjectId ?? null });
  if (activity.action?.startsWith('remove') && conversation.kind === 'personal') {
    await store.now.conversations.markDead(conversation.id, 'uninstalled');
    return DONE;
  }
  return rememberPerson(services, activity);
}

async function handlePresence(services: TurnServices, activity: Activity): Promise<Verdict> {
  await services.acquaintances.rememberConversation(activity);
  return rememberPerson(services, activity);
}

/** Installing says who somebody is, before they say anything. There is no welcome: the first answer is the greeting. */
async function rememberPerson({ acquaintances }: TurnServices, activity: Activity): Promise<Verdict> {
  if (isGuid(activity.from.aadObjectId ?? '')) {
    await acquaintances.remember(activity);
  }
  return DONE;
}
