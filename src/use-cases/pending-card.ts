import { type ActivationRequest, decideBy } from '../domain/activation.ts';
import { nameApprovers } from '../domain/approver.ts';
import type { RequestId } from '../domain/ids.ts';
import type { ActivationActiveNotice, ActivationPendingNotice } from '../domain/notice.ts';
import type { ApprovalAsk, AskSummary } from '../ports/approvals.ts';
import type { Stores } from '../ports/store.ts';
import { type Approvers, outlookOf } from './approvers.ts';
import { shownIn, willBeShownIn } from './channel/shown-in.ts';
import { iso, isoOrNull, requestFacts, roleFacts } from './facts.ts';
import type { Posted } from './services.ts';

/** The requester's card while it waits for approvers, or until PIM has put the access in place. */
export function pendingNotice(request: ActivationRequest, asked: AskSummary): ActivationPendingNotice {
  return {
    card: 'activation-pending',
    request: requestFacts(request),
    waitsFor: request.state === 'provisioning' ? 'provisioning' : 'approver',
    chain: chainOf(request),
    requestedAt: iso(request.requestedAt),
    decideBy: iso(decideBy(request)),
    approvers: asked.approvers,
    ...(asked.further !== undefined && { further: asked.further }),
    ...(asked.channel !== undefined && { channel: asked.channel }),
    ...(asked.nextAskAt !== null && { nextAskAt: iso(asked.nextAskAt) }),
    remindedAt: isoOrNull(request.remindedApproversAt),
  };
}

/** The same card before PIM is asked, where not everybody of the rule can be asked: PIM's answer takes its place. */
export async function sendingNotice(
  stores: Stores,
  request: ActivationRequest,
  approvers: Approvers,
): Promise<ActivationPendingNotice> {
  const channel = await willBeShownIn(stores);
  return {
    ...pendingNotice(request, NOBODY_ASKED),
    ...outlookOf(approvers),
    ...(channel !== null && { channel }),
    phase: 'sending',
  };
}

/** Who was asked until now, and where. */
export async function askedSoFar(stores: Stores, id: RequestId): Promise<AskSummary> {
  const asked = await stores.approvals.summarizeAsks(id);
  const channel = await shownIn(stores, id);
  return channel === null ? asked : { ...asked, channel };
}

/** Shows on the requester's card who is asked now, and where. */
export async function repaintPending(stores: Stores, request: ActivationRequest): Promise<Posted> {
  const notice = pendingNotice(request, await askedSoFar(stores, request.id));
  const card = await stores.cards.revise(request.id, request.requesterId, 'activation-pending', notice);
  return card === null ? [] : [card];
}

export const NOBODY_ASKED: AskSummary = {
  approvers: [],
  counts: { asked: 0, waiting: 0, unreachable: 0 },
  nextAskAt: null,
};

/** What {@link ../ports/store.ts | the store} says of these, once they are kept. */
export function summarize(asks: readonly ApprovalAsk[]): AskSummary {
  const counts = { asked: 0, waiting: 0, unreachable: 0 };
  for (const { reach } of asks) {
    counts[reach] += 1;
  }
  const named = nameApprovers(asks.map(({ approverName: name, reach, why }) => ({ name, reach, ...(why && { why }) })));
  return { ...named, counts, nextAskAt: asks.find(({ reach }) => reach === 'waiting')?.askAt ?? null };
}

export function chainOf({ leadsTo }: ActivationRequest): ActivationActiveNotice['chain'] {
  return leadsTo === null ? null : { next: roleFacts(leadsTo.role), phase: 'waiting', waited: null, problem: null };
}
