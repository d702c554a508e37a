import type { CardId } from '../src/domain/ids.ts';
import { asAccessError } from '../src/errors.ts';
import type { Delivery } from '../src/ports/delivery.ts';
import type { OutboxEntry } from '../src/ports/outbox.ts';
import type { CardRecord } from '../src/ports/store.ts';
import { attempt } from './delivery-attempt.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { cardRefused, given, isForNothing, MOST_ATTEMPTS, type Outcome, OVER } from './delivery-outcome.ts';

/** Sends under way at a time in this replica. */
const AT_A_TIME = 8;

/** Cards that one claim looks at: with all of them each time, many would take the square of their number. */
const ASKED_AT_A_TIME = 4 * AT_A_TIME;

/** How often an operator is told that Teams refuses the bot itself, for each reason. */
const COMPLAIN_AGAIN_AFTER = Temporal.Duration.from({ minutes: 10 });

interface Desk extends DeliveryOptions {
  /** When an operator was told last, by reason. */
  readonly complaints: Map<string, Temporal.Instant>;
}

/**
 * Brings cards from the outbox to people. Safe to call twice, in one replica or two: an entry is claimed before it is
 * sent, and what is sent is always the newest version.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const desk: Desk = { ...options, complaints: new Map() };
  return { deliver: (cards) => deliverAll(desk, cards) };
}

async function deliverAll(desk: Desk, cards: readonly CardId[]): Promise<void> {
  const waiting = new Set(cards);
  let isSecondLook = false;
  try {
    while (waiting.size > 0) {
      const asked = [...waiting].slice(0, ASKED_AT_A_TIME);
      const entries = await desk.outbox.claim(asked, AT_A_TIME);
      // An empty claim may have met another one half-way; the second sees what that one did, and leaves the rest to it.
      const done = entries.length === 0 && isSecondLook ? asked : entries.map(({ card }) => card.id);
      isSecondLook = entries.length === 0 && !isSecondLook;
      // Once each: what was postponed, or changed while it was sent, is queued by settling it.
      await Promise.all(entries.map((entry) => deliverOne(desk, entry)));
      for (const card of done) {
        waiting.delete(card);
      }
    }
  } catch (error) {
    desk.log.error('delivery.failed', { cards, error });
  }
}

/** Sends one entry and writes down how it went. */
async function deliverOne(desk: Desk, claimed: OutboxEntry): Promise<void> {
  const { outbox, count } = desk;
  const entry = await withoutDouble(desk, claimed);
  const outcome = await attemptOnce(desk, entry);
  const { result, unreachable, isReachedAgain } = outcome;
  // Before it is settled: after a crash the card is sent again, and this is done again.
  const corrected = isReachedAgain ? await tell(desk, entry.card, () => desk.onReached(entry.card)) : [];
  await outbox.settle(entry.card.id, entry.card.version, result);
  count?.(result.kind);
  note(desk, entry, outcome);
  const told =
    unreachable === null ? [] : await tell(desk, entry.card, () => desk.onUndeliverable(entry.card, unreachable));
  const others = [...corrected, ...told];
  if (others.length > 0) {
    await deliverAll(desk, others);
  }
}

/** What may have arrived before is sent again with other buttons: those of the double, if there is one, do nothing. */
async function withoutDouble({ outbox }: Desk, entry: OutboxEntry): Promise<OutboxEntry> {
  if (!entry.wasAmbiguous || entry.operation !== 'send') {
    return entry;
  }
  const { id, version } = entry.card;
  return { ...entry, card: (await outbox.renew(id, version)) ?? entry.card };
}

async function attemptOnce(desk: Desk, entry: OutboxEntry): Promise<Outcome> {
  if (isForNothing(entry)) {
    return given({ kind: 'dead', reason: OVER });
  }
  try {
    return await attempt(desk, entry);
  } catch (error) {
    // The claim runs out, and the card is looked at again.
    if (asAccessError(error).retryable) {
      throw error;
    }
    // Such as a card that cannot be painted: trying the same again would not help, a newer version may.
    desk.log.error('delivery.broken', { cardId: entry.card.id, card: entry.card.notice.card, error });
    return cardRefused(entry, 'broken');
  }
}

function note(desk: Desk, { card, attempt: attempts }: OutboxEntry, outcome: Outcome): void {
  const { log } = desk;
  const { result, unreachable, isBotRefused, isCardRefused } = outcome;
  const fields = { cardId: card.id, card: card.notice.card, recipientId: card.recipient, attempt: attempts };
  if (result.kind === 'retry') {
    const { at, isAmbiguous, reason } = result;
    log.warn('delivery.postponed', { ...fields, reason, until: at.toString(), isAmbiguous });
    if (isBotRefused) {
      complain(desk, reason);
    }
  } else if (result.kind === 'dead' && result.reason !== OVER) {
    const isOurs = unreachable === null || isCardRefused || attempts >= MOST_ATTEMPTS;
    log[isOurs ? 'error' : 'warn']('delivery.given-up', { ...fields, reason: result.reason });
  }
}

/** No person is at fault: every card meets it, and one line is enough. */
function complain({ clock, log, complaints }: Desk, reason: string): void {
  const now = clock.now();
  const last = complaints.get(reason);
  if (last === undefined || Temporal.Instant.compare(last.add(COMPLAIN_AGAIN_AFTER), now) <= 0) {
    complaints.set(reason, now);
    log.error('delivery.bot_refused', { reason });
  }
}

async function tell(
  { log }: Desk,
  card: CardRecord,
  work: () => Promise<readonly CardId[]>,
): Promise<readonly CardId[]> {
  try {
    return await work();
  } catch (error) {
    log.error('delivery.undeliverable-untold', { cardId: card.id, error });
    return [];
  }
}
