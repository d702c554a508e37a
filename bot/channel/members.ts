import type { ChannelMembers } from '../../src/ports/channel-members.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Connector } from '../connector.ts';

interface MemberParts {
  readonly connector: Pick<Connector, 'findMember'>;
  readonly store: Store;
  /** Where a channel is that the bot never heard from. */
  serviceUrl(): string;
}

/** Asks the Bot Connector who is in a channel. Object ids are looked up; `refresh` takes none (teams-platform §3.2). */
export function createChannelMembers({ connector, store, serviceUrl }: MemberParts): ChannelMembers {
  return {
    async find(channel, person) {
      const known = await store.now.conversations.find(channel);
      const place = { serviceUrl: known?.serviceUrl ?? serviceUrl(), conversationId: channel };
      const result = await connector.findMember(place, person);
      if (result.kind === 'ok') {
        return { teamsUserId: result.value };
      }
      return result.kind === 'gone' && result.what === 'person' ? null : 'unknown';
    },
  };
}
