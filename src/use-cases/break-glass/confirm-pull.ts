import { type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import type { PullId } from '../../domain/ids.ts';
import { CONFIRM_PULL_WITHIN, isUnderWay, type Pull } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { isBefore, isoDuration } from '../facts.ts';
import { offerPullSignIn } from '../offer-sign-in.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { needOfPolicy, type StepUpNeed, wasMet } from '../step-up-need.ts';
import { carryOutPull } from './carry-out-pull.ts';
import { holdFor } from './hold-for.ts';
import { alreadyPulled, type PlannedPull, type PullAsk, planPull } from './plan-pull.ts';
import { demandWayOut, newPull, postReadBack } from './propose-pull.ts';
import { activeNoticeOf, confirmNotice, NOTHING_ASKED } from './pull-facts.ts';
import { movePull } from './tell-pull.ts';

/** Until what nobody confirmed is withdrawn: the sign-in, the second person's five minutes, and some tries. */
const TOKENS_KEPT_FOR = Temporal.Duration.from({ minutes: 25 });

/** A pull that nothing was heard of after this long, though it was confirmed, belongs to a process that died. */
export const PULLING_WITHIN = Temporal.Duration.from({ minutes: 6 });

/**
 * Carries out what was read back: commits the pull together with its alarm, and only then asks PIM, with the puller's own token.
 * The caller has seen a fresh sign-in of this very person. Where the settings demand a stronger one, that is asked for first, and
 * the alarm has gone out all the same.
 *
 * @throws {AccessError} breakglass.confirm_over, card.stale, and what planning throws: everything is judged again
 */
export async function confirmPull(services: Services, asker: Asker, id: PullId): Promise<Posted> {
  const pull = await demandPlanned(services, asker, id);
  const planned = await planPull(services, asker, askOf(pull));
  if (!isAsShown(pull, planned)) {
    return await readBackAgain(services, asker, pull, planned);
  }
  const need = needOf(planned, asker);
  await demandWayOut(services, planned.pack, pull.alarmed);
  await holdFor(services, asker, {
    id: pull.id,
    until: services.clock.now().add(TOKENS_KEPT_FOR),
    roles: pull.roles,
  });
  const begun = await services.store.transaction(async (stores) => {
    const { pulled, cards } = await commitPull(services, stores, { asker, pull, seconds: planned.seconds });
    const offered = need === null ? [] : await offerPullSignIn(services, stores, asker, { pull: pulled, need });
    return { pulled, cards: [...cards, ...offered] };
  });
  services.log.warn('breakglass.pulled', { pullId: pull.id, pack: pull.pack, isDrill: pull.isDrill });
  return need === null
    ? [...begun.cards, ...(await carryOutPull(services, { ...asker, spend: null }, begun.pulled, planned))]
    : begun.cards;
}

/**
 * Goes on after the puller has signed in on the page: what was planned is confirmed by that, and what waited for a stronger sign-in
 * is sent to PIM with its tokens.
 */
export async function goOnWithPull(services: Services, asker: Asker, id: PullId): Promise<Posted> {
  const pull = await services.store.now.pulls.find(id);
  if (pull === null || pull.puller.id !== asker.person.id) {
    return [];
  }
  if (pull.state === 'planned') {
    return await confirmPull(services, asker, id);
  }
  const requests = await services.store.now.requests.listOfPull(id);
  if (pull.state !== 'pulling' || requests.length > 0) {
    return [];
  }
  // It stands in its own way otherwise.
  const planned = await planPull(services, asker, { ...askOf(pull), goesOn: id });
  if (!isAsShown(pull, planned)) {
    const problem = { code: 'breakglass.changed', facts: { pack: pull.pack } } as const;
    const dropped = { state: 'dropped', endedAt: services.clock.now(), problem } as const;
    return await services.store.transaction(async (stores) => (await movePull(stores, id, ['pulling'], dropped)) ?? []);
  }
  return await carryOutPull(services, asker, pull, planned);
}

/** The person's own pull that still waits for their Confirm. */
async function demandPlanned(services: Services, { person }: Asker, id: PullId): Promise<Pull> {
  const pull = await services.store.now.pulls.find(id);
  if (pull === null || pull.puller.id !== person.id || isUnderWay(pull) || pull.state === 'over') {
    throw new AccessError('card.stale', 'nothing to confirm');
  }
  if (pull.state !== 'planned' || !isBefore(services.clock.now(), pull.plannedAt.add(CONFIRM_PULL_WITHIN))) {
    throw new AccessError('breakglass.confirm_over', 'not confirmed in time', { facts: { pack: pull.pack } });
  }
  return pull;
}

export function askOf(pull: Pull): PullAsk {
  return {
    pack: pull.pack,
    duration: pull.window,
    until: null,
    justification: pull.reason,
    ticket: pull.incident,
    isDrill: pull.isDrill,
  };
}

/** The rulebook may have changed since: what is carried out is what was read, and what was told. */
function isAsShown(pull: Pull, { pack, roles }: PlannedPull): boolean {
  const keys = (named: readonly RoleAtScope[]): string => named.map(roleKey).toSorted().join(' ');
  return (
    pack.needsSecondPerson === pull.needsSecondPerson &&
    pack.pulledBy === pull.pulledBy &&
    pack.alarm.channel === pull.alarmed.channel &&
    keys(roles) === keys(pull.roles)
  );
}

async function readBackAgain(services: Services, asker: Asker, pull: Pull, planned: PlannedPull): Promise<Posted> {
  const fresh = await newPull(services, asker, planned, pull.isDrill);
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.pulls.change(pull.id, ['planned'], { state: 'dropped' });
    await stores.timers.clearAll(pull.id);
    const retired = await stores.cards.retire(pull.id, pull.puller.id);
    return [...(await postReadBack(stores, fresh, planned.seconds)), ...retired];
  });
}

/** The strongest sign-in that the settings demand and that this turn has not brought. */
export function needOf({ plans }: Pick<PlannedPull, 'plans'>, { steppedUp }: Asker): StepUpNeed | null {
  const needs = plans.map(({ policy }) => needOfPolicy(policy)).filter((need) => need !== null);
  return needs.find((need) => !wasMet(need, steppedUp)) ?? null;
}

interface Confirmed {
  readonly asker: Asker;
  readonly pull: Pull;
  readonly seconds: PlannedPull['seconds'];
}

/** Of two pulls of a person at the same instant one is committed. */
async function commitPull(
  services: Services,
  stores: Stores,
  { asker, pull, seconds }: Confirmed,
): Promise<{ readonly pulled: Pull; readonly cards: Posted }> {
  const now = services.clock.now();
  const { id, pack, puller } = pull;
  await stores.people.lock(puller.id);
  for (const other of (await stores.pulls.listUnderWayOf(puller.id)).filter((one) => one.pack === pack)) {
    if (!other.isDrill || pull.isDrill) {
      throw alreadyPulled(other);
    }
    // A rehearsal makes room for the real thing.
    const state = other.state === 'active' ? 'over' : 'dropped';
    await movePull(stores, other.id, [other.state], { state, endedAt: now });
  }
  const pulled = await stores.pulls.change(id, ['planned'], { state: 'pulling', pulledAt: now });
  if (pulled === null) {
    throw new AccessError('card.stale', 'confirmed, or dropped, meanwhile');
  }
  // That it was still planned is what makes it once: the card may have been drawn again since it was pressed.
  await asker.spend?.(stores);
  await stores.timers.clear('pull.silent', id);
  await stores.timers.set({ kind: 'pull.expire', subject: id, dueAt: now.add(PULLING_WITHIN) });
  const happened = {
    at: now,
    actorId: puller.id,
    facts: {
      pull: id,
      pack,
      window: isoDuration(pull.window),
      incident: pull.incident ?? '',
      severity: pull.severity ?? '',
      justification: pull.reason,
    },
  };
  await (pull.isDrill ? stores.audit.breakglassDrilled(happened) : stores.audit.breakglassPulled(happened));
  await raiseAlarm(services, stores, {
    story: id,
    slot: 'alarm',
    notice: activeNoticeOf(pulled, 'channel', NOTHING_ASKED),
    personal: activeNoticeOf(pulled, 'person', NOTHING_ASKED),
    to: pull.alarmed,
  });
  const live = await stores.cards.post({
    story: id,
    recipient: puller.id,
    notice: activeNoticeOf(pulled, 'puller', NOTHING_ASKED),
    delivery: 'now',
  });
  const read = await stores.cards.revise(
    id,
    puller.id,
    'break-glass-confirm',
    confirmNotice(pulled, seconds, { phase: 'confirmed' }),
  );
  const retired = await stores.cards.retire(id, puller.id, [live]);
  return { pulled, cards: [live, ...(read === null ? [] : [read]), ...retired.filter((card) => card !== read)] };
}
