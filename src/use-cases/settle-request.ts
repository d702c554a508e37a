import type { ActivationRequest } from '../domain/activation.ts';
import { DECISION_WINDOW, decideBy } from '../domain/activation.ts';
import type { ActivationActiveNotice, ApprovalRequestNotice } from '../domain/notice.ts';
import { CONFIRM_PULL_WITHIN } from '../domain/pull.ts';
import { runbooksFor } from '../domain/runbook.ts';
import type { ApprovalAsk, AskSummary } from '../ports/approvals.ts';
import type { TenantRequest } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { secondNotice } from './break-glass/pull-facts.ts';
import { tellPull } from './break-glass/tell-pull.ts';
import { planToShow } from './channel/plan-to-show.ts';
import { isBefore, iso, isoDuration, isoOrNull, lagOf, lengthOf, requestFacts } from './facts.ts';
import { HELD_FOR, planLook } from './inform-approvers.ts';
import { type OtherApprovers, othersThan } from './other-approvers.ts';
import { chainOf, NOBODY_ASKED, pendingNotice, summarize } from './pending-card.ts';
import type { Posted, Services } from './services.ts';
import { setReminder } from './set-reminder.ts';
import type { PlannedAsk } from './waves.ts';

/** How soon the tenant is asked again whether an assignment has appeared. */
export const FIRST_LOOK = Temporal.Duration.from({ seconds: 2 });

/** Nobody was looking for so long: what was measured then is no lag of the tenant's. */
const LONGEST_LAG = Temporal.Duration.from({ minutes: 20 });

/**
 * Turns PIM's answer to an ask into our state, the cards it causes and the timers behind it, in the caller's transaction.
 * Returns the requester's cards; those of approvers are sent by jobs. `asks` are those who decide, where PIM waits for somebody.
 */
export async function settleAnswer(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
  outcome: { readonly answer: TenantRequest; readonly asks: readonly PlannedAsk[] },
): Promise<Posted> {
  const { answer, asks } = outcome;
  await stores.timers.clear('request.check-outcome', request.id);
  const submitted = { scheduleRequestId: answer.id };
  switch (answer.state) {
    case 'provisioned': {
      const from = answer.startsAt ?? services.clock.now();
      const until = from.add(answer.duration ?? request.duration);
      return await becomeActive(services, stores, { ...request, ...submitted }, { from, until, isListed: false });
    }
    case 'awaiting-approval':
      return await becomePending(services, stores, { ...request, ...submitted }, asks);
    case 'scheduled':
      return await becomeScheduled(services, stores, { ...request, ...submitted }, answer.startsAt);
    case 'provisioning':
      return await becomeProvisioning(services, stores, { ...request, ...submitted });
    case 'denied':
    case 'canceled':
    case 'failed':
    case 'revoked':
      return await becomeFailed(services, stores, { ...request, ...submitted });
  }
}

/** From when until when access is on, and whether the tenant's list shows it already. */
export interface ActiveWindow {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
  readonly isListed: boolean;
}

/** Access is on: tells the requester, and sets the reminder and the end. */
export async function becomeActive(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
  window: ActiveWindow,
): Promise<Posted> {
  const now = services.clock.now();
  const active = await stores.requests.change(request.id, UNSETTLED, {
    state: 'active',
    scheduleRequestId: request.scheduleRequestId,
    decidedAt: request.decidedAt,
    intendedOutcome: null,
    activeFrom: window.from,
    activeUntil: window.until,
    learnedAfter: request.learnedAfter,
    ...(!request.isDurationKnown && { isDurationKnown: true, duration: lengthOf(window.from, window.until) }),
    ...(window.isListed && { usableAt: now }),
  });
  if (active === null) {
    return [];
  }
  if (!window.isListed) {
    await stores.timers.set({ kind: 'activation.see', subject: request.id, dueAt: now.add(FIRST_LOOK) });
  }
  if (active.leadsTo !== null) {
    await stores.timers.set({ kind: 'activation.go-on', subject: request.id, dueAt: now.add(FIRST_LOOK) });
  }
  await stores.timers.clear('request.expire', request.id);
  await stores.timers.clear('activation.watch', request.id);
  await setReminder(stores, active);
  await stores.timers.set({ kind: 'activation.end', subject: request.id, dueAt: window.until });
  if (active.wish === 'deactivate') {
    // Said while it was being put in place.
    const { earliestDeactivation } = services.roles.of(active.role).capabilities;
    const dueAt = window.from.add(earliestDeactivation);
    await stores.timers.set({ kind: 'activation.carry-out-wish', subject: request.id, dueAt });
  }
  await stores.audit.activationActive({
    at: now,
    actorId: null,
    requestId: request.id,
    facts: { from: iso(window.from), until: iso(window.until) },
  });
  const previous = request.continues === null ? null : await stores.requests.find(request.continues);
  return await tellRequester(stores, active, activeNotice(services, active, gapAfter(previous, window.from)));
}

/** States from which PIM's yes may still arrive; `failed` and `ended` only when an ask in doubt turns out to exist. */
const UNSETTLED = ['submitting', 'pending', 'provisioning', 'scheduled', 'failed'] as const;

function gapAfter(previous: ActivationRequest | null, from: Temporal.Instant): string | null {
  if (previous?.activeUntil == null) {
    return null;
  }
  const gap = previous.activeUntil.until(from, { largestUnit: 'hour', smallestUnit: 'second' });
  return gap.sign < 0 ? 'PT0S' : gap.toString();
}

export function activeNotice(
  { runbooks }: Pick<Services, 'runbooks'>,
  request: ActivationRequest,
  gap: string | null = null,
): ActivationActiveNotice {
  return {
    card: 'activation-active',
    request: requestFacts(request),
    activeFrom: iso(request.activeFrom ?? request.requestedAt),
    activeUntil: iso(request.activeUntil ?? request.requestedAt.add(request.duration)),
    approvedBy: request.decidedByName,
    gap,
    deactivateAt: null,
    usable: request.usableAt === null ? 'watching' : 'usable',
    usableAfter: usableAfter(request),
    chain: chainOf(request),
    hasRunbook: runbooksFor(runbooks.current(), request.role).length > 0,
  };
}

/** How long the list took to show it; null where that is not known, also because nobody looked in time. */
function usableAfter({ activeFrom, usableAt, learnedAfter }: ActivationRequest): string | null {
  if (
    activeFrom === null ||
    usableAt === null ||
    learnedAfter !== null ||
    isBefore(activeFrom.add(LONGEST_LAG), usableAt)
  ) {
    return null;
  }
  return lagOf(activeFrom, usableAt).toString();
}

/** An approver must decide: asks them, and tells the requester. */
export async function becomePending(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
  planned: readonly PlannedAsk[],
): Promise<Posted> {
  const pending = await stores.requests.change(request.id, ['submitting', 'failed'], {
    state: 'pending',
    scheduleRequestId: request.scheduleRequestId,
    isApprovalRequired: true,
    learnedAfter: request.learnedAfter,
  });
  if (pending === null) {
    return [];
  }
  const asks = await openForDecision(services, stores, pending, planned);
  if (pending.wish === 'deactivate') {
    await stores.timers.set({ kind: 'activation.carry-out-wish', subject: pending.id, dueAt: services.clock.now() });
  }
  return await tellRequester(stores, pending, pendingNotice(pending, asks));
}

/** Notes whom PIM asks, gives those of the first wave a card each, and sets the end of PIM's 24 hours. */
export async function openForDecision(
  services: Services,
  stores: Stores,
  pending: ActivationRequest,
  planned: readonly PlannedAsk[],
): Promise<AskSummary> {
  const asks = asksOf(services, pending, planned);
  await stores.approvals.insertAsks(asks);
  const askAt = asks.find(({ reach }) => reach === 'waiting')?.askAt;
  if (askAt !== undefined) {
    await stores.timers.set({ kind: 'approval.next-wave', subject: pending.id, dueAt: askAt });
  }
  await stores.timers.set({
    kind: 'request.expire',
    subject: pending.id,
    dueAt: pending.requestedAt.add(DECISION_WINDOW),
  });
  await stores.audit.approvalAsked({
    at: services.clock.now(),
    actorId: pending.requesterId,
    requestId: pending.id,
    facts: {
      // Who they are stands with the request.
      approvers: String(asks.length),
      scheduleRequestId: pending.scheduleRequestId ?? '',
    },
  });
  const atOnce = asks.filter(isAskedNow);
  await askApprovers(stores, pending, atOnce, { slot: 'approval-request' });
  const channel = await planToShow(services, stores, pending);
  return { ...summarize(asks), ...(channel !== null && { channel }) };
}

/** Whoever waits for a later wave is asked then; whom the rulebook denies is not asked here. */
export function isAskedNow({ reach, why }: ApprovalAsk): boolean {
  return reach !== 'waiting' && why !== 'not-served';
}

/** Where nobody of the first wave can be reached, the next one is called at once. */
function asksOf(
  { clock, approverWaves }: Services,
  { id: requestId }: ActivationRequest,
  planned: readonly PlannedAsk[],
): readonly ApprovalAsk[] {
  const isAnybodyAsked = planned.some(({ isWaiting, unreachable }) => !isWaiting && unreachable === null);
  const askAt = isAnybodyAsked ? clock.now().add(approverWaves.pause) : clock.now();
  return planned.map(({ id: approverId, name: approverName, isWaiting, unreachable: why }) => {
    const ask = { requestId, approverId, approverName };
    if (isWaiting) {
      return { ...ask, reach: 'waiting', askAt };
    }
    return why === null ? { ...ask, reach: 'asked' } : { ...ask, reach: 'unreachable', why };
  });
}

interface Asking {
  /** One of its own makes it a new message. */
  readonly slot: string;
  /** How many are asked in all, where these are not all of them. */
  readonly inAll?: number;
}

/** Gives every approver a card of their own. Also those who are thought not to be reached: a block is lifted without a word. */
export async function askApprovers(
  stores: Stores,
  request: ActivationRequest,
  asks: readonly ApprovalAsk[],
  { slot, inAll = asks.length }: Asking,
): Promise<void> {
  const asked = asks.map(({ approverId: id, approverName: name }) => ({ id, name }));
  const pull = request.pull === null ? null : await stores.pulls.find(request.pull);
  const isHeld = pull === null && asks.length > 0;
  if (isHeld) {
    await planLook(stores, request);
  }
  await stores.cards.postMany(
    asks.map((ask) => ({
      story: request.id,
      recipient: ask.approverId,
      slot,
      notice:
        pull === null
          ? approvalNotice(request, othersThan(ask.approverId, asked, inAll))
          : secondNotice({ ...pull, secondBy: request.requestedAt.add(CONFIRM_PULL_WITHIN) }, [request.role]),
    })),
    isHeld ? { heldFor: HELD_FOR } : undefined,
  );
}

/** What an approver is asked. */
export function approvalNotice(request: ActivationRequest, others: OtherApprovers): ApprovalRequestNotice {
  return {
    card: 'approval-request',
    request: requestFacts(request),
    requestedAt: iso(request.requestedAt),
    decideBy: iso(decideBy(request)),
    phase: 'ask',
    isJustificationRequired: request.isApproverJustificationRequired,
    ...others,
    remindedAt: isoOrNull(request.remindedApproversAt),
  };
}

/** PIM said yes to a later start: tells the requester, and looks when it has come. */
export async function becomeScheduled(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
  startsAt: Temporal.Instant | null,
): Promise<Posted> {
  const from = startsAt ?? request.startsAt ?? services.clock.now();
  const until = from.add(request.duration);
  const scheduled = await stores.requests.change(request.id, UNSETTLED, {
    state: 'scheduled',
    scheduleRequestId: request.scheduleRequestId,
    intendedOutcome: null,
    activeFrom: from,
    activeUntil: until,
  });
  if (scheduled === null) {
    return [];
  }
  await stores.timers.clear('request.expire', request.id);
  await stores.timers.set({ kind: 'activation.watch', subject: request.id, dueAt: from.add(FIRST_LOOK) });
  await stores.audit.activationScheduled({
    at: services.clock.now(),
    actorId: null,
    requestId: request.id,
    facts: { from: iso(from), duration: isoDuration(request.duration) },
  });
  return await tellRequester(stores, scheduled, {
    card: 'activation-scheduled',
    request: requestFacts(scheduled),
    activeFrom: iso(from),
    activeUntil: iso(until),
    approvedBy: scheduled.decidedByName,
  });
}

/** PIM said yes, the assignment is not visible yet: watched until it is. */
async function becomeProvisioning(services: Services, stores: Stores, request: ActivationRequest): Promise<Posted> {
  const provisioning = await stores.requests.change(request.id, ['submitting', 'pending', 'failed'], {
    state: 'provisioning',
    scheduleRequestId: request.scheduleRequestId,
  });
  if (provisioning === null) {
    return [];
  }
  const dueAt = services.clock.now().add(FIRST_LOOK);
  await stores.timers.set({ kind: 'activation.watch', subject: request.id, dueAt });
  return await tellRequester(stores, provisioning, pendingNotice(provisioning, NOBODY_ASKED));
}

/** PIM took the request and could not carry it out. */
export async function becomeFailed(services: Services, stores: Stores, request: ActivationRequest): Promise<Posted> {
  const failed = await stores.requests.change(request.id, UNSETTLED, {
    state: 'failed',
    scheduleRequestId: request.scheduleRequestId,
  });
  if (failed === null) {
    return [];
  }
  const now = services.clock.now();
  await stores.timers.clearAll(request.id);
  await stores.audit.activationFailed({ at: now, actorId: null, requestId: request.id, facts: {} });
  return await tellRequester(stores, failed, {
    card: 'activation-denied',
    request: requestFacts(failed),
    reason: 'failed',
    decidedBy: null,
    justification: null,
    at: iso(now),
  });
}

/** A new message in the story of an ask: the card before it loses its buttons. What is part of a pull is told by its cards. */
export async function tellRequester(
  stores: Stores,
  request: ActivationRequest,
  notice: Parameters<Stores['cards']['post']>[0]['notice'],
  delivery: 'now' | 'job' = 'now',
): Promise<Posted> {
  if (request.pull !== null) {
    return await tellPull(stores, request.pull);
  }
  const id = await stores.cards.post({ story: request.id, recipient: request.requesterId, notice, delivery });
  const retired = await stores.cards.retire(request.id, request.requesterId, [id]);
  return [id, ...retired];
}
