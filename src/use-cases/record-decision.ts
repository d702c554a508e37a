import type { ActivationRequest } from '../domain/activation.ts';
import type { ActiveAssignment } from '../domain/assignment.ts';
import type { CardId, PrincipalId } from '../domain/ids.ts';
import type { ApprovalDecidedNotice } from '../domain/notice.ts';
import { asAccessError } from '../errors.ts';
import type { Stores } from '../ports/store.ts';
import { isBefore, iso, requestFacts } from './facts.ts';
import { lookForActive } from './look-for-active.ts';
import type { Posted, Services, SpendClick } from './services.ts';
import { becomeActive, becomeFailed, becomeScheduled, FIRST_LOOK, tellRequester } from './settle-request.ts';

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

/** A decision that PIM has taken, from here or from anywhere else. */
export interface DecisionMade {
  readonly outcome: 'approve' | 'deny';
  /** Null when nobody tells who it was. */
  readonly by: { readonly id: PrincipalId; readonly name: string } | null;
  readonly at: Temporal.Instant;
  readonly justification: string;
  /** Null: made here. */
  readonly learnedAfter: Temporal.Duration | null;
  readonly spend: SpendClick | null;
}

/** Commits a decision, tells everybody, and looks at once whether access is on. Safe to run twice: the first one counts. */
export async function recordDecision(
  services: Services,
  request: ActivationRequest,
  made: DecisionMade,
): Promise<Posted> {
  const { outcome, by, at, justification, learnedAfter } = made;
  if (outcome === 'deny') {
    // What was to come next does not come any more.
    services.signIns.release(request.id);
  }
  const cards = await services.store.transaction(async (stores) => {
    await made.spend?.(stores);
    const changed = await stores.requests.change(request.id, ['pending'], {
      state: outcome === 'approve' ? 'provisioning' : 'denied',
      intendedOutcome: null,
      decidedBy: by?.id ?? null,
      decidedByName: by?.name ?? null,
      decidedAt: at,
      decisionJustification: justification,
      learnedAfter,
    });
    if (changed === null) {
      return [];
    }
    await stores.audit.approvalDecided({
      at,
      actorId: by?.id ?? null,
      requestId: request.id,
      facts: { outcome, justification, ...(learnedAfter !== null && { foundBy: 'log' }) },
    });
    return await tellDecision(services, stores, changed);
  });
  const startsLater = request.startsAt !== null && isBefore(services.clock.now(), request.startsAt);
  const watched = outcome === 'approve' && !startsLater ? await lookAtOnce(services, request) : [];
  return [...cards, ...watched];
}

/** Shows the decision on every copy of the approvers' card, and tells the requester of a no. */
export async function tellDecision(services: Services, stores: Stores, request: ActivationRequest): Promise<CardId[]> {
  const now = services.clock.now();
  await stores.timers.clear('request.check-outcome', request.id);
  await stores.timers.clear('request.expire', request.id);
  await stores.timers.clear('approval.look', request.id);
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
  const found = await stores.cards.findInStory(request.id, 'approval-request');
  // In one statement: there may be thousands.
  const live = found.filter(({ isRetired }) => !isRetired);
  const cards = [
    ...(await stores.cards.postMany(live.map(({ story, recipient, slot }) => ({ story, recipient, slot, notice })))),
  ];
  for (const card of found.filter(({ isRetired }) => isRetired)) {
    const id = await stores.cards.revise(card.story, card.recipient, card.slot, notice);
    cards.push(...(id === null ? [] : [id]));
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
  return active === null || active === 'hidden' ? [] : await settleListed(services, request, active);
}

/** The same for whoever has looked already. `learnedAfter`: when somebody else's record told of it, and how late. */
export async function settleListed(
  services: Services,
  request: ActivationRequest,
  active: ActiveAssignment,
  learnedAfter: Temporal.Duration | null = null,
): Promise<Posted> {
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
    const known = { ...(approved ?? current), ...(learnedAfter !== null && { learnedAfter }) };
    return [...told, ...(await becomeActive(services, stores, known, { from, until, isListed: true }))];
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
    await stores.audit.approvalDecided({
      at: now,
      actorId: approved.decidedBy,
      requestId: request.id,
      facts: { outcome: 'approve', foundBy: 'reader' },
    });
  }
  return approved;
}

/** The assignment never appeared: said to the requester, and to an operator through the log. */
export async function giveUpWatching(services: Services, request: ActivationRequest): Promise<Posted> {
  services.log.error('activation.never_appeared', { requestId: request.id });
  return await services.store.transaction(async (stores) => await becomeFailed(services, stores, request));
}
