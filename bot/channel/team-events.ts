import { conversationId } from '../../src/domain/ids.ts';
import { loseTeam, regainTeam, type TeamChange } from '../../src/use-cases/channel/follow-team.ts';
import type { Activity } from '../activity.ts';
import { withoutThread } from '../connector.ts';
import type { TurnServices } from '../turn-services.ts';

/** Teams' names of what happens to a team or a channel (`channelData.eventType`, teams-platform §4.6). */
const LOST: ReadonlySet<string> = new Set([
  ...(['teamDeleted', 'teamHardDeleted', 'teamArchived', 'channelDeleted'] as const),
]);
const REGAINED: ReadonlySet<string> = new Set(['teamRestored', 'teamUnarchived', 'channelRestored']);

type Follow = Pick<TurnServices, 'store' | 'log' | 'clock' | 'botAppId' | 'resume'>;

/** Follows what becomes of teams and group chats that the bot is in. Call it when the conversation was noted. */
export async function followTeam(services: Follow, activity: Activity): Promise<void> {
  const { conversation, channelData, serviceUrl } = activity;
  const event = channelData?.eventType ?? '';
  const isLost = LOST.has(event) || isRemoved(activity, services.botAppId);
  const isRegained = REGAINED.has(event) || isAdded(activity, services.botAppId);
  const teamId = channelData?.team?.id;
  if (conversation.conversationType === 'personal' || isLost === isRegained) {
    return;
  }
  if (!teamId) {
    if (isLost) {
      await services.store.now.conversations.markDead(withoutThread(conversation.id), 'bot-removed');
    }
    return;
  }
  const channel = event.startsWith('channel') ? channelData?.channel?.id : null;
  const channelId = channel ? conversationId(channel) : null;
  const change: TeamChange = { teamId, channelId, serviceUrl };
  await (isLost ? loseTeam(services, change, LOST.has(event) ? event : 'bot-removed') : regainTeam(services, change));
}

function isRemoved({ action, membersRemoved }: Activity, botAppId: string): boolean {
  return action?.startsWith('remove') === true || isAmong(membersRemoved, botAppId);
}

function isAdded({ action, membersAdded }: Activity, botAppId: string): boolean {
  return action?.startsWith('add') === true || isAmong(membersAdded, botAppId);
}

function isAmong(members: Activity['membersAdded'], botAppId: string): boolean {
  return members?.some(({ id }) => id?.toLowerCase() === `28:${botAppId}`) === true;
}
