import { type ActivationRequest, FLOOR, type NextActivation, type RequestState } from '../domain/activation.ts';
import { isSameRole, type RoleAtScope } from '../domain/assignment.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { DueTimer } from '../ports/jobs.ts';
import type { Actor } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { reviseActive } from './active-card.ts';
import { tokenResourcesFor } from './check-duties.ts';
import { adoptActive } from './deactivate-role.ts';
import { postError } from './error-card.ts';
import { isoDuration, roleFacts } from './facts.ts';
import { offerStepUps } from './offer-sign-in.ts';
import { askedSoFar, pendingNotice } from './pending-card.ts';
import { type ActivationAsk, planActivation } from './plan-activation.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from './services.ts';
import { activeNotice, FIRST_LOOK, tellRequester } from './settle-request.ts';
import { type Submitted, submitActivations } from './submit-activation.ts';

/** Seconds between looks while membership does not count yet; Azure may know of it minutes later (pim-api §4.3). */
const LOOKS_SECONDS = [3, 5, 8, 13, 20, 30, 60, 60, 120, 120, 180];

/** How long the token of the ask may wait for the first step, the longer first: an approver may have to decide it. */
const HOLD_MINUTES = [50, 10];

type FirstStep = Pick<ActivationRequest, 'id' | 'requesterId' | 'role' | 'leadsTo'>;

/** Keeps the asker's token for the second step of a chain. Without it, one more press goes on: it is no reason to fail. */
export async function holdForNext(services: Services, request: FirstStep): Promise<void> {
  const now = services.clock.now();
  const { id, requesterId, role, leadsTo } = request;
  const resources = tokenResourcesFor(services, leadsTo === null ? [role] : [role, leadsTo.role]);
  try {
    for (const minutes of HOLD_MINUTES) {
      if (await services.signIns.hold(requesterId, id, now.add({ minutes }), resources)) {
        return;
      }
    }
  } catch (thrown) {
    services.log.warn('activation.token_not_held', { requestId: id, code: asAccessError(thrown).code });
  }
}

/** The first step is asked for or on already, perhaps from elsewhere: what it leads to is waited for from here. */
export async function waitForMembership(
  services: Services,
  asker: Asker,
  { group, leadsTo }: { readonly group: RoleAtScope; readonly leadsTo: NextActivation },
): Promise<Posted> {
  const open = await services.store.now.requests.findOpenForRole(asker.person.id, group);
  if (open !== null && UNDER_WAY.has(open.state)) {
    await holdForNext(services, { ...open, leadsTo });
    return await addNext(services, asker, { ...open, leadsTo });
  }
  const request = await findRunning(services, asker, group);
  await holdForNext(services, { ...request, leadsTo });
  return await wait(services, asker, { ...request, leadsTo }, leadsOnlyTo);
}

/** PIM has the first step, and it gives nothing yet. */
const UNDER_WAY: ReadonlySet<RequestState> = new Set(['pending', 'provisioning', 'scheduled']);

/** Notes what comes next on a first step that is under way. */
async function addNext(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await leadsOnlyTo(stores, request);
    const noted = await stores.requests.change(request.id, [request.state], { leadsTo: request.leadsTo });
    if (noted === null) {
      throw new AccessError('card.stale', 'the first step went on meanwhile');
    }
    return await tellRequester(stores, noted, pendingNotice(noted, await askedSoFar(stores, noted.id)));
  });
}

/**
 * A first step leads to one role at a time: another one that still waits for it is not forgotten in favour of a new one. One that
 * stopped was told, and gives way.
 */
async function leadsOnlyTo(stores: Stores, { id, leadsTo }: ActivationRequest): Promise<void> {
  const current = (await stores.requests.lock(id))?.leadsTo ?? null;
  if (current === null || leadsTo === null || isSameRole(current.role, leadsTo.role)) {
    return;
  }
  const stopped = await stores.cards.findInStory(id, 'chain-stopped');
  if (stopped.every(({ isRetired }) => isRetired)) {
    throw new AccessError('activation.already_pending', 'the first step leads to another role', {
      facts: { requestId: id, ...roleFacts(current.role) },
    });
  }
}

/** Nobody took the step since it was read. */
async function isStillToCome(stores: Stores, { id }: ActivationRequest): Promise<void> {
  if ((await stores.requests.lock(id))?.leadsTo == null) {
    throw new AccessError('activation.request_unknown', 'the next step was taken', { facts: { requestId: id } });
  }
}

async function findRunning(services: Services, asker: Asker, group: RoleAtScope): Promise<ActivationRequest> {
  const known = await services.store.now.requests.findOpenForRole(asker.person.id, group);
  if (known?.state === 'active') {
    return known;
  }
  const active = await services.roles.of(group).listActive(actorOf(asker));
  const same = active.find((item) => isSameRole(item, group));
  const adopted = same === undefined ? null : await adoptActive(services, asker, same);
  if (adopted === null) {
    throw new AccessError('activation.not_active', 'it ended meanwhile', { facts: { ...roleFacts(group) } });
  }
  return adopted;
}

/** Notes what comes next on a running activation, shows it, and looks soon. */
async function wait(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  check: (stores: Stores, request: ActivationRequest) => Promise<void>,
): Promise<Posted> {
  const { leadsTo } = request;
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await check(stores, request);
    const waiting = await stores.requests.change(request.id, ['active'], { leadsTo });
    if (waiting === null || leadsTo === null) {
      throw new AccessError('activation.not_active', 'it ended meanwhile', { facts: { ...roleFacts(request.role) } });
    }
    await stores.timers.set({
      kind: 'activation.go-on',
      subject: request.id,
      dueAt: services.clock.now().add(FIRST_LOOK),
    });
    return await showChain(services, stores, waiting, { slot: 'go-on' });
  });
}

/** Shows where a chain stands in a message of its own; the cards before it lose their buttons. */
async function showChain(
  services: Services,
  stores: Stores,
  request: ActivationRequest,
  { slot, problem = null }: { readonly slot: string; readonly problem?: AccessError | null },
): Promise<Posted> {
  const notice = activeNotice(services, request);
  const chain =
    notice.chain === null || problem === null
      ? notice.chain
      : { ...notice.chain, phase: 'stopped' as const, problem: { code: problem.code, facts: problem.facts } };
  const card = await stores.cards.post({
    story: request.id,
    recipient: request.requesterId,
    slot,
    notice: { ...notice, chain },
    delivery: 'now',
  });
  return [card, ...(await stores.cards.retire(request.id, request.requesterId, [card]))];
}

/**
 * The first step may count by now: activates what it leads to with the waiting token of the ask. Where that is gone, or
 * something stands in the way, a card says so and one press goes on. Safe to run twice.
 */
export async function goOnWithChain(services: Services, request: ActivationRequest, timer: DueTimer): Promise<Posted> {
  if (request.state !== 'active' || request.leadsTo === null) {
    return [];
  }
  const person = await services.store.now.people.find(request.requesterId);
  if (person?.signedOutAt != null) {
    // Perhaps in another replica: what was kept from before counts for nothing.
    services.signIns.forget(person.id, person.signedOutAt);
  }
  if (person === null || !services.signIns.isHeld(request.id)) {
    return await stop(services, request, new AccessError('identity.sign_in_required', 'token lost'));
  }
  const asker: Asker = { person, turnId: services.newId(), spend: null };
  const actor = { principalId: person.id, heldFor: request.id };
  try {
    return await takeNext(services, asker, request, { actor, attempt: timer.attempt });
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (!error.code.startsWith('identity.')) {
      throw error;
    }
    return await stop(services, request, error);
  }
}

/** The same by a press, with the token of the press. @throws {AccessError} activation.request_unknown, .not_active, graph.* */
export async function goOnByPress(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  const { leadsTo } = request;
  if (request.requesterId !== asker.person.id || leadsTo === null) {
    throw new AccessError('activation.request_unknown', 'nothing comes next', { facts: { requestId: request.id } });
  }
  if (request.state !== 'active') {
    throw new AccessError('activation.not_active', `request is ${request.state}`, {
      facts: { ...roleFacts(request.role) },
    });
  }
  await holdForNext(services, request);
  return await takeNext(services, asker, request, { actor: actorOf(asker), attempt: null });
}

interface NextTry {
  readonly actor: Actor;
  /** How often the tenant was looked at before; null for a press, which waits from now on. */
  readonly attempt: number | null;
}

async function takeNext(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
  { actor, attempt }: NextTry,
): Promise<Posted> {
  const { leadsTo } = request;
  if (leadsTo === null) {
    return [];
  }
  const eligible = await services.roles.of(leadsTo.role).listEligible(actor);
  const role = eligible.find((item) => isSameRole(item, leadsTo.role));
  if (role === undefined) {
    return attempt === null
      ? await wait(services, asker, request, isStillToCome)
      : await lookAgain(services, request, attempt);
  }
  services.eligibility.forget(request.requesterId);
  const plan = await planActivation(
    services,
    { person: asker.person, actor },
    role,
    askOf(leadsTo, timeLeft(services, request)),
  );
  const refusal = plan.refusals[0];
  if (refusal !== undefined) {
    return await stop(services, request, new AccessError(refusal.code, 'refused by plan', { facts: refusal.facts }));
  }
  const [done] = await submitActivations(services, asker, [{ plan, through: request.id }], actor);
  return done === undefined ? [] : await tell(services, asker, request, { done, attempt });
}

/** What membership makes possible lasts no longer than membership; a few minutes more or less are no matter. */
function askOf({ duration, justification, ticket }: NextActivation, left: Temporal.Duration | null): ActivationAsk {
  const isTooLong = left !== null && Temporal.Duration.compare(left.add(FLOOR), duration) < 0;
  const shorter = isTooLong && Temporal.Duration.compare(left, FLOOR) >= 0 ? left : duration;
  return { duration: shorter, until: null, start: null, justification, ticket };
}

function timeLeft(services: Services, { activeUntil }: ActivationRequest): Temporal.Duration | null {
  const minutes = activeUntil === null ? null : services.clock.now().until(activeUntil).total('minutes');
  return minutes === null ? null : Temporal.Duration.from({ minutes: Math.floor(minutes) });
}

async function lookAgain(services: Services, request: ActivationRequest, attempt: number): Promise<Posted> {
  const pause = LOOKS_SECONDS[attempt];
  if (pause === undefined) {
    const error = new AccessError('activation.not_eligible', 'membership does not count', {
      facts: { ...roleFacts(request.role) },
    });
    return await stop(services, request, error);
  }
  const dueAt = services.clock.now().add({ seconds: pause });
  await services.store.now.timers.set({ kind: 'activation.go-on', subject: request.id, dueAt, attempt: attempt + 1 });
  return [];
}

async function tell(
  services: Services,
  asker: Asker,
  first: ActivationRequest,
  { done, attempt }: { readonly done: Submitted | AccessError; readonly attempt: number | null },
): Promise<Posted> {
  if (done instanceof AccessError) {
    // Somebody else took the step.
    return done.code === 'activation.request_unknown' ? [] : await postError(services, asker, done);
  }
  if (done.kind === 'refused' && done.error.code === 'activation.not_eligible') {
    // Listed, and not believed yet: the step is put back, and is looked for as often as one that is not listed.
    const again = { ...first, leadsTo: nextOf(done.request) };
    if (attempt === null) {
      return await wait(services, { ...asker, spend: null }, again, leadsOnlyTo);
    }
    const putBack = await services.store.now.requests.change(first.id, ['active'], { leadsTo: again.leadsTo });
    return putBack === null ? [] : await lookAgain(services, putBack, attempt);
  }
  services.signIns.release(first.id);
  // A press comes when somebody presses: that measures nothing of the tenant's.
  const waited = attempt === null ? null : (first.activeFrom?.until(services.clock.now()) ?? null);
  const revised = await services.store.transaction(
    async (stores) =>
      await reviseActive(stores, first, {
        chain: {
          next: roleFacts(done.request.role),
          phase: done.kind === 'refused' ? 'stopped' : 'sent',
          waited: waited === null ? null : waited.round({ largestUnit: 'hour', smallestUnit: 'second' }).toString(),
          problem: done.kind === 'refused' ? { code: done.error.code, facts: done.error.facts } : null,
        },
      }),
  );
  switch (done.kind) {
    case 'told':
      return [...done.cards, ...done.replaced, ...revised];
    case 'step-up':
      return [...(await offerStepUps(services, asker, [done])), ...done.replaced, ...revised];
    case 'refused':
      return [...(await postError(services, asker, done.error)), ...revised];
  }
}

function nextOf({ role, duration, justification, ticket }: ActivationRequest): NextActivation {
  return { role, duration, justification, ticket };
}

/** The chain waits for a press. */
async function stop(services: Services, request: ActivationRequest, error: AccessError): Promise<Posted> {
  services.log.warn('activation.chain_stopped', { requestId: request.id, code: error.code });
  return await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current?.state !== 'active' || current.leadsTo === null) {
      return [];
    }
    await stores.audit.activationChainEnded({
      at: services.clock.now(),
      actorId: null,
      requestId: request.id,
      facts: { code: error.code, duration: isoDuration(current.leadsTo.duration) },
    });
    return await showChain(services, stores, current, { slot: 'chain-stopped', problem: error });
  });
}
