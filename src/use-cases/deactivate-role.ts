import { type ActivationRequest, newActivationRequest } from '../domain/activation.ts';
import type { ActiveAssignment } from '../domain/assignment.ts';
import type { PullId } from '../domain/ids.ts';
import { tokenResourcesOf } from '../domain/page-sign-in.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Actor } from '../ports/role-management.ts';
import type { PersonRecord, Stores } from '../ports/store.ts';
import { movePull, tellPull } from './break-glass/tell-pull.ts';
import { LEASE } from './commit-intents.ts';
import { withdrawAhead } from './continue-activation.ts';
import { isBefore, iso, requestFacts } from './facts.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services, type SpendClick } from './services.ts';
import { activeNotice, tellRequester } from './settle-request.ts';

/**
 * Gives an activation back. Before PIM's floor of five minutes the person's token is kept that long and it is done then.
 *
 * @throws {AccessError} activation.request_unknown, activation.not_active, identity.sign_in_required, graph.*
 */
export async function deactivateRequest(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  if (request.requesterId !== asker.person.id) {
    throw new AccessError('activation.request_unknown', 'not the requester', { facts: { requestId: request.id } });
  }
  if (request.state !== 'active' || request.activeFrom === null) {
    throw new AccessError('activation.not_active', `request is ${request.state}`, {
      facts: { roleName: request.role.roleName, scopeName: request.role.scope.name },
    });
  }
  const earliest = request.activeFrom.add(services.roles.of(request.role).capabilities.earliestDeactivation);
  if (isBefore(services.clock.now(), earliest)) {
    return await waitForFloor(services, request, { earliest, spend: asker.spend });
  }
  return await deactivateNow(services, request, { actor: actorOf(asker), spend: asker.spend });
}

async function waitForFloor(
  services: Services,
  request: ActivationRequest,
  { earliest, spend }: { readonly earliest: Temporal.Instant; readonly spend: SpendClick | null },
): Promise<Posted> {
  const resources = tokenResourcesOf([request.role]);
  await services.signIns.hold(request.requesterId, request.id, earliest.add({ minutes: 5 }), resources);
  return await services.store.transaction(async (stores) => {
    await claimClick({ spend }, stores);
    const waiting = await stores.requests.change(request.id, ['active'], { wish: 'deactivate' });
    if (waiting === null) {
      return [];
    }
    await stores.timers.clear('activation.remind', request.id);
    await stores.timers.set({ kind: 'activation.carry-out-wish', subject: request.id, dueAt: earliest });
    if (waiting.pull !== null) {
      return await tellPull(stores, waiting.pull, 'news');
    }
    const notice = { ...activeNotice(services, waiting), deactivateAt: iso(earliest) };
    // A new message, since otherwise nothing would seem to happen.
    const id = await stores.cards.post({
      story: request.id,
      recipient: request.requesterId,
      slot: 'deactivate-later',
      notice,
      delivery: 'now',
    });
    return [id, ...(await stores.cards.retire(request.id, request.requesterId, [id]))];
  });
}

/** Ends the activation with the actor's token: intent first, then PIM, then the outcome with its cards. */
export async function deactivateNow(
  services: Services,
  request: ActivationRequest,
  { actor, spend }: { readonly actor: Actor; readonly spend: SpendClick | null },
): Promise<Posted> {
  const now = services.clock.now();
  await services.store.transaction(async (stores) => {
    await stores.timers.set({ kind: 'request.check-outcome', subject: request.id, dueAt: now.add(LEASE) });
    await stores.audit.activationDeactivationIntended({
      at: now,
      actorId: request.requesterId,
      requestId: request.id,
    });
  });
  try {
    await services.roles.of(request.role).deactivate(actor, request.role);
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'activation.in_doubt') {
      throw error;
    }
    await services.store.now.timers.clear('request.check-outcome', request.id);
    if (error.code !== 'activation.not_active') {
      throw error;
    }
  }
  return await recordEnd(services, request, { reason: 'deactivated', spend });
}

/** Why access is over, and why it was not continued where that was wished. */
export interface Ending {
  readonly reason: 'expired' | 'deactivated';
  readonly spend?: SpendClick | null;
  /** When and how long ago, where it was done elsewhere. */
  readonly elsewhere?: { readonly at: Temporal.Instant; readonly learnedAfter: Temporal.Duration };
  readonly notContinued?: AccessError;
  /** The administrator who took it away. */
  readonly removedBy?: Pick<PersonRecord, 'id' | 'name'>;
}

/** Commits that access is over and tells the requester once. Safe to run twice. */
export async function recordEnd(services: Services, request: ActivationRequest, ending: Ending): Promise<Posted> {
  const { elsewhere, reason, notContinued, removedBy } = ending;
  const now = elsewhere?.at ?? services.clock.now();
  // A continuation that failed may have closed the record without a word before.
  const from = notContinued === undefined ? (['active', 'provisioning'] as const) : (['active', 'ended'] as const);
  services.signIns.release(request.id);
  return await services.store.transaction(async (stores) => {
    await ending.spend?.(stores);
    const ended = await stores.requests.change(request.id, from, {
      state: 'ended',
      endReason: reason,
      endedAt: now,
      wish: 'none',
      learnedAfter: elsewhere?.learnedAfter ?? null,
    });
    if (ended === null) {
      return [];
    }
    await stores.timers.clearAll(request.id);
    await recordInTrail(stores, request, ending, now);
    if (ended.pull !== null && removedBy !== undefined) {
      return await stopPull(stores, ended.pull, removedBy.name);
    }
    const told = await tellRequester(stores, ended, {
      card: 'activation-ended',
      request: requestFacts(ended),
      endedAt: iso(notContinued === undefined ? now : (ended.activeUntil ?? now)),
      reason: removedBy === undefined ? (notContinued === undefined ? reason : 'not-continued') : 'removed',
      problem: notContinued === undefined ? null : { code: notContinued.code, facts: notContinued.facts },
    });
    return [...told, ...(await withdrawAhead(stores, ended))];
  });
}

/** Whoever ended it: an administrator who took it away is not its holder, who gave it back. */
async function recordInTrail(
  { audit }: Stores,
  { id, requesterId }: ActivationRequest,
  { reason, notContinued, removedBy }: Ending,
  at: Temporal.Instant,
): Promise<void> {
  await audit.activationEnded({
    at,
    actorId: removedBy?.id ?? (reason === 'deactivated' ? requesterId : null),
    requestId: id,
    facts: {
      reason: removedBy === undefined ? reason : 'removed',
      ...(notContinued !== undefined && { notContinued: notContinued.code }),
    },
  });
}

/** Everybody who was alarmed sees who stopped it. */
async function stopPull(stores: Stores, id: PullId, by: string): Promise<Posted> {
  const problem = { code: 'breakglass.stopped', facts: { by } } as const;
  return (await movePull(stores, id, ['pulling', 'waiting', 'active'], { problem })) ?? [];
}

/**
 * Finds our record of an active assignment, or makes one for an activation that was made elsewhere, so that it can be given
 * back, continued and told about like any other.
 */
export async function adoptActive(
  services: Services,
  asker: Asker,
  active: ActiveAssignment,
): Promise<ActivationRequest | null> {
  return await services.store.transaction(async (stores) => {
    const known = await stores.requests.findOpenForRole(asker.person.id, active);
    if (known !== null) {
      return known;
    }
    const now = services.clock.now();
    const from = active.startsAt ?? now;
    const until = active.endsAt;
    if (until === null) {
      return null;
    }
    const { surface, roleDefinitionId, roleName, scope } = active;
    const adopted = newActivationRequest({
      id: await stores.requests.newId(),
      role: { surface, roleDefinitionId, roleName, scope },
      requesterId: asker.person.id,
      requesterName: asker.person.name,
      state: 'active',
      requestedAt: from,
      duration: from.until(until, { largestUnit: 'hour', smallestUnit: 'minute' }),
      marker: services.newId(),
      activeFrom: from,
      activeUntil: until,
    });
    await stores.requests.insert(adopted);
    await stores.timers.set({ kind: 'activation.end', subject: adopted.id, dueAt: until });
    return adopted;
  });
}
