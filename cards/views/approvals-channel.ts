import { z } from 'zod';
import type { ApprovalsChannelNotice } from '../../src/domain/channel-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';

export const approvalsChannelView = z.strictObject({
  ...frame,
  title: z.string(),
  channel: z.string(),
  after: z.string(),
  trouble: z.string(),
});

export function viewApprovalsChannel(
  notice: ApprovalsChannelNotice,
  context: CardContext,
): z.infer<typeof approvalsChannelView> {
  const { says, channel, byName, isUnreachable } = notice;
  const words = channel === null ? 'none' : says;
  const title = say(context, `approvals-channel.${words}-title`);
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    channel:
      channel === null || says === 'announced'
        ? ''
        : say(context, 'approvals-channel.channel', {
            channel: nameText(channel.channelName),
            team: nameText(channel.teamName),
          }),
    after: say(context, `approvals-channel.${words}-after`, { by: nameText(byName ?? '') }),
    trouble: isUnreachable && says !== 'off' ? say(context, 'approvals-channel.unreachable') : '',
  };
}
