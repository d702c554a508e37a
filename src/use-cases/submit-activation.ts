import { type ActivationRequest, newActivationRequest } from '../domain/activation.ts';
import type { RequestId } from '../domain/ids.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor, TenantRequest } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { withdrawRequest } from './end-sign-in.ts';
import { iso, isoDuration } from './facts.ts';
import type { ActivationPlan } from './plan-activation.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';
import { settleAnswer } from './settle-request.ts';
import { finalRefusal, needOfPolicy, needOfRefusal, type StepUpNeed } from './step-up-need.ts';

/** How long this replica alone may bring an intent to its end; afterwards the outcome is looked up. */
export const LEASE = Temporal.Duration.from({ seconds: 30 });

/** How it went: the cards that tell it, or why PIM said no. */
export type Submission =
  | { readonly kind: 'told'; readonly request: ActivationRequest; readonly cards: Posted }
  | { readonly kind: 'refused'; readonly request: ActivationRequest; readonly error: AccessError }
  /** PIM takes it only after another sign-in, which the caller offers: until then the intent stays as it is. */
  | { readonly kind: 'step-up'; readonly request: ActivationRequest; readonly need: StepUpNeed };

/** With the cards of an earlier ask that gave way to this one. */
export type Submitted = Submission & { readonly replaced: Posted };

/**
 * Carries out an allowed plan: commits the intent, asks PIM once with the actor's token, commits the outcome with its cards.
 * An answer that was lost leaves the intent behind, which `request.check-outcome` clears up; nothing is ever sent twice.
 */
export async function submitActivation(
  services: Services,
  asker: Pick<Asker, 'person' | 'spend'>,
  plan: ActivationPlan,
  how: { readonly actor: Actor; readonly continues: RequestId | null },
): Promise<Submitted> {
  const { request, replaced } = await commitIntent(services, asker, plan, how.continues);
  return { ...(await submitIntent(services, request, plan, how.actor)), replaced };
}

async function submitIntent(
  services: Services,
  request: ActivationRequest,
  plan: ActivationPlan,
  actor: Actor,
): Promise<Submission> {
  const need = needOfPolicy(plan.policy);
  if (need !== null) {
    return { kind: 'step-up', request, need };
  }
  const sent = await sendToPim(services, request, plan, actor);
  if (sent.kind !== 'no') {
    return sent;
  }
  const needed = needOfRefusal(sent.error);
  return needed === null
    ? await recordRefusal(services, request, sent.error)
    : { kind: 'step-up', request, need: needed };
}

/**
 * Goes on with an ask whose requester has signed in for it: asks PIM once, with exactly the tokens of that sign-in. Null when
 * it does not wait any more. A second demand to sign in is final.
 */
export async function resubmitActivation(
  services: Services,
  waiting: ActivationRequest,
  plan: ActivationPlan,
  actor: Actor,
): Promise<Submission | null> {
  const request = await services.store.transaction(async (stores) => {
    // PIM's 24 hours for a decision begin now.
    const asked = { requestedAt: services.clock.now(), stepUps: waiting.stepUps + 1 };
    const submitting = await stores.requests.change(waiting.id, ['stepping-up'], { state: 'submitting', ...asked });
    if (submitting !== null) {
      const dueAt = services.clock.now().add(LEASE);
      await stores.timers.set({ kind: 'request.check-outcome', subject: waiting.id, dueAt });
    }
    return submitting;
  });
  if (request === null) {
    return null;
  }
  const sent = await sendToPim(services, request, plan, actor);
  return sent.kind === 'no' ? await recordRefusal(services, request, finalRefusal(sent.error)) : sent;
}

/** What PIM answered; a plain no is not recorded yet. */
type Sent = Submission | { readonly kind: 'no'; readonly error: AccessError };

/** Asks PIM, once. */
async function sendToPim(
  services: Services,
  request: ActivationRequest,
  plan: ActivationPlan,
  actor: Actor,
): Promise<Sent> {
  let answer: TenantRequest;
  try {
    answer = await services.roles.activate(actor, {
      role: request.role,
      startsAt: request.startsAt,
      duration: request.duration,
      justification: request.justification,
      ticket: request.ticket,
      marker: request.marker,
    });
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'activation.in_doubt') {
      return await lookForAnswer(services, request, plan, { actor, error });
    }
    return { kind: 'no', error };
  }
  return await recordAnswer(services, request, plan, answer);
}

async function commitIntent(
  services: Services,
  asker: Pick<Asker, 'person' | 'spend'>,
  plan: ActivationPlan,
  continues: RequestId | null,
): Promise<{ readonly request: ActivationRequest; readonly replaced: Posted }> {
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const replaced = plan.replaces === null ? [] : await giveWay(services, stores, asker, plan.replaces);
    if (continues !== null) {
      // One statement of both: the old activation's place is free in the same instant in which the new ask takes it.
      await stores.requests.change(continues, ['active', 'ended'], { state: 'ended', endReason: 'expired' });
      await stores.timers.clear('activation.end', continues);
      await stores.timers.clear('activation.remind', continues);
    }
    const request = newRequest(await stores.requests.newId(), { services, asker, plan, continues, now });
    await stores.requests.insert(request);
    await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt: now.add(LEASE) });
    await stores.audit.record({
      event: 'activation.intended',
      at: now,
      actorId: request.requesterId,
      requestId: request.id,
      facts: {
        role: request.role.roleDefinitionId,
        scope: request.role.scope.id,
        duration: isoDuration(request.duration),
        justification: request.justification,
        ticket: request.ticket ?? '',
      },
    });
    return { request, replaced };
  });
}

/** An earlier ask for the role that still waits for its sign-in gives way to this one. */
async function giveWay(
  services: Services,
  stores: Stores,
  { person }: Pick<Asker, 'person'>,
  id: RequestId,
): Promise<Posted> {
  return (await withdrawRequest(services, stores, { id, requesterId: person.id }, 'replaced')).cards;
}

interface NewRequest {
  readonly services: Services;
  readonly asker: Pick<Asker, 'person' | 'spend'>;
  readonly plan: ActivationPlan;
  readonly continues: RequestId | null;
  readonly now: Temporal.Instant;
}

function newRequest(id: RequestId, { services, asker, plan, continues, now }: NewRequest): ActivationRequest {
  return newActivationRequest({
    id,
    role: plan.role,
    requesterId: asker.person.id,
    requesterName: asker.person.name,
    state: 'submitting',
    requestedAt: now,
    startsAt: plan.startsAt,
    duration: plan.duration,
    justification: plan.justification,
    ticket: plan.ticket,
    isApprovalRequired: plan.policy?.isApprovalRequired ?? false,
    isApproverJustificationRequired: plan.policy?.isApproverJustificationRequired ?? true,
    marker: services.newId(),
    continues,
  });
}

/** Commits PIM's answer together with the cards and timers it causes. */
export async function recordAnswer(
  services: Services,
  request: ActivationRequest,
  plan: Pick<ActivationPlan, 'approvers'>,
  answer: TenantRequest,
): Promise<Submission> {
  const cards = await services.store.transaction(async (stores) => {
    await stores.audit.record({
      event: 'activation.submitted',
      at: services.clock.now(),
      actorId: request.requesterId,
      requestId: request.id,
      facts: { scheduleRequestId: answer.id, state: answer.state },
    });
    return await settleAnswer(services, stores, request, { answer, approvers: plan.approvers });
  });
  return { kind: 'told', request, cards };
}

/** Ends an ask that PIM, or its own plan, said no to. One that is in another state by now is left alone. */
export async function recordRefusal(
  services: Services,
  request: ActivationRequest,
  error: AccessError,
  from: 'submitting' | 'stepping-up' = 'submitting',
): Promise<Submission> {
  if (error.code === 'activation.not_eligible') {
    services.eligibility.forget(request.requesterId);
  }
  await services.store.transaction(async (stores) => {
    if ((await stores.requests.change(request.id, [from], { state: 'failed' })) === null) {
      return;
    }
    await stores.timers.clearAll(request.id);
    await stores.audit.record({
      event: 'activation.refused',
      at: services.clock.now(),
      actorId: request.requesterId,
      requestId: request.id,
      facts: { code: error.code },
    });
  });
  return { kind: 'refused', request, error };
}

/** The answer was lost: the person's own token can still see whether the request exists. */
async function lookForAnswer(
  services: Services,
  request: ActivationRequest,
  plan: ActivationPlan,
  doubt: { readonly actor: Actor; readonly error: AccessError },
): Promise<Submission> {
  services.log.warn('activation.in_doubt', { requestId: request.id, at: iso(request.requestedAt) });
  try {
    const found = await services.roles.findByMarker(doubt.actor, request.marker);
    if (found !== null) {
      return await recordAnswer(services, request, plan, found);
    }
  } catch (thrown) {
    services.log.warn('activation.doubt_remains', { requestId: request.id, code: asAccessError(thrown).code });
    return { kind: 'refused', request, error: withRequest(doubt.error, request) };
  }
  return await recordRefusal(services, request, withRequest(doubt.error, request));
}

function withRequest(error: AccessError, request: ActivationRequest): AccessError {
  return new AccessError(error.code, error.message, { cause: error, facts: { ...error.facts, requestId: request.id } });
}
