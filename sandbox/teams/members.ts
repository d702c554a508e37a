import type { Answer, Route } from '../platform/types.ts';
import type { Chat } from './chats.ts';
import { connectorError } from './connector-error.ts';
import type { Operation } from './pace.ts';
import type { People, Person } from './people.ts';
import type { Json } from './wire.ts';

type Find = (conversation: string, operation: Operation) => { readonly chat: Chat } | Answer;

/** A member as the roster tells it: the object id is called `objectId` in 1:1 chats and `aadObjectId` in channels. */
function memberOf(person: Person, chat: Chat, tenantId: string): Json {
  const { displayName, mail, userPrincipalName } = person.user;
  const [givenName = displayName, ...rest] = displayName.split(' ');
  return {
    id: person.teamsId,
    name: displayName,
    [chat.kind === 'personal' ? 'objectId' : 'aadObjectId']: person.id,
    givenName,
    surname: rest.join(' '),
    email: mail,
    userPrincipalName,
    tenantId,
    userRole: 'user',
  };
}

/** The roster of a conversation. */
export function membersRoutes({ people }: { readonly people: People }, find: Find): Route[] {
  const base = '/v3/conversations/:conversation';
  const inChat = (chat: Chat): readonly Person[] =>
    chat.kind === 'personal' ? [chat.person] : people.membersOf(chat.channel);
  const read = (conversation: string, operation: Operation, answer: (chat: Chat) => Answer): Answer => {
    const place = find(conversation, operation);
    if ('status' in place) return place;
    const { chat } = place;
    const isIn = chat.kind === 'personal' ? chat.person.installed : chat.channel.type !== 'private';
    if (isIn) return answer(chat);
    return connectorError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
  };
  const listed = (chat: Chat): Json[] => inChat(chat).map((person) => memberOf(person, chat, people.tenantId));
  return [
    {
      method: 'GET',
      pattern: `${base}/members`,
      handle: (_, { conversation = '' }) =>
        read(conversation, 'roster', (chat) => ({ status: 200, body: listed(chat) })),
    },
    {
      method: 'GET',
      pattern: `${base}/members/:member`,
      handle: (_, { conversation = '', member = '' }) =>
        read(conversation, 'members', (chat) => {
          const person = /^29:|^[0-9a-f-]{36}$/i.test(member) ? people.find(member) : null;
          if (person !== null && inChat(chat).includes(person)) {
            return { status: 200, body: memberOf(person, chat, people.tenantId) };
          }
          return connectorError(404, 'MemberNotFoundInConversation', 'The member was not found in the conversation.');
        }),
    },
    {
      method: 'GET',
      pattern: `${base}/pagedmembers`,
      handle: ({ query }, { conversation = '' }) =>
        read(conversation, 'members', (chat) => {
          const size = Math.min(500, Math.max(50, Number(query.get('pageSize') ?? 200) || 200));
          const start = Number(query.get('continuationToken') ?? 0) || 0;
          const all = listed(chat);
          const next = start + size < all.length ? { continuationToken: String(start + size) } : {};
          return { status: 200, body: { members: all.slice(start, start + size), ...next } };
        }),
    },
  ];
}
