import type { ActivationRequest } from '../domain/activation.ts';
import type { CardId, PullId, RequestId } from '../domain/ids.ts';
import type { SignInNotice, StepUpNotice } from '../domain/notice.ts';
import type { PageSignIn, PageSignInState } from '../domain/page-sign-in.ts';
import { AccessError } from '../errors.ts';
import type { CardRecord, Stores } from '../ports/store.ts';
import { movePull, tellPull } from './break-glass/tell-pull.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';

/** How a sign-in on the page ended. */
export type SignInEnd = Extract<
  PageSignInState,
  'done' | 'cancelled' | 'expired' | 'wrong-person' | 'refused' | 'replaced'
>;

export interface SignInEnding {
  readonly from: readonly PageSignInState[];
  readonly to: SignInEnd;
  readonly problem?: StepUpNotice['problem'];
  /** Done before the card is drawn anew, which voids its nonce. */
  readonly beforeRedraw?: () => Promise<void>;
}

/** What an ending led to; `ended` is null when the sign-in was not in one of the states it may end from. */
export interface EndedSignIn {
  readonly ended: PageSignIn | null;
  readonly cards: Posted;
}

/** How long what goes on after a sign-in has, before it is taken for lost with its process. */
const GO_ON_WITHIN = Temporal.Duration.from({ minutes: 2 });

/**
 * Ends a sign-in in the caller's transaction, once: what waited for it is given up, unless it is done, and its card says so.
 * Whoever changes several of them locks sign-in, requests and cards in this order.
 */
export async function endSignIn(
  services: Services,
  stores: Stores,
  id: string,
  ending: SignInEnding,
): Promise<EndedSignIn> {
  const ended = await stores.pageSignIns.change(id, ending.from, ending.to);
  return ended === null ? { ended, cards: [] } : { ended, cards: await settleSignIn(services, stores, ended, ending) };
}

/** What follows from the end of a sign-in whose state was changed already. */
export async function settleSignIn(
  services: Services,
  stores: Stores,
  ended: PageSignIn,
  { to, problem = null, beforeRedraw }: Omit<SignInEnding, 'from'>,
): Promise<Posted> {
  const { id, purpose, story } = ended;
  await stores.timers.clear('sign-in.expire', id);
  if (to === 'done' && story !== null) {
    // What goes on does so in this process only, until it is recorded.
    const dueAt = services.clock.now().add(GO_ON_WITHIN);
    await stores.timers.set({ kind: 'sign-in.expire', subject: id, dueAt });
  }
  const told = to === 'done' ? [] : await endWaiting(services, stores, ended, to);
  const happened = {
    at: services.clock.now(),
    actorId: ended.principalId,
    requestId: purpose.kind === 'requests' ? (purpose.requestIds[0] ?? null) : null,
    facts: { app: ended.app, outcome: to, ...(problem === null ? {} : { code: problem.code }) },
  };
  await (to === 'done' ? stores.audit.stepUpDone(happened) : stores.audit.stepUpEnded(happened));
  await beforeRedraw?.();
  return [...told, ...(await redraw(stores, ended, to, problem))];
}

/** What waited for the sign-in does so no more. */
async function endWaiting(
  services: Services,
  stores: Stores,
  { purpose, story }: PageSignIn,
  to: SignInEnd,
): Promise<Posted> {
  const told: Posted[] = [];
  if (purpose.kind === 'requests') {
    for (const requestId of purpose.requestIds) {
      // Without a reason: a new link may take it up again, which one that its requester withdrew must not be.
      const canceled = await stores.requests.change(requestId, ['stepping-up'], { state: 'canceled' });
      told.push(canceled?.pull == null ? [] : await tellPull(stores, canceled.pull));
    }
  }
  // One without a card is a page that the client made needless.
  if (purpose.kind === 'pull' && to === 'cancelled' && story !== null) {
    told.push(await dropPull(services, stores, purpose.pullId));
  }
  return told.flat();
}

/** Its puller does not want it any more: nothing was given, and everybody who was alarmed sees so. */
async function dropPull(services: Services, stores: Stores, id: PullId): Promise<Posted> {
  const problem = { code: 'identity.sign_in_cancelled', facts: {} } as const;
  const dropped = { state: 'dropped', endedAt: services.clock.now(), problem } as const;
  return (await movePull(stores, id, ['pulling'], dropped)) ?? [];
}

async function redraw(
  stores: Stores,
  { id, story, principalId }: PageSignIn,
  to: SignInEnd,
  problem: StepUpNotice['problem'],
): Promise<Posted> {
  if (story === null) {
    return [];
  }
  const drawn: CardId[] = [];
  for (const slot of ['step-up', 'sign-in']) {
    for (const card of await stores.cards.findInStory(story, slot)) {
      const notice = noticeAfter(card, { id, to, problem });
      const revised = notice === null ? null : await stores.cards.revise(story, principalId, card.slot, notice);
      drawn.push(...(revised === null ? [] : [revised]));
    }
  }
  return drawn;
}

interface Ending {
  readonly id: string;
  readonly to: SignInEnd;
  readonly problem: StepUpNotice['problem'];
}

/** Null when the card shows another link by now. */
function noticeAfter({ notice }: CardRecord, { id, to, problem }: Ending): StepUpNotice | SignInNotice | null {
  if (notice.card === 'step-up' && (notice.pageSignInId === id || notice.phase === 'done')) {
    return { ...notice, phase: to, pageSignInId: null, problem };
  }
  if (notice.card === 'sign-in' && notice.pageSignInId === id && to !== 'done') {
    return { ...notice, pageSignInId: null };
  }
  return null;
}

/**
 * The five minutes are over; or, after a sign-in, what was to go on is still not there: then its process died, and the card
 * offers a new link for what is left.
 */
export async function expireSignIn(services: Services, id: string): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const from = ['offered', 'started', 'redeeming'] as const;
    const expired = await endSignIn(services, stores, id, { from, to: 'expired' });
    if (expired.ended !== null) {
      return expired.cards;
    }
    const known = await stores.pageSignIns.find(id);
    if (known?.state !== 'done' || !(await isLeft(stores, known))) {
      return [];
    }
    services.log.warn('sign-in-page.interrupted', { principalId: known.principalId });
    const problem = { code: 'command.interrupted', facts: {} } as const;
    return (await endSignIn(services, stores, id, { from: ['done'], to: 'refused', problem })).cards;
  });
}

/** Says whether anything still waits for a sign-in, or could be taken up with a new one. */
export async function isLeft(stores: Stores, { principalId, purpose }: PageSignIn): Promise<boolean> {
  switch (purpose.kind) {
    case 'requests': {
      const found = await Promise.all(purpose.requestIds.map((id) => stores.requests.find(id)));
      return found.some((request) => request?.state === 'stepping-up');
    }
    case 'pull': {
      const pull = await stores.pulls.find(purpose.pullId);
      const isSent = (await stores.requests.listOfPull(purpose.pullId)).length > 0;
      return pull?.puller.id === principalId && pull.state === 'pulling' && !isSent;
    }
    case 'sentence':
      return (await stores.signIns.find(purpose.signInId)) !== null;
    case 'press': {
      const card = await stores.cards.findByNonce(purpose.press.nonce);
      return card?.recipient === principalId && !card.isNonceSpent && !card.isRetired;
    }
  }
}

/** The person does not want it any more. @throws {AccessError} card.stale */
export async function cancelSignIn(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const { notice } = card;
  const id = notice.card === 'step-up' ? notice.pageSignInId : null;
  if (id === null) {
    throw new AccessError('card.stale', 'nothing waits');
  }
  return await services.store.transaction(async (stores) => {
    const { ended, cards } = await endSignIn(services, stores, id, {
      from: ['offered', 'started'],
      to: 'cancelled',
      beforeRedraw: async () => await claimClick(asker, stores),
    });
    if (ended === null) {
      throw new AccessError('card.stale', 'the sign-in is under way or over');
    }
    return cards;
  });
}

/** A request that was taken out of its sign-in; null when it did not wait any more. */
export interface Withdrawn {
  readonly request: ActivationRequest | null;
  readonly cards: Posted;
}

/**
 * Takes one request out of the sign-in that it waits for, in the caller's transaction. A sign-in that serves others as well goes
 * on for those; else it ends.
 *
 * @throws {AccessError} activation.already_pending when the person has just signed in for it
 */
export async function withdrawRequest(
  services: Services,
  stores: Stores,
  { id, requesterId }: Pick<ActivationRequest, 'id' | 'requesterId'>,
  to: 'cancelled' | 'replaced',
): Promise<Withdrawn> {
  const signIn = await lockNewest(stores, { id, requesterId });
  if (signIn?.state === 'redeeming' || signIn?.state === 'done') {
    throw new AccessError('activation.already_pending', 'it is being sent', { facts: { requestId: id } });
  }
  const request = await stores.requests.change(id, ['stepping-up'], { state: 'canceled', endReason: 'canceled' });
  if (request === null || signIn === null) {
    return { request, cards: [] };
  }
  if (await isLeft(stores, signIn)) {
    return { request, cards: await leaveOut(stores, signIn, id) };
  }
  const { cards } = await endSignIn(services, stores, signIn.id, { from: ['offered', 'started'], to });
  if (to === 'replaced' || signIn.story === null) {
    return { request, cards };
  }
  // Nothing is left that a new link could go on with.
  return { request, cards: await stores.cards.retire(signIn.story, requesterId) };
}

/** Whoever was waited for may have put a newer one in its place, which is seen only when looked for again. */
async function lockNewest(
  stores: Stores,
  { id, requesterId }: Pick<ActivationRequest, 'id' | 'requesterId'>,
): Promise<PageSignIn | null> {
  let locked = await stores.pageSignIns.lockForRequest(id, requesterId);
  for (;;) {
    const newest = await stores.pageSignIns.lockForRequest(id, requesterId);
    if (newest?.id === locked?.id) {
      return newest;
    }
    locked = newest;
  }
}

/** The card names the other requests only. */
async function leaveOut(stores: Stores, { story, principalId }: PageSignIn, id: RequestId): Promise<Posted> {
  const drawn: CardId[] = [];
  for (const { notice, slot } of story === null ? [] : await stores.cards.findInStory(story, 'step-up')) {
    if (story !== null && notice.card === 'step-up') {
      const roles = notice.roles.filter(({ requestId }) => requestId !== id);
      const revised = await stores.cards.revise(story, principalId, slot, { ...notice, roles });
      drawn.push(...(revised === null ? [] : [revised]));
    }
  }
  return drawn;
}
