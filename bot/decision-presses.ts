import type { ActivationRequest } from '../src/domain/activation.ts';
import { AccessError } from '../src/errors.ts';
import type { CardRecord } from '../src/ports/store.ts';
import { decideRequest, planDecision, showHeld } from '../src/use-cases/decide-request.ts';
import { decideFromList, isUnlikeShown } from '../src/use-cases/decide-several.ts';
import { lacksBackground } from '../src/use-cases/inform-approvers.ts';
import type { Posted, Services } from '../src/use-cases/services.ts';
import { askApprovers } from '../src/use-cases/settle-request.ts';
import { type Press, pressedRequest } from './pressed-request.ts';
import type { CardReply } from './turns.ts';

type Outcome = 'approve' | 'deny';

interface Decided {
  readonly cards: Posted;
  readonly reply?: CardReply;
}

/** Says whether Approve and Deny lead to a second step, which decides nothing and needs no token. */
export function leadsToWords({ notice }: CardRecord): boolean {
  return notice.card !== 'approval-request' || notice.isJustificationRequired;
}

/**
 * Approve and Deny: several of a list are shown once more with one input for all; one that the list showed otherwise is refused; of
 * one is shown first what was not known yet, then the words are asked for that the policy wants in a second step of the same card,
 * else it is decided at once.
 */
export async function firstStep(services: Services, press: Press, step: Outcome): Promise<Decided> {
  const several = chosenOf(press);
  if (several.length > 1) {
    return { cards: [], reply: { card: withChosen(press.card, several), step } };
  }
  const request = await pressedRequest(services, press);
  const { notice } = press.card;
  if (notice.card === 'approvals' && isUnlikeShown(notice, request)) {
    // Refused there, in a line of the list, which shows it as it is from then on.
    const decision = { outcome: step, justification: '' };
    return { cards: await decideFromList(services, press.asker, press.card, { ids: [request.id], decision }) };
  }
  if (!request.isDurationKnown) {
    return { cards: await showHeld(services, press.asker, request) };
  }
  if (request.pull !== null) {
    const justification = step === 'approve' ? 'Confirmed as second on-call lead' : 'Refused as second on-call lead';
    return { cards: await decideRequest(services, press.asker, request, { outcome: step, justification }) };
  }
  if (!request.isApproverJustificationRequired) {
    return await decide(services, press, step);
  }
  planDecision(request, press.asker, { outcome: step, justification: 'to be asked for' });
  const card = await approvalCard(services, press, request);
  if (lacksBackground(card.notice)) {
    await services.store.now.cards.noteSecondStep(card.id);
  }
  return { cards: [], reply: { card, step } };
}

/** Send: the decision itself, of one request or of those that the second step of a list showed. */
export async function decide(services: Services, press: Press, outcome: Outcome): Promise<Decided> {
  const decision = { outcome, justification: press.inputs.justification ?? '' };
  if (press.card.notice.card === 'approvals' && press.verb !== outcome) {
    const ids = chosenOf(press);
    return { cards: await decideFromList(services, press.asker, press.card, { ids, decision }) };
  }
  const request = await pressedRequest(services, press);
  return { cards: await decideRequest(services, press.asker, request, decision) };
}

/** The requests that are chosen on a list, each once: clients join several with commas. */
function chosenOf({ card, inputs }: Press): readonly string[] {
  const ids = card.notice.card === 'approvals' ? (inputs.request ?? '').split(',') : [];
  return [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ''))];
}

/** The list as the second step paints it. Nothing of that is stored: Send says again which ones are meant. */
function withChosen(card: CardRecord, chosen: readonly string[]): CardRecord {
  const { notice } = card;
  const known = notice.card === 'approvals' ? new Set(notice.requests.map(({ requestId }) => requestId)) : new Set();
  if (notice.card !== 'approvals' || chosen.some((id) => !known.has(id))) {
    throw new AccessError('card.malformed', 'not among the requests of the list');
  }
  return { ...card, notice: { ...notice, chosen } };
}

/** The approver's own card of the request; pressed in a list it may have to be made first. */
async function approvalCard(services: Services, press: Press, request: ActivationRequest): Promise<CardRecord> {
  if (press.card.notice.card === 'approval-request') {
    return press.card;
  }
  const find = async () =>
    await services.store.now.cards.findLive(request.id, press.asker.person.id, 'approval-request');
  const known = await find();
  if (known !== null) {
    return known;
  }
  await services.store.transaction(async (stores) => {
    const mine = await stores.approvals.findAsk(request.id, press.asker.person.id);
    await askApprovers(stores, request, mine === null ? [] : [mine], { slot: 'approval-request' });
  });
  const made = await find();
  if (made === null) {
    throw new AccessError('approval.not_an_approver', 'never asked', { facts: { requestId: request.id } });
  }
  return made;
}
