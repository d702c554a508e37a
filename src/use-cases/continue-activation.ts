import type { ActivationRequest } from '../domain/activation.ts';
import { decideBy } from '../domain/activation.ts';
import type { CardId } from '../domain/ids.ts';
import type { ExpiryReminderNotice } from '../domain/notice.ts';
import { AccessError } from '../errors.ts';
import type { Stores } from '../ports/store.ts';
import { eligibleBehind } from './activation-target.ts';
import { findApprovers } from './approvers.ts';
import { tokenResourcesFor } from './check-duties.ts';
import { isBefore, iso, isoDuration, requestFacts } from './facts.ts';
import { othersThan } from './other-approvers.ts';
import { readDemands } from './plan-activation.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from './services.ts';
import { needOfPolicy } from './step-up-need.ts';

/** After the end a waiting token is kept this long, for PIM to let go of the old activation. */
export const GRACE = Temporal.Duration.from({ minutes: 5 });

/** How the person wants to go on: null means as before. */
export interface Continuation {
  readonly duration: Temporal.Duration | null;
  readonly justification: string | null;
}

/**
 * Notes the wish to go on after the end. PIM can neither extend a running activation nor queue the next one, so the token of
 * this click waits in this replica until the end plus five minutes, for this one ask; losing it costs one more press.
 *
 * @throws {AccessError} activation.request_unknown, activation.not_active, activation.too_long,
 *   activation.too_early_to_continue, activation.continue_needs_sign_in, breakglass.not_continued, identity.sign_in_required
 */
export async function continueActivation(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  continuation: Continuation,
): Promise<Posted> {
  const until = refuseWhenOver(services, asker, request);
  if (request.pull !== null) {
    throw new AccessError('breakglass.not_continued', 'part of a pull');
  }
  if (!services.signIns.isSignedIn(asker.person.id)) {
    throw new AccessError('identity.sign_in_required', 'no token of this person in this replica');
  }
  await refuseWhenImpossible(services, asker, request, continuation);
  const isHeld = await services.signIns.hold(
    asker.person.id,
    request.id,
    until.add(GRACE),
    tokenResourcesFor(services, [request.role]),
  );
  if (!isHeld) {
    throw new AccessError('activation.too_early_to_continue', 'the token would not live until the end', {
      facts: { from: iso(until.subtract({ minutes: 50 })) },
    });
  }
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const wished = await stores.requests.change(request.id, ['active'], {
      wish: 'continue',
      wishDuration: continuation.duration,
      wishJustification: continuation.justification,
    });
    if (wished === null) {
      return [];
    }
    await stores.timers.set({ kind: 'activation.carry-out-wish', subject: request.id, dueAt: until });
    await stores.audit.activationContinueWished({
      at: services.clock.now(),
      actorId: asker.person.id,
      requestId: request.id,
      facts: { duration: isoDuration(continuation.duration ?? request.duration) },
    });
    if (request.isApprovalRequired) {
      await tellApproversAhead(services, stores, wished);
    }
    const card = await stores.cards.post({
      story: request.id,
      recipient: request.requesterId,
      notice: reminderNotice(wished, 'continue'),
      delivery: 'now',
    });
    return [card];
  });
}

function refuseWhenOver(services: Services, asker: Asker, request: ActivationRequest): Temporal.Instant {
  if (request.requesterId !== asker.person.id) {
    throw new AccessError('activation.request_unknown', 'not the requester', { facts: { requestId: request.id } });
  }
  const until = request.activeUntil;
  if (request.state !== 'active' || until === null || !isBefore(services.clock.now(), until)) {
    throw new AccessError('activation.not_active', `request is ${request.state}`, {
      facts: { roleName: request.role.roleName, scopeName: request.role.scope.name },
    });
  }
  return until;
}

/** What PIM is known to refuse at the end is refused now, while the person is there. */
async function refuseWhenImpossible(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  continuation: Continuation,
): Promise<void> {
  const eligible = await eligibleBehind(services, actorOf(asker), request.role);
  const { policy } = await readDemands(services, request.role, eligible);
  if (needOfPolicy(policy) !== null) {
    const facts = { roleName: request.role.roleName };
    throw new AccessError('activation.continue_needs_sign_in', 'each activation wants a sign-in of its own', { facts });
  }
  const { duration } = continuation;
  if (policy !== null && duration !== null && Temporal.Duration.compare(duration, policy.maximumDuration) > 0) {
    const facts = { maximum: isoDuration(policy.maximumDuration), asked: isoDuration(duration) };
    throw new AccessError('activation.too_long', 'longer than the role allows', { facts });
  }
}

/** Approvers learn before the end that they will be asked, so that the interruption is short. */
async function tellApproversAhead(services: Services, stores: Stores, request: ActivationRequest): Promise<void> {
  const policy = await services.reader.readPolicy(request.role);
  const approvers = await findApprovers(services, policy, request.requesterId);
  await stores.cards.postMany(
    approvers.people.map((approver) => ({
      story: request.id,
      recipient: approver.id,
      slot: 'approval-ahead',
      notice: {
        card: 'approval-request',
        request: { ...requestFacts(request), startsAt: request.activeUntil === null ? null : iso(request.activeUntil) },
        requestedAt: iso(services.clock.now()),
        decideBy: iso(decideBy(request)),
        phase: 'ahead',
        isJustificationRequired: request.isApproverJustificationRequired,
        ...othersThan(approver.id, approvers.people),
        remindedAt: null,
      },
    })),
  );
}

/** Takes away what approvers were told ahead: they are asked now, or will not be. */
export async function withdrawAhead(stores: Stores, request: ActivationRequest): Promise<CardId[]> {
  const cards = await stores.cards.findInStory(request.id, 'approval-ahead');
  for (const card of cards) {
    await stores.cards.withdraw(card.id);
  }
  return cards.map((card) => card.id);
}

/** Lets the activation end: a wish to continue is dropped and nothing waits any more. */
export async function letItEnd(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  refuseWhenOver(services, asker, request);
  services.signIns.release(request.id);
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const dropped = await stores.requests.change(request.id, ['active'], {
      wish: 'none',
      wishDuration: null,
      wishJustification: null,
    });
    if (dropped === null) {
      return [];
    }
    await stores.timers.clear('activation.carry-out-wish', request.id);
    await stores.timers.clear('activation.remind', request.id);
    await stores.audit.activationWishDropped({
      at: services.clock.now(),
      actorId: asker.person.id,
      requestId: request.id,
    });
    const withdrawn = await withdrawAhead(stores, request);
    const notice = reminderNotice(dropped, 'let-it-end');
    const card = await stores.cards.revise(request.id, request.requesterId, 'expiry-reminder', notice);
    return card === null ? withdrawn : [card, ...withdrawn];
  });
}

export function reminderNotice(request: ActivationRequest, wish: ExpiryReminderNotice['wish']): ExpiryReminderNotice {
  return {
    card: 'expiry-reminder',
    request: requestFacts(request),
    activeUntil: iso(request.activeUntil ?? request.requestedAt),
    needsApproval: request.isApprovalRequired,
    wish,
  };
}
