import { type CardId, conversationId, isPerson, requestId } from '../../src/domain/ids.ts';
import type { Log } from '../../src/ports/log.ts';
import type { CardRecord, Store } from '../../src/ports/store.ts';
import { CHANNEL_SLOT } from '../../src/use-cases/channel/channel-card.ts';
import { noteLostChannel } from '../../src/use-cases/channel/follow-team.ts';
import { retellWhere } from '../../src/use-cases/channel/retell-where.ts';

interface LostParts {
  readonly store: Store;
  readonly log: Log;
}

/**
 * Notes that a card cannot be brought to a channel: an operator is told where it is the approvals channel, and so is the
 * administrator who has just chosen it, or the requester who was told that approvers find it there. Gives the cards to deliver.
 * Safe to run twice.
 */
export async function noteLostCard(
  { store, log }: LostParts,
  card: CardRecord,
  reason: string,
): Promise<readonly CardId[]> {
  const { notice, recipient, story, slot } = card;
  if (isPerson(recipient)) {
    return [];
  }
  if (slot === CHANNEL_SLOT && notice.card === 'approval-request') {
    return await noteLostAsk({ store, log }, card, reason);
  }
  await noteLostChannel({ store, log }, recipient, reason);
  if (notice.card !== 'approvals-channel') {
    return [];
  }
  const told: CardId[] = [];
  for (const own of await store.now.cards.findInStory(story, slot)) {
    if (isPerson(own.recipient) && own.notice.card === 'approvals-channel' && !own.notice.isUnreachable) {
      const id = await store.now.cards.revise(story, own.recipient, slot, { ...own.notice, isUnreachable: true });
      told.push(...(id === null ? [] : [id]));
    }
  }
  return told;
}

/** The channel is lost; or this card alone, which it does not take as it is: nothing will stand there. */
async function noteLostAsk(
  { store, log }: LostParts,
  { story, recipient }: CardRecord,
  reason: string,
): Promise<readonly CardId[]> {
  const channel = conversationId(recipient);
  const conversation = await store.now.conversations.find(channel);
  if (conversation === null || conversation.deadReason === null) {
    await store.now.cards.retire(story, recipient);
  } else {
    await noteLostChannel({ store, log }, channel, reason);
  }
  return await retellWhere(store, requestId(story));
}
