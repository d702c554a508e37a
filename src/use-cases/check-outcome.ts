import type { ActivationRequest } from '../domain/activation.ts';
import type { CardId, PrincipalId } from '../domain/ids.ts';
import { AccessError } from '../errors.ts';
import type { Stores } from '../ports/store.ts';
import { findApprovers } from './approvers.ts';
import { tellPull } from './break-glass/tell-pull.ts';
import { recordCanceled } from './cancel-request.ts';
import { recordEnd } from './deactivate-role.ts';
import { errorNotice } from './error-card.ts';
import { lookForActive } from './look-for-active.ts';
import { lookForRequest } from './look-for-request.ts';
import { recordOutcomeUnknown } from './outcome-unknown.ts';
import { askedSoFar, pendingNotice } from './pending-card.ts';
import { readPolicy } from './plan-activation.ts';
import { recordLostDenial, settleFromTenant } from './record-decision.ts';
import type { Posted, Services } from './services.ts';
import { activeNotice } from './settle-request.ts';
import { recordAnswer } from './submit-activation.ts';

/**
 * Clears up an intent whose outcome was not recorded: the process died, or the answer was lost. The reader identity looks at
 * what the tenant holds; what it cannot see becomes a card that asks the person to press once more, and that press looks for
 * the earlier request with the person's own token before it sends anything.
 */
export async function checkOutcome(services: Services, request: ActivationRequest): Promise<Posted> {
  switch (request.state) {
    case 'submitting':
      return await checkActivation(services, request);
    case 'pending':
      return await checkIntention(services, request);
    case 'active':
      return await checkDeactivation(services, request);
    default:
      return [];
  }
}

async function checkActivation(services: Services, request: ActivationRequest): Promise<Posted> {
  const settled = await settleFromTenant(services, request);
  if (settled.length > 0) {
    return settled;
  }
  const held = await lookForRequest(services, request);
  if (held === null || held === 'hidden') {
    return await recordOutcomeUnknown(services, request);
  }
  // The marker is our own, so this is the ask whose answer was lost.
  const policy = await readPolicy(services, request.role);
  const approvers = await findApprovers(services, policy, request.requesterId);
  return (await recordAnswer(services, request, { approvers }, held)).cards;
}

async function checkIntention(services: Services, request: ActivationRequest): Promise<Posted> {
  switch (request.intendedOutcome) {
    case 'approve':
    case 'deny':
      return await checkDecision(services, request);
    case 'cancel':
      return await checkCancellation(services, request);
    case null:
      return [];
  }
}

async function checkCancellation(services: Services, request: ActivationRequest): Promise<Posted> {
  const held = await lookForRequest(services, request);
  if (held !== null && held !== 'hidden' && held.state === 'canceled') {
    return await recordCanceled(services, request, { by: request.requesterName, learnedAfter: null, spend: null });
  }
  return await offerAgain(services, request, 'cancel-again');
}

/** The reader cannot see whether it was done: the card comes again, and its button looks before it acts. */
async function offerAgain(services: Services, request: ActivationRequest, slot: string): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    if (request.pull !== null) {
      return await tellPull(stores, request.pull, 'news');
    }
    const notice =
      request.state === 'active'
        ? activeNotice(services, request)
        : pendingNotice(request, await askedSoFar(stores, request.id));
    const card = await stores.cards.post({
      story: request.id,
      recipient: request.requesterId,
      slot,
      notice,
      delivery: 'now',
    });
    return [card, ...(await stores.cards.retire(request.id, request.requesterId, [card]))];
  });
}

/** An approver's decision may have arrived: when access is on it did; else the approver is asked to press once more. */
async function checkDecision(services: Services, request: ActivationRequest): Promise<Posted> {
  const settled = await settleFromTenant(services, request);
  if (settled.length > 0) {
    return settled;
  }
  const held = await lookForRequest(services, request);
  return held !== null && held !== 'hidden' && held.state === 'denied'
    ? await recordLostDenial(services, request)
    : await askApproverAgain(services, request);
}

async function askApproverAgain(services: Services, request: ActivationRequest): Promise<Posted> {
  const error = new AccessError('approval.outcome_unknown', 'the answer to a decision was lost', {
    facts: { requestId: request.id },
  });
  const approverId = request.decidedBy;
  if (approverId === null) {
    return [];
  }
  return await services.store.transaction(async (stores) => {
    const card = await stores.cards.post({
      story: request.id,
      recipient: approverId,
      slot: 'outcome-unknown',
      notice: errorNotice(services, error),
      delivery: 'now',
    });
    return [card, ...(await redrawApprovalCards(stores, request, approverId))];
  });
}

/** Takes the approver's card out of its second step, so that Approve and Deny can be pressed again. */
async function redrawApprovalCards(
  stores: Stores,
  request: ActivationRequest,
  approverId: PrincipalId,
): Promise<CardId[]> {
  const redrawn: CardId[] = [];
  for (const card of await stores.cards.findInStory(request.id, 'approval-request')) {
    if (card.recipient === approverId && !card.isRetired) {
      const id = await stores.cards.revise(card.story, card.recipient, card.slot, card.notice);
      redrawn.push(...(id === null ? [] : [id]));
    }
  }
  return redrawn;
}

async function checkDeactivation(services: Services, request: ActivationRequest): Promise<Posted> {
  const active = await lookForActive(services, request);
  return active === null
    ? await recordEnd(services, request, { reason: 'deactivated' })
    : await offerAgain(services, request, 'deactivate-again');
}
