import type { ActivationRequest } from '../../domain/activation.ts';
import type { SharedApproval } from '../../domain/channel-notice.ts';
import { isPerson } from '../../domain/ids.ts';
import type { ApprovalRequestNotice } from '../../domain/notice.ts';
import type { CardRecord, Stores } from '../../ports/store.ts';
import { isoOrNull } from '../facts.ts';

/**
 * The slot of a request's card in the approvals channel: among those of its approvers, so that whatever tells them how it ended
 * tells the channel too.
 */
export const CHANNEL_SLOT = 'approval-request:channel';

/** Whether a card stands in a channel, for all who read it, and is still open. */
export function isOpenInChannel(
  card: CardRecord,
): card is CardRecord & { readonly notice: ApprovalRequestNotice & { readonly channel: SharedApproval } } {
  return !isPerson(card.recipient) && card.notice.card === 'approval-request' && card.notice.channel !== undefined;
}

/** Says in the channel that the approvers were asked once more. It is no new message there: everybody has seen the first. */
export async function showReminder(stores: Stores, request: ActivationRequest): Promise<void> {
  for (const card of await stores.cards.findInStory(request.id, CHANNEL_SLOT)) {
    if (isOpenInChannel(card)) {
      const notice = { ...card.notice, remindedAt: isoOrNull(request.remindedApproversAt) };
      await stores.cards.revise(card.story, card.recipient, card.slot, notice);
    }
  }
}
