import type { Pack } from '../../domain/break-glass.ts';
import { type PullId, pullId } from '../../domain/ids.ts';
import { CONFIRM_PULL_WITHIN, type Pull } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import { type ResolvedRoute, resolvePeople, resolveRoute } from '../alarms/raise-alarm.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { type PlannedPull, type PullAsk, planPull } from './plan-pull.ts';
import { confirmNotice } from './pull-facts.ts';

/**
 * Reads back what a pull would do, to be confirmed within five minutes. Nothing has happened by then, and nobody was told.
 *
 * @throws {AccessError} breakglass.*, oncall.*, activation.*, identity.*, graph.*
 */
export async function proposePull(services: Services, asker: Asker, ask: PullAsk): Promise<Posted> {
  const planned = await planPull(services, asker, ask);
  const pull = await newPull(services, asker, planned, ask.isDrill);
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    return await postReadBack(stores, pull, planned.seconds);
  });
}

/** A use as it was planned, with everybody who will have a part in it. */
export async function newPull(
  services: Services,
  { person }: Asker,
  { pack, roles, window, incident, severity, reason }: PlannedPull,
  isDrill: boolean,
): Promise<Pull> {
  const [route, [owner]] = await Promise.all([
    resolveRoute(services, pack.alarm),
    resolvePeople(services, [pack.owner]),
  ]);
  // Its puller has cards of their own.
  const alarmed = { ...route, people: route.people.filter(({ id }) => id !== person.id) };
  await demandWayOut(services, pack, alarmed);
  return {
    id: pullId(services.newId()),
    pack: pack.name,
    purpose: pack.purpose,
    pulledBy: pack.pulledBy,
    rulebook: services.rules.current().version,
    roles,
    puller: { id: person.id, name: person.name },
    window,
    incident,
    severity,
    reason,
    isDrill,
    needsSecondPerson: pack.needsSecondPerson,
    state: 'planned',
    plannedAt: services.clock.now(),
    pulledAt: null,
    secondBy: null,
    second: null,
    activeFrom: null,
    activeUntil: null,
    endedAt: null,
    problem: null,
    alarmed,
    owner: owner === undefined ? null : { id: owner.id, name: owner.name },
    review: null,
  };
}

/** Nobody pulls what nobody would hear of. @throws {AccessError} breakglass.pack_broken */
export async function demandWayOut(
  services: Services,
  { name }: Pack,
  { channel, people }: ResolvedRoute,
): Promise<void> {
  const { conversations } = services.store.now;
  const known = channel === null ? null : await conversations.find(channel);
  // A channel that was never heard of may well take a message.
  const isOpen = channel !== null && known?.deadReason == null;
  if (isOpen || services.alarmWebhook !== null) {
    return;
  }
  const reachable = await conversations.listReachable(people.map(({ id }) => id));
  if (reachable.size === 0) {
    const facts = { pack: name, reason: 'its alarm reaches nobody: neither its channel nor one of its people.' };
    throw new AccessError('breakglass.pack_broken', 'no way to reach the alarm', { facts });
  }
}

/** Keeps a plan, with the card that reads it back. */
export async function postReadBack(stores: Stores, pull: Pull, seconds: PlannedPull['seconds']): Promise<Posted> {
  await stores.pulls.insert(pull);
  await stores.timers.set({ kind: 'pull.expire', subject: pull.id, dueAt: pull.plannedAt.add(CONFIRM_PULL_WITHIN) });
  const notice = confirmNotice(pull, seconds);
  return [await stores.cards.post({ story: pull.id, recipient: pull.puller.id, notice, delivery: 'now' })];
}

/** Its puller does not want it after all. @throws {AccessError} card.stale */
export async function dropPlanned(services: Services, asker: Asker, id: PullId): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const dropped = await stores.pulls.change(id, ['planned'], { state: 'dropped', endedAt: services.clock.now() });
    if (dropped === null || dropped.puller.id !== asker.person.id) {
      throw new AccessError('card.stale', 'nothing is planned');
    }
    await claimClick(asker, stores);
    await stores.timers.clearAll(id);
    const notice = confirmNotice(dropped, [], { phase: 'dropped' });
    const card = await stores.cards.revise(id, dropped.puller.id, 'break-glass-confirm', notice);
    return card === null ? [] : [card];
  });
}
