import type { ActivationRequest } from '../domain/activation.ts';
import { cardId, requestId } from '../domain/ids.ts';
import type { AccessError } from '../errors.ts';
import { asAccessError } from '../errors.ts';
import type { DueTimer } from '../ports/jobs.ts';
import { checkAssignment } from './administration/check-assignment.ts';
import { takeSecondRoute } from './alarms/second-route.ts';
import { firePullTimer } from './break-glass/pull-timers.ts';
import { carryOutWish } from './carry-out-wish.ts';
import { goOnWithChain } from './chain-activation.ts';
import { retellWhere } from './channel/retell-where.ts';
import { showInChannel } from './channel/show-in-channel.ts';
import { checkOutcome } from './check-outcome.ts';
import { reminderNotice } from './continue-activation.ts';
import { endActivation } from './end-activation.ts';
import { expireSignIn } from './end-sign-in.ts';
import { expireRequest } from './expire-request.ts';
import { isBefore } from './facts.ts';
import { informApprovers } from './inform-approvers.ts';
import { lookForActive } from './look-for-active.ts';
import { askNextWave } from './next-wave.ts';
import { spread, waitOf } from './postpone-sentence.ts';
import { reconcile } from './reconcile/read-feed.ts';
import { giveUpWatching, settleListed } from './record-decision.ts';
import { redrawCard } from './redraw-card.ts';
import { checkRoles } from './role-files/check-roles.ts';
import { seeActivation } from './see-activation.ts';
import type { Posted, Services } from './services.ts';
import { expireSettingsChange } from './settings/end-change.ts';
import { becomeActive, tellRequester } from './settle-request.ts';

/** Seconds between looks at the tenant while an assignment has not appeared yet. */
const LOOKS_SECONDS = [3, 5, 8, 13, 20, 30, 60, 60, 60, 120, 120, 300];
/** Putting an assignment in place may take long; that it is not there yet never means that it failed. */
const PAUSE_AT_LAST = 600;
const PAUSE_AFTER_FAILURE = Temporal.Duration.from({ seconds: 15 });
const PATIENCE = Temporal.Duration.from({ hours: 24 });

/**
 * Does what is due for one ask and delivers the cards it causes. Every branch reads the ask again first, so that a timer that
 * fires twice, late or after a restart does nothing it should not.
 */
export async function fireTimer(services: Services, timer: DueTimer): Promise<void> {
  if (timer.kind === 'sign-in.expire') {
    await services.delivery.deliver(await expireSignIn(services, timer.subject));
    return;
  }
  if (timer.kind === 'settings-change.expire') {
    await services.delivery.deliver(await expireSettingsChange(services, timer.subject));
    return;
  }
  if (timer.kind === 'assignment.check') {
    await services.delivery.deliver(await checkAssignment(services, timer.subject));
    return;
  }
  if (timer.kind === 'roles.check') {
    await services.delivery.deliver(await checkRoles(services, timer.subject));
    return;
  }
  if (timer.kind.startsWith('pull.')) {
    await services.delivery.deliver(await firePullTimer(services, timer));
    return;
  }
  if (timer.kind === 'tenant.reconcile') {
    await reconcile(services);
    return;
  }
  if (timer.kind === 'card.redraw') {
    await services.delivery.deliver(await redrawCard(services.store, cardId(timer.subject)));
    return;
  }
  if (timer.kind === 'alarm.second-route') {
    await takeSecondRoute(services, timer);
    return;
  }
  const request = await services.store.now.requests.find(requestId(timer.subject));
  if (request === null) {
    return;
  }
  try {
    await services.delivery.deliver(await act(services, request, timer));
  } catch (thrown) {
    await tryLater(services, request, { timer, error: asAccessError(thrown) });
  }
}

async function act(services: Services, request: ActivationRequest, timer: DueTimer): Promise<Posted> {
  switch (timer.kind) {
    case 'request.check-outcome':
      return await checkOutcome(services, request);
    case 'approval.show-in-channel':
      // Only once it stands there its requester is told so.
      await services.delivery.deliver(await showInChannel(services, request, timer));
      return await retellWhere(services.store, request.id);
    case 'request.expire':
      return await expireRequest(services, request);
    case 'approval.next-wave':
      return await askNextWave(services, request);
    case 'activation.watch':
      return await watchActivation(services, request, timer.attempt);
    case 'activation.remind':
      return await remindRequester(services, request);
    case 'activation.end':
      return await endActivation(services, request);
    case 'activation.carry-out-wish':
      return await carryOutWish(services, request, timer);
    case 'activation.see':
      return await seeActivation(services, request, timer.attempt);
    case 'activation.go-on':
      return await goOnWithChain(services, request, timer);
    case 'approval.look':
      await informApprovers(services, request);
      return [];
    case 'turn.resume':
    case 'sign-in.expire':
    case 'settings-change.expire':
    case 'assignment.check':
    case 'roles.check':
    case 'tenant.reconcile':
    case 'pull.silent':
    case 'pull.expire':
    case 'pull.second':
    case 'pull.tick':
    case 'pull.review':
    case 'alarm.second-route':
    case 'card.redraw':
      return [];
  }
}

/**
 * The tenant could not be asked, or answered oddly: the same timer comes again, however odd the answer was, for a day after the
 * last thing that is known of the ask. Then the requester is told what can be told, and an operator must look.
 */
async function tryLater(
  services: Services,
  request: ActivationRequest,
  { timer, error }: { readonly timer: DueTimer; readonly error: AccessError },
): Promise<void> {
  const isOfTheTenant = error.retryable || error.code.startsWith('graph.') || error.code.startsWith('identity.');
  const isLate = isBefore(lastKnown(request).add(PATIENCE), services.clock.now());
  if (!isOfTheTenant || isLate) {
    services.log.error('timer.failed', { kind: timer.kind, requestId: timer.subject, code: error.code, cause: error });
    if (isOfTheTenant && request.state === 'provisioning') {
      await services.delivery.deliver(await giveUpWatching(services, request));
    }
    throw error;
  }
  services.log.warn('timer.postponed', { kind: timer.kind, requestId: timer.subject, code: error.code });
  const wait = waitOf(error);
  const dueAt = services.clock.now().add(wait === null ? PAUSE_AFTER_FAILURE : wait.add(spread(wait)));
  await services.store.now.timers.set({ ...timer, dueAt });
}

/** The latest instant at which something is known, or was planned, of an ask. */
function lastKnown(request: ActivationRequest): Temporal.Instant {
  const instants = [request.requestedAt, request.decidedAt, request.activeFrom, request.activeUntil];
  return instants.filter((instant) => instant !== null).reduce((a, b) => (isBefore(a, b) ? b : a));
}

async function watchActivation(services: Services, request: ActivationRequest, attempt: number): Promise<Posted> {
  if (request.state !== 'provisioning' && request.state !== 'scheduled') {
    return [];
  }
  const active = await lookForActive(services, request);
  if (active !== null && active !== 'hidden') {
    const settled = await settleListed(services, request, active);
    if (settled.length > 0) {
      return settled;
    }
  }
  if (active === 'hidden' && isGranted(request)) {
    return await takeAtItsWord(services, request);
  }
  const now = services.clock.now();
  if (isBefore(lastKnown(request).add(PATIENCE), now)) {
    return await giveUpWatching(services, request);
  }
  const pause = LOOKS_SECONDS[attempt] ?? PAUSE_AT_LAST;
  const dueAt = now.add({ seconds: pause });
  await services.store.now.timers.set({ kind: 'activation.watch', subject: request.id, dueAt, attempt: attempt + 1 });
  return [];
}

/** PIM said yes in words that are understood: to a later start, or to the approver whose decision it took. */
function isGranted({ state, decidedAt }: ActivationRequest): boolean {
  return state === 'scheduled' || decidedAt !== null;
}

/** Nobody lets us look: PIM's yes is all there is, and the card says that the rest is unknown. */
async function takeAtItsWord(services: Services, request: ActivationRequest): Promise<Posted> {
  const from = request.activeFrom ?? services.clock.now();
  const window = { from, until: from.add(request.duration), isListed: false };
  return await services.store.transaction(async (stores) => await becomeActive(services, stores, request, window));
}

/** What is over, or was decided on, by the time that the reminder is written needs none: the end is told by its own timer. */
async function remindRequester(services: Services, { id }: ActivationRequest): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    if (request?.state !== 'active' || request.wish !== 'none') {
      return [];
    }
    const isOver = request.activeUntil !== null && !isBefore(services.clock.now(), request.activeUntil);
    return isOver ? [] : await tellRequester(stores, request, reminderNotice(request, 'none'));
  });
}
