import type { ActivationRequest } from '../domain/activation.ts';
import type { AskBackground } from '../domain/approval-facts.ts';
import { isPerson } from '../domain/ids.ts';
import type { ApprovalRequestNotice, Notice } from '../domain/notice.ts';
import type { CardRecord, Stores } from '../ports/store.ts';
import { askBackground } from './ask-background.ts';
import { isBefore } from './facts.ts';
import type { Services } from './services.ts';

/** Approvers do not wait longer than this for what is looked up for them: their cards leave as they are, and are changed later. */
export const HELD_FOR = Temporal.Duration.from({ seconds: 3 });

/** So many approvers' cards are written in one transaction: the rest follow at once. */
export const CARDS_AT_A_TIME = 250;

/** Who was asked for words on a card has written them by then, or does not. */
const WRITTEN_WITHIN = Temporal.Duration.from({ minutes: 10 });

/** Sets the look that completes the approvers' cards: due since they were to be asked. */
export async function planLook(stores: Pick<Stores, 'timers'>, request: ActivationRequest): Promise<void> {
  const dueAt = request.remindedApproversAt ?? request.requestedAt;
  await stores.timers.set({ kind: 'approval.look', subject: request.id, dueAt });
}

/** Whether what is looked up for approvers is still to be put on a card. On the one that a channel reads it never is. */
export function lacksBackground(notice: Notice): boolean {
  return notice.card === 'approval-request' && notice.channel === undefined && notice.background === undefined;
}

/** What was looked up for some of those who are asked is good for the next of them. */
const GOOD_FOR = Temporal.Duration.from({ minutes: 5 });

/**
 * Puts the background of a request on those of its approvers' cards that lack it, looked up once for all of them. They are sent by
 * jobs. Where somebody writes a justification just now the card stays as it is until they are done: their words would be lost.
 * Safe to run twice: a card that has it stays as it is.
 */
export async function informApprovers(services: Services, request: ActivationRequest): Promise<void> {
  const asked = request.state === 'pending' ? await readAsked(services.store.now, request) : [];
  const bare = asked.filter(({ notice }) => lacksBackground(notice));
  if (bare.length === 0) {
    return;
  }
  const background = lookedUpFor(asked, bare, services.clock.now()) ?? (await askBackground(services, request));
  await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current?.state !== 'pending') {
      return;
    }
    const now = services.clock.now();
    const lacking = (await readAsked(stores, request)).filter(({ notice }) => lacksBackground(notice));
    const writing = await stores.cards.listInSecondStep(request.id, now.subtract(WRITTEN_WITHIN));
    const left = lacking.filter(({ id }) => !writing.has(id));
    const some = left.slice(0, CARDS_AT_A_TIME);
    await stores.cards.postMany(
      some.map(({ id: _, ...card }) => ({ ...card, notice: { ...card.notice, background } })),
    );
    if (left.length > some.length) {
      await planLook(stores, request);
    } else if (left.length < lacking.length) {
      await stores.timers.set({ kind: 'approval.look', subject: request.id, dueAt: now.add(WRITTEN_WITHIN) });
    }
  });
}

type Asked = Pick<CardRecord, 'id' | 'story' | 'recipient' | 'slot'> & { readonly notice: ApprovalRequestNotice };

/** The approvers' own cards that can be pressed. */
async function readAsked({ cards }: Pick<Stores, 'cards'>, request: ActivationRequest): Promise<readonly Asked[]> {
  const found = await cards.findInStory(request.id, 'approval-request');
  return found.flatMap(({ id, story, recipient, slot, notice, isRetired }) => {
    const isLive = !isRetired && isPerson(recipient) && notice.card === 'approval-request' && notice.phase === 'ask';
    return isLive ? [{ id, story, recipient, slot, notice }] : [];
  });
}

/** A large group is asked a part at a time; a reminder is another slot, and looks again. */
function lookedUpFor(
  asked: readonly Asked[],
  bare: readonly Asked[],
  now: Temporal.Instant,
): AskBackground | undefined {
  const slots = new Set(bare.map(({ slot }) => slot));
  return asked
    .filter(({ slot }) => slots.has(slot))
    .flatMap(({ notice }) => notice.background ?? [])
    .find(({ lookedAt }) => isBefore(now, Temporal.Instant.from(lookedAt).add(GOOD_FOR)));
}
