import type { ActivationRequest } from '../domain/activation.ts';
import type { UnreachableWhy } from '../domain/approver.ts';
import type { PrincipalId, RequestId } from '../domain/ids.ts';
import type { ApprovalAsk } from '../ports/approvals.ts';
import type { Stores } from '../ports/store.ts';
import { CARDS_AT_A_TIME } from './inform-approvers.ts';
import { repaintPending } from './pending-card.ts';
import type { Posted, Services } from './services.ts';
import { askApprovers } from './settle-request.ts';

/**
 * Asks those who waited, while it is still undecided. Safe to run twice: whoever was taken waits no more, and what a crash cut off
 * is taken again by the same timer.
 */
export async function askNextWave(services: Services, { id }: ActivationRequest): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    if (request?.state !== 'pending') {
      return [];
    }
    const asks = await stores.approvals.takeWaiting(id, CARDS_AT_A_TIME);
    if (asks.length === 0) {
      return [];
    }
    const { counts } = await stores.approvals.summarizeAsks(id);
    const inAll = counts.asked + counts.unreachable;
    await askApprovers(stores, request, asks, { slot: 'approval-request', inAll });
    await callNextWave(services, stores, { id, isDue: asks.length === CARDS_AT_A_TIME });
    await stores.audit.approvalAsked({
      at: services.clock.now(),
      actorId: request.requesterId,
      requestId: id,
      facts: { approvers: String(asks.length), scheduleRequestId: request.scheduleRequestId ?? '' },
    });
    return await repaintPending(stores, request);
  });
}

/** Notes that an approver could not be written to, and says so on the requester's card. The last one of a wave calls the next. */
export async function noteUnreachable(
  services: Pick<Services, 'clock' | 'store'>,
  { requestId: id, approverId, why }: UnreachableApprover,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    const ask = request === null ? null : await stores.approvals.findAsk(id, approverId);
    if (request === null || ask === null || isKnownAs(ask, why)) {
      return [];
    }
    await stores.approvals.markUnreachable(id, approverId, why);
    if (request.state !== 'pending') {
      return [];
    }
    const { counts } = await stores.approvals.summarizeAsks(id);
    await callNextWave(services, stores, { id, isDue: counts.asked === 0 && counts.waiting > 0 });
    return await repaintPending(stores, request);
  });
}

/** Who is not asked here stays so, whatever becomes of a card that they opened themselves. */
function isKnownAs(ask: ApprovalAsk, why: UnreachableWhy): boolean {
  return ask.why === 'not-served' || (ask.reach === 'unreachable' && ask.why === why);
}

/** Notes that somebody's card arrived who could not be written to before, and says so on the requester's card. */
export async function noteReachedAgain(
  { store }: Pick<Services, 'store'>,
  { requestId: id, approverId }: Omit<UnreachableApprover, 'why'>,
): Promise<Posted> {
  return await store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    const isNews = request !== null && (await stores.approvals.markReached(id, approverId));
    return isNews && request.state === 'pending' ? await repaintPending(stores, request) : [];
  });
}

export interface UnreachableApprover {
  readonly requestId: RequestId;
  readonly approverId: PrincipalId;
  readonly why: UnreachableWhy;
}

async function callNextWave(
  { clock }: Pick<Services, 'clock'>,
  stores: Stores,
  { id, isDue }: { readonly id: RequestId; readonly isDue: boolean },
): Promise<void> {
  if (isDue) {
    await stores.timers.set({ kind: 'approval.next-wave', subject: id, dueAt: clock.now() });
  }
}
