import { UNINSTALLED, type UnreachableWhy } from '../src/domain/approver.ts';
import { isPerson } from '../src/domain/ids.ts';
import type { DeliveryResult, OutboxEntry } from '../src/ports/outbox.ts';
import { unreachableWhy } from '../src/use-cases/approver-reach.ts';
import { type Place, withoutThread } from './connector.ts';
import { type ConnectorResult, PLACE_CODES } from './connector-results.ts';
import type { DeliveryOptions, Unreachable } from './delivery-options.ts';
import { MUST_ACT } from './invitations.ts';

/** How one attempt to bring a card ended. */
export interface Outcome {
  readonly result: DeliveryResult;
  /** That nothing can be written to the recipient, which others may have to know; null where it is not about them. */
  readonly unreachable: Unreachable | null;
  /** It arrived where earlier ones may not have. */
  readonly isReachedAgain: boolean;
  /** Teams refuses the bot itself. */
  readonly isBotRefused: boolean;
  /** It is about the card itself, whoever else has to know: an operator looks at it. */
  readonly isCardRefused: boolean;
}

/** With the longest pause of five minutes about a day, after which a card is a dead letter. */
export const MOST_ATTEMPTS = 300;
const LONGEST_PAUSE_MS = 300_000;

/** How often somebody is tried again who cannot be reached: a block is lifted without a word. */
const LOOK_AGAIN_MS = 900_000;
/** A day and an hour: PIM itself waits for a decision no longer than a day. */
const MOST_LOOKS = 100;

/** Of a message that nobody needs any more. */
export const OVER = 'over';

/** A channel or group chat that is not there any more. */
export const CONVERSATION_GONE = 'conversation-gone';

/** Teams may need a moment after an installation. */
export const INSTALLING = 'installing';

/** Nobody could be reached with it; what is in the outbox under one of these waits for the person. */
export const UNREACHABLE_REASONS: readonly string[] = [
  ...PLACE_CODES,
  'ConversationNotFound',
  CONVERSATION_GONE,
  INSTALLING,
  UNINSTALLED,
];

/**
 * What asks nothing any more of somebody who never saw it is no news to them: how an approval ended that they were not asked for
 * yet, and whatever else is over and came to nothing because they could not be reached. What may have arrived has to say so; to who
 * decided by a sentence meanwhile it is the answer.
 */
export function isForNothing({ card, person, operation, reason, wasAmbiguous }: OutboxEntry): boolean {
  if (operation !== 'send' || wasAmbiguous) {
    return false;
  }
  const { notice } = card;
  const wasUnreachable = reason !== null && UNREACHABLE_REASONS.includes(reason);
  if (notice.card === 'approval-decided') {
    return wasUnreachable || notice.decidedBy === null || notice.decidedBy !== person?.name;
  }
  return card.isRetired && (notice.card === 'approval-request' || wasUnreachable);
}

/** Turns what the connector said into what the outbox keeps; `place` is where it was said. */
export async function settled(
  options: DeliveryOptions,
  entry: OutboxEntry,
  result: ConnectorResult<string>,
  place: Place | null,
): Promise<Outcome> {
  switch (result.kind) {
    case 'ok':
      return arrived(options, entry, result.value, place as Place);
    case 'early':
      return given({ kind: 'early', until: result.until });
    case 'refused':
      return later(options, entry, { reason: result.reason });
    case 'throttled':
      return later(options, entry, { reason: result.reason, afterMs: result.retryAfterMs, keepsPlace: true });
    case 'bot-refused':
      return {
        ...later(options, entry, { reason: result.reason, afterMs: LONGEST_PAUSE_MS }),
        unreachable: null,
        isBotRefused: true,
      };
    case 'ambiguous':
      // Updates and removals may be repeated: they say where they belong.
      if (entry.operation === 'send' && !isSentAgain(entry)) {
        return given({ kind: 'dead', reason: 'ambiguous' });
      }
      return later(options, entry, { reason: result.reason, isAmbiguous: entry.operation === 'send' });
    case 'gone':
      // Not even a chat that was opened just now.
      return await unreachable(options, entry, { reason: result.reason, why: 'failed' });
    case 'too-big':
      return cardRefused(entry, result.reason);
    case 'dead':
      return result.isPlaceDead
        ? await unreachable(options, entry, { reason: result.reason, why: whyOf(result.reason, entry), place })
        : cardRefused(entry, result.reason);
  }
}

/** No use trying this card again. Approvers who never get it were not asked with it, which its requester has to know. */
export function cardRefused({ card, operation }: OutboxEntry, reason: string): Outcome {
  const isAsk = operation === 'send' && card.notice.card === 'approval-request' && !card.isRetired;
  const unreachable = isAsk ? { why: 'failed' as const, reason } : null;
  return { ...given({ kind: 'dead', reason }), unreachable, isCardRefused: true };
}

/** Teams does not always tell a block from a removal (teams-platform §4.3): we do, where it was noted. */
function whyOf(reason: string, { conversation }: OutboxEntry): UnreachableWhy {
  return unreachableWhy(conversation?.deadReason === UNINSTALLED ? UNINSTALLED : reason);
}

/**
 * Doubles of these do less harm than their loss. Of the others the next change becomes a fresh message. A sign-in request is
 * answered by the client itself, once.
 */
function isSentAgain({ card }: OutboxEntry): boolean {
  return MUST_ACT.has(card.notice.card) || card.notice.card === 'sign-in';
}

async function arrived(
  options: DeliveryOptions,
  entry: OutboxEntry,
  activityId: string,
  place: Place,
): Promise<Outcome> {
  const { card, conversation, operation, attempt, reason } = entry;
  const wasClosed = conversation === null || conversation.deadReason !== null;
  if (wasClosed) {
    // A block is lifted without a word.
    if (conversation?.id === withoutThread(place.conversationId)) {
      await options.store.now.conversations.save({ ...conversation, deadReason: null });
    }
    await options.onReachable(card.recipient);
  }
  const isAsk = operation === 'send' && card.notice.card === 'approval-request';
  return {
    ...given(delivered(activityId, place)),
    isReachedAgain: isAsk && (wasClosed || attempt > 0 || reason !== null),
  };
}

interface Closed {
  readonly reason: string;
  readonly why: UnreachableWhy;
  /** Where it was said, if it was; else the chat as it was known. */
  readonly place?: Place | null;
}

/** Nothing can be written to this recipient now. Cards that they must act on are tried again for as long as they are open. */
export async function unreachable(
  { store, clock, random = Math.random }: DeliveryOptions,
  { card, conversation, attempt }: OutboxEntry,
  { reason, why, place = null }: Closed,
): Promise<Outcome> {
  // That they removed the bot themselves is not forgotten; a thread that is gone says nothing of its channel.
  const closed = place === null ? conversation?.id : withoutThread(place.conversationId);
  if (closed !== undefined && conversation?.deadReason !== UNINSTALLED && card.notice.card !== 'thread-note') {
    await store.now.conversations.markDead(closed, reason);
  }
  // Of a channel it is news once; each of its cards would tell an operator again.
  const isNews = isPerson(card.recipient) || (conversation?.deadReason ?? null) === null;
  const unreachable = isNews ? { why, reason } : null;
  const isOpen = MUST_ACT.has(card.notice.card) && !card.isRetired;
  if (!isOpen || attempt >= MOST_LOOKS) {
    return { ...given({ kind: 'dead', reason }), unreachable };
  }
  const at = clock.now().add({ milliseconds: Math.ceil(LOOK_AGAIN_MS * (1 + random() / 4)) });
  return {
    ...given({ kind: 'retry', at, isAmbiguous: false, keepsPlace: false, reason }),
    unreachable,
  };
}

interface Delay {
  readonly reason: string;
  /** What Teams asked for. */
  readonly afterMs?: number | null;
  readonly isAmbiguous?: boolean;
  readonly keepsPlace?: boolean;
}

/** Once more after a pause that grows with the attempts. */
export function later(
  { clock, random = Math.random }: DeliveryOptions,
  { attempt: attempts }: OutboxEntry,
  { reason, afterMs = null, isAmbiguous = false, keepsPlace = false }: Delay,
): Outcome {
  if (attempts >= MOST_ATTEMPTS) {
    return { ...given({ kind: 'dead', reason }), unreachable: { why: 'failed', reason } };
  }
  const pause = afterMs ?? Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(attempts, 20));
  // Never earlier than asked for; a quarter later at most, so that many do not come back at once.
  const milliseconds = Math.ceil(Math.max(pause, 1_000) * (1 + random() / 4));
  const at = clock.now().add({ milliseconds });
  return given({ kind: 'retry', at, isAmbiguous, keepsPlace, reason });
}

/** An end that is not about the person. */
export function given(result: DeliveryResult): Outcome {
  return { result, unreachable: null, isReachedAgain: false, isBotRefused: false, isCardRefused: false };
}

export function delivered(activityId: string, { conversationId }: Place): DeliveryResult {
  return { kind: 'delivered', activityId, conversationId };
}
