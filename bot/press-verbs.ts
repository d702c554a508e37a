import type { ActivationRequest } from '../src/domain/activation.ts';
import type { Notice, Verb } from '../src/domain/notice.ts';
import { AccessError } from '../src/errors.ts';
import type { CardRecord } from '../src/ports/store.ts';
import { activateAgain } from '../src/use-cases/activate-again.ts';
import { findTarget } from '../src/use-cases/activation-target.ts';
import { bundleRoles } from '../src/use-cases/administration/bundles.ts';
import { explainingRights } from '../src/use-cases/administration/explain-rights.ts';
import type { Attempt } from '../src/use-cases/answer-submission.ts';
import { cancelRequest } from '../src/use-cases/cancel-request.ts';
import { goOnByPress } from '../src/use-cases/chain-activation.ts';
import { changePreferences, helpNotice, preferencesNotice } from '../src/use-cases/change-preferences.ts';
import { continueActivation, letItEnd } from '../src/use-cases/continue-activation.ts';
import { deactivateRequest } from '../src/use-cases/deactivate-role.ts';
import { cancelSignIn } from '../src/use-cases/end-sign-in.ts';
import { answer } from '../src/use-cases/error-card.ts';
import { listActive } from '../src/use-cases/list-active.ts';
import { listMyRoles } from '../src/use-cases/list-my-roles.ts';
import { listApprovals, listPending } from '../src/use-cases/list-waiting.ts';
import { findOwnActiveByKey } from '../src/use-cases/name-own.ts';
import { renewLink } from '../src/use-cases/offer-sign-in.ts';
import { askFromFacts } from '../src/use-cases/plan-activation.ts';
import { remindApprovers } from '../src/use-cases/remind-approvers.ts';
import { activateTarget, requestActivation, requestKnown } from '../src/use-cases/request-activation.ts';
import { lookAtChosen } from '../src/use-cases/roles/look.ts';
import { pressRoles } from '../src/use-cases/roles/press.ts';
import { checkRole } from '../src/use-cases/runbooks/check-role.ts';
import type { Asker, Posted, Services } from '../src/use-cases/services.ts';
import { carryOutAdministration, TOKENLESS_ADMINISTRATION } from './administration/presses.ts';
import { pressBreakGlass, TOKENLESS_BREAK_GLASS } from './break-glass/presses.ts';
import { decide, firstStep, leadsToWords } from './decision-presses.ts';
import { readFormAsk } from './form-input.ts';
import { type Press, pressedRequest } from './pressed-request.ts';
import { offeredKey, showMeaning } from './roles/which-role.ts';
import { pressRunbook } from './runbooks/presses.ts';
import type { CardReply } from './turns.ts';

/** What a press led to; without a `reply` the clicker gets the card as it is now. */
export interface PressOutcome {
  readonly cards: Posted;
  readonly reply?: CardReply;
}

const TOKENLESS: ReadonlySet<Verb> = new Set([
  'view',
  'open-preferences',
  'save-preferences',
  'show-pending',
  'show-approvals',
  'show-help',
  'remind-approvers',
  'back',
  'new-link',
  'cancel-step-up',
  ...TOKENLESS_ADMINISTRATION,
  ...TOKENLESS_BREAK_GLASS,
]);

/** Says whether a press acts or reads as the person, so that their token is needed first. */
export function needsToken(verb: Verb, card: CardRecord): boolean {
  const isFirstStep = (verb === 'approve' || verb === 'deny') && leadsToWords(card);
  return !(TOKENLESS.has(verb) || isFirstStep);
}

/** Does what a button says. Throws what the use-cases throw. */
export async function carryOutPress(services: Services, press: Press): Promise<PressOutcome> {
  const { asker } = press;
  switch (press.verb) {
    case 'open-form':
      return { cards: await requestActivation(services, asker, { ...NOTHING_ASKED, roles: [], scope: null }) };
    case 'show-help':
      return await post(services, asker, helpNotice(asker.person, null));
    case 'open-preferences':
      return await post(services, asker, preferencesNotice(asker.person, null));
    case 'save-preferences':
      return await savePreferences(services, press);
    case 'show-my-roles':
      return await post(services, asker, await listMyRoles(services, asker));
    case 'show-active':
      return await post(services, asker, await listActive(services, asker));
    case 'show-pending':
      return await post(services, asker, await listPending(services, asker));
    case 'show-approvals':
      return await post(services, asker, await listApprovals(services, asker));
    case 'activate':
      return await activateFromForm(services, press);
    case 'choose':
      return await choose(services, press);
    case 'activate-role':
      return await activateOwn(services, press);
    case 'show-meaning':
      return { cards: await showMeaning(services, press) };
    case 'back':
      return { cards: [] };
    default:
      return await carryOutOnRequest(services, press);
  }
}

const NOTHING_ASKED = { duration: null, until: null, start: null, justification: null, ticket: null };

async function carryOutOnRequest(services: Services, press: Press): Promise<PressOutcome> {
  const { asker } = press;
  switch (press.verb) {
    case 'cancel':
      return { cards: await cancelRequest(services, asker, await pressedRequest(services, press)) };
    case 'remind-approvers':
      return { cards: await remindApprovers(services, asker, await pressedRequest(services, press)) };
    case 'deactivate':
      return { cards: await deactivateRequest(services, asker, await pressedActive(services, press)) };
    case 'go-on':
      return { cards: await goOnByPress(services, asker, await pressedRequest(services, press)) };
    case 'activate-again':
      return { cards: await activateAgain(services, asker, await pressedRequest(services, press)) };
    case 'continue':
      return { cards: await carryOn(services, press) };
    case 'new-link':
      return { cards: await renewLink(services, asker, press.card) };
    case 'cancel-step-up':
      return { cards: await cancelSignIn(services, asker, press.card) };
    case 'let-it-end':
      return { cards: await letItEnd(services, asker, await pressedRequest(services, press)) };
    case 'approve':
    case 'deny':
      return await firstStep(services, press, press.verb);
    case 'send-approve':
      return await decide(services, press, 'approve');
    case 'send-deny':
      return await decide(services, press, 'deny');
    case 'run-bundle':
      return { cards: await runBundle(services, press) };
    default:
      return await administer(services, press);
  }
}

async function administer(services: Services, press: Press): Promise<PressOutcome> {
  const emergency = pressBreakGlass(services, press);
  if (emergency !== null) {
    return { cards: await (press.verb === 'stop-access' ? explainingRights(emergency) : emergency) };
  }
  const runbooks = pressRunbook(services, press);
  if (runbooks !== null) {
    return { cards: await runbooks };
  }
  const about = pressRoles(services, press.asker, press);
  const work = about === null ? carryOutAdministration(services, press) : about.then((cards) => ({ cards }));
  if (work === null) {
    throw new AccessError('card.malformed', `no use for ${press.verb}`);
  }
  return await explainingRights(work);
}

async function runBundle(services: Services, { asker, inputs }: Press): Promise<Posted> {
  const items = await bundleRoles(services, asker, inputs.bundle ?? '');
  return await requestKnown(services, asker, items, { ...NOTHING_ASKED, justification: inputs.justification ?? null });
}

async function post(services: Services, asker: Asker, notice: Notice): Promise<PressOutcome> {
  return { cards: [await services.store.now.cards.post(answer(asker, notice))] };
}

async function pressedActive(services: Services, press: Press): Promise<ActivationRequest> {
  const { card } = press.card.notice;
  if (card !== 'active' && card !== 'my-roles') {
    return await pressedRequest(services, press);
  }
  return await findOwnActiveByKey(services, press.asker, press.inputs.assignment ?? '');
}

async function carryOn(services: Services, press: Press): Promise<Posted> {
  const request = await pressedRequest(services, press);
  return await continueActivation(services, press.asker, request, { duration: null, justification: null });
}

async function activateFromForm(services: Services, press: Press): Promise<PressOutcome> {
  const { notice } = press.card;
  if (notice.card !== 'activation-form') {
    throw new AccessError('card.malformed', 'not a form');
  }
  const key = press.inputs.role ?? notice.chosenKey ?? '';
  const target = await findTarget(services, press.asker, key);
  const { person } = press.asker;
  const ask = readFormAsk(press.inputs, notice, {
    now: services.clock.now(),
    timeZone: person.timeZone,
    locale: person.locale,
  });
  return await finishForm(services, press, await activateTarget(services, press.asker, target, ask));
}

/** A form that led on loses its button; one that was refused keeps it, to be tried again. */
async function finishForm(services: Services, press: Press, attempt: Attempt): Promise<PressOutcome> {
  if (attempt.outcome === 'refused') {
    // The click was spent with the intent; the button works again under a new one.
    const { story, recipient, slot, notice } = press.card;
    const redrawn = await services.store.now.cards.revise(story, recipient, slot, notice);
    return { cards: redrawn === null ? attempt.cards : [...attempt.cards, redrawn] };
  }
  const retired = await services.store.transaction(
    async (stores) => await stores.cards.retire(press.card.story, press.asker.person.id, attempt.cards),
  );
  return { cards: [...attempt.cards, ...retired] };
}

/** What a card about a role says that the asker may activate; where that is in several places, they are asked about first. */
async function activateOwn(services: Services, press: Press): Promise<PressOutcome> {
  const { notice } = press.card;
  if (notice.card === 'which-role') {
    return await activateKey(services, press, offeredKey(notice, press.inputs));
  }
  if (notice.card !== 'role' && notice.card !== 'can') {
    throw new AccessError('card.malformed', 'nothing to activate');
  }
  const { key } = notice.own;
  if (key !== null) {
    return await activateKey(services, press, key);
  }
  const name = notice.card === 'role' && notice.subject === 'membership' ? notice.groupName : notice.role.roleName;
  const cards = await requestActivation(services, press.asker, { ...NOTHING_ASKED, roles: [name], scope: null });
  return await finishForm(services, press, { outcome: 'submitted', cards });
}

/** What is missing is asked for on a form, as for every activation. */
async function activateKey(services: Services, press: Press, key: string): Promise<PressOutcome> {
  const target = await findTarget(services, press.asker, key);
  return await finishForm(services, press, await activateTarget(services, press.asker, target, NOTHING_ASKED));
}

async function choose(services: Services, press: Press): Promise<PressOutcome> {
  const { notice } = press.card;
  if (notice.card !== 'choose-role') {
    throw new AccessError('card.malformed', 'nothing to choose');
  }
  const key = press.inputs.choice ?? '';
  if (!notice.choices.some((choice) => choice.key === key)) {
    throw new AccessError('card.malformed', 'not among the choices');
  }
  const ask = askFromFacts(notice.asked);
  if (notice.purpose === 'look' && notice.look !== undefined) {
    const cards = await lookAtChosen(services, press.asker, notice.look, key);
    return await finishForm(services, press, { outcome: 'submitted', cards });
  }
  if (notice.purpose === 'activate') {
    const target = await findTarget(services, press.asker, key);
    return await finishForm(services, press, await activateTarget(services, press.asker, target, ask));
  }
  if (notice.purpose === 'check') {
    const cards = await checkRole(services, press.asker, { kind: 'key', key });
    return await finishForm(services, press, { outcome: 'submitted', cards });
  }
  const request = await findOwnActiveByKey(services, press.asker, key);
  const { duration, justification } = ask;
  const cards =
    notice.purpose === 'continue'
      ? await continueActivation(services, press.asker, request, { duration, justification })
      : await deactivateRequest(services, press.asker, request);
  return await finishForm(services, press, { outcome: 'submitted', cards });
}

async function savePreferences(services: Services, press: Press): Promise<PressOutcome> {
  const minutes = (press.inputs.reminder ?? '').trim();
  const notice = await changePreferences(services, press.asker, {
    timeZone: press.inputs.timeZone ?? press.asker.person.timeZone,
    reminderMinutes: minutes === '' ? null : Number(minutes),
    ...(press.inputs.language !== undefined && { language: press.inputs.language }),
  });
  const { story, recipient, slot } = press.card;
  const card = await services.store.now.cards.revise(story, recipient, slot, notice);
  return { cards: card === null ? [] : [card] };
}
