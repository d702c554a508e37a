import type { Answer, Exchange, Route, SandboxClock } from '../platform/types.ts';
import type { Activities } from './activities.ts';
import type { BotLine, Work } from './bot-line.ts';
import type { Chat, Chats } from './chats.ts';
import type { Client } from './client.ts';
import type { Journal } from './journal.ts';
import type { Pace } from './pace.ts';
import { BLOCKED_SHAPES, type People, type Person } from './people.ts';
import type { Hand, Press } from './press.ts';
import { Refusal } from './refusal.ts';
import type { Sightings } from './sightings.ts';
import type { PageVisit, SignInPages } from './sign-in-pages.ts';
import { asRecord, asText, type Json, merged } from './wire.ts';

interface Parts {
  readonly people: People;
  readonly chats: Chats;
  readonly sightings: Sightings;
  readonly journal: Journal;
  readonly client: Client;
  readonly hand: Hand;
  readonly pages: SignInPages;
  readonly line: BotLine;
  readonly work: Work;
  readonly activities: Activities;
  readonly pace: Pace;
  readonly clock: SandboxClock;
}

type Action = (body: Json) => unknown;

const CODES: Readonly<Record<number, string>> = {
  404: 'NotFound',
  409: 'Conflict',
  501: 'NotImplemented',
  502: 'BrowserFailed',
};

const PERSON_SETTINGS = ['locale', 'timeZone', 'country', 'platform'] as const;

/** What drives the people of the sandbox: scripts, tests, benches and the interactive terminal. */
export class TeamsControl {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  routes(): Route[] {
    const post = (pattern: string, action: Action): Route => ({
      method: 'POST',
      pattern,
      handle: (exchange) => answer(exchange, action),
    });
    return [
      { method: 'PUT', pattern: '/bot', handle: (exchange) => answer(exchange, (body) => this.#connect(body)) },
      { method: 'PUT', pattern: '/teams/limits', handle: (exchange) => answer(exchange, (body) => this.#limit(body)) },
      { method: 'PUT', pattern: '/teams/people', handle: (exchange) => answer(exchange, (body) => this.#set(body)) },
      post('/teams/say', (body) => this.#say(body)),
      post('/teams/press', (body) => this.#press(body)),
      post('/teams/search', (body) => this.#search(body)),
      post('/teams/forge', (body) => this.#forge(body)),
      post('/teams/sign-in-page', (body) => this.#parts.pages.visit(this.#pageVisit(body))),
      post('/teams/view', (body) => this.#view(body)),
      post('/teams/install', (body) => this.#parts.client.install(this.#person(body))),
      post('/teams/uninstall', (body) => this.#parts.client.uninstall(this.#person(body))),
      post('/teams/block', (body) => this.#block(body)),
      post('/teams/unblock', (body) => this.#unblock(body)),
      post('/teams/delete-team', (body) => this.#parts.client.deleteTeam(this.#person(body))),
      post('/teams/restore-team', (body) => this.#parts.client.restoreTeam(this.#person(body))),
      post('/teams/activity', (body) => this.#activity(body)),
      { method: 'GET', pattern: '/teams/seen', handle: ({ query }) => this.#seen(query) },
      { method: 'GET', pattern: '/teams/journal', handle: ({ query }) => this.#journal(query) },
      {
        method: 'GET',
        pattern: '/teams/cards',
        handle: (exchange) => answer(exchange, () => this.#cards(exchange.query)),
      },
      {
        method: 'GET',
        pattern: '/teams/offers',
        handle: (exchange) => answer(exchange, () => this.#offers(exchange.query)),
      },
      { method: 'GET', pattern: '/teams/idle', handle: ({ query }) => this.#idle(query) },
      { method: 'GET', pattern: '/teams/conversations', handle: () => ({ status: 200, body: this.#conversations() }) },
    ];
  }

  #person(body: Json, field = 'person'): Person {
    const key = asText(body[field]);
    if (key === null) throw new Refusal(400, `${field} is missing`);
    const person = this.#parts.people.find(key);
    if (person === null) throw new Refusal(404, `nobody is called ${key}`);
    return person;
  }

  #chat(body: Json, person: Person): Chat {
    const name = asText(body.chat) ?? 'personal';
    if (name === 'personal') return this.#parts.chats.open(person);
    const chat = this.#parts.chats.channel(name);
    if (chat === null) throw new Refusal(404, `there is no channel ${name}`);
    if (!this.#parts.people.isInChannel(person, chat.channel)) {
      throw new Refusal(409, `${person.handle} is not in ${name}`);
    }
    return chat;
  }

  #needBot(): void {
    if (this.#parts.line.endpoint === null) throw new Refusal(409, 'the sandbox knows no bot: PUT /bot first');
  }

  #connect(body: Json): Json {
    const given: readonly unknown[] = Array.isArray(body.endpoints) ? body.endpoints : [body.endpoint];
    const endpoints = given.map((one) => (typeof one === 'string' && URL.canParse(one) ? new URL(one) : null));
    const urls = endpoints.filter((one) => one !== null);
    if (urls.length === 0 || urls.length < endpoints.length) {
      throw new Refusal(400, 'endpoint must be a URL, endpoints a list of them');
    }
    const { line } = this.#parts;
    line.connect(...urls);
    return { endpoint: line.endpoint, ...(line.endpoints.length > 1 && { endpoints: line.endpoints }) };
  }

  #limit(body: Json): Json {
    if (typeof body.on !== 'boolean') throw new Refusal(400, 'on must be true or false');
    this.#parts.pace.enabled = body.on;
    this.#parts.pace.reset();
    return { on: body.on };
  }

  #set(body: Json): Json {
    const person = this.#person(body);
    for (const name of PERSON_SETTINGS) person[name] = asText(body[name]) ?? person[name];
    if (Number.isInteger(body.clients) && Number(body.clients) > 0) person.clients = Number(body.clients);
    return this.#describe(person);
  }

  #say(body: Json): Promise<unknown> {
    this.#needBot();
    const person = this.#person(body);
    const text = typeof body.text === 'string' ? body.text : '';
    return this.#parts.client.say(person, this.#chat(body, person), {
      text,
      textFormat: asText(body.textFormat) ?? 'plain',
    });
  }

  /** In a channel: a person who presses there has opened it, so that their client has asked for their own view. */
  async #press(body: Json): Promise<unknown> {
    this.#needBot();
    const person = this.#person(body);
    if (asText(body.chat) === null) return this.#parts.hand.press(person, readPress(body));
    const chat = this.#chat(body, person);
    await this.#parts.hand.view(person, chat, { now: this.#parts.clock.now(), after: 0 });
    return this.#parts.hand.press(person, { ...readPress(body), chat });
  }

  #search(body: Json): Promise<unknown> {
    this.#needBot();
    const [input, text] = [asText(body.input), body.text];
    if (input === null || typeof text !== 'string') throw new Refusal(400, 'input and text are wanted');
    return this.#parts.hand.search(this.#person(body), readPress(body), { input, text });
  }

  /** A link to the bot's page that was made for somebody else is opened by the forger, who signs in as themselves. */
  async #forge(body: Json): Promise<unknown> {
    this.#needBot();
    const person = this.#person(body);
    const forged = await this.#parts.hand.forge(person, this.#person(body, 'of'), readPress(body));
    const link = forged.outcome === 'url' ? (forged.url ?? null) : null;
    if (link === null) return forged;
    const own = { person, as: person, outcome: 'ok', link, stop: null, isAgain: false, isSameBrowser: false } as const;
    return { ...forged, page: await this.#parts.pages.visit(own) };
  }

  #pageVisit(body: Json): PageVisit {
    const person = this.#person(body);
    const { outcome = 'ok', stop = null } = body;
    if (outcome !== 'ok' && outcome !== 'fail') throw new Refusal(400, 'outcome must be ok or fail');
    if (stop !== null && stop !== 'start' && stop !== 'before-callback') {
      throw new Refusal(400, 'stop must be start or before-callback');
    }
    return {
      person,
      as: body.as === undefined ? person : this.#person(body, 'as'),
      outcome,
      link: asText(body.link),
      stop,
      isAgain: body.again === true,
      isSameBrowser: body.sameBrowser === true,
    };
  }

  async #view(body: Json): Promise<unknown> {
    this.#needBot();
    const person = this.#person(body);
    const viewing = { now: this.#parts.clock.now(), after: Number(asText(body.after) ?? 0) };
    return { refreshes: await this.#parts.hand.view(person, this.#chat(body, person), viewing) };
  }

  #block(body: Json): Json {
    const person = this.#person(body);
    const shape = BLOCKED_SHAPES.find((one) => one === (body.shape ?? BLOCKED_SHAPES[0]));
    if (shape === undefined) throw new Refusal(400, `shape is one of ${BLOCKED_SHAPES.join(', ')}`);
    person.blocked = shape;
    return this.#describe(person);
  }

  /** Teams tells the bot nothing of it. */
  #unblock(body: Json): Json {
    const person = this.#person(body);
    person.blocked = null;
    return this.#describe(person);
  }

  /** Posts a message of a person with any field changed, for hostile tests: null removes one. */
  async #activity(body: Json): Promise<unknown> {
    this.#needBot();
    const person = this.#person(body);
    const chat = this.#chat(body, person);
    const id = this.#parts.chats.nextId();
    const base = this.#parts.activities.message(person, chat, { id, text: 'hello', textFormat: 'plain' });
    const authorization = typeof body.authorization === 'string' ? body.authorization : undefined;
    return this.#parts.line.post(merged(base, asRecord(body.activity) ?? {}), authorization);
  }

  #seen(query: URLSearchParams): Answer {
    const { sightings } = this.#parts;
    return {
      status: 200,
      body: { events: sightings.after(Number(query.get('after') ?? 0) || 0), last: sightings.last },
    };
  }

  #journal(query: URLSearchParams): Answer {
    const { journal } = this.#parts;
    return { status: 200, body: { entries: journal.after(Number(query.get('after') ?? 0) || 0), last: journal.last } };
  }

  #cards(query: URLSearchParams): Json {
    const person = this.#person({ person: query.get('person') ?? '' });
    return { cards: this.#parts.hand.cards(person, Number(query.get('limit') ?? 20) || 20) };
  }

  #offers(query: URLSearchParams): Json {
    return { offers: this.#parts.hand.offers(this.#person({ person: query.get('person') ?? '' })) };
  }

  async #idle(query: URLSearchParams): Promise<Answer> {
    const { work, sightings, clock } = this.#parts;
    if (query.get('wait') === '1') await work.whenIdle();
    const now = clock.now().toString();
    return { status: 200, body: { idle: work.open === 0, open: work.open, last: sightings.last, now } };
  }

  #describe(person: Person): Json {
    const { handle, id, teamsId, chatId, installed, blocked, clients, locale, timeZone } = person;
    const told = { handle, id, teamsId, conversationId: chatId, installed, clients, locale, timeZone };
    return { ...told, blocked: blocked !== null };
  }

  #conversations(): Json {
    const { people, line } = this.#parts;
    return {
      bot: { id: people.botId, name: people.botName, endpoint: line.endpoint },
      people: people.all().map((person) => this.#describe(person)),
      team: people.team,
    };
  }
}

function readPress(body: Json): Press {
  const button = asText(body.button);
  if (button === null) throw new Refusal(400, 'button is missing');
  const [inputs, typing] = [body.inputs, body.typing].map((given) =>
    Object.fromEntries(Object.entries(asRecord(given) ?? {}).map(([id, value]) => [id, String(value)])),
  );
  const card = asText(body.card);
  const message = asText(body.message);
  return {
    button,
    ...(inputs !== undefined && { inputs }),
    ...(typing !== undefined && { typing }),
    ...(card !== null && { card }),
    ...(message !== null && { message }),
    ...(typeof body.changed === 'number' && { changed: body.changed }),
  };
}

async function answer(exchange: Exchange, action: Action): Promise<Answer> {
  try {
    return { status: 200, body: await action(asRecord(exchange.json) ?? {}) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = CODES[error.status] ?? 'BadRequest';
    return { status: error.status, body: { error: { code, message: error.message }, ...error.details } };
  }
}
