import type { ActivationRequest } from '../domain/activation.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor, TenantRequest } from '../ports/role-management.ts';
import { announceSending, deliverFirst } from './announce-sending.ts';
import { askPim } from './ask-pim.ts';
import {
  type CommittedIntent,
  commitIntents,
  LEASE,
  needToSignIn,
  type PlannedActivation,
  type Submitter,
} from './commit-intents.ts';
import { iso } from './facts.ts';
import { recordOutcomeUnknown } from './outcome-unknown.ts';
import type { ActivationPlan } from './plan-activation.ts';
import type { Posted, Services } from './services.ts';
import { demandRunning } from './serving/demand-running.ts';
import { settleAnswer } from './settle-request.ts';
import { finalRefusal, needOfRefusal, type StepUpNeed } from './step-up-need.ts';
import { planWaves } from './waves.ts';

/** How it went: the cards that tell it, or why PIM said no. */
export type Submission =
  | { readonly kind: 'told'; readonly request: ActivationRequest; readonly cards: Posted }
  | { readonly kind: 'refused'; readonly request: ActivationRequest; readonly error: AccessError }
  /** PIM takes it only after another sign-in, which the caller offers: until then the intent stays as it is. */
  | { readonly kind: 'step-up'; readonly request: ActivationRequest; readonly need: StepUpNeed };

/** With the cards of an earlier ask that gave way to this one. */
export type Submitted = Submission & { readonly replaced: Posted };

/**
 * Carries out allowed plans: commits the intents, asks PIM once for all of them with the actor's token, commits each outcome
 * with its cards. An answer that was lost leaves the intent behind, which `request.check-outcome` clears up; nothing is ever
 * sent twice. An intent that could not be committed is an error in its place.
 */
export async function submitActivations(
  services: Services,
  asker: Submitter,
  planned: readonly PlannedActivation[],
  actor: Actor,
): Promise<readonly (Submitted | AccessError)[]> {
  const outcomes: (Submitted | AccessError | null)[] = planned.map(() => null);
  const intents: Intent[] = [];
  const committed = await commitIntents(services, asker, planned);
  for (const [place, one] of committed.entries()) {
    const plan = planned[place]?.plan;
    if (one instanceof AccessError || plan === undefined) {
      outcomes[place] = one instanceof AccessError ? one : null;
      continue;
    }
    const need = needToSignIn(plan, asker);
    if (need === null) {
      intents.push({ place, plan, ...one });
    } else {
      outcomes[place] = { kind: 'step-up', request: one.request, need, replaced: one.replaced };
    }
  }
  await deliverFirst(
    services,
    intents.flatMap(({ announced }) => announced),
  );
  const answers = await askPim(
    services,
    intents.map(({ request }) => request),
    actor,
  );
  for (const [index, { place, plan, replaced, ...intent }] of intents.entries()) {
    const answer = answers[index] ?? new AccessError('internal.unexpected', 'no answer for an intent');
    const sent = await settleSent(services, intent.request, { plan, actor, answer });
    outcomes[place] = { ...(sent.kind === 'no' ? await settleNo(services, intent, sent.error) : sent), replaced };
  }
  return outcomes.map((outcome) => outcome ?? new AccessError('internal.unexpected', 'an intent without an outcome'));
}

/** The same for one. */
export async function submitActivation(
  services: Services,
  asker: Submitter,
  planned: PlannedActivation,
  actor: Actor,
): Promise<Submitted> {
  const [outcome] = await submitActivations(services, asker, [planned], actor);
  if (outcome === undefined || outcome instanceof AccessError) {
    throw outcome ?? new AccessError('internal.unexpected', 'an intent without an outcome');
  }
  return outcome;
}

interface Intent extends CommittedIntent {
  readonly place: number;
  readonly plan: ActivationPlan;
}

async function settleNo(
  services: Services,
  { request, announced }: Pick<Intent, 'request' | 'announced'>,
  error: AccessError,
): Promise<Submission> {
  const need = needOfRefusal(error);
  if (need === null) {
    return await recordRefusal(services, request, error);
  }
  if (announced.length > 0) {
    // It is sent once more when they have signed in, and announced then.
    await services.store.now.cards.retire(request.id, request.requesterId);
  }
  return { kind: 'step-up', request, need };
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
  const [request, announced] = await services.store.transaction(async (stores) => {
    await demandRunning(services, stores, waiting.pull === null ? 'usual' : 'break-glass');
    // PIM's 24 hours for a decision begin now; the marker of a request that was refused is used up on some surfaces.
    const asked = { requestedAt: services.clock.now(), marker: services.newId(), stepUps: waiting.stepUps + 1 };
    const submitting = await stores.requests.change(waiting.id, ['stepping-up'], { state: 'submitting', ...asked });
    if (submitting === null) {
      return [null, []];
    }
    const dueAt = services.clock.now().add(LEASE);
    await stores.timers.set({ kind: 'request.check-outcome', subject: waiting.id, dueAt });
    return [submitting, await announceSending(stores, submitting, plan.approvers)];
  });
  if (request === null) {
    return null;
  }
  await deliverFirst(services, announced);
  const [answer = new AccessError('internal.unexpected', 'no answer')] = await askPim(services, [request], actor);
  const sent = await settleSent(services, request, { plan, actor, answer });
  return sent.kind === 'no' ? await recordRefusal(services, request, finalRefusal(sent.error)) : sent;
}

/** What PIM answered; a plain no is not recorded yet. */
type Sent = Submission | { readonly kind: 'no'; readonly error: AccessError };

async function settleSent(
  services: Services,
  request: ActivationRequest,
  { plan, actor, answer }: SentAnswer,
): Promise<Sent> {
  if (!(answer instanceof AccessError)) {
    return await recordAnswer(services, request, plan, answer);
  }
  return answer.code === 'activation.in_doubt'
    ? await lookForAnswer(services, request, plan, { actor, error: answer })
    : { kind: 'no', error: answer };
}

interface SentAnswer {
  readonly plan: ActivationPlan;
  readonly actor: Actor;
  readonly answer: TenantRequest | AccessError;
}

/** Commits PIM's answer together with the cards and timers it causes. */
export async function recordAnswer(
  services: Services,
  request: ActivationRequest,
  plan: Pick<ActivationPlan, 'approvers'>,
  answer: TenantRequest,
): Promise<Extract<Submission, { kind: 'told' }>> {
  const asks = answer.state === 'awaiting-approval' ? await planWaves(services, request, plan.approvers) : [];
  const cards = await services.store.transaction(async (stores) => {
    await stores.audit.activationSubmitted({
      at: services.clock.now(),
      actorId: request.requesterId,
      requestId: request.id,
      facts: { scheduleRequestId: answer.id, state: answer.state },
    });
    return await settleAnswer(services, stores, request, { answer, asks });
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
    await stores.cards.retire(request.id, request.requesterId);
    await stores.audit.activationRefused({
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
    const found = await services.roles.of(request.role).findByMarker(doubt.actor, request.marker, request.role);
    if (found !== null) {
      return await recordAnswer(services, request, plan, found);
    }
  } catch (thrown) {
    services.log.warn('activation.doubt_remains', { requestId: request.id, code: asAccessError(thrown).code });
    return { kind: 'refused', request, error: withRequest(doubt.error, request) };
  }
  return { kind: 'told', request, cards: await recordOutcomeUnknown(services, request) };
}

function withRequest(error: AccessError, request: ActivationRequest): AccessError {
  return new AccessError(error.code, error.message, { cause: error, facts: { ...error.facts, requestId: request.id } });
}
