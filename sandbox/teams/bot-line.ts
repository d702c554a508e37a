import { Agent, type IncomingMessage, request } from 'node:http';

import type { EvidenceBox, TokenIssuer } from '../platform/types.ts';
import type { Journal } from './journal.ts';
import { asRecord, asText, type Json } from './wire.ts';

/** How the bot's endpoint answered one activity. Status 0: it is not there, or died meanwhile. */
export interface Delivery {
  readonly status: number;
  readonly body: unknown;
  readonly error?: string;
}

/** A client gives up after this many real milliseconds (teams-platform §3.3). */
const PATIENCE_MS = 15_000;

/** Nobody listens: the activity was not sent. */
const NOT_THERE = 'ECONNREFUSED';

/** A channel token is used for this many real milliseconds, as signing one costs more than sending an activity. */
const TOKEN_MS = 60_000;

/** Counts work that clients have under way, and tells when there is none. */
export class Work {
  #open = 0;
  #waiting: (() => void)[] = [];

  get open(): number {
    return this.#open;
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#open += 1;
    try {
      return await work();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  whenIdle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function read(response: IncomingMessage): Promise<Delivery> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) };
}

interface BotLineParts {
  readonly issuer: Pick<TokenIssuer, 'channelToken'>;
  readonly serviceUrl: () => string;
  readonly work: Work;
  readonly journal: Journal;
  /** Where what passes is kept, when somebody collects it. */
  readonly evidence?: EvidenceBox;
  /** Real milliseconds until a client gives up; 15 seconds when not given. */
  readonly patienceMs?: number;
}

/**
 * Posts activities to the bot as the Bot Connector does: signed, one HTTP request each, never repeated. With several endpoints
 * it is also the load balancer before them: they take turns, and one that cannot be connected to is passed over.
 */
export class BotLine {
  readonly #issuer: Pick<TokenIssuer, 'channelToken'>;
  readonly #serviceUrl: () => string;
  readonly #work: Work;
  readonly #journal: Journal;
  readonly #evidence: EvidenceBox | null;
  readonly #patienceMs: number;
  #agent = new Agent({ keepAlive: true });
  #endpoints: readonly URL[] = [];
  #turn = 0;
  #token: { readonly value: Promise<string>; readonly until: number } | null = null;

  constructor(parts: BotLineParts) {
    this.#issuer = parts.issuer;
    this.#serviceUrl = parts.serviceUrl;
    this.#work = parts.work;
    this.#journal = parts.journal;
    this.#evidence = parts.evidence ?? null;
    this.#patienceMs = parts.patienceMs ?? PATIENCE_MS;
  }

  /** The first one, where there are several. */
  get endpoint(): string | null {
    return this.#endpoints[0]?.href ?? null;
  }

  get endpoints(): readonly string[] {
    return this.#endpoints.map(({ href }) => href);
  }

  connect(...endpoints: readonly URL[]): void {
    if (endpoints.map(({ href }) => href).join() === this.endpoints.join()) return;
    this.#endpoints = endpoints;
    this.#agent.destroy();
    // On a connection that was kept, nobody could say whether a process that stops had read an activity.
    this.#agent = new Agent({ keepAlive: endpoints.length === 1 });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Never fails: what went wrong is in the delivery. `authorization` replaces the channel token; empty sends none. */
  post(activity: Json, authorization?: string): Promise<Delivery> {
    return this.#work.track(async () => {
      const endpoints = this.#inTurn();
      const header = authorization ?? `Bearer ${await this.#channelToken()}`;
      this.#keepTokens(activity, header);
      let delivery: Delivery = { status: 0, body: null, error: 'the sandbox knows no bot: PUT /bot first' };
      for (const endpoint of endpoints) {
        delivery = await this.#send(endpoint, activity, header);
        if (delivery.error !== NOT_THERE) break;
      }
      if (delivery.status !== 200) this.#noteFailure(activity, delivery);
      this.#keepAnswer(activity, delivery);
      return delivery;
    });
  }

  /** All of them, beginning with the one whose turn it is. */
  #inTurn(): readonly URL[] {
    const first = this.#endpoints.length === 0 ? 0 : this.#turn % this.#endpoints.length;
    this.#turn = first + 1;
    return [...this.#endpoints.slice(first), ...this.#endpoints.slice(0, first)];
  }

  /** That of the request, and that of a silent sign-in or of a button pressed again. */
  #keepTokens({ value }: Json, header: string): void {
    const given = asRecord(value);
    this.#evidence?.add('channel-token', header.replace(/^Bearer /, ''));
    this.#evidence?.add('sso-token', given?.token ?? asRecord(given?.authentication)?.token);
  }

  #keepAnswer({ type, name }: Json, { body }: Delivery): void {
    if (body === null) return;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.#evidence?.write({ to: 'client', about: `${asText(type) ?? ''} ${asText(name) ?? ''}`.trim(), text });
  }

  #noteFailure({ id, type, name, from }: Json, { status, error }: Delivery): void {
    const person = asText(asRecord(from)?.name);
    this.#journal.note('failure', { person, activityId: id, type, name, status, error });
  }

  #channelToken(): Promise<string> {
    const now = performance.now();
    if (this.#token === null || this.#token.until < now) {
      this.#token = { value: this.#issuer.channelToken(this.#serviceUrl()), until: now + TOKEN_MS };
    }
    return this.#token.value;
  }

  #send(endpoint: URL, activity: Json, authorization: string): Promise<Delivery> {
    const body = Buffer.from(JSON.stringify(activity));
    const conversation = activity.conversation as Json | undefined;
    const headers: Record<string, string | number> = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
      'x-ms-conversation-id': encodeURIComponent(asText(conversation?.id) ?? ''),
      'x-ms-tenant-id': asText(conversation?.tenantId) ?? '',
    };
    if (authorization !== '') headers.authorization = authorization;
    return new Promise((resolve) => {
      const outgoing = request(endpoint, { method: 'POST', agent: this.#agent, headers });
      let isLate = false;
      const patience = setTimeout(() => {
        isLate = true;
        outgoing.destroy();
      }, this.#patienceMs);
      const finish = (delivery: Delivery): void => {
        clearTimeout(patience);
        resolve(delivery);
      };
      const fail = (error: Error): void => {
        if (isLate) finish({ status: 504, body: null, error: 'the bot did not answer in time' });
        else finish({ status: 0, body: null, error: (error as NodeJS.ErrnoException).code ?? error.message });
      };
      outgoing.on('error', fail);
      outgoing.on('response', (response) => void read(response).then(finish, fail));
      outgoing.end(body);
    });
  }
}
