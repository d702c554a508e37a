import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { AssignmentChangeNotice } from '../../domain/administration-notice.ts';
import { principalId } from '../../domain/ids.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { TenantRequest } from '../../ports/role-management.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from '../services.ts';
import { demandRunning } from '../serving/demand-running.ts';
import { demandAdminSignIn } from '../settings/demand-admin.ts';
import {
  type ChangeCard,
  findCurrent,
  isSameState,
  lookForOutcome,
  orderFacts,
  orderOf,
  recordChange,
  recordRefusal,
  revise,
} from './assignment-outcome.ts';
import { CONFIRM_WITHIN, currentFacts, demandServedOrder } from './change-assignment.ts';
import { about, mismatchOf } from './plan-assignment.ts';

/** A change that nothing was heard of after this long belongs to a process that died. */
const CHANGE_LEASE = Temporal.Duration.from({ minutes: 5 });

/**
 * Carries out what the card reads back, once, with the administrator's own token of this very click. What is there now must still
 * be what the card shows: else the card is drawn again and nothing is sent. The intent is recorded first, with the click, and a
 * timer that tells when nothing is heard of it any more.
 *
 * @throws {AccessError} identity.admin_sign_in_required, card.malformed, card.stale, identity.sign_in_required, graph.* while
 *   nothing was sent; afterwards the card says what became of it
 */
export async function confirmAssignment(services: Services, asker: Asker, card: ChangeCard): Promise<Posted> {
  demandAdminSignIn(asker);
  const { notice } = card;
  if (notice.phase !== 'confirm') {
    throw new AccessError('card.malformed', `nothing to confirm in ${notice.phase}`);
  }
  const order = orderOf(notice);
  const now = services.clock.now();
  if (isBefore(Temporal.Instant.from(notice.expiresAt), now) || isPast(order, now)) {
    return await redraw(services, asker, card, { ...notice, phase: 'dropped', problem: STALE });
  }
  await demandServedOrder(services, asker, order);
  const current = await findCurrent(services, asker, order);
  if (!isSameState(notice.current, currentFacts(current))) {
    return await redraw(services, asker, card, changedMeanwhile(services, notice, order, current));
  }
  await commitIntent(services, asker, card, order);
  // The click is used up with the intent.
  const writer = { ...asker, spend: null };
  try {
    const answered = await services.roles.administrationOf(order.role).change(actorOf(asker), order);
    return await recordAnswer(services, writer, card, { order, answered });
  } catch (thrown) {
    return await recordFailure(services, writer, card, { order, error: asAccessError(thrown) });
  }
}

const STALE = { code: 'card.stale', facts: {} } as const;

/** An end may have passed while the card waited. */
function isPast({ endsAt }: AssignmentOrder, now: Temporal.Instant): boolean {
  return endsAt !== null && !isBefore(now, endsAt);
}

/** Somebody else was there in between: shown as it is now, to be confirmed anew where that still makes sense. */
function changedMeanwhile(
  services: Services,
  notice: AssignmentChangeNotice,
  order: AssignmentOrder,
  current: ListedAssignment | null,
): AssignmentChangeNotice {
  const mismatch = mismatchOf(order, current);
  const facts = about(order.role, order.principal);
  return {
    ...notice,
    phase: mismatch === null ? 'confirm' : 'refused',
    current: currentFacts(current),
    problem: mismatch === null ? STALE : { code: mismatch, facts },
    expiresAt: iso(services.clock.now().add(CONFIRM_WITHIN)),
  };
}

/** Nothing was sent, so that the click is used up only by the new face of the card. */
async function redraw(
  services: Services,
  asker: Asker,
  card: ChangeCard,
  notice: AssignmentChangeNotice,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    return await revise(stores, card, notice);
  });
}

/** From here on a crash leaves a card that heals by itself. */
async function commitIntent(services: Services, asker: Asker, card: ChangeCard, order: AssignmentOrder): Promise<void> {
  const now = services.clock.now();
  const heardBy = now.add(CHANGE_LEASE);
  await services.store.transaction(async (stores) => {
    await demandRunning(services, stores, 'usual');
    await claimClick(asker, stores);
    await stores.timers.set({ kind: 'assignment.check', subject: card.id, dueAt: heardBy });
    await stores.audit.assignmentIntended({
      at: now,
      actorId: asker.person.id,
      facts: orderFacts(order),
    });
    await revise(stores, card, { ...card.notice, phase: 'changing', problem: null, expiresAt: iso(heardBy) });
  });
}

interface Answered {
  readonly order: AssignmentOrder;
  readonly answered: TenantRequest;
}

async function recordAnswer(
  services: Services,
  asker: Asker,
  card: ChangeCard,
  { order, answered }: Answered,
): Promise<Posted> {
  const outcome = outcomeOf(order, answered.state);
  if (outcome === null) {
    const error = new AccessError('graph.unexpected_answer', `the change was taken and is ${answered.state}`);
    return await recordRefusal(services, asker, card, { order, error });
  }
  return await recordChange(services, asker, card, { order, outcome, how: { scheduleRequestId: answered.id } });
}

/** What PIM's state means for this order; null when it took the change and did not carry it out. */
function outcomeOf({ action }: AssignmentOrder, state: TenantRequest['state']): AssignmentChangeNotice['outcome'] {
  switch (state) {
    case 'provisioned':
    case 'revoked':
      return action === 'remove' ? 'removed' : 'provisioned';
    case 'scheduled':
      return 'scheduled';
    case 'awaiting-approval':
    case 'provisioning':
      return 'waiting';
    case 'denied':
    case 'canceled':
    case 'failed':
      return null;
  }
}

interface Failure {
  readonly order: AssignmentOrder;
  readonly error: AccessError;
}

/** After an answer that was lost, only the tenant's list can say anything; while it does not, nothing is claimed. */
async function recordFailure(services: Services, asker: Asker, card: ChangeCard, failure: Failure): Promise<Posted> {
  const { order, error } = failure;
  services.eligibility.forget(principalId(order.principal.id));
  if (error.code !== 'activation.in_doubt') {
    return await recordRefusal(services, asker, card, failure);
  }
  services.log.warn('assignment.in_doubt', { principal: order.principal.id, role: order.role.roleDefinitionId });
  const outcome = await lookAtOnce(services, asker, card, order);
  return outcome === null
    ? await recordRefusal(services, asker, card, failure)
    : await recordChange(services, asker, card, { order, outcome, how: { found: 'list' } });
}

async function lookAtOnce(
  services: Services,
  asker: Asker,
  card: ChangeCard,
  order: AssignmentOrder,
): Promise<AssignmentChangeNotice['outcome']> {
  try {
    return await lookForOutcome(services, asker, card, order);
  } catch (thrown) {
    services.log.warn('assignment.doubt_remains', { code: asAccessError(thrown).code });
    return null;
  }
}
