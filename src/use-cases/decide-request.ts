import type { ActivationRequest } from '../domain/activation.ts';
import { isSameRole } from '../domain/assignment.ts';
import type { CardId } from '../domain/ids.ts';
import type { ApprovalDecidedNotice } from '../domain/notice.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor, Decision, TenantRequest } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { demandApproverStepUp } from './approver-step-up.ts';
import { isBefore, iso, requestFacts } from './facts.ts';
import { lookForActive } from './look-for-active.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { becomeActive, becomeFailed, becomeScheduled, FIRST_LOOK, tellRequester } from './settle-request.ts';
import { LEASE } from './submit-activation.ts';

const LONGEST_JUSTIFICATION = 1_000;

/**
 * Refuses what can be refused without asking the tenant: decided, expired, own request, missing words.
 *
 * @throws {AccessError} approval.already_decided, approval.expired, approval.own_request, approval.justification_required
 */
export function planDecision(request: ActivationRequest, asker: Asker, decision: Decision): void {
  if (request.state === 'expired') {
    throw new AccessError('approval.expired', 'nobody decided in time', { facts: { requestId: request.id } });
  }
  if (request.state !== 'pending') {
    const facts = { by: request.decidedByName ?? '', outcome: outcomeOf(request), requestId: request.id };
    throw new AccessError('approval.already_decided', `request is ${request.state}`, { facts });
  }
  if (request.requesterId === asker.person.id) {
    throw new AccessError('approval.own_request', 'the requester may not decide their own request');
  }
  if (request.isApproverJustificationRequired && decision.justification.trim() === '') {
    const facts = { requestId: request.id };
    throw new AccessError('approval.justification_required', 'the policy asks approvers for a justification', {
      facts,
    });
  }
}

/**
 * Records an approver's decision as intent, submits it with the approver's own token, and tells everybody.
 *
 * Having received the card is not a right to decide: PIM is asked whether this person may, and what it holds must equal what
 * the card showed. Safe to call twice; the first decision wins.
 *
 * @throws {AccessError} approval.not_an_approver, approval.already_decided, approval.request_changed, approval.expired,
 *   approval.own_request, approval.justification_required, approval.step_up_required, identity.sign_in_required, graph.*
 */
export async function decideRequest(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  said: Decision,
): Promise<Posted> {
  const decision = { ...said, justification: said.justification.trim().slice(0, LONGEST_JUSTIFICATION) };
  planDecision(request, asker, decision);
  const actor: Actor = actorOf(asker);
  const held = await readHeld(services, actor, request);
  if (held === null) {
    return await refuseUnasked(services, asker, request);
  }
  refuseWhenChanged(request, held);
  if (decision.outcome === 'approve') {
    await demandApproverStepUp(services, asker, request);
  }
  await commitDecisionIntent(services, asker, request, decision);
  try {
    await services.roles.of(request.role).decide(actor, held, decision);
  } catch (thrown) {
    await settleFailedDecision(services, asker, request, asAccessError(thrown));
    throw thrown;
  }
  return await recordDecision(services, request, { decision, asker });
}

async function readHeld(services: Services, actor: Actor, request: ActivationRequest): Promise<TenantRequest | null> {
  if (request.scheduleRequestId === null) {
    return null;
  }
  const { role, scheduleRequestId: id } = request;
  return await services.roles.of(role).readAwaitingDecision(actor, { id, role });
}

/**
 * PIM does not ask this person (any more). Somebody who was asked learns how it ended, as far as the tenant shows it: access
 * that is on was approved, an own no whose answer was lost was a no. Nobody else learns anything.
 */
async function refuseUnasked(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  const asks = await services.store.now.approvals.listAsks(request.id);
  if (!asks.some((ask) => ask.approverId === asker.person.id)) {
    throw new AccessError('approval.not_an_approver', 'PIM does not ask this person', {
      facts: { requestId: request.id },
    });
  }
  const settled = await settleFromTenant(services, request);
  if (settled.length > 0) {
    return settled;
  }
  if (request.intendedOutcome === 'deny') {
    return await recordLostDenial(services, request);
  }
  throw new AccessError('approval.already_decided', 'decided elsewhere', {
    facts: { requestId: request.id, by: request.decidedByName ?? '', outcome: '' },
  });
}

/** A no was submitted, PIM waits no longer, and nothing is active: the no arrived although its answer was lost. */
export async function recordLostDenial(services: Services, request: ActivationRequest): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const denied = await stores.requests.change(request.id, ['pending'], {
      state: 'denied',
      intendedOutcome: null,
      decidedAt: services.clock.now(),
    });
    return denied === null ? [] : await tellDecision(services, stores, denied);
  });
}

/** Approval is bound to what was shown: principal, role, scope, start and duration must equal the card. */
function refuseWhenChanged(request: ActivationRequest, held: TenantRequest): void {
  const shown = request.startsAt;
  const isSameStart = shown === null || held.startsAt === null || sameMinute(shown, held.startsAt);
  const isSameDuration = held.duration !== null && Temporal.Duration.compare(held.duration, request.duration) === 0;
  const isSame =
    held.principalId === request.requesterId && isSameRole(held.role, request.role) && isSameStart && isSameDuration;
  if (!isSame) {
    throw new AccessError('approval.request_changed', 'PIM holds another request than the card showed', {
      facts: { requestId: request.id },
    });
  }
}

function sameMinute(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Math.abs(a.epochMilliseconds - b.epochMilliseconds) < 60_000;
}

async function commitDecisionIntent(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  decision: Decision,
): Promise<void> {
  const now = services.clock.now();
  await services.store.transaction(async (stores) => {
    const intended = await stores.requests.change(request.id, ['pending'], {
      intendedOutcome: decision.outcome,
      decidedBy: asker.person.id,
      decidedByName: asker.person.name,
      decisionJustification: decision.justification,
    });
    if (intended === null) {
      throw new AccessError('approval.already_decided', 'decided meanwhile', { facts: { requestId: request.id } });
    }
    await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt: now.add(LEASE) });
    await stores.audit.record({
      event: 'approval.intended',
      at: now,
      actorId: asker.person.id,
      requestId: request.id,
      facts: { outcome: decision.outcome, justification: decision.justification },
    });
  });
}

/** PIM refused: the intent is taken back. Where the answer was lost it stays, and the outcome is looked up. */
async function settleFailedDecision(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  error: AccessError,
): Promise<void> {
  if (error.code === 'approval.in_doubt') {
    return;
  }
  await services.store.transaction(async (stores) => {
    const now = await stores.requests.lock(request.id);
    if (now?.state === 'pending' && now.decidedBy === asker.person.id) {
      await stores.requests.change(request.id, ['pending'], {
        intendedOutcome: null,
        decidedBy: null,
        decidedByName: null,
        decisionJustification: null,
      });
      await stores.timers.clear('request.check-outcome', request.id);
    }
    await stores.audit.record({
      event: 'approval.refused',
      at: services.clock.now(),
      actorId: asker.person.id,
      requestId: request.id,
      facts: { code: error.code },
    });
  });
}

interface Decided {
  readonly decision: Decision;
  readonly asker: Asker;
}

async function recordDecision(services: Services, request: ActivationRequest, decided: Decided): Promise<Posted> {
  const { decision, asker } = decided;
  const now = services.clock.now();
  if (decision.outcome === 'deny') {
    // What was to come next does not come any more.
    services.signIns.release(request.id);
  }
  const cards = await services.store.transaction(async (stores) => {
    await asker.spend?.(stores);
    const state = decision.outcome === 'approve' ? 'provisioning' : 'denied';
    const changed = await stores.requests.change(request.id, ['pending'], {
      state,
      intendedOutcome: null,
      decidedBy: asker.person.id,
      decidedByName: asker.person.name,
      decidedAt: now,
      decisionJustification: decision.justification,
    });
    if (changed === null) {
      return [];
    }
    await stores.audit.record({
      event: 'approval.decided',
      at: now,
      actorId: asker.person.id,
      requestId: request.id,
      facts: { outcome: decision.outcome, justification: decision.justification },
    });
    return await tellDecision(services, stores, changed);
  });
  const startsLater = request.startsAt !== null && isBefore(now, request.startsAt);
  const watched = decision.outcome === 'approve' && !startsLater ? await lookAtOnce(services, request) : [];
  return [...cards, ...watched];
}

/** Shows the decision on every copy of the approvers' card, and tells the requester of a no. */
export async function tellDecision(services: Services, stores: Stores, request: ActivationRequest): Promise<CardId[]> {
  const now = services.clock.now();
  await stores.timers.clear('request.check-outcome', request.id);
  await stores.timers.clear('request.expire', request.id);
  const cards = await closeApprovalCards(stores, request, decidedNotice(request, now));
  if (request.state === 'denied') {
    const told = await tellRequester(stores, request, {
      card: 'activation-denied',
      request: requestFacts(request),
      reason: 'denied',
      decidedBy: request.decidedByName,
      justification: request.decisionJustification,
      at: iso(now),
    });
    return [...cards, ...told];
  }
  if (request.startsAt !== null && isBefore(now, request.startsAt)) {
    return [...cards, ...(await becomeScheduled(services, stores, request, request.startsAt))];
  }
  await stores.timers.set({ kind: 'activation.watch', subject: request.id, dueAt: now.add(FIRST_LOOK) });
  return cards;
}

function decidedNotice(request: ActivationRequest, at: Temporal.Instant): ApprovalDecidedNotice {
  return {
    card: 'approval-decided',
    request: requestFacts(request),
    outcome: request.state === 'denied' ? 'denied' : 'approved',
    decidedBy: request.decidedByName,
    decidedAt: iso(request.decidedAt ?? at),
    justification: request.decisionJustification,
  };
}

/** Every copy of the approvers' card says how it ended; the copies keep their place in the chat. */
export async function closeApprovalCards(
  stores: Stores,
  request: ActivationRequest,
  notice: ApprovalDecidedNotice,
): Promise<CardId[]> {
  const cards: CardId[] = [];
  for (const card of await stores.cards.findInStory(request.id, 'approval-request')) {
    const id = await stores.cards.revise(card.story, card.recipient, card.slot, notice);
    if (id !== null) {
      cards.push(id);
    }
  }
  return cards;
}

/** Often the assignment is there at once; if not, the watch timer looks again. */
async function lookAtOnce(services: Services, request: ActivationRequest): Promise<Posted> {
  try {
    return await settleFromTenant(services, request);
  } catch (thrown) {
    services.log.warn('activation.first_look_failed', { requestId: request.id, code: asAccessError(thrown).code });
    return [];
  }
}

/**
 * Looks at the tenant with the reader: when the assignment is there, access is on. An ask that still waited for an approver
 * was approved then, by whoever was about to when the answer was lost. Safe to run twice.
 */
export async function settleFromTenant(services: Services, request: ActivationRequest): Promise<Posted> {
  const active = await lookForActive(services, request);
  if (active === null || active === 'hidden') {
    return [];
  }
  return await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current === null) {
      return [];
    }
    const now = services.clock.now();
    const from = active.startsAt ?? now;
    const until = active.endsAt ?? from.add(current.duration);
    const approved = current.state === 'pending' ? await recordLostApproval(services, stores, current) : null;
    const told = approved === null ? [] : await tellDecision(services, stores, approved);
    return [...told, ...(await becomeActive(services, stores, approved ?? current, { from, until, isListed: true }))];
  });
}

async function recordLostApproval(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
): Promise<ActivationRequest | null> {
  const now = services.clock.now();
  const isIntended = request.intendedOutcome === 'approve';
  const approved = await stores.requests.change(request.id, ['pending'], {
    state: 'provisioning',
    intendedOutcome: null,
    decidedBy: isIntended ? request.decidedBy : null,
    decidedByName: isIntended ? request.decidedByName : null,
    decidedAt: now,
  });
  if (approved !== null) {
    const facts = { outcome: 'approve', foundBy: 'reader' };
    await stores.audit.record({
      event: 'approval.decided',
      at: now,
      actorId: approved.decidedBy,
      requestId: request.id,
      facts,
    });
  }
  return approved;
}

/** The assignment never appeared: said to the requester, and to an operator through the log. */
export async function giveUpWatching(services: Services, request: ActivationRequest): Promise<Posted> {
  services.log.error('activation.never_appeared', { requestId: request.id });
  return await services.store.transaction(async (stores) => await becomeFailed(services, stores, request));
}

function outcomeOf(request: ActivationRequest): string {
  switch (request.state) {
    case 'denied':
      return 'denied';
    case 'canceled':
      return 'canceled';
    case 'expired':
      return 'expired';
    default:
      return 'approved';
  }
}
