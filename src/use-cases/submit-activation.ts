import { type ActivationRequest, type NextActivation, newActivationRequest } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import type { PullId, RequestId } from '../domain/ids.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor, TenantRequest } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { claimPulls } from './break-glass/claim-pulls.ts';
import { claimDuties, lockDuties } from './check-duties.ts';
import { withdrawRequest } from './end-sign-in.ts';
import { iso, isoDuration } from './facts.ts';
import { recordOutcomeUnknown } from './outcome-unknown.ts';
import type { ActivationPlan } from './plan-activation.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';
import { settleAnswer } from './settle-request.ts';
import { finalRefusal, needOfPolicy, needOfRefusal, type StepUpNeed, wasMet } from './step-up-need.ts';

/** How long this replica alone may bring an intent to its end; afterwards the outcome is looked up. */
export const LEASE = Temporal.Duration.from({ seconds: 30 });

/** Several roles are asked for a few at a time: the last one is not looked up before it can have been sent. */
const LEASE_PER_ROLE = Temporal.Duration.from({ seconds: 5 });

/** How it went: the cards that tell it, or why PIM said no. */
export type Submission =
  | { readonly kind: 'told'; readonly request: ActivationRequest; readonly cards: Posted }
  | { readonly kind: 'refused'; readonly request: ActivationRequest; readonly error: AccessError }
  /** PIM takes it only after another sign-in, which the caller offers: until then the intent stays as it is. */
  | { readonly kind: 'step-up'; readonly request: ActivationRequest; readonly need: StepUpNeed };

/** With the cards of an earlier ask that gave way to this one. */
export type Submitted = Submission & { readonly replaced: Posted };

type Submitter = Pick<Asker, 'person' | 'spend' | 'steppedUp'>;

/** An allowed plan, and its place among other activations. */
export interface PlannedActivation {
  readonly plan: ActivationPlan;
  /** The activation that this one goes on from when it ends. */
  readonly continues?: RequestId;
  /** What is activated once this one counts. */
  readonly leadsTo?: NextActivation;
  /** The activation that made this one possible. */
  readonly through?: RequestId;
  /** The use of a break-glass pack that it is part of. */
  readonly pull?: PullId;
  /** The role that it gives at once, where that is what was named. */
  readonly gives?: RoleAtScope;
}

/** Everything that comes of it. */
function rolesOf({ plan, leadsTo, gives }: PlannedActivation): readonly RoleAtScope[] {
  return [plan.role, ...(leadsTo === undefined ? [] : [leadsTo.role]), ...(gives === undefined ? [] : [gives])];
}

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
    const { request, replaced } = one;
    const need = needOfPolicy(plan.policy);
    if (need === null || wasMet(need, asker.steppedUp)) {
      intents.push({ place, plan, request, replaced });
    } else {
      outcomes[place] = { kind: 'step-up', request, need, replaced };
    }
  }
  const answers = await askPim(
    services,
    intents.map(({ request }) => request),
    actor,
  );
  for (const [index, { place, plan, request, replaced }] of intents.entries()) {
    const answer = answers[index] ?? new AccessError('internal.unexpected', 'no answer for an intent');
    const sent = await settleSent(services, request, { plan, actor, answer });
    outcomes[place] = { ...(sent.kind === 'no' ? await settleNo(services, request, sent.error) : sent), replaced };
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

interface Intent {
  readonly place: number;
  readonly plan: ActivationPlan;
  readonly request: ActivationRequest;
  readonly replaced: Posted;
}

async function settleNo(services: Services, request: ActivationRequest, error: AccessError): Promise<Submission> {
  const need = needOfRefusal(error);
  return need === null ? await recordRefusal(services, request, error) : { kind: 'step-up', request, need };
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
    // PIM's 24 hours for a decision begin now; the marker of a request that was refused is used up on some surfaces.
    const asked = { requestedAt: services.clock.now(), marker: services.newId(), stepUps: waiting.stepUps + 1 };
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
  const [answer = new AccessError('internal.unexpected', 'no answer')] = await askPim(services, [request], actor);
  const sent = await settleSent(services, request, { plan, actor, answer });
  return sent.kind === 'no' ? await recordRefusal(services, request, finalRefusal(sent.error)) : sent;
}

/** Asks PIM, once: each part of it for all that it keeps. */
async function askPim(
  services: Services,
  requests: readonly ActivationRequest[],
  actor: Actor,
): Promise<readonly (TenantRequest | AccessError)[]> {
  const answers = new Map<RequestId, TenantRequest | AccessError>();
  const groups = Map.groupBy(requests, ({ role }) => services.roles.of(role));
  const asked = [...groups].map(async ([part, group]) => {
    const settled = await part.activateAll(actor, group);
    for (const [index, { id }] of group.entries()) {
      const answer = settled[index];
      if (answer !== undefined) {
        answers.set(id, answer);
      }
    }
  });
  await Promise.all(asked);
  if (requests.length > 0) {
    services.telemetry.activationAnswered();
  }
  return requests.map(({ id }) => answers.get(id) ?? new AccessError('activation.in_doubt', 'PIM gave no answer'));
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

type Committed = Pick<Intent, 'request' | 'replaced'>;

/**
 * Commits the intents of a turn together, so that a process that dies leaves all of them or none. One that cannot be committed
 * holds up no other: then each stands alone. The click is used once.
 */
async function commitIntents(
  services: Services,
  asker: Submitter,
  planned: readonly PlannedActivation[],
): Promise<readonly (Committed | AccessError)[]> {
  try {
    return await commitTogether(services, asker, planned);
  } catch (thrown) {
    const error = asAccessError(thrown);
    // A pull goes on whole, or not.
    if (planned.length === 1 || planned.some(({ pull }) => pull !== undefined)) {
      return planned.map(() => error);
    }
  }
  const committed: (Committed | AccessError)[] = [];
  for (const one of planned) {
    const isUsed = committed.some((other) => !(other instanceof AccessError));
    try {
      committed.push(...(await commitTogether(services, isUsed ? { ...asker, spend: null } : asker, [one])));
    } catch (thrown) {
      committed.push(asAccessError(thrown));
    }
  }
  return committed;
}

async function commitTogether(
  services: Services,
  asker: Submitter,
  planned: readonly PlannedActivation[],
): Promise<readonly Committed[]> {
  if (planned.length === 0) {
    return [];
  }
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const claimed = { requesterId: asker.person.id, roles: planned.flatMap(rolesOf) };
    await lockDuties(services, stores, claimed);
    await claimPulls(stores, planned);
    const committed: Committed[] = [];
    for (const one of planned) {
      const lease = LEASE.add({ seconds: LEASE_PER_ROLE.seconds * (planned.length - 1) });
      committed.push(await commitIntent(services, stores, { asker, planned: one, lease }));
    }
    await claimDuties(services, stores, claimed);
    return committed;
  });
}

async function commitIntent(
  services: Services,
  stores: Stores,
  { asker, planned, lease }: Pick<NewRequest, 'asker' | 'planned'> & { readonly lease: Temporal.Duration },
): Promise<Committed> {
  const now = services.clock.now();
  const { plan, continues, through } = planned;
  const replaced = plan.replaces === null ? [] : await giveWay(services, stores, asker, plan.replaces);
  if (continues !== undefined) {
    // One statement of both: the old activation's place is free in the same instant in which the new ask takes it.
    await stores.requests.change(continues, ['active', 'ended'], { state: 'ended', endReason: 'expired' });
    await stores.timers.clear('activation.end', continues);
    await stores.timers.clear('activation.remind', continues);
  }
  if (through !== undefined) {
    await takeStep(stores, through);
  }
  const request = newRequest(await stores.requests.newId(), { services, asker, planned, now });
  await stores.requests.insert(request);
  await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt: now.add(lease) });
  await stores.audit.activationIntended({
    at: now,
    actorId: request.requesterId,
    requestId: request.id,
    facts: {
      role: request.role.roleDefinitionId,
      scope: request.role.scope.id,
      duration: isoDuration(request.duration),
      justification: request.justification,
      ticket: request.ticket ?? '',
      ...(through !== undefined && { through }),
    },
  });
  return { request, replaced };
}

/** The second step of a chain is taken once: whoever comes second finds nothing left to take. */
async function takeStep(stores: Stores, through: RequestId): Promise<void> {
  const first = await stores.requests.lock(through);
  const taken = first?.leadsTo == null ? null : await stores.requests.change(through, ['active'], { leadsTo: null });
  if (taken === null) {
    throw new AccessError('activation.request_unknown', 'the next step was taken, or is none any more', {
      facts: { requestId: through },
    });
  }
  await stores.timers.clear('activation.go-on', through);
}

/** An earlier ask for the role that still waits for its sign-in gives way to this one. */
async function giveWay(services: Services, stores: Stores, { person }: Submitter, id: RequestId): Promise<Posted> {
  return (await withdrawRequest(services, stores, { id, requesterId: person.id }, 'replaced')).cards;
}

interface NewRequest {
  readonly services: Services;
  readonly asker: Submitter;
  readonly planned: PlannedActivation;
  readonly now: Temporal.Instant;
}

function newRequest(id: RequestId, { services, asker, planned, now }: NewRequest): ActivationRequest {
  const { plan, continues = null, leadsTo = null, through = null, pull = null } = planned;
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
    leadsTo,
    through,
    pull,
  });
}

/** Commits PIM's answer together with the cards and timers it causes. */
export async function recordAnswer(
  services: Services,
  request: ActivationRequest,
  plan: Pick<ActivationPlan, 'approvers'>,
  answer: TenantRequest,
): Promise<Extract<Submission, { kind: 'told' }>> {
  const cards = await services.store.transaction(async (stores) => {
    await stores.audit.activationSubmitted({
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
