import type { ApprovalsChannel } from '../../domain/bot-setting.ts';
import type { ChannelName, ShownIn } from '../../domain/channel.ts';
import type { ConversationId, RequestId } from '../../domain/ids.ts';
import type { CardRecord, Stores } from '../../ports/store.ts';
import { CHANNEL_SLOT } from './channel-card.ts';

type Needed = Pick<Stores, 'botSettings' | 'channels' | 'conversations' | 'cards'>;

/** The approvals channel as the place where a request will be shown; null while the bot is known not to write there. */
export async function willBeShownIn(stores: Pick<Needed, 'botSettings' | 'conversations'>): Promise<ShownIn | null> {
  const chosen = await stores.botSettings.find('approvals-channel');
  return chosen === null || (await isLost(stores, chosen.conversationId))
    ? null
    : { ...nameOf(chosen), isThere: false };
}

/**
 * Where approvers find a request together that waits for them, also when another channel was chosen since. Null where its card
 * stands in no channel and will not.
 */
export async function shownIn(stores: Needed, id: RequestId): Promise<ShownIn | null> {
  const [card] = await stores.cards.findInStory(id, CHANNEL_SLOT);
  if (card === undefined) {
    return await willBeShownIn(stores);
  }
  return card.isRetired ? null : await placeOf(stores, card);
}

async function placeOf(stores: Needed, { recipient, activityId }: CardRecord): Promise<ShownIn | null> {
  const id = recipient as ConversationId;
  const name = await nameOfChannel(stores, id);
  return name === null || (await isLost(stores, id)) ? null : { ...name, isThere: activityId !== null };
}

/** As it was called when it was chosen; of one that was chosen before, as Teams last told of it. */
async function nameOfChannel(
  { botSettings, channels }: Pick<Needed, 'botSettings' | 'channels'>,
  id: ConversationId,
): Promise<ChannelName | null> {
  const chosen = await botSettings.find('approvals-channel');
  if (chosen?.conversationId === id) {
    return nameOf(chosen);
  }
  const known = await channels.find(id);
  return known === null ? null : { teamName: known.teamName, channelName: known.name };
}

async function isLost({ conversations }: Pick<Needed, 'conversations'>, id: ConversationId): Promise<boolean> {
  return ((await conversations.find(id))?.deadReason ?? null) !== null;
}

const nameOf = ({ teamName, channelName }: ApprovalsChannel): ChannelName => ({ teamName, channelName });
