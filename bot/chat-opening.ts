import { UNINSTALLED } from '../src/domain/approver.ts';
import { isPerson } from '../src/domain/ids.ts';
import type { OutboxEntry } from '../src/ports/outbox.ts';
import type { Place } from './connector.ts';
import type { ConnectorResult } from './connector-results.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { CONVERSATION_GONE, INSTALLING, later, type Outcome, settled, unreachable } from './delivery-outcome.ts';
import { serviceUrlOf } from './delivery-places.ts';

/** Codes of somebody who does not have the bot (teams-platform §4.3). */
const WITHOUT_BOT: ReadonlySet<string> = new Set(['BotNotInConversationRoster', 'ForbiddenOperationException']);

/** Whether a chat has to be opened before anything can be said: the known one is gone, or its person does not have the bot. */
export function isChatClosed(answer: ConnectorResult<string>, entry: OutboxEntry): boolean {
  return answer.kind === 'gone' || isWithoutBot(answer, entry);
}

function isWithoutBot(
  answer: ConnectorResult<string>,
  { card, conversation }: OutboxEntry,
): answer is Extract<ConnectorResult<string>, { kind: 'dead' }> {
  if (answer.kind !== 'dead' || !answer.isPlaceDead || !isPerson(card.recipient)) {
    return false;
  }
  return WITHOUT_BOT.has(answer.reason) || conversation?.deadReason === UNINSTALLED;
}

/**
 * Opens the person's 1:1 chat: they never wrote, or it is gone; where they do not have the bot, and must act, it is added to their
 * chats first. `closed` is what the known chat answered. Repeating it gives the same chat.
 */
export async function openChat(
  options: DeliveryOptions,
  entry: OutboxEntry,
  closed: ConnectorResult<string> | null,
): Promise<Place | Outcome> {
  const { connector, store, invitations } = options;
  const { card, conversation, person } = entry;
  const { recipient } = card;
  if (!isPerson(recipient)) {
    return await unreachable(options, entry, { reason: CONVERSATION_GONE, why: 'failed' });
  }
  const serviceUrl = serviceUrlOf(options, conversation);
  const create = (): Promise<ConnectorResult<string>> =>
    connector.createConversation(serviceUrl, person?.teamsUserId ?? recipient);
  let answer = closed?.kind === 'dead' ? closed : await create();
  if (isWithoutBot(answer, entry)) {
    const wasRemoved = conversation?.deadReason === UNINSTALLED;
    const invitation = await invitations.invite(card, recipient, wasRemoved);
    if (invitation !== 'invited' && invitation !== 'on-the-way') {
      return await unreachable(options, entry, { reason: answer.reason, why: invitation });
    }
    answer = await create();
    if (isWithoutBot(answer, entry)) {
      return later(options, entry, { reason: INSTALLING });
    }
  }
  if (answer.kind !== 'ok') {
    // Nothing was sent yet, so nothing can be doubled.
    return settled(options, entry, answer.kind === 'ambiguous' ? { ...answer, kind: 'refused' } : answer, null);
  }
  const id = answer.value as Place['conversationId'];
  await store.now.conversations.save({ id, kind: 'personal', principalId: recipient, serviceUrl, deadReason: null });
  return { serviceUrl, conversationId: id };
}
