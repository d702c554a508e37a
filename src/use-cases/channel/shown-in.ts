import type { ApprovalsChannel } from '../../domain/bot-setting.ts';
import type { ChannelName } from '../../domain/channel.ts';
import type { RequestId } from '../../domain/ids.ts';
import type { Stores } from '../../ports/store.ts';
import { CHANNEL_SLOT } from './channel-card.ts';

/** The approvals channel, while the bot can write there. */
export async function openApprovalsChannel({
  botSettings,
  conversations,
}: Pick<Stores, 'botSettings' | 'conversations'>): Promise<ApprovalsChannel | null> {
  const chosen = await botSettings.find('approvals-channel');
  const conversation = chosen === null ? null : await conversations.find(chosen.conversationId);
  return conversation === null || conversation.deadReason === null ? chosen : null;
}

/** Where approvers find a request together that waits for them; null where its card stands in no channel. */
export async function shownIn(
  stores: Pick<Stores, 'botSettings' | 'conversations' | 'cards'>,
  id: RequestId,
): Promise<ChannelName | null> {
  const channel = await openApprovalsChannel(stores);
  const card = channel === null ? null : await stores.cards.findOf(id, channel.conversationId, CHANNEL_SLOT);
  return channel === null || card === null || card.isRetired ? null : nameOf(channel);
}

export const nameOf = ({ teamName, channelName }: ApprovalsChannel): ChannelName => ({ teamName, channelName });
