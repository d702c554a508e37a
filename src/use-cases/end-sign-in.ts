import type { CardId } from '../domain/ids.ts';
import type { SignInNotice, StepUpNotice } from '../domain/notice.ts';
import type { PageSignIn, PageSignInState } from '../domain/page-sign-in.ts';
import { AccessError } from '../errors.ts';
import type { CardRecord, Stores } from '../ports/store.ts';
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
}

/** What an ending led to; `ended` is null when the sign-in was not in one of the states it may end from. */
export interface EndedSignIn {
  readonly ended: PageSignIn | null;
  readonly cards: Posted;
}

/**
 * Ends a sign-in in the caller's transaction, once: what waited for it is given up, unless it is done, and its card says so.
 */
export async function endSignIn(
  services: Services,
  stores: Stores,
  id: string,
  { from, to, problem = null }: SignInEnding,
): Promise<EndedSignIn> {
  const ended = await stores.pageSignIns.change(id, from, to);
  return ended === null
    ? { ended, cards: [] }
    : { ended, cards: await settleSignIn(services, stores, ended, { to, problem }) };
}

/** What follows from the end of a sign-in whose state was changed already. */
export async function settleSignIn(
  services: Services,
  stores: Stores,
  ended: PageSignIn,
  { to, problem }: { readonly to: SignInEnd; readonly problem: StepUpNotice['problem'] },
): Promise<Posted> {
  await stores.timers.clear('sign-in.expire', ended.id);
  const { purpose } = ended;
  if (to !== 'done' && purpose.kind === 'requests') {
    for (const id of purpose.requestIds) {
      // Without a reason: a new link may take it up again, which one that its requester withdrew must not be.
      await stores.requests.change(id, ['stepping-up'], { state: 'canceled' });
    }
  }
  await stores.audit.record({
    event: to === 'done' ? 'step_up.done' : 'step_up.ended',
    at: services.clock.now(),
    actorId: ended.principalId,
    requestId: purpose.kind === 'requests' ? (purpose.requestIds[0] ?? null) : null,
    facts: { app: ended.app, outcome: to, ...(problem === null ? {} : { code: problem.code }) },
  });
  return await redraw(stores, ended, to, problem);
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
  if (notice.card === 'step-up' && notice.pageSignInId === id) {
    return { ...notice, phase: to, pageSignInId: null, problem };
  }
  if (notice.card === 'sign-in' && notice.pageSignInId === id && to !== 'done') {
    return { ...notice, pageSignInId: null };
  }
  return null;
}

/** The five minutes are over. */
export async function expireSignIn(services: Services, id: string): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    const from = ['offered', 'started', 'redeeming'] as const;
    return (await endSignIn(services, stores, id, { from, to: 'expired' })).cards;
  });
}

/** The person does not want it any more. @throws {AccessError} card.stale */
export async function cancelSignIn(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const { notice } = card;
  const id = notice.card === 'step-up' ? notice.pageSignInId : null;
  if (id === null) {
    throw new AccessError('card.stale', 'nothing waits');
  }
  return await services.store.transaction(async (stores) => {
    // Before the card is drawn anew, which voids the nonce.
    await claimClick(asker, stores);
    const { ended, cards } = await endSignIn(services, stores, id, { from: ['offered', 'started'], to: 'cancelled' });
    if (ended === null) {
      throw new AccessError('card.stale', 'the sign-in is under way or over');
    }
    return cards;
  });
}
