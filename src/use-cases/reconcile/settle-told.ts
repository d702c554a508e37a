import type { ActivationRequest, RequestState } from '../../domain/activation.ts';
import type { TenantEvent } from '../../ports/tenant-feed.ts';
import { findApprovers } from '../approvers.ts';
import { recordCanceled } from '../cancel-request.ts';
import { recordEnd } from '../deactivate-role.ts';
import { expireRequest } from '../expire-request.ts';
import { isBefore, lagOf } from '../facts.ts';
import { lookForActive } from '../look-for-active.ts';
import { readPolicy } from '../plan-activation.ts';
import { recordDecision, settleFromTenant, settleListed } from '../record-decision.ts';
import type { Posted, Services } from '../services.ts';
import { becomeActive, becomePending } from '../settle-request.ts';
import { planWaves } from '../waves.ts';
import { adoptRunning, adoptWaiting } from './adopt.ts';
import type { Told } from './told.ts';

/** What the tenant's log tells of one activation, beside what we know of it. */
export interface Case {
  readonly told: Told;
  /** Our record, or null when it was made elsewhere. */
  readonly ours: ActivationRequest | null;
  readonly isReachable: boolean;
}

/** Asks whose outcome nobody knows here: what the log says of the role is theirs, since PIM holds one request at a time. */
const IN_DOUBT: ReadonlySet<RequestState> = new Set(['submitting', 'failed']);

/** What else can still become active by our records. */
const NOT_YET: ReadonlySet<RequestState> = new Set(['pending', 'provisioning', 'scheduled', 'submitting', 'failed']);

/**
 * Brings our record of one activation to where the tenant has it, and tells everybody whom it concerns; does nothing, and asks
 * nobody, where the record says so already: then it gives null. Safe to run twice.
 *
 * @throws {AccessError} graph.* when the tenant must be looked at and cannot be
 */
export async function settleTold(services: Services, one: Case): Promise<Posted | null> {
  const { told, ours, isReachable } = one;
  if (ours !== null) {
    const cards = await settleOurs(services, ours, told);
    return cards.length === 0 ? null : cards;
  }
  const event = told.last;
  const newcomer = { event, isReachable, learnedAfter: lagSince(services, event) };
  switch (event.kind) {
    case 'waiting':
      return await adoptWaiting(services, newcomer);
    case 'approved':
    case 'active':
      return await adoptRunning(services, newcomer);
    default:
      return null;
  }
}

async function settleOurs(services: Services, ours: ActivationRequest, told: Told): Promise<Posted> {
  const event = told.last;
  switch (event.kind) {
    case 'waiting':
      return await takeUpWaiting(services, ours, event);
    case 'approved':
    case 'denied':
      return await settleDecision(services, ours, told);
    case 'active': {
      const named = await takeUpName(services, ours, event);
      return NOT_YET.has(ours.state) ? await settleActive(services, named, told) : [];
    }
    case 'undecided':
      return ours.state === 'pending' ? await expireRequest(services, ours) : [];
    case 'canceled':
      return await settleCanceled(services, ours, event);
    case 'deactivated':
    case 'ended':
      return await settleOver(services, ours, event);
  }
}

function lagSince(services: Services, { at }: TenantEvent): Temporal.Duration {
  return lagOf(at, services.clock.now());
}

/** Where the answer was lost and only the access was seen, the log is the first to tell which request of Microsoft's it is. */
async function takeUpName(
  { store }: Services,
  ours: ActivationRequest,
  { requestId, at }: TenantEvent,
): Promise<ActivationRequest> {
  if (ours.scheduleRequestId !== null || requestId === null || isBefore(at, ours.requestedAt.subtract(SKEW))) {
    return ours;
  }
  return (await store.now.requests.change(ours.id, [ours.state], { scheduleRequestId: requestId })) ?? ours;
}

/** An ask whose answer was lost waits for its approvers after all. */
async function takeUpWaiting(services: Services, ours: ActivationRequest, event: TenantEvent): Promise<Posted> {
  if (!IN_DOUBT.has(ours.state) || event.requestId === null || isBefore(event.at, ours.requestedAt.subtract(SKEW))) {
    return [];
  }
  const approvers = await findApprovers(services, await readPolicy(services, ours.role), ours.requesterId);
  const asks = await planWaves(services, ours, approvers);
  const found = { ...ours, scheduleRequestId: event.requestId };
  return await services.store.transaction(async (stores) => await becomePending(services, stores, found, asks));
}

/** Our clock and Microsoft's are not the same. */
const SKEW = Temporal.Duration.from({ minutes: 1 });

async function settleDecision(services: Services, ours: ActivationRequest, told: Told): Promise<Posted> {
  const { last: event, decision } = told;
  if (ours.state !== 'pending' || decision === null) {
    return event.kind === 'approved' && NOT_YET.has(ours.state) ? await settleFromTenant(services, ours) : [];
  }
  const outcome = decision.kind === 'denied' ? 'deny' : 'approve';
  // Pressed here, and the answer was lost: it is what the approver was about to do.
  const isOurs = ours.intendedOutcome === outcome && ours.decidedBy === decision.by?.id;
  return await recordDecision(services, ours, {
    outcome,
    by: isOurs && ours.decidedBy !== null ? { id: ours.decidedBy, name: ours.decidedByName ?? '' } : decision.by,
    at: decision.at,
    justification: decision.justification ?? '',
    learnedAfter: isOurs ? null : lagSince(services, decision),
    spend: null,
  });
}

async function settleActive(services: Services, ours: ActivationRequest, told: Told): Promise<Posted> {
  if (ours.state === 'pending' && told.decision !== null) {
    return await settleDecision(services, ours, told);
  }
  const active = await lookForActive(services, ours);
  if (active !== null && active !== 'hidden') {
    const isNews = ours.state === 'pending';
    return await settleListed(services, ours, active, isNews ? lagSince(services, told.last) : null);
  }
  if (active === null || !ours.isDurationKnown) {
    return [];
  }
  // Nobody lets us look: the log's word is all there is.
  const from = told.last.at;
  const window = { from, until: from.add(ours.duration), isListed: false };
  return await services.store.transaction(async (stores) => await becomeActive(services, stores, ours, window));
}

async function settleCanceled(services: Services, ours: ActivationRequest, event: TenantEvent): Promise<Posted> {
  if (ours.state !== 'pending' && ours.state !== 'scheduled') {
    return [];
  }
  const isOurs = ours.intendedOutcome === 'cancel';
  return await recordCanceled(services, ours, {
    by: event.by?.name ?? ours.requesterName,
    learnedAfter: isOurs ? null : lagSince(services, event),
    spend: null,
  });
}

/** Given back, taken away, or at its end: the tenant is looked at, since it may have been activated anew. */
async function settleOver(services: Services, ours: ActivationRequest, event: TenantEvent): Promise<Posted> {
  const isOlder = ours.activeFrom !== null && isBefore(event.at, ours.activeFrom);
  if (ours.state !== 'active' || isOlder || (event.kind === 'ended' && ours.wish !== 'none')) {
    return [];
  }
  const active = await lookForActive(services, ours);
  if (active !== null && active !== 'hidden') {
    return [];
  }
  const reason = event.kind === 'ended' ? 'expired' : 'deactivated';
  const elsewhere = { at: event.at, learnedAfter: lagSince(services, event) };
  return await recordEnd(services, ours, { reason, elsewhere });
}
