import type { Channel, ChannelType } from '../src/domain/channel.ts';
import type { Activity } from './activity.ts';
import { withoutThread } from './connector.ts';

const TYPES: Readonly<Record<string, ChannelType>> = { standard: 'standard', private: 'private', shared: 'shared' };

/** Names that Teams gives neither teams nor channels; the General channel has none of its own (teams-platform §4.6). */
const UNNAMED_TEAM = 'a team';
const GENERAL = 'General';

/**
 * What an activity tells of the channel it comes from; null when it tells nothing, as presses of buttons do not, or when it
 * contradicts itself. Whether a channel is private or shared decides who reads it: a kind that is not named, or not one of
 * those that are known, is `unknown`, never taken for an ordinary one (teams-platform §4.5).
 */
export function channelOf({ conversation, channelData }: Activity): Channel | null {
  const { channel, team } = channelData ?? {};
  const id = withoutThread(conversation.id);
  if (conversation.conversationType !== 'channel' || !channel || !team?.id || (channel.id && channel.id !== id)) {
    return null;
  }
  const type = TYPES[channel.type?.toLowerCase() ?? ''] ?? 'unknown';
  const name = channel.name?.trim() || (id === team.id ? GENERAL : id);
  return { id, teamId: team.id, teamName: team.name?.trim() || UNNAMED_TEAM, name, type };
}
