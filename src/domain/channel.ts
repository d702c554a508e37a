import type { ConversationId } from './ids.ts';

/** Who may read a channel, as Teams says it; `unknown` where it does not. */
export type ChannelType = 'standard' | 'private' | 'shared' | 'unknown';

/** A channel of a team in which the bot was spoken to, as Teams told of it then. */
export interface Channel {
  readonly id: ConversationId;
  readonly teamId: string;
  readonly teamName: string;
  readonly name: string;
  readonly type: ChannelType;
}

/** A channel as people know it: Teams' names, as they were when it was chosen. */
export interface ChannelName {
  readonly teamName: string;
  readonly channelName: string;
}

/** Where approvers find a request together. */
export interface ShownIn extends ChannelName {
  /** False while its card is on the way there. */
  readonly isThere: boolean;
}

/** Why approval requests may not be shown somewhere. */
export type UnfitChannel = 'channel.not_a_channel' | 'channel.private' | 'channel.shared' | 'channel.type_unknown';

/**
 * Says why a place is no approvals channel; null when it may be one. Bots cannot write to private channels. A shared channel is
 * never taken: people of other organizations may be in it, or be added at any later time without the bot's hearing of it.
 */
export function whyUnfit(channel: Pick<Channel, 'type'> | null): UnfitChannel | null {
  switch (channel?.type) {
    case undefined:
      return 'channel.not_a_channel';
    case 'private':
      return 'channel.private';
    case 'shared':
      return 'channel.shared';
    case 'unknown':
      return 'channel.type_unknown';
    case 'standard':
      return null;
  }
}
