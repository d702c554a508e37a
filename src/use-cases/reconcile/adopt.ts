import { DECISION_WINDOW, newActivationRequest } from '../../domain/activation.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { TenantEvent } from '../../ports/tenant-feed.ts';
import { findApprovers } from '../approvers.ts';
import { isBefore, lengthOf } from '../facts.ts';
import { findTenantRequest } from '../look-for-request.ts';
import { pendingNotice } from '../pending-card.ts';
import { readPolicy } from '../plan-activation.ts';
import type { Posted, Services } from '../services.ts';
import { findUnserved } from '../serving/find-unserved.ts';
import { becomeActive, openForDecision, tellRequester } from '../settle-request.ts';
import { planWaves } from '../waves.ts';

/** Whether the requester can be written to: whoever never met the bot is not surprised by it. */
export interface Newcomer {
  readonly event: TenantEvent;
  readonly isReachable: boolean;
  readonly learnedAfter: Temporal.Duration;
}

/**
 * Takes up a request that was made elsewhere and waits for its approvers: each gets a card, as if it had been made here. For how
 * long it is the log does not tell; where nobody may read the request, the first approver's press does. Null: nothing to take up.
 */
export async function adoptWaiting(
  services: Services,
  { event, isReachable, learnedAfter }: Newcomer,
): Promise<Posted | null> {
  const { principalId, requestId } = event;
  if (requestId === null || isBefore(event.at.add(DECISION_WINDOW), services.clock.now())) {
    return null;
  }
  // What is not served here is decided where it was asked for.
  const unserved = await findUnserved(services, { principalId, role: event.role, deed: 'usual' });
  if (unserved !== null) {
    demandAnswer(unserved);
    return null;
  }
  const held = await findTenantRequest(services, event, { id: requestId });
  if (held !== 'hidden' && held?.state !== 'awaiting-approval') {
    // It has moved on: the log tells that, too.
    return null;
  }
  const seen = held === 'hidden' ? null : held;
  const policy = await readPolicy(services, event.role);
  const approvers = await findApprovers(services, policy, principalId);
  const asks = await planWaves(services, { requesterId: principalId, role: event.role, pull: null }, approvers);
  return await unlessOpen(async () =>
    services.store.transaction(async (stores) => {
      const request = newActivationRequest({
        id: await stores.requests.newId(),
        role: event.role,
        requesterId: principalId,
        requesterName: event.principalName ?? principalId,
        state: 'pending',
        requestedAt: event.at,
        startsAt: seen?.startsAt ?? null,
        duration: seen?.duration ?? Temporal.Duration.from('PT0S'),
        isDurationKnown: seen !== null && seen.duration !== null,
        justification: seen?.justification ?? event.justification ?? '',
        ticket: seen?.ticket ?? null,
        isApprovalRequired: true,
        isApproverJustificationRequired: policy?.isApproverJustificationRequired ?? true,
        scheduleRequestId: requestId,
        marker: services.newId(),
        learnedAfter,
      });
      await stores.requests.insert(request);
      const asked = await openForDecision(services, stores, request, asks);
      return isReachable ? await tellRequester(stores, request, pendingNotice(request, asked), 'job') : [];
    }),
  );
}

/** Who is served could not be read just now: the log's row is looked at again. @throws {AccessError} graph.* */
function demandAnswer({ cause }: AccessError): void {
  if (cause instanceof AccessError && cause.retryable) {
    throw cause;
  }
}

/**
 * Takes up an activation that was made elsewhere, for people who use the bot: they can give it back and continue it here, and
 * are reminded before it ends.
 */
export async function adoptRunning(
  services: Services,
  { event, isReachable, learnedAfter }: Newcomer,
): Promise<Posted | null> {
  if (!isReachable) {
    return null;
  }
  const active = await services.reader.findActive(event.principalId, event.role);
  const until = active?.endsAt ?? null;
  if (active === null || until === null) {
    return null;
  }
  const from = active.startsAt ?? event.at;
  return await unlessOpen(async () =>
    services.store.transaction(async (stores) => {
      const request = newActivationRequest({
        id: await stores.requests.newId(),
        role: event.role,
        requesterId: event.principalId,
        requesterName: event.principalName ?? event.principalId,
        state: 'submitting',
        requestedAt: from,
        duration: lengthOf(from, until),
        justification: event.justification ?? '',
        scheduleRequestId: event.requestId,
        marker: services.newId(),
        learnedAfter,
      });
      await stores.requests.insert(request);
      return await becomeActive(services, stores, request, { from, until, isListed: true });
    }),
  );
}

/** Of two that take up the same thing at once, or of that and a sentence, the second finds it open. */
async function unlessOpen(adopt: () => Promise<Posted>): Promise<Posted | null> {
  try {
    return await adopt();
  } catch (thrown) {
    if (asAccessError(thrown).code === 'activation.already_pending') {
      return null;
    }
    throw thrown;
  }
}
