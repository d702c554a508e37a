import { requestId } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import { AccessError, asAccessError } from '../src/errors.ts';
import type { Command } from '../src/language/command.ts';
import { parse } from '../src/language/parse.ts';
import { EVERYTHING_ASKED, targetsOf } from '../src/language/target.ts';
import type { Stores } from '../src/ports/store.ts';
import { bundleRoles, lastTime } from '../src/use-cases/administration/bundles.ts';
import { explainingRights } from '../src/use-cases/administration/explain-rights.ts';
import { askToSignIn } from '../src/use-cases/ask-to-sign-in.ts';
import { cancelRequest } from '../src/use-cases/cancel-request.ts';
import { changePreferences, helpNotice, preferencesNotice } from '../src/use-cases/change-preferences.ts';
import { continueActivation } from '../src/use-cases/continue-activation.ts';
import { deactivateRequest } from '../src/use-cases/deactivate-role.ts';
import { decideRequest } from '../src/use-cases/decide-request.ts';
import { decideNamed } from '../src/use-cases/decide-several.ts';
import { answer, postError } from '../src/use-cases/error-card.ts';
import { listActive } from '../src/use-cases/list-active.ts';
import { listMyRoles } from '../src/use-cases/list-my-roles.ts';
import { chooseAllApprovals, isWaiting, listApprovals, listPending } from '../src/use-cases/list-waiting.ts';
import { nameOwnActive } from '../src/use-cases/name-own.ts';
import { offerSignIn } from '../src/use-cases/offer-sign-in.ts';
import { forgetWaiting, postponeSentence } from '../src/use-cases/postpone-sentence.ts';
import { requestActivation, requestKnown } from '../src/use-cases/request-activation.ts';
import type { Asker, Posted, Services } from '../src/use-cases/services.ts';
import { signOut, signOutPerson } from '../src/use-cases/sign-out.ts';
import { finalRefusal, needOfRefusal, wasMet } from '../src/use-cases/step-up-need.ts';
import { dispatchAdministration } from './administration/sentences.ts';
import { dispatchBreakGlass } from './break-glass/sentences.ts';
import { dispatchChannel } from './channel/sentences.ts';
import { dispatchRoles } from './roles/sentences.ts';
import { dispatchRunbooks } from './runbooks/sentences.ts';
import { dispatchServing } from './serving/sentences.ts';
import type { CommittedCards, SentenceTurn } from './turns.ts';

/** Reads a sentence and carries it out; whatever goes wrong becomes a card of this turn. */
export async function answerSentence(services: Services, turn: SentenceTurn): Promise<CommittedCards> {
  const finish = async (stores: Stores): Promise<boolean> => {
    await stores.inbox.finish(turn.turnId);
    return true;
  };
  const { person, turnId, steppedUp } = turn;
  const asker: Asker = {
    person,
    turnId: `turn:${turnId}`,
    spend: finish,
    ...(steppedUp !== undefined && { steppedUp }),
  };
  try {
    return { cards: await carryOut(services, asker, turn) };
  } catch (thrown) {
    return await answerFailure(services, asker, turn, asAccessError(thrown));
  }
}

async function answerFailure(
  services: Services,
  asker: Asker,
  turn: SentenceTurn,
  error: AccessError,
): Promise<CommittedCards> {
  const later = await postponeSentence(services, asker, turn, error);
  return later === null
    ? { cards: await tellFailure(services, asker, turn, error) }
    : { cards: later, isPostponed: true };
}

async function tellFailure(
  services: Services,
  asker: Asker,
  { text, conversationId }: SentenceTurn,
  error: AccessError,
): Promise<Posted> {
  if (error.code === 'identity.sign_in_required') {
    return await askToSignIn(services, asker, { text, conversationId });
  }
  const need = needOfRefusal(error);
  if (need === null || wasMet(need, asker.steppedUp)) {
    return await postError(services, asker, need === null ? error : finalRefusal(error));
  }
  try {
    return await offerSignIn(services, asker, { kind: 'sentence', text, conversationId }, need);
  } catch (thrown) {
    return await postError(services, asker, thrown);
  }
}

/** Goes on with a sentence that waited, and forgets it, and what told its person to wait, when it is answered. */
export async function goOnWith(services: Services, turn: SentenceTurn): Promise<Posted> {
  const from = turn.trace ?? null;
  return await services.telemetry.step({ name: 'go-on', from }, async () => {
    const { cards, isPostponed = false } = await answerSentence(services, turn);
    if (isPostponed) {
      return cards;
    }
    await services.store.now.inbox.finish(turn.turnId);
    return [...cards, ...(await forgetWaiting(services, { turnId: `turn:${turn.turnId}` }))];
  });
}

async function carryOut(
  services: Services,
  asker: Asker,
  { text, conversationId }: Pick<SentenceTurn, 'text' | 'conversationId'>,
): Promise<Posted> {
  const { timeZone, locale } = asker.person;
  const command = await services.telemetry.step({ name: 'parse' }, async () =>
    parse(text, { now: services.clock.now(), timeZone, locale }),
  );
  services.telemetry.note({ 'pimlico.command': command.command });
  const isPointing = (command.command === 'approve' || command.command === 'deny') && command.target === null;
  const problems = command.problems.filter(
    ({ code }) => code !== 'role.missing' && !(isPointing && code === 'text.left_over'),
  );
  if (problems.length > 0) {
    const words = problems.map((problem) => problem.text).join('\n');
    throw new AccessError('command.problem', 'the sentence has problems', { facts: { text: words } });
  }
  return await dispatch(services, asker, { command, text, conversationId });
}

interface Spoken extends Pick<SentenceTurn, 'conversationId'> {
  readonly command: Command;
  readonly text: string;
}

async function dispatch(services: Services, asker: Asker, spoken: Spoken): Promise<Posted> {
  const { command } = spoken;
  switch (command.command) {
    case 'activate':
      return command.target === 'last-time'
        ? await requestKnown(services, asker, await lastTime(services, asker), command)
        : await requestActivation(services, asker, command);
    case 'bundle':
      return command.action === 'run' && command.target !== null
        ? await requestKnown(services, asker, await bundleRoles(services, asker, command.target), command)
        : await administer(services, asker, spoken);
    case 'deactivate':
    case 'continue':
      return await actOnOwn(services, asker, command, command.command);
    case 'cancel':
      return await cancel(services, asker, command);
    case 'approve':
    case 'deny':
      return await decide(services, asker, command, command.command);
    case 'my-roles':
      return await reply(services, asker, await listMyRoles(services, asker));
    case 'active':
      return await reply(services, asker, await listActive(services, asker));
    case 'pending':
      return await reply(services, asker, await listPending(services, asker));
    case 'approvals':
      return await reply(services, asker, await listApprovals(services, asker));
    case 'timezone':
    case 'language':
    case 'reminder':
      return await reply(services, asker, await changePreference(services, asker, command));
    case 'sign-out':
      return command.target === null
        ? await signOut(services, asker)
        : await signOutPerson(services, asker, command.target);
    case 'help':
      return await reply(services, asker, helpNotice(asker.person, null));
    case 'approvals-channel':
      return await dispatchChannel(services, asker, { ...command, where: spoken.conversationId });
    case 'unknown':
      return await reply(services, asker, helpNotice(asker.person, spoken.text.slice(0, 200)));
    default:
      return await administer(services, asker, spoken);
  }
}

async function administer(services: Services, asker: Asker, spoken: Spoken): Promise<Posted> {
  const emergency = dispatchBreakGlass(services, asker, spoken);
  if (emergency !== null) {
    return await emergency;
  }
  const serving = dispatchServing(services, asker, spoken.command);
  if (serving !== null) {
    return await serving;
  }
  const runbooks = dispatchRunbooks(services, asker, spoken.command);
  if (runbooks !== null) {
    return await runbooks;
  }
  const work = dispatchRoles(services, asker, spoken.command) ?? dispatchAdministration(services, asker, spoken);
  if (work === null) {
    const facts = { command: spoken.command.command };
    throw new AccessError('command.not_yet', 'no use-case yet', { facts });
  }
  return await explainingRights(work);
}

async function reply(services: Services, asker: Asker, notice: Notice): Promise<Posted> {
  return [await services.store.now.cards.post(answer(asker, notice))];
}

async function actOnOwn(
  services: Services,
  asker: Asker,
  command: Command,
  purpose: 'deactivate' | 'continue',
): Promise<Posted> {
  const named = await nameOwnActive(services, asker, command, purpose);
  if (named.kind === 'choose') {
    return await reply(services, asker, named.notice);
  }
  const cards: Posted[] = [];
  for (const request of named.requests) {
    const { duration, justification } = command;
    const done =
      purpose === 'deactivate'
        ? deactivateRequest(services, asker, request)
        : continueActivation(services, asker, request, { duration, justification });
    cards.push(await done);
  }
  return cards.flat();
}

async function cancel(services: Services, asker: Asker, command: Command): Promise<Posted> {
  if (command.target !== null) {
    const request = await services.store.now.requests.find(requestId(command.target));
    if (request === null) {
      throw unknownRequest(command.target);
    }
    return await cancelRequest(services, asker, request);
  }
  const open = await services.store.now.requests.listOpenOf(asker.person.id);
  const waiting = open.filter(isWaiting);
  const only = waiting.length === 1 ? waiting[0] : undefined;
  if (only !== undefined) {
    return await cancelRequest(services, asker, only);
  }
  return await reply(services, asker, await listPending(services, asker));
}

async function decide(
  services: Services,
  asker: Asker,
  command: Command,
  outcome: 'approve' | 'deny',
): Promise<Posted> {
  const { target, justification } = command;
  if (target === null) {
    return await reply(services, asker, await listApprovals(services, asker));
  }
  if (target === EVERYTHING_ASKED) {
    return await reply(services, asker, await chooseAllApprovals(services, asker, justification));
  }
  const decision = { outcome, justification: justification ?? '' };
  const ids = targetsOf(target);
  if (ids.length > 1) {
    return await decideNamed(services, asker, ids, decision);
  }
  const request = await services.store.now.requests.find(requestId(target));
  if (request === null) {
    throw unknownRequest(target);
  }
  return await decideRequest(services, asker, request, decision);
}

/** Missing and somebody else's look the same. */
function unknownRequest(target: string): AccessError {
  return new AccessError('activation.request_unknown', 'no such request', { facts: { requestId: target } });
}

async function changePreference(services: Services, asker: Asker, command: Command): Promise<Notice> {
  if (command.command === 'timezone' && command.target !== null) {
    return await changePreferences(services, asker, { timeZone: command.target });
  }
  if (command.command === 'language' && command.target !== null) {
    return await changePreferences(services, asker, { language: command.target });
  }
  if (command.command === 'reminder' && command.duration !== null) {
    return await changePreferences(services, asker, { reminderMinutes: command.duration.total('minutes') });
  }
  if (command.command === 'reminder' && command.target === 'automatic') {
    return await changePreferences(services, asker, { reminderMinutes: null });
  }
  return preferencesNotice(asker.person, null);
}
