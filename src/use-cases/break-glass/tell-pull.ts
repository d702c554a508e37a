import { isDeepStrictEqual } from 'node:util';
import { type ActivationRequest, FLOOR } from '../../domain/activation.ts';
import type { BreakGlassActiveNotice } from '../../domain/break-glass-notice.ts';
import type { CardId, PullId, RecipientId } from '../../domain/ids.ts';
import {
  CONFIRM_PULL_WITHIN,
  latest,
  type Pull,
  type PullState,
  progressOf,
  REVIEW_WITHIN,
} from '../../domain/pull.ts';
import type { CardRecord, Stores } from '../../ports/store.ts';
import { isBefore, iso } from '../facts.ts';
import type { Posted } from '../services.ts';
import { activeNoticeOf, reviewNotice, type ToldOfRequests } from './pull-facts.ts';

/** How often the cards of a use that is active are drawn again, and how often in its last minutes. */
const DRAWN_EVERY = Temporal.Duration.from({ minutes: 5 });
const DRAWN_AT_LAST_EVERY = Temporal.Duration.from({ minutes: 1 });

/** By then the tenant's log tells of what was done. */
export const LOG_IS_WHOLE_AFTER = Temporal.Duration.from({ minutes: 15 });

/** The first message of a use to its puller; later ones are numbered. */
const SLOT = 'break-glass-active';

/**
 * Reads what has become of a use from its activations, in the caller's transaction, and tells it: a new message to its puller when it
 * is in another state than before, and the same card as it is now to everybody who was alarmed. `isNews` makes it a new message in
 * any case, `again` draws what is the same once more, as time has passed.
 */
export async function tellPull(stores: Stores, id: PullId, how: 'news' | 'again' | null = null): Promise<Posted> {
  const before = await stores.pulls.lock(id);
  return before === null || before.state === 'planned' ? [] : await tell(stores, before, { change: {}, how });
}

/** Changes a use that is in one of `from`, and tells it; null when it is in another state by now. */
export async function movePull(
  stores: Stores,
  id: PullId,
  from: readonly PullState[],
  change: Partial<Pull>,
): Promise<Posted | null> {
  const before = await stores.pulls.lock(id);
  return before === null || !from.includes(before.state) ? null : await tell(stores, before, { change, how: null });
}

interface Move {
  readonly change: Partial<Pull>;
  readonly how: 'news' | 'again' | null;
}

async function tell(stores: Stores, before: Pull, { change, how }: Move): Promise<Posted> {
  const { id } = before;
  const requests = await stores.requests.listOfPull(id);
  const next = { ...before, ...change };
  const progress = progressOf(next, requests);
  const secondBy = next.secondBy ?? secondByOf(requests);
  const review = progress.state === 'over' ? (next.review ?? reviewOf(next, progress.endedAt)) : next.review;
  const { problem } =
    progress.state === 'active' && requests.length > 0 && requests.every(isActive) ? NO_PROBLEM : next;
  const pull = await stores.pulls.change(id, [before.state], { ...change, ...progress, secondBy, review, problem });
  if (pull === null) {
    return [];
  }
  const told = {
    seconds: await namesOfSeconds(stores, pull, requests),
    standDownAt: standDownAt(requests),
    isStandingDown: requests.some(isToEnd),
  };
  const isChanged = pull.state !== before.state || how === 'news' || (before.review === null && pull.review !== null);
  const notice = activeNoticeOf(pull, 'puller', told);
  const cards = await tellPuller(stores, pull, { notice, isNews: isChanged, isDrawn: how !== null });
  await tellAlarmed(stores, pull, { told, isDrawn: how !== null });
  await setTimers(stores, pull, before.state !== pull.state);
  if (before.review === null && pull.review !== null) {
    await stores.timers.set({
      kind: 'pull.review',
      subject: id,
      dueAt: (pull.endedAt ?? pull.review.dueAt).add(LOG_IS_WHOLE_AFTER),
    });
    await recordEnd(stores, pull);
    return [...cards, ...(await askForReview(stores, pull))];
  }
  return cards;
}

/** All of it is there after all, whatever was in doubt before. */
const NO_PROBLEM = { problem: null } as const;

function isActive({ state }: ActivationRequest): boolean {
  return state === 'active';
}

/** PIM was asked then; the second person has their time from there. */
function secondByOf(requests: readonly ActivationRequest[]): Temporal.Instant | null {
  const pending = requests.find(({ state }) => state === 'pending');
  return pending === undefined ? null : pending.requestedAt.add(CONFIRM_PULL_WITHIN);
}

function reviewOf(pull: Pull, endedAt: Temporal.Instant | null): NonNullable<Pull['review']> {
  const from = endedAt ?? pull.activeUntil ?? pull.plannedAt;
  return { dueAt: from.add(REVIEW_WITHIN), account: null, done: null };
}

async function namesOfSeconds(
  stores: Stores,
  pull: Pull,
  requests: readonly ActivationRequest[],
): Promise<readonly string[]> {
  const pending = requests.find(({ state }) => state === 'pending');
  const asks = pull.state === 'waiting' && pending !== undefined ? await stores.approvals.listAsks(pending.id) : [];
  return asks.map(({ approverName }) => approverName);
}

/** When PIM lets go of what was stood down before its five minutes were over. */
function standDownAt(requests: readonly ActivationRequest[]): Temporal.Instant | null {
  const waiting = requests.filter(({ state, wish }) => state === 'active' && wish === 'deactivate');
  return latest(waiting.map(({ activeFrom }) => activeFrom?.add(FLOOR) ?? null));
}

/** Stood down before it was there. */
function isToEnd({ state, wish }: ActivationRequest): boolean {
  return wish === 'deactivate' && (state === 'submitting' || state === 'provisioning');
}

async function tellPuller(
  stores: Stores,
  { id, puller }: Pull,
  { notice, isNews, isDrawn }: Told & { readonly notice: BreakGlassActiveNotice; readonly isNews: boolean },
): Promise<CardId[]> {
  const own = (await stores.cards.findInStory(id, SLOT)).filter(({ recipient }) => recipient === puller.id);
  const newest = own.find(({ isRetired }) => !isRetired);
  if (newest !== undefined && !isNews) {
    return isDrawn || isOther(newest, notice)
      ? present(await stores.cards.revise(id, puller.id, newest.slot, notice))
      : [];
  }
  const slot = own.length === 0 ? SLOT : `${SLOT}:${own.length}`;
  const posted = await stores.cards.post({ story: id, recipient: puller.id, slot, notice, delivery: 'now' });
  const kept = [posted, ...(await reviewCards(stores, id, puller.id))];
  return [posted, ...(await stores.cards.retire(id, puller.id, kept))];
}

async function reviewCards(stores: Stores, id: PullId, recipient: RecipientId): Promise<readonly CardId[]> {
  const cards = await stores.cards.findInStory(id, 'break-glass-review');
  return cards.filter((card) => card.recipient === recipient).map((card) => card.id);
}

/** The channel and the people see the alarm as it is now, in its place. */
async function tellAlarmed(
  stores: Stores,
  pull: Pull,
  { told, isDrawn }: Told & { readonly told: ToldOfRequests },
): Promise<void> {
  for (const card of await stores.cards.findInStory(pull.id, 'alarm')) {
    const view = card.recipient === pull.alarmed.channel ? 'channel' : 'person';
    const notice = activeNoticeOf(pull, view, told);
    if (isDrawn || isOther(card, notice)) {
      await stores.cards.revise(pull.id, card.recipient, card.slot, notice);
    }
  }
}

interface Told {
  /** Also what says the same as before. */
  readonly isDrawn: boolean;
}

function isOther({ notice }: CardRecord, next: BreakGlassActiveNotice): boolean {
  return !isDeepStrictEqual(notice, next);
}

function present(card: CardId | null): CardId[] {
  return card === null ? [] : [card];
}

async function setTimers(stores: Stores, pull: Pull, isNew: boolean): Promise<void> {
  const { id, state, secondBy, activeFrom } = pull;
  if (state !== 'waiting' || secondBy === null) {
    await stores.timers.clear('pull.second', id);
  } else if (isNew) {
    await stores.timers.set({ kind: 'pull.second', subject: id, dueAt: secondBy });
  }
  if (state !== 'pulling') {
    await stores.timers.clear('pull.expire', id);
  }
  const drawnAt = state === 'active' && activeFrom !== null ? nextDrawing(pull, activeFrom) : null;
  if (drawnAt === null) {
    await stores.timers.clear('pull.tick', id);
  } else if (isNew) {
    await stores.timers.set({ kind: 'pull.tick', subject: id, dueAt: drawnAt });
  }
}

/** When the cards are to be drawn again, so that what is left is told; null when it is over. */
export function nextDrawing(
  { activeUntil }: Pick<Pull, 'activeUntil'>,
  now: Temporal.Instant,
): Temporal.Instant | null {
  if (activeUntil === null || !isBefore(now, activeUntil)) {
    return null;
  }
  const isLast = !isBefore(now.add(DRAWN_EVERY), activeUntil);
  const next = now.add(isLast ? DRAWN_AT_LAST_EVERY : DRAWN_EVERY);
  return isBefore(next, activeUntil) ? next : activeUntil;
}

async function recordEnd(stores: Stores, pull: Pull): Promise<void> {
  await stores.audit.breakglassEnded({
    at: pull.endedAt ?? pull.plannedAt,
    actorId: null,
    facts: { pull: pull.id, pack: pull.pack, reviewBy: pull.review === null ? '' : iso(pull.review.dueAt) },
  });
}

/** Both have the same card; what the tenant's log says is added when it is there. */
async function askForReview(stores: Stores, pull: Pull): Promise<Posted> {
  const found = { operations: [], withoutLog: null };
  const mine = await stores.cards.post({
    story: pull.id,
    recipient: pull.puller.id,
    slot: 'break-glass-review',
    notice: reviewNotice(pull, 'puller', found),
    delivery: 'now',
  });
  if (pull.owner !== null && pull.owner.id !== pull.puller.id) {
    await stores.cards.post({
      story: pull.id,
      recipient: pull.owner.id,
      slot: 'break-glass-review',
      notice: reviewNotice(pull, 'owner', found),
      delivery: 'job',
    });
  }
  return [mine];
}
