import type { ActivationRequest } from '../domain/activation.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { DueTimer } from '../ports/jobs.ts';
import type { Actor } from '../ports/role-management.ts';
import { eligibleBehind } from './activation-target.ts';
import { tellPull } from './break-glass/tell-pull.ts';
import { withdrawHeld } from './cancel-request.ts';
import { GRACE, withdrawAhead } from './continue-activation.ts';
import { deactivateNow, recordEnd } from './deactivate-role.ts';
import { isBefore } from './facts.ts';
import { planActivation } from './plan-activation.ts';
import type { Posted, Services } from './services.ts';
import { setReminder } from './set-reminder.ts';
import { activeNotice } from './settle-request.ts';
import { needOfPolicy } from './step-up-need.ts';
import { recordRefusal, submitActivation } from './submit-activation.ts';

/** Seconds between looks while PIM still holds the old activation. */
const PAUSES_SECONDS = [2, 3, 5, 8, 13, 20, 30];

/**
 * Does what the person asked for ahead of time, with their waiting token: activates again at the end, or gives back after
 * PIM's five minutes. Where the token is gone (restart) or PIM refuses, one card asks for one more press; never silence.
 * Safe to run twice: the wish stands until its outcome is recorded, and a follower that exists already is taken for it.
 */
export async function carryOutWish(services: Services, request: ActivationRequest, timer: DueTimer): Promise<Posted> {
  const person = await services.store.now.people.find(request.requesterId);
  if (person?.signedOutAt != null) {
    // Perhaps in another replica: what was kept from before counts for nothing.
    services.signIns.forget(person.id, person.signedOutAt);
  }
  const actor: Actor = { principalId: request.requesterId, heldFor: request.id };
  if (request.wish === 'deactivate' && request.state === 'active') {
    return await carryOutDeactivation(services, request, actor);
  }
  if (request.wish === 'deactivate' && request.state === 'pending') {
    return await withdrawHeld(services, request, actor);
  }
  if (request.wish === 'continue' && (request.state === 'active' || request.state === 'ended')) {
    return await carryOutContinuation(services, request, { actor, attempt: timer.attempt });
  }
  return [];
}

async function carryOutDeactivation(services: Services, request: ActivationRequest, actor: Actor): Promise<Posted> {
  try {
    return await deactivateNow(services, request, { actor, spend: null });
  } catch (thrown) {
    const error = asAccessError(thrown);
    services.log.warn('activation.wish_failed', { requestId: request.id, code: error.code });
    return await askForOneMorePress(services, request);
  }
}

/** The activation goes on; the card gets its button back in a new message. */
async function askForOneMorePress(services: Services, request: ActivationRequest): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const current = await stores.requests.change(request.id, ['active'], { wish: 'none' });
    if (current === null) {
      return [];
    }
    // The wish had taken its place.
    await setReminder(stores, current);
    if (current.pull !== null) {
      return await tellPull(stores, current.pull, 'news');
    }
    const card = await stores.cards.post({
      story: request.id,
      recipient: request.requesterId,
      slot: 'deactivate-now',
      notice: activeNotice(services, current),
      delivery: 'now',
    });
    return [card];
  });
}

async function carryOutContinuation(
  services: Services,
  request: ActivationRequest,
  { actor, attempt }: { readonly actor: Actor; readonly attempt: number },
): Promise<Posted> {
  const follower = await services.store.now.requests.findOpenForRole(request.requesterId, request.role);
  if (follower !== null && follower.id !== request.id) {
    return await closeStory(services, request);
  }
  if (!services.signIns.isHeld(request.id)) {
    return await endWithoutContinuing(services, request, new AccessError('identity.sign_in_required', 'token lost'));
  }
  const person = await services.store.now.people.find(request.requesterId);
  if (person === null) {
    return await endWithoutContinuing(services, request, new AccessError('directory.person_unknown', 'unknown person'));
  }
  try {
    const asker = { person, turnId: services.newId(), spend: null };
    const eligible = await eligibleBehind(services, actor, request.role);
    const plan = await planActivation(services, { person, actor }, request.role, {
      duration: request.wishDuration ?? request.duration,
      until: null,
      start: null,
      justification: request.wishJustification ?? request.justification,
      ticket: request.ticket,
      follows: request.id,
      ...(eligible !== null && { eligible }),
    });
    const refusal = plan.refusals[0];
    if (refusal !== undefined) {
      throw new AccessError(refusal.code, 'refused by plan', { facts: refusal.facts });
    }
    if (needOfPolicy(plan.policy) !== null) {
      // The waiting token proves nothing new: one press leads to the sign-in.
      throw new AccessError('activation.step_up_required', 'the role wants a sign-in of its own');
    }
    const { leadsTo } = request;
    const planned = { plan, continues: request.id, ...(leadsTo !== null && { leadsTo }) };
    const done = await submitActivation(services, asker, planned, actor);
    if (done.kind === 'step-up') {
      const error = new AccessError('activation.step_up_required', 'PIM wants a sign-in of its own');
      await recordRefusal(services, done.request, error);
      throw error;
    }
    if (done.kind === 'refused') {
      throw done.error;
    }
    return [...done.cards, ...(await closeStory(services, request))];
  } catch (thrown) {
    return await retryOrGiveUp(services, request, { error: asAccessError(thrown), attempt });
  }
}

/** What the old activation's cards still offer is over: the requester's lose their buttons, the approvers' notice goes away. */
async function closeStory(services: Services, request: ActivationRequest): Promise<Posted> {
  services.signIns.release(request.id);
  return await services.store.transaction(async (stores) => {
    await stores.requests.change(request.id, ['ended'], { wish: 'none' });
    return [...(await stores.cards.retire(request.id, request.requesterId)), ...(await withdrawAhead(stores, request))];
  });
}

/** PIM lets go of the old activation after a moment; until the grace is over we ask again. */
async function retryOrGiveUp(
  services: Services,
  request: ActivationRequest,
  { error, attempt }: { readonly error: AccessError; readonly attempt: number },
): Promise<Posted> {
  const now = services.clock.now();
  const giveUpAt = (request.activeUntil ?? now).add(GRACE);
  const pause = error.retryAfter ?? Temporal.Duration.from({ seconds: PAUSES_SECONDS[attempt] ?? 30 });
  const dueAt = now.add(pause);
  const mayPass = error.code === 'activation.already_active' || error.retryable;
  if (!mayPass || isBefore(giveUpAt, dueAt)) {
    return await endWithoutContinuing(services, request, error);
  }
  await services.store.transaction(async (stores) => {
    await stores.requests.change(request.id, ['ended'], { state: 'active' });
    await stores.timers.set({ kind: 'activation.carry-out-wish', subject: request.id, dueAt, attempt: attempt + 1 });
  });
  return [];
}

/** One card says that access is over and why it does not go on, with a button to ask again. */
async function endWithoutContinuing(
  services: Services,
  request: ActivationRequest,
  error: AccessError,
): Promise<Posted> {
  services.log.warn('activation.not_continued', { requestId: request.id, code: error.code });
  return await recordEnd(services, request, { reason: 'expired', notContinued: error });
}
