import type { Answer, Exchange, Route, SandboxClock } from '../platform/types.ts';
import type { Chat, Chats, Message } from './chats.ts';
import { connectorError } from './connector-error.ts';
import { type ContentProblem, readContent } from './content.ts';
import { membersRoutes } from './members.ts';
import { mentionProblem } from './mentions.ts';
import type { Operation, Pace } from './pace.ts';
import type { BlockedShape, People, Person } from './people.ts';
import type { Screen } from './screen.ts';
import type { SignIns } from './sign-ins.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

export interface ConnectorParts {
  readonly people: People;
  readonly chats: Chats;
  readonly screen: Screen;
  readonly signIns: SignIns;
  readonly pace: Pace;
  readonly clock: SandboxClock;
  readonly serviceUrl: () => string;
  /** The bot's own app id: nobody else's token is taken. */
  readonly appId: string;
}

/** Where a request goes, once it is known to be allowed. */
interface Place {
  readonly chat: Chat;
  readonly root: string | null;
}

/** About 100 KB of UTF-16 (teams-platform §3.7). */
const LARGEST_BYTES = 102_400;

/** In one of the two shapes the code is in a text (teams-platform §1.12). */
function blockedAnswer(shape: BlockedShape): Answer {
  if (shape === 'ConversationBlockedByUser')
    return connectorError(403, shape, 'The user has blocked the conversation.');
  const message = '{\r\n "subCode":"MessageWritesBlocked",\r\n "details":"Thread is blocked from message writes."}';
  return { status: 403, body: { errorCode: 209, message } };
}

const isAnswer = (value: Place | Answer): value is Answer => 'status' in value;

/** Bot Connector REST, as far as a bot in Teams uses it. */
export class Connector {
  readonly #parts: ConnectorParts;

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  routes(): Route[] {
    const base = '/v3/conversations';
    const one = `${base}/:conversation/activities/:activity`;
    const routes: Route[] = [
      { method: 'POST', pattern: base, handle: (exchange) => this.#create(exchange) },
      {
        method: 'POST',
        pattern: `${base}/:conversation/activities`,
        handle: (exchange, { conversation = '' }) => this.#send(exchange, conversation),
      },
      {
        method: 'POST',
        pattern: one,
        handle: (exchange, { conversation = '' }) => this.#send(exchange, conversation),
      },
      { method: 'PUT', pattern: one, handle: (exchange, params) => this.#update(exchange, params) },
      { method: 'DELETE', pattern: one, handle: (_, params) => this.#remove(params) },
      ...membersRoutes(this.#parts, (conversation, operation) => this.#find(conversation, operation)),
    ];
    return routes.map((route) => ({
      ...route,
      handle: (exchange, params) => this.#refuseStranger(exchange) ?? route.handle(exchange, params),
    }));
  }

  #refuseStranger({ caller }: Exchange): Answer | null {
    if (caller === null) return { status: 401, body: { message: 'Authorization has been denied for this request.' } };
    if (caller.kind === 'application' && caller.appId === this.#parts.appId) return null;
    return connectorError(401, 'BotNotRegistered', `No bot is registered for ${caller.appId}.`);
  }

  #throttle(operation: Operation, conversation: string): Answer | null {
    const seconds = this.#parts.pace.refuses(operation, conversation, this.#parts.clock.now());
    if (seconds === null) return null;
    const answer = connectorError(429, 'TooManyRequests', 'API calls quota exceeded.');
    return { ...answer, headers: { 'retry-after': String(seconds) } };
  }

  #find(conversation: string, operation: Operation): Place | Answer {
    const place = this.#parts.chats.find(conversation);
    if (place === null) return connectorError(404, 'ConversationNotFound', 'Conversation not found.');
    return this.#throttle(operation, conversation) ?? place;
  }

  /** Who left or blocked the bot cannot be written to; nor can a private channel. */
  #refuseWrite(chat: Chat): Answer | null {
    const notInRoster = 'The bot is not part of the conversation roster.';
    if (chat.kind === 'channel') {
      if (chat.channel.type !== 'private') return null;
      return connectorError(403, 'BotNotInConversationRoster', notInRoster);
    }
    if (!chat.person.installed) return connectorError(403, 'BotNotInConversationRoster', notInRoster);
    return chat.person.blocked === null ? null : blockedAnswer(chat.person.blocked);
  }

  #create(exchange: Exchange): Answer {
    const body = asRecord(exchange.json);
    if (body === null) return connectorError(400, 'BadSyntax', 'The body is not a JSON object.');
    const tenant = asText(body.tenantId) ?? asText(asRecord(asRecord(body.channelData)?.tenant)?.id);
    const channelId = asText(asRecord(asRecord(body.channelData)?.channel)?.id);
    if (tenant !== null && tenant !== this.#parts.people.tenantId) {
      return connectorError(403, 'ForbiddenOperationException', 'The bot is not installed in this tenant.');
    }
    if (channelId !== null) return this.#startThread(exchange, channelId);
    if (body.isGroup === true) return connectorError(400, 'BadArgument', 'Bots cannot create group chats.');
    if (tenant === null) return connectorError(400, 'BadArgument', 'The tenant id is missing.');
    const person = this.#member(body);
    return 'status' in person ? person : this.#startChat(exchange, person);
  }

  #member(body: Json): Person | Answer {
    const members = asRecords(body.members);
    const id = asText(members[0]?.id);
    if (members.length !== 1 || id === null) {
      return connectorError(400, 'BadArgument', 'A personal chat has exactly one member.');
    }
    const person = /^29:|^[0-9a-f-]{36}$/i.test(id) ? this.#parts.people.find(id) : null;
    if (person !== null) return person;
    if (/^[0-9a-f-]{36}$/i.test(id)) return connectorError(404, 'ConversationNotFound', 'Conversation not found.');
    return connectorError(400, 'BadArgument', 'Failed to decrypt pairwise id.');
  }

  #startChat(exchange: Exchange, person: Person): Answer {
    if (!person.installed) {
      return connectorError(
        403,
        'ForbiddenOperationException',
        "The bot is not installed in the user's personal scope.",
      );
    }
    const throttled = this.#throttle('send', `create|${person.id}`);
    if (throttled !== null) return throttled;
    const chat = this.#parts.chats.open(person);
    const created = { id: chat.id, serviceUrl: this.#parts.serviceUrl() };
    const activity = asRecord(asRecord(exchange.json)?.activity);
    if (activity === null) return { status: 201, body: created };
    const sent = this.#write(exchange, { chat, root: null }, activity);
    return sent.status === 201 ? { status: 201, body: { ...created, activityId: asRecord(sent.body)?.id } } : sent;
  }

  #startThread(exchange: Exchange, channelId: string): Answer {
    const chat = this.#parts.chats.channel(channelId);
    if (chat === null || chat.id !== channelId) {
      return connectorError(404, 'ConversationNotFound', 'Conversation not found.');
    }
    const activity = asRecord(asRecord(exchange.json)?.activity);
    if (activity === null) return connectorError(400, 'BadArgument', 'A thread starts with an activity.');
    const throttled = this.#throttle('send', `create|${chat.id}`);
    if (throttled !== null) return throttled;
    const sent = this.#write(exchange, { chat, root: null }, activity);
    if (sent.status !== 201) return sent;
    const activityId = asText(asRecord(sent.body)?.id);
    return {
      status: 201,
      body: { id: `${chat.id};messageid=${activityId}`, activityId, serviceUrl: this.#parts.serviceUrl() },
    };
  }

  #send(exchange: Exchange, conversation: string): Answer {
    const place = this.#find(conversation, 'send');
    if (isAnswer(place)) return place;
    const activity = asRecord(exchange.json);
    if (activity === null) return connectorError(400, 'BadSyntax', 'The activity is not a JSON object.');
    return this.#write(exchange, place, activity);
  }

  #write(exchange: Exchange, { chat, root }: Place, activity: Json): Answer {
    const refused = this.#refuseWrite(chat) ?? refuseSize(exchange);
    if (refused !== null) return refused;
    if (activity.type === 'typing') return { status: 201, body: { id: this.#parts.chats.nextId() } };
    const content = this.#read(activity, chat);
    if ('status' in content) return connectorError(content.status, content.code, content.message);
    const person = chat.kind === 'personal' ? chat.person : null;
    const { signIn } = content;
    const hidden = person !== null && signIn !== null && this.#parts.signIns.isSilent(signIn);
    const message = this.#parts.chats.write(chat, content, { root, isBots: true, hidden });
    if (hidden) this.#parts.signIns.start(message, person, signIn);
    else this.#parts.screen.show(message, 'send');
    return { status: 201, body: { id: message.id } };
  }

  #read(activity: Json, chat: Chat): ReturnType<typeof readContent> {
    const members = chat.kind === 'personal' ? [chat.person] : this.#parts.people.membersOf(chat.channel);
    return mentionProblem(activity, members) ?? readMessage(activity);
  }

  #own(params: Readonly<Record<string, string>>): Message | Answer {
    const place = this.#find(params.conversation ?? '', 'send');
    if (isAnswer(place)) return place;
    const refused = this.#refuseWrite(place.chat);
    if (refused !== null) return refused;
    const message = this.#parts.chats.message(params.activity ?? '');
    if (message === null || message.deleted || message.chat !== place.chat) {
      return connectorError(404, 'ActivityNotFoundInConversation', 'Activity not found in conversation.');
    }
    if (message.isBots) return message;
    return connectorError(403, 'ForbiddenOperationException', 'The bot may change only its own messages.');
  }

  #update(exchange: Exchange, params: Readonly<Record<string, string>>): Answer {
    const message = this.#own(params);
    if ('status' in message) return message;
    const refused = refuseSize(exchange);
    if (refused !== null) return refused;
    const activity = asRecord(exchange.json);
    if (activity === null) return connectorError(400, 'BadSyntax', 'The activity is not a JSON object.');
    const content = this.#read(activity, message.chat);
    if ('status' in content) return connectorError(content.status, content.code, content.message);
    const isBlank = content.card === null && content.text.trim() === '';
    const staysHidden = message.hidden && (content.signIn !== null || isBlank);
    this.#parts.chats.rewrite(message, content);
    message.hidden = staysHidden;
    if (!staysHidden) this.#parts.screen.show(message, 'update');
    return { status: 200, body: { id: message.id } };
  }

  #remove(params: Readonly<Record<string, string>>): Answer {
    const message = this.#own(params);
    if ('status' in message) return message;
    if (!message.hidden) this.#parts.screen.showRemoval(message);
    this.#parts.chats.remove(message);
    return { status: 200 };
  }
}

function readMessage(activity: Json): ReturnType<typeof readContent> {
  if (activity.type === 'message') return readContent(activity);
  const problem: ContentProblem = {
    status: 400,
    code: 'BadArgument',
    message: `Unknown activity type '${String(activity.type)}'.`,
  };
  return problem;
}

function refuseSize({ text }: Exchange): Answer | null {
  if (2 * text.length <= LARGEST_BYTES) return null;
  return connectorError(413, 'MessageSizeTooBig', 'Message size too large.');
}
