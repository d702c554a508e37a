import type { ActivationRequest } from '../domain/activation.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { LEASE } from './commit-intents.ts';
import { withdrawRequest } from './end-sign-in.ts';
import { iso, requestFacts } from './facts.ts';
import { closeApprovalCards, recordLostDenial } from './record-decision.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services, type SpendClick } from './services.ts';
import { tellRequester } from './settle-request.ts';

/**
 * Withdraws the asker's own request while it waits for an approver, its start or the asker's sign-in.
 * Missing and somebody else's look the same to the asker.
 *
 * @throws {AccessError} activation.request_unknown, activation.not_cancellable, identity.sign_in_required, graph.*
 */
export async function cancelRequest(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  if (request.requesterId !== asker.person.id) {
    throw new AccessError('activation.request_unknown', 'not the requester', { facts: { requestId: request.id } });
  }
  if (request.state === 'stepping-up') {
    return await cancelBeforeSignIn(services, asker, request);
  }
  const isOpen = request.state === 'pending' || request.state === 'scheduled';
  if (!isOpen || request.scheduleRequestId === null) {
    throw new AccessError('activation.not_cancellable', `request is ${request.state}`, {
      facts: { requestId: request.id, state: request.state },
    });
  }
  await commitIntent(services, request);
  const { role, scheduleRequestId: id } = request;
  try {
    await services.roles.of(role).cancel(actorOf(asker), { id, role });
  } catch (thrown) {
    const over = await refuseUnlessOver(services, request, asAccessError(thrown));
    if (over === 'denied') {
      return await recordLostDenial(services, request);
    }
  }
  return await recordCanceled(services, request, {
    by: request.requesterName,
    learnedAfter: null,
    spend: asker.spend,
  });
}

/** Who withdrew a request that PIM held; `learnedAfter` null when it was done here. */
export interface Cancellation {
  readonly by: string;
  readonly learnedAfter: Temporal.Duration | null;
  readonly spend: SpendClick | null;
}

/** Commits that PIM holds the request no more, and tells everybody. Safe to run twice. */
export async function recordCanceled(
  services: Services,
  request: ActivationRequest,
  { by, learnedAfter, spend }: Cancellation,
): Promise<Posted> {
  const now = services.clock.now();
  services.signIns.release(request.id);
  return await services.store.transaction(async (stores) => {
    await spend?.(stores);
    const canceled = await stores.requests.change(request.id, ['pending', 'scheduled'], {
      state: 'canceled',
      endReason: 'canceled',
      intendedOutcome: null,
      learnedAfter,
    });
    if (canceled === null) {
      return [];
    }
    await stores.timers.clearAll(request.id);
    const approvers = await closeApprovalCards(stores, canceled, {
      card: 'approval-decided',
      request: requestFacts(canceled),
      outcome: 'canceled',
      decidedBy: by,
      decidedAt: iso(now),
      justification: null,
    });
    const told = await tellCanceled(stores, canceled, now);
    return [...told, ...approvers];
  });
}

/** Writes down that its requester withdrew it, and tells them. */
async function tellCanceled(stores: Stores, canceled: ActivationRequest, at: Temporal.Instant): Promise<Posted> {
  await stores.audit.activationCanceled({
    at,
    actorId: canceled.requesterId,
    requestId: canceled.id,
  });
  return await tellRequester(stores, canceled, {
    card: 'activation-ended',
    request: requestFacts(canceled),
    endedAt: iso(at),
    reason: 'canceled',
    problem: null,
  });
}

/** PIM has not seen it yet. */
async function cancelBeforeSignIn(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    const { request: canceled, cards } = await withdrawRequest(services, stores, request, 'cancelled');
    if (canceled === null) {
      throw new AccessError('activation.not_cancellable', 'it waits no more', { facts: { requestId: request.id } });
    }
    await claimClick(asker, stores);
    const told = await tellCanceled(stores, canceled, now);
    return [...told, ...cards];
  });
}

/** An approver's intent stands as it is; the requester's is noted beside the timer that looks for its outcome. */
async function commitIntent(services: Services, request: ActivationRequest): Promise<void> {
  await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current?.state === 'pending' && current.intendedOutcome === null) {
      await stores.requests.change(request.id, ['pending'], { intendedOutcome: 'cancel' });
    }
    const dueAt = services.clock.now().add(LEASE);
    await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt });
  });
}

/** PIM says that it cannot be canceled: an earlier press, or a no, whose answer was lost may have ended it. */
async function refuseUnlessOver(
  services: Services,
  request: ActivationRequest,
  error: AccessError,
): Promise<'canceled' | 'denied'> {
  if (error.code === 'activation.in_doubt') {
    throw error;
  }
  if (error.code === 'activation.not_cancellable') {
    const held = await services.roles
      .of(request.role)
      .findByMarker({ principalId: request.requesterId }, request.marker, request.role);
    if (held?.state === 'canceled' || held?.state === 'denied') {
      return held.state;
    }
  }
  await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current?.intendedOutcome === 'cancel') {
      await stores.requests.change(request.id, ['pending'], { intendedOutcome: null });
      await stores.timers.clear('request.check-outcome', request.id);
    }
  });
  throw error;
}

/**
 * Withdraws a request with the token that was kept for it; the card that tells it is the same.
 *
 * @throws {AccessError} what PIM answers
 */
export async function withdrawHeld(services: Services, request: ActivationRequest, actor: Actor): Promise<Posted> {
  const { role, scheduleRequestId: id } = request;
  if (id === null) {
    return [];
  }
  await services.roles.of(role).cancel(actor, { id, role });
  return await recordCanceled(services, request, { by: request.requesterName, learnedAfter: null, spend: null });
}
