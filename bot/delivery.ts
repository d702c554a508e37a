import { type CardId, conversationId, isPerson } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import { asAccessError } from '../src/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Delivery } from '../src/ports/delivery.ts';
import type { Log } from '../src/ports/log.ts';
import type { DeliveryResult, Outbox, OutboxEntry } from '../src/ports/outbox.ts';
import type { CardRecord, ConversationRecord, Store } from '../src/ports/store.ts';
import { signInContent } from './answers.ts';
import { type Connector, type Place, withoutThread } from './connector.ts';
import type { ConnectorResult } from './connector-results.ts';
import type { RenderCard } from './rendering.ts';

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly connector: Connector;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly render: RenderCard;
  readonly botAppId: string;
  /** Where people are written to whose chat was never seen. */
  serviceUrl(): string;
  /** A card was given up because its recipient cannot be reached; gives the cards that tell others. May fail: it is logged. */
  onUndeliverable(card: CardRecord, reason: string): Promise<readonly CardId[]>;
  /** From 0 to 1, for tests. */
  random?(): number;
  readonly count?: (result: DeliveryResult['kind']) => void;
}

/** Sends under way at a time in this replica. */
const AT_A_TIME = 8;

/** Cards that one claim looks at: with all of them each time, many would take the square of their number. */
const ASKED_AT_A_TIME = 4 * AT_A_TIME;

/**
 * Doubles of these do less harm than their loss: they are sent again although the first may have arrived (DESIGN §5). Of the
 * others the next change becomes a fresh message. A sign-in request is answered by the client itself, once.
 */
const SENT_AGAIN: ReadonlySet<Notice['card']> = new Set([
  ...(['alarm', 'approval-request', 'sign-in'] as const),
  ...(['break-glass-confirm', 'break-glass-active', 'break-glass-review'] as const),
]);

/** With the longest pause of five minutes about a day, after which a card is a dead letter. */
const MOST_ATTEMPTS = 300;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Brings cards from the outbox to people. Safe to call twice, in one replica or two: an entry is claimed before it is
 * sent, and what is sent is always the newest version.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  return {
    async deliver(cards) {
      const waiting = new Set(cards);
      let isSecondLook = false;
      try {
        while (waiting.size > 0) {
          const asked = [...waiting].slice(0, ASKED_AT_A_TIME);
          const entries = await options.outbox.claim(asked, AT_A_TIME);
          // An empty claim may have met another one half-way; the second sees what that one did, and leaves the rest to it.
          const done = entries.length === 0 && isSecondLook ? asked : entries.map(({ card }) => card.id);
          isSecondLook = entries.length === 0 && !isSecondLook;
          // Once each: what was postponed, or changed while it was sent, is queued by settling it.
          await Promise.all(entries.map((entry) => deliverOne(options, entry)));
          for (const card of done) {
            waiting.delete(card);
          }
        }
      } catch (error) {
        options.log.error('delivery.failed', { cards, error });
      }
    },
  };
}

/** Sends one entry and writes down how it went. */
async function deliverOne(options: DeliveryOptions, claimed: OutboxEntry): Promise<void> {
  const { outbox, count } = options;
  const entry = await withoutDouble(options, claimed);
  const { result, isUnreachable } = await attemptOnce(options, entry);
  await outbox.settle(entry.card.id, entry.card.version, result);
  count?.(result.kind);
  note(options, entry, { result, isUnreachable });
  if (result.kind === 'dead' && isUnreachable) {
    await tellOthers(options, entry.card, result.reason);
  }
}

/** What may have arrived before is sent again with other buttons: those of the double, if there is one, do nothing. */
async function withoutDouble({ outbox }: DeliveryOptions, entry: OutboxEntry): Promise<OutboxEntry> {
  if (!entry.wasAmbiguous || entry.operation !== 'send') {
    return entry;
  }
  const { id, version } = entry.card;
  return { ...entry, card: (await outbox.renew(id, version)) ?? entry.card };
}

async function attemptOnce(options: DeliveryOptions, entry: OutboxEntry): Promise<Outcome> {
  try {
    return await attempt(options, entry);
  } catch (error) {
    // The claim runs out, and the card is looked at again.
    if (asAccessError(error).retryable) {
      throw error;
    }
    // Such as a card that cannot be painted: trying the same again would not help, a newer version may.
    options.log.error('delivery.broken', { cardId: entry.card.id, card: entry.card.notice.card, error });
    return given({ kind: 'dead', reason: 'broken' });
  }
}

function note({ log }: DeliveryOptions, { card, attempt: attempts }: OutboxEntry, outcome: Outcome): void {
  const { result, isUnreachable } = outcome;
  const fields = { cardId: card.id, card: card.notice.card, recipientId: card.recipient, attempt: attempts };
  if (result.kind === 'retry') {
    const { at, isAmbiguous, reason } = result;
    log.warn('delivery.postponed', { ...fields, reason, until: at.toString(), isAmbiguous });
  } else if (result.kind === 'dead') {
    const isOurs = !isUnreachable || attempts >= MOST_ATTEMPTS;
    log[isOurs ? 'error' : 'warn']('delivery.given-up', { ...fields, reason: result.reason });
  }
}

async function tellOthers(options: DeliveryOptions, card: CardRecord, reason: string): Promise<void> {
  try {
    const cards = await options.onUndeliverable(card, reason);
    await createDelivery(options).deliver(cards);
  } catch (error) {
    options.log.error('delivery.undeliverable-untold', { cardId: card.id, reason, error });
  }
}

interface Outcome {
  readonly result: DeliveryResult;
  /** The person cannot be written to, which others may have to know. */
  readonly isUnreachable: boolean;
}

async function attempt(options: DeliveryOptions, entry: OutboxEntry): Promise<Outcome> {
  const { card } = entry;
  if (entry.operation === 'delete') {
    return withdraw(options, entry);
  }
  const { activityId } = card;
  const shown = placeOfMessage(options, entry);
  if (entry.operation === 'update' && activityId !== null && shown !== null) {
    const result = await said(options, entry, (activity) => options.connector.update(shown, activityId, activity));
    const isMissing = result.kind === 'gone';
    // A card that nobody can see and nothing can be done with needs no second life.
    if (!isMissing || card.isRetired) {
      return isMissing ? given(delivered(activityId, shown)) : await settled(options, entry, result, shown);
    }
  }
  return send(options, entry);
}

async function withdraw(options: DeliveryOptions, entry: OutboxEntry): Promise<Outcome> {
  const { activityId } = entry.card;
  const place = placeOfMessage(options, entry);
  if (activityId === null || place === null) {
    return given({ kind: 'dead', reason: 'never-sent' });
  }
  const result = await options.connector.delete(place, activityId);
  return result.kind === 'gone' ? given(delivered(activityId, place)) : settled(options, entry, result, place);
}

async function send(options: DeliveryOptions, entry: OutboxEntry): Promise<Outcome> {
  const place = placeToSend(options, entry);
  if (place !== null) {
    const result = await said(options, entry, (activity) => options.connector.send(place, activity));
    if (result.kind !== 'gone') {
      return settled(options, entry, result, place);
    }
  }
  const opened = await openChat(options, entry);
  if ('result' in opened) {
    return opened;
  }
  return settled(options, entry, await options.connector.send(opened, toActivity(options, entry)), opened);
}

/**
 * Where a new message goes, as far as it is known; a note goes into the thread where its person wrote. A conversation that the
 * bot never heard from, such as a channel that only the rulebook names, is where the tenant's others are.
 */
function placeToSend({ serviceUrl }: DeliveryOptions, { card, conversation }: OutboxEntry): Place | null {
  const { notice, recipient } = card;
  if (conversation === null) {
    const isChannel = !isPerson(recipient) && notice.card !== 'thread-note';
    return isChannel ? { serviceUrl: serviceUrl(), conversationId: recipient } : null;
  }
  const id = notice.card === 'thread-note' ? conversationId(notice.threadId) : conversation.id;
  return { serviceUrl: conversation.serviceUrl, conversationId: id };
}

/**
 * Says a message, and once more without mentions where Teams refuses it: whom it lets a bot mention is not written anywhere, and
 * that somebody cannot be is no reason to tell nobody.
 */
async function said(
  options: DeliveryOptions,
  entry: OutboxEntry,
  say: (activity: object) => Promise<ConnectorResult<string>>,
): Promise<ConnectorResult<string>> {
  const result = await say(toActivity(options, entry));
  const plain = withoutMentions(entry);
  if (result.kind !== 'dead' || result.isPlaceDead || plain === null) {
    return result;
  }
  options.log.warn('delivery.without_mentions', { cardId: entry.card.id, reason: result.reason });
  return await say(toActivity(options, plain));
}

/** The same entry with nobody called by name; null where nobody was. */
function withoutMentions(entry: OutboxEntry): OutboxEntry | null {
  const { notice } = entry.card;
  return 'mentions' in notice && notice.mentions.length > 0
    ? { ...entry, card: { ...entry.card, notice: { ...notice, mentions: [] } } }
    : null;
}

/** Opens the person's 1:1 chat: they never wrote, or it is gone. Repeating it gives the same chat. */
async function openChat(options: DeliveryOptions, entry: OutboxEntry): Promise<Place | Outcome> {
  const { connector, store } = options;
  const { recipient } = entry.card;
  if (!isPerson(recipient)) {
    return { result: { kind: 'dead', reason: 'conversation-gone' }, isUnreachable: true };
  }
  const serviceUrl = entry.conversation?.serviceUrl ?? options.serviceUrl();
  const result = await connector.createConversation(serviceUrl, entry.person?.teamsUserId ?? recipient);
  if (result.kind !== 'ok') {
    // Nothing was sent yet, so nothing can be doubled.
    const certain: ConnectorResult<never> =
      result.kind === 'ambiguous' ? { kind: 'refused', reason: result.reason } : result;
    return settled(options, entry, certain, null);
  }
  const conversation: ConversationRecord = {
    id: result.value,
    kind: 'personal',
    principalId: recipient,
    serviceUrl,
    deadReason: null,
  };
  await store.now.conversations.save(conversation);
  return { serviceUrl, conversationId: conversation.id };
}

/** Turns what the connector said into what the outbox keeps. */
async function settled(
  options: DeliveryOptions,
  entry: OutboxEntry,
  result: ConnectorResult<string>,
  place: Place | null,
): Promise<Outcome> {
  const { card, conversation } = entry;
  switch (result.kind) {
    case 'ok':
      await revive(options, conversation, place);
      return given(delivered(result.value, place as Place));
    case 'early':
      return given({ kind: 'early', until: result.until });
    case 'refused':
      return later(options, entry, { reason: result.reason });
    case 'throttled':
      return later(options, entry, { reason: result.reason, afterMs: result.retryAfterMs, keepsPlace: true });
    case 'ambiguous':
      // Updates and removals may be repeated: they say where they belong.
      if (entry.operation === 'send' && !SENT_AGAIN.has(card.notice.card)) {
        return given({ kind: 'dead', reason: 'ambiguous' });
      }
      return later(options, entry, { reason: result.reason, isAmbiguous: entry.operation === 'send' });
    case 'gone':
      // Not even a chat that was opened just now.
      return { result: { kind: 'dead', reason: result.reason }, isUnreachable: true };
    case 'dead':
      if (result.isPlaceDead && conversation !== null) {
        await options.store.now.conversations.markDead(conversation.id, result.reason);
      }
      return { result: { kind: 'dead', reason: result.reason }, isUnreachable: result.isPlaceDead };
  }
}

/** A person who could not be written to can be again: a block is lifted without a word. */
async function revive(options: DeliveryOptions, known: ConversationRecord | null, place: Place | null): Promise<void> {
  if (
    known !== null &&
    known.deadReason !== null &&
    place !== null &&
    known.id === withoutThread(place.conversationId)
  ) {
    await options.store.now.conversations.save({ ...known, deadReason: null });
  }
}

interface Delay {
  readonly reason: string;
  /** What Teams asked for. */
  readonly afterMs?: number | null;
  readonly isAmbiguous?: boolean;
  readonly keepsPlace?: boolean;
}

function later(
  { clock, random = Math.random }: DeliveryOptions,
  { attempt: attempts }: OutboxEntry,
  { reason, afterMs = null, isAmbiguous = false, keepsPlace = false }: Delay,
): Outcome {
  if (attempts >= MOST_ATTEMPTS) {
    return { result: { kind: 'dead', reason }, isUnreachable: true };
  }
  const pause = afterMs ?? Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(attempts, 20));
  // Never earlier than asked for; a quarter later at most, so that many do not come back at once.
  const milliseconds = Math.ceil(Math.max(pause, 1_000) * (1 + random() / 4));
  const at = clock.now().add({ milliseconds });
  return given({ kind: 'retry', at, isAmbiguous, keepsPlace, reason });
}

function given(result: DeliveryResult): Outcome {
  return { result, isUnreachable: false };
}

function delivered(activityId: string, { conversationId }: Place): DeliveryResult {
  return { kind: 'delivered', activityId, conversationId };
}

/** Where the message is that was sent before; the chat may have been opened anew since. */
function placeOfMessage(options: DeliveryOptions, { card, conversation }: OutboxEntry): Place | null {
  const id = card.conversationId ?? conversation?.id ?? null;
  return id === null ? null : { serviceUrl: conversation?.serviceUrl ?? options.serviceUrl(), conversationId: id };
}

/** The message as Teams takes it; a silent sign-in is asked for in a card of its own kind. */
function toActivity({ render, botAppId }: DeliveryOptions, { card, person }: OutboxEntry): object {
  const { notice } = card;
  if (notice.card === 'sign-in' && notice.exchangeId !== null) {
    const content = signInContent(botAppId, notice.exchangeId);
    return {
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }],
    };
  }
  const { card: content, summary } = render(card, person, null);
  return {
    type: 'message',
    summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}
