import { type ActivationRequest, type NextActivation, newActivationRequest } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import type { PullId, RequestId } from '../domain/ids.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Stores } from '../ports/store.ts';
import { announceSending } from './announce-sending.ts';
import { claimPulls } from './break-glass/claim-pulls.ts';
import { claimDuties, lockDuties } from './check-duties.ts';
import { withdrawRequest } from './end-sign-in.ts';
import { isoDuration } from './facts.ts';
import type { ActivationPlan } from './plan-activation.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';
import { demandRunning } from './serving/demand-running.ts';
import { needOfPolicy, type StepUpNeed, wasMet } from './step-up-need.ts';

/** How long this replica alone may bring an intent to its end; afterwards the outcome is looked up. */
export const LEASE = Temporal.Duration.from({ seconds: 30 });

/** Several roles are asked for a few at a time: the last one is not looked up before it can have been sent. */
const LEASE_PER_ROLE = Temporal.Duration.from({ seconds: 5 });

/** Who asks, as far as an intent needs it. */
export type Submitter = Pick<Asker, 'person' | 'spend' | 'steppedUp'>;

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

/** What PIM is known to demand of the sign-in, and this one has not shown; null: it can be sent. */
export function needToSignIn({ policy }: ActivationPlan, { steppedUp }: Submitter): StepUpNeed | null {
  const need = needOfPolicy(policy);
  return need === null || wasMet(need, steppedUp) ? null : need;
}

/** A request that is committed, so that a process that dies leaves it behind. */
export interface CommittedIntent {
  readonly request: ActivationRequest;
  /** Cards of an earlier ask that gave way to this one. */
  readonly replaced: Posted;
  /** What is told before PIM is asked. */
  readonly announced: Posted;
}

/**
 * Commits the intents of a turn together, so that a process that dies leaves all of them or none. One that cannot be committed
 * holds up no other: then each stands alone. The click is used once.
 */
export async function commitIntents(
  services: Services,
  asker: Submitter,
  planned: readonly PlannedActivation[],
): Promise<readonly (CommittedIntent | AccessError)[]> {
  try {
    return await commitTogether(services, asker, planned);
  } catch (thrown) {
    const error = asAccessError(thrown);
    // A pull goes on whole, or not.
    if (planned.length === 1 || planned.some(({ pull }) => pull !== undefined)) {
      return planned.map(() => error);
    }
  }
  const committed: (CommittedIntent | AccessError)[] = [];
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
): Promise<readonly CommittedIntent[]> {
  if (planned.length === 0) {
    return [];
  }
  return await services.store.transaction(async (stores) => {
    const isPull = planned.every(({ pull }) => pull !== undefined);
    await demandRunning(services, stores, isPull ? 'break-glass' : 'usual');
    await claimClick(asker, stores);
    const claimed = { requesterId: asker.person.id, roles: planned.flatMap(rolesOf) };
    await lockDuties(services, stores, claimed);
    await claimPulls(stores, planned);
    const committed: CommittedIntent[] = [];
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
): Promise<CommittedIntent> {
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
  const isSentNow = needToSignIn(plan, asker) === null;
  return { request, replaced, announced: isSentNow ? await announceSending(stores, request, plan.approvers) : [] };
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
