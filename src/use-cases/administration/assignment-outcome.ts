import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { AssignmentChangeNotice } from '../../domain/administration-notice.ts';
import { principalId } from '../../domain/ids.ts';
import type { AccessError } from '../../errors.ts';
import type { Audit, Happened, OrderFacts } from '../../ports/audit.ts';
import type { Stores } from '../../ports/store.ts';
import { recordEnd } from '../deactivate-role.ts';
import { isoOrNull } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { type CardOf, currentFacts } from './change-assignment.ts';
import { about, listHeld } from './plan-assignment.ts';

export type ChangeCard = CardOf<AssignmentChangeNotice>;
type Outcome = AssignmentChangeNotice['outcome'];

/** The change as the card reads it back. */
export function orderOf(notice: AssignmentChangeNotice): AssignmentOrder {
  const { action, kind, role, principal, startsAt, endsAt, justification, ticket } = notice;
  return { action, kind, role, principal, startsAt: instant(startsAt), endsAt: instant(endsAt), justification, ticket };
}

function instant(text: string | null): Temporal.Instant | null {
  return text === null ? null : Temporal.Instant.from(text);
}

/** The assignment that an order is about, as it is now. */
export async function findCurrent(
  services: Services,
  asker: Asker,
  { role, principal, kind }: AssignmentOrder,
): Promise<ListedAssignment | null> {
  const held = await listHeld(services, asker, role, principal);
  return held.find((row) => row.kind === kind) ?? null;
}

type CurrentFacts = AssignmentChangeNotice['current'];

export function isSameState(shown: CurrentFacts, found: CurrentFacts): boolean {
  return shown === null || found === null
    ? shown === found
    : shown.startsAt === found.startsAt && shown.endsAt === found.endsAt;
}

/** What the tenant's list says of an order whose answer was lost; null when it shows nothing of it: it may only lag behind. */
export async function lookForOutcome(
  services: Services,
  asker: Asker,
  { notice }: ChangeCard,
  order: AssignmentOrder,
): Promise<Outcome> {
  const current = await findCurrent(services, asker, order);
  if (order.action === 'remove') {
    return current === null ? 'removed' : null;
  }
  const isNew = !isSameState(notice.current, currentFacts(current));
  const isAsked = current !== null && isSameEnd(current.endsAt, order.endsAt);
  return isNew && isAsked ? 'provisioned' : null;
}

/** The tenant keeps ends to the second or less. */
function isSameEnd(a: Temporal.Instant | null, b: Temporal.Instant | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a.until(b).total('seconds')) <= 60;
}

/** What the trail keeps of an order. */
export function orderFacts({ action, kind, role, principal, ...order }: AssignmentOrder): OrderFacts {
  return {
    action,
    kind,
    principal: principal.id,
    surface: role.surface,
    role: role.roleDefinitionId,
    scope: role.scope.id,
    startsAt: isoOrNull(order.startsAt) ?? '',
    endsAt: isoOrNull(order.endsAt) ?? '',
    justification: order.justification,
    ticket: order.ticket ?? '',
  };
}

interface Changed {
  readonly order: AssignmentOrder;
  readonly outcome: Outcome;
  readonly how: { readonly scheduleRequestId: string } | { readonly found: 'list' };
}

/** Says on the card what was done. */
export async function recordChange(
  services: Services,
  asker: Asker,
  card: ChangeCard,
  { order, outcome, how }: Changed,
): Promise<Posted> {
  services.eligibility.forget(principalId(order.principal.id));
  const ended = outcome === 'removed' ? await endOwn(services, asker, order) : [];
  const told = await settle(services, asker, card, {
    record: async (audit, happened) => {
      const facts = { ...orderFacts(order), ...how, outcome: outcome ?? '' };
      await audit.assignmentChanged({ ...happened, facts });
    },
    notice: { ...card.notice, phase: 'done', outcome, problem: null },
  });
  return [...told, ...ended];
}

/** What its holder had activated themselves is over for them as well: they are told by whom. */
async function endOwn(
  services: Services,
  { person }: Asker,
  { kind, role, principal }: AssignmentOrder,
): Promise<Posted> {
  const holder = principalId(principal.id);
  const own = kind === 'active' ? await services.store.now.requests.findOpenForRole(holder, role) : null;
  return own?.state === 'active' ? await recordEnd(services, own, { reason: 'deactivated', removedBy: person }) : [];
}

interface Failure {
  readonly order: AssignmentOrder;
  readonly error: AccessError;
}

/** Says on the card why nothing is known to have been done. */
export async function recordRefusal(
  services: Services,
  asker: Asker,
  card: ChangeCard,
  { order, error }: Failure,
): Promise<Posted> {
  services.log.warn('assignment.refused', { code: error.code, role: order.role.roleDefinitionId });
  // A claims challenge is for the browser, not for a card.
  const { claims: _claims, ...shown } = error.facts;
  return await settle(services, asker, card, {
    record: async (audit, happened) => {
      await audit.assignmentRefused({ ...happened, facts: { ...orderFacts(order), code: error.code } });
    },
    notice: {
      ...card.notice,
      phase: 'refused',
      outcome: null,
      problem: { code: error.code, facts: { ...about(order.role, order.principal), ...shown } },
    },
  });
}

interface Settled {
  /** What the trail is told of it. */
  readonly record: (audit: Audit, happened: Happened) => Promise<void>;
  readonly notice: AssignmentChangeNotice;
}

async function settle(
  services: Services,
  asker: Asker,
  { id, story, recipient, slot }: ChangeCard,
  { record, notice }: Settled,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.timers.clear('assignment.check', id);
    await record(stores.audit, { at: services.clock.now(), actorId: asker.person.id });
    return await revise(stores, { story, recipient, slot }, notice);
  });
}

/** Brings the card to what is true now. */
export async function revise(
  stores: Stores,
  { story, recipient, slot }: Pick<ChangeCard, 'story' | 'recipient' | 'slot'>,
  notice: AssignmentChangeNotice,
): Promise<Posted> {
  const revised = await stores.cards.revise(story, recipient, slot, notice);
  return revised === null ? [] : [revised];
}
