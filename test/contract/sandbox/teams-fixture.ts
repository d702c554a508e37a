import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { teamsRoom } from '../../../sandbox/teams/room.ts';
import type { Sighting } from '../../../sandbox/teams/sightings.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of other people's shapes, asserted field by field.
export type Loose = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

/** What the bot of a test answers to an activity; nothing means 200 without a body, 'die' cuts the connection. */
export type Turn = (activity: Loose, authorization: string | undefined) => Promise<Loose> | Loose;

export async function call(
  url: string,
  method: string,
  options: { body?: unknown; token?: string } = {},
): Promise<Reply> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** A sandbox with only Teams in it, and a bot whose turns a test writes. */
export class TeamsFixture {
  readonly sandbox: RunningSandbox;
  readonly heard: Loose[] = [];
  readonly authorizations: (string | undefined)[] = [];
  turn: Turn = () => undefined;
  readonly #bot: Server;
  readonly #token: string;
  #mark = 0;

  private constructor(sandbox: RunningSandbox, bot: Server, token: string) {
    this.sandbox = sandbox;
    this.#bot = bot;
    this.#token = token;
  }

  static async start(): Promise<TeamsFixture> {
    const sandbox = await startSandbox({ rooms: [teamsRoom], now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    const bot = createServer();
    bot.listen(0, '127.0.0.1');
    await once(bot, 'listening');
    const token = await sandbox.issuer.accessToken({
      app: sandbox.apps.connector,
      audience: 'https://api.botframework.com',
    });
    const fixture = new TeamsFixture(sandbox, bot, token);
    bot.on('request', (request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const activity = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Loose;
        fixture.heard.push(activity);
        fixture.authorizations.push(request.headers.authorization);
        const answer = await fixture.turn(activity, request.headers.authorization);
        if (answer === 'die') {
          request.socket.resetAndDestroy();
          return;
        }
        response.statusCode = answer?.http ?? 200;
        response.setHeader('content-type', 'application/json');
        response.end(answer === undefined || answer.body === undefined ? '' : JSON.stringify(answer.body));
      })();
    });
    const { port } = bot.address() as AddressInfo;
    await fixture.control('PUT', '/bot', { endpoint: `http://127.0.0.1:${port}/api/messages` });
    return fixture;
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    this.#bot.closeAllConnections();
    this.#bot.close();
  }

  /** Forgets what was heard and seen so far. */
  async begin(): Promise<void> {
    this.turn = () => undefined;
    await this.control('GET', '/teams/idle?wait=1');
    this.heard.length = 0;
    this.authorizations.length = 0;
    await this.seen();
  }

  control(method: string, path: string, body?: unknown): Promise<Reply> {
    return call(this.sandbox.urls.control + path, method, { body });
  }

  connector(method: string, path: string, body?: unknown, token = this.#token): Promise<Reply> {
    return call(this.sandbox.urls.connector + path, method, { body, token });
  }

  async say(person: string, text: string, more: object = {}): Promise<Reply> {
    return this.control('POST', '/teams/say', { person, text, ...more });
  }

  press(person: string, button: string, more: object = {}): Promise<Reply> {
    return this.control('POST', '/teams/press', { person, button, ...more });
  }

  /** What people saw since this was last asked. */
  async seen(): Promise<Sighting[]> {
    const { body } = await this.control('GET', `/teams/seen?after=${this.#mark}`);
    this.#mark = body.last;
    return body.events;
  }

  person(handle: string): { id: string; upn: string } {
    const person = this.sandbox.people[handle];
    if (person === undefined) throw new Error(`nobody is called ${handle}`);
    return person;
  }

  /** The id of a person's 1:1 chat, asked for as a bot would. */
  async chatOf(handle: string): Promise<string> {
    const { body } = await this.connector('POST', '/v3/conversations', {
      isGroup: false,
      members: [{ id: this.person(handle).id }],
      tenantId: this.sandbox.tenantId,
    });
    return body.id;
  }

  async teamsIdOf(handle: string): Promise<string> {
    const { body } = await this.control('GET', '/teams/conversations');
    return body.people.find((person: Loose) => person.handle === handle).teamsId;
  }

  async channel(name: string): Promise<string> {
    const { body } = await this.control('GET', '/teams/conversations');
    return body.team.channels.find((channel: Loose) => channel.name === name).id;
  }

  /** Sends a card to a person's 1:1 chat; gives the message's id. */
  async card(handle: string, content: object): Promise<string> {
    const path = `/v3/conversations/${encodeURIComponent(await this.chatOf(handle))}/activities`;
    const { status, body } = await this.connector('POST', path, cardMessage(content));
    if (status !== 201) throw new Error(`the card was refused: ${JSON.stringify(body)}`);
    return body.id;
  }

  async update(handle: string, id: string, content: object): Promise<Reply> {
    const path = `/v3/conversations/${encodeURIComponent(await this.chatOf(handle))}/activities/${id}`;
    return this.connector('PUT', path, cardMessage(content));
  }
}

export function cardMessage(content: object): object {
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

export function signInMessage(content: object): object {
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }] };
}

/** An Adaptive Card with a heading and the given actions. */
export function aCard(id: string, actions: readonly object[] = [], more: object = {}): object {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    id,
    body: [{ type: 'TextBlock', id: 'title', text: `Card ${id}` }],
    actions,
    ...more,
  };
}

export function anExecute(title: string, data: object = {}, more: object = {}): object {
  return { type: 'Action.Execute', title, verb: title.toLowerCase(), data, ...more };
}

/** The answer of a bot to Action.Execute: a card for the person who clicked. */
export function cardAnswer(card: object): object {
  return { body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card } };
}

export function answer(statusCode: number, type: string, value: unknown): object {
  return { body: { statusCode, type: `application/vnd.microsoft.${type}`, value } };
}
