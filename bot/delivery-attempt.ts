import type { OutboxEntry } from '../src/ports/outbox.ts';
import { signInContent } from './answers.ts';
import { isChatClosed, openChat } from './chat-opening.ts';
import type { Place } from './connector.ts';
import type { ConnectorResult } from './connector-results.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { delivered, given, type Outcome, settled } from './delivery-outcome.ts';
import { placeOfMessage, placeToSend } from './delivery-places.ts';

/** Brings one entry to its recipient, as it is now: a new message, a changed one, or one that goes. */
export async function attempt(options: DeliveryOptions, entry: OutboxEntry): Promise<Outcome> {
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
  const sayAt = (place: Place): Promise<ConnectorResult<string>> =>
    said(options, entry, (activity) => options.connector.send(place, activity));
  const known = placeToSend(options, entry);
  const answer = known === null ? null : await sayAt(known);
  if (answer !== null && !isChatClosed(answer, entry)) {
    return settled(options, entry, answer, known);
  }
  const opened = await openChat(options, entry, answer);
  return 'result' in opened ? opened : settled(options, entry, await sayAt(opened), opened);
}

/**
 * Says a message, and once more without mentions where Teams refuses it: whom it lets a bot mention is not written anywhere, and
 * that somebody cannot be is no reason to tell nobody. One that is too big becomes a smaller one, with a button to see it all.
 */
async function said(
  options: DeliveryOptions,
  entry: OutboxEntry,
  say: (activity: object) => Promise<ConnectorResult<string>>,
): Promise<ConnectorResult<string>> {
  const { log } = options;
  const fields = { cardId: entry.card.id, card: entry.card.notice.card };
  const plain = withoutMentions(entry);
  let result = await say(toActivity(options, entry));
  if (result.kind === 'dead' && !result.isPlaceDead && plain !== null) {
    log.warn('delivery.without_mentions', { ...fields, reason: result.reason });
    result = await say(toActivity(options, plain));
  }
  if (result.kind === 'too-big') {
    log.error('delivery.too_big', fields);
    result = await say(toActivity(options, entry, 'smaller'));
  }
  return result;
}

/** The same entry with nobody called by name; null where nobody was. */
function withoutMentions(entry: OutboxEntry): OutboxEntry | null {
  const { notice } = entry.card;
  return 'mentions' in notice && notice.mentions.length > 0
    ? { ...entry, card: { ...entry.card, notice: { ...notice, mentions: [] } } }
    : null;
}

/** The message as Teams takes it; a silent sign-in is asked for in a card of its own kind. */
function toActivity(
  { render, renderSmaller, botAppId }: DeliveryOptions,
  { card, person }: OutboxEntry,
  size: 'whole' | 'smaller' = 'whole',
): object {
  const { notice } = card;
  if (notice.card === 'sign-in' && notice.exchangeId !== null) {
    const reader = { locale: person?.locale ?? 'en-US' };
    const content = signInContent(botAppId, { exchangeId: notice.exchangeId, pageUrl: null }, reader);
    return {
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }],
    };
  }
  const { card: content, summary } = size === 'whole' ? render(card, person, null) : renderSmaller(card, person);
  return {
    type: 'message',
    summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}
