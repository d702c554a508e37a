import type { ActivationRequest } from '../domain/activation.ts';
import { isSameRole } from '../domain/assignment.ts';
import type { CardId } from '../domain/ids.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor, Decision, TenantRequest } from '../ports/role-management.ts';
import { demandApproverStepUp } from './approver-step-up.ts';
import { demandSecond } from './break-glass/demand-second.ts';
import { LEASE } from './commit-intents.ts';
import { isBefore, requestFacts } from './facts.ts';
import { recordDecision, recordLostDenial, settleFromTenant } from './record-decision.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { type Deed, demandRunning, refuseWhilePaused } from './serving/demand-running.ts';
import { findUnservedRecipient, findUnservedRole } from './serving/find-unserved.ts';

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
  if (decision.outcome === 'approve') {
    await refuseWhilePaused(services, deedOf(request));
    await refuseUnserved(services, asker, request);
  }
  const actor: Actor = actorOf(asker);
  const held = await readHeld(services, actor, request);
  if (held === null) {
    return await refuseUnasked(services, asker, request);
  }
  if (!request.isDurationKnown) {
    return await completeRequest(services, request, held);
  }
  refuseWhenChanged(request, held);
  if (decision.outcome === 'approve') {
    await refuseUnservedRequester(services, request);
    await demandSecondOf(services, asker, request);
    await demandApproverStepUp(services, asker, request);
  }
  await commitDecisionIntent(services, asker, request, decision);
  try {
    await services.roles.of(request.role).decide(actor, held, decision);
  } catch (thrown) {
    await settleFailedDecision(services, asker, request, asAccessError(thrown));
    throw thrown;
  }
  const { id, name } = asker.person;
  return await recordDecision(services, request, {
    ...decision,
    by: { id, name },
    at: services.clock.now(),
    learnedAfter: null,
    spend: asker.spend,
  });
}

/**
 * Puts on every approver's card what PIM holds of a request that was made elsewhere and is not wholly known here, as this
 * approver's own token shows it. Decides nothing.
 *
 * @throws {AccessError} approval.not_an_approver, approval.already_decided, approval.request_changed,
 *   identity.sign_in_required, graph.*
 */
export async function showHeld(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  planDecision(request, asker, { outcome: 'approve', justification: 'to be asked for' });
  const held = await readHeld(services, actorOf(asker), request);
  return held === null ? await refuseUnasked(services, asker, request) : await completeRequest(services, request, held);
}

/** Who approves a part of a pull confirms the pull. */
function deedOf({ pull }: ActivationRequest): Deed {
  return pull === null ? 'usual' : 'break-glass';
}

/** The rulebook in force counts, also for what was asked for under another one. */
async function refuseUnserved(services: Services, { person }: Asker, { role }: ActivationRequest): Promise<void> {
  const error = (await findUnservedRole(services, role)) ?? (await services.servedPeople.judgeApprover(person.id));
  if (error !== null) {
    throw error;
  }
}

/** The same for whom it is for: only told to those whom PIM asks. Who may pull a pack its on-call source says. */
async function refuseUnservedRequester(services: Services, request: ActivationRequest): Promise<void> {
  if (deedOf(request) === 'break-glass') {
    return;
  }
  const { requesterId: id, requesterName: name } = request;
  const error = await findUnservedRecipient(services, { id, name, kind: 'user' });
  if (error !== null) {
    throw error;
  }
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
  if ((await services.store.now.approvals.findAsk(request.id, asker.person.id)) === null) {
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

/**
 * The log did not tell how long a request that was made elsewhere is for: what PIM holds is put on every approver's card, and
 * this press decides nothing, since it was not shown.
 */
async function completeRequest(services: Services, request: ActivationRequest, held: TenantRequest): Promise<Posted> {
  if (held.duration === null || held.principalId !== request.requesterId || !isSameRole(held.role, request.role)) {
    throw requestChanged(request);
  }
  const { duration, justification, role, startsAt, ticket } = held;
  return await services.store.transaction(async (stores) => {
    const complete = await stores.requests.change(request.id, ['pending'], {
      role,
      duration,
      isDurationKnown: true,
      justification,
      startsAt,
      ticket,
    });
    if (complete === null) {
      return [];
    }
    const cards: CardId[] = [];
    for (const { notice, recipient, slot, story } of await stores.cards.findInStory(request.id, 'approval-request')) {
      const told = { ...notice, request: requestFacts(complete) };
      const id = notice.card === 'approval-request' ? await stores.cards.revise(story, recipient, slot, told) : null;
      cards.push(...(id === null ? [] : [id]));
    }
    return cards;
  });
}

/** Who approves a part of a pull is its second person, with what the rulebook demands of one. */
async function demandSecondOf(services: Services, asker: Asker, { pull: id }: ActivationRequest): Promise<void> {
  const pull = id === null ? null : await services.store.now.pulls.find(id);
  if (pull !== null) {
    await demandSecond(services, asker.person, pull);
  }
}

/** Approval is bound to what was shown: principal, role, scope, start and duration must equal the card. */
function refuseWhenChanged(request: ActivationRequest, held: TenantRequest): void {
  const shown = request.startsAt;
  const isSameStart = shown === null || held.startsAt === null || sameMinute(shown, held.startsAt);
  const isSameDuration = held.duration !== null && Temporal.Duration.compare(held.duration, request.duration) === 0;
  const isSame =
    held.principalId === request.requesterId && isSameRole(held.role, request.role) && isSameStart && isSameDuration;
  if (!isSame) {
    throw requestChanged(request);
  }
}

function requestChanged({ id: requestId }: ActivationRequest): AccessError {
  return new AccessError('approval.request_changed', 'PIM holds another request than the card showed', {
    facts: { requestId },
  });
}

function sameMinute(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Math.abs(a.epochMilliseconds - b.epochMilliseconds) < 60_000;
}

/**
 * Of two approvers at the same instant one submits: PIM would refuse the second, but who decided would not be certain here. After
 * the lease the first may be dead, and anybody may decide.
 */
function refuseWhileOtherDecides(current: ActivationRequest | null, { person }: Asker, now: Temporal.Instant): void {
  const { decidedBy = null, decidedByName = null, id, intendedAt = null, intendedOutcome = null } = current ?? {};
  const isOther = (intendedOutcome === 'approve' || intendedOutcome === 'deny') && decidedBy !== person.id;
  if (isOther && intendedAt !== null && isBefore(now, intendedAt.add(LEASE))) {
    throw new AccessError('approval.already_decided', 'another approver is deciding it now', {
      facts: { requestId: id ?? '', by: decidedByName ?? '', outcome: '' },
    });
  }
}

async function commitDecisionIntent(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  decision: Decision,
): Promise<void> {
  const now = services.clock.now();
  await services.store.transaction(async (stores) => {
    if (decision.outcome === 'approve') {
      await demandRunning(services, stores, deedOf(request));
    }
    refuseWhileOtherDecides(await stores.requests.lock(request.id), asker, now);
    const intended = await stores.requests.change(request.id, ['pending'], {
      intendedOutcome: decision.outcome,
      intendedAt: now,
      decidedBy: asker.person.id,
      decidedByName: asker.person.name,
      decisionJustification: decision.justification,
    });
    if (intended === null) {
      throw new AccessError('approval.already_decided', 'decided meanwhile', { facts: { requestId: request.id } });
    }
    await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt: now.add(LEASE) });
    await stores.audit.approvalIntended({
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
        intendedAt: null,
        decidedBy: null,
        decidedByName: null,
        decisionJustification: null,
      });
      await stores.timers.clear('request.check-outcome', request.id);
    }
    await stores.audit.approvalRefused({
      at: services.clock.now(),
      actorId: asker.person.id,
      requestId: request.id,
      facts: { code: error.code },
    });
  });
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
