import { conversationId, isPerson } from '../src/domain/ids.ts';
import type { OutboxEntry } from '../src/ports/outbox.ts';
import type { Place } from './connector.ts';
import type { DeliveryOptions } from './delivery-options.ts';

/**
 * Where a new message goes, as far as it is known; a note goes into the thread where its person wrote. A conversation that the
 * bot never heard from, such as a channel that only the rulebook names, is where the tenant's others are.
 */
export function placeToSend(options: DeliveryOptions, { card, conversation }: OutboxEntry): Place | null {
  const { notice, recipient } = card;
  const serviceUrl = serviceUrlOf(options, conversation);
  if (conversation === null) {
    const isChannel = !isPerson(recipient) && notice.card !== 'thread-note';
    return isChannel ? { serviceUrl, conversationId: recipient } : null;
  }
  const id = notice.card === 'thread-note' ? conversationId(notice.threadId) : conversation.id;
  return { serviceUrl, conversationId: id };
}

/** Where the message is that was sent before; the chat may have been opened anew since. */
export function placeOfMessage(options: DeliveryOptions, { card, conversation }: OutboxEntry): Place | null {
  const id = card.conversationId ?? conversation?.id ?? null;
  return id === null ? null : { serviceUrl: serviceUrlOf(options, conversation), conversationId: id };
}

/** Where the conversation was last heard from, unless that is not on the list any more. */
export function serviceUrlOf(
  { serviceUrl, isAllowed }: DeliveryOptions,
  conversation: OutboxEntry['conversation'],
): string {
  return conversation !== null && isAllowed(conversation.serviceUrl) ? conversation.serviceUrl : serviceUrl();
}
