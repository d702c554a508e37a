import { randomUUID } from 'node:crypto';

import type { SandboxClock } from '../platform/types.ts';
import type { Chat, Message } from './chats.ts';
import type { People, Person } from './people.ts';
import type { Json } from './wire.ts';

/** Writes the activities that Teams clients cause, with the fields real ones carry (teams-platform §4.6, appendix A). */
export class Activities {
  readonly #people: People;
  readonly #clock: SandboxClock;
  readonly #serviceUrl: () => string;

  constructor(people: People, clock: SandboxClock, serviceUrl: () => string) {
    this.#people = people;
    this.#clock = clock;
    this.#serviceUrl = serviceUrl;
  }

  /** A message as it is said; in a channel it mentions the bot and starts a thread. */
  message(person: Person, chat: Chat, said: { id: string; text: string; textFormat: string }): Json {
    const isChannel = chat.kind === 'channel';
    const mention = `<at>${this.#people.botName}</at>`;
    const bot = { id: this.#people.botId, name: this.#people.botName };
    const base = this.#base(person, chat, { id: said.id, root: isChannel ? said.id : null });
    return {
      ...base,
      type: 'message',
      textFormat: said.textFormat,
      text: isChannel ? `${mention} ${said.text}` : said.text,
      attachments: [],
      entities: [
        ...(isChannel ? [{ type: 'mention', mentioned: bot, text: mention }] : []),
        ...(base.entities as readonly Json[]),
      ],
    };
  }

  /** What Action.Submit sends: a message with a value and no text. */
  submission(person: Person, message: Message, id: string, fields: Json): Json {
    return {
      ...this.#base(person, message.chat, { id, root: message.root }),
      type: 'message',
      replyToId: message.id,
      ...fields,
    };
  }

  invoke(person: Person, place: { chat: Chat; root: string | null }, name: string, fields: Json): Json {
    return {
      ...this.#base(person, place.chat, { id: `f:${randomUUID()}`, root: place.root }),
      type: 'invoke',
      name,
      ...fields,
    };
  }

  installation(person: Person, chat: Chat, action: 'add' | 'remove'): Json {
    const base = this.#base(person, chat, { id: `f:${randomUUID()}`, root: null });
    return { ...base, type: 'installationUpdate', action };
  }

  membership(person: Person, chat: Chat, change: 'membersAdded' | 'membersRemoved'): Json {
    const base = this.#base(person, chat, { id: `f:${randomUUID()}`, root: null });
    return { ...base, type: 'conversationUpdate', [change]: [{ id: this.#people.botId }] };
  }

  teamEvent(person: Person, general: Chat, eventType: 'teamDeleted' | 'teamRestored'): Json {
    const base = this.#base(person, general, { id: `f:${randomUUID()}`, root: null });
    const channelData = { ...(base.channelData as Json), eventType };
    return { ...base, type: 'conversationUpdate', channelData };
  }

  #base(person: Person, chat: Chat, { id, root }: { id: string; root: string | null }): Json {
    const now = this.#clock.now();
    const local = now.toZonedDateTimeISO(person.timeZone);
    const { locale, country, platform, timeZone } = person;
    return {
      id,
      timestamp: now.toString({ smallestUnit: 'millisecond' }),
      localTimestamp: local.toString({ smallestUnit: 'millisecond', timeZoneName: 'never' }),
      localTimezone: timeZone,
      serviceUrl: this.#serviceUrl(),
      channelId: 'msteams',
      locale,
      from: { id: person.teamsId, name: person.user.displayName, aadObjectId: person.id },
      conversation: this.#conversation(chat, root),
      recipient: { id: this.#people.botId, name: this.#people.botName },
      entities: [{ type: 'clientInfo', locale, country, platform, timezone: timeZone }],
      channelData: this.#channelData(chat),
    };
  }

  #conversation(chat: Chat, root: string | null): Json {
    const tenantId = this.#people.tenantId;
    if (chat.kind === 'personal') return { conversationType: 'personal', tenantId, id: chat.id };
    const id = root === null ? chat.id : `${chat.id};messageid=${root}`;
    return { isGroup: true, conversationType: 'channel', tenantId, id };
  }

  #channelData(chat: Chat): Json {
    const tenant = { id: this.#people.tenantId };
    if (chat.kind === 'personal') return { tenant };
    const { id, name, aadGroupId } = this.#people.team;
    const isGeneral = chat.id === id;
    return {
      teamsChannelId: chat.id,
      teamsTeamId: id,
      // The General channel has the team's id and no name.
      channel: { id: chat.id, type: chat.channel.type, ...(!isGeneral && { name: chat.channel.name }) },
      team: { id, name, aadGroupId },
      tenant,
    };
  }
}
