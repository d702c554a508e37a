import type { ApprovalsChannel } from '../../domain/bot-setting.ts';
import type { ApprovalsChannelNotice } from '../../domain/channel-notice.ts';
import type { Stores } from '../../ports/store.ts';
import { answer } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';

/** Tells which channel approval requests are shown in. Anybody may know: it is no secret where their requests are read. */
export async function showApprovalsChannel(services: Services, asker: Asker): Promise<Posted> {
  const { now } = services.store;
  const channel = await now.botSettings.find('approvals-channel');
  return [await now.cards.post(answer(asker, await channelNotice(now, 'is', channel)))];
}

/** What is said about the approvals channel to one person. */
export async function channelNotice(
  stores: Pick<Stores, 'conversations'>,
  says: ApprovalsChannelNotice['says'],
  channel: ApprovalsChannel | null,
): Promise<ApprovalsChannelNotice> {
  const conversation = channel === null ? null : await stores.conversations.find(channel.conversationId);
  return {
    card: 'approvals-channel',
    says,
    channel: channel === null ? null : { teamName: channel.teamName, channelName: channel.channelName },
    byName: null,
    isUnreachable: conversation !== null && conversation.deadReason !== null,
  };
}
