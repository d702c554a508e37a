import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer as createHttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { createAcquaintances } from '../../../bot/acquaintances.ts';
import { TeamsAdapter } from '../../../bot/adapter.ts';
import { createBackground } from '../../../bot/background.ts';
import { createTurnsInHand } from '../../../bot/in-hand.ts';
import { createPageLimits, type PageLimits } from '../../../bot/pages/address-limit.ts';
import type { PageFlow } from '../../../bot/pages/flow.ts';
import { createPages } from '../../../bot/pages/pages.ts';
import { createPageServer } from '../../../bot/pages/serve.ts';
import { createRateLimits } from '../../../bot/rate-limits.ts';
import { createServer } from '../../../bot/server.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { createTurns } from '../../../bot/turn.ts';
import type { CardReply, CommittedCards, PressAnswer, PressTurn, SentenceTurn } from '../../../bot/turns.ts';
import { createWaitingLine, type LineSizes, type Patience } from '../../../bot/waiting-line.ts';
import type { Channel as Channels } from '../../../src/domain/channel.ts';
import { cardId, type PrincipalId } from '../../../src/domain/ids.ts';
import type { RoleChoice } from '../../../src/domain/notice.ts';
import type { AccessError } from '../../../src/errors.ts';
import type { InstallationRecord, InstallOutcome } from '../../../src/ports/bot-installer.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { CardDraft, ConversationRecord, PersonRecord, Store, TimerDraft } from '../../../src/ports/store.ts';
import type { RoleSearch } from '../../../src/use-cases/own-roles.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

export const TENANT = '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60';
export const BOT = '0d7c3f1e-6a5b-4c2d-8e9f-1a2b3c4d5e6f';
export const ALEX = '11111111-2222-4333-8444-555555555555';
export const SERVICE_URL = 'http://127.0.0.1:4999/';
export const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Key pair and metadata as the Bot Framework publishes them; a new one for each test file, as the SDK caches by address. */
export async function startChannel() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const jwk = publicKey.export({ format: 'jwk' });
  let base = '';
  const asked: string[] = [];
  const server = createHttpServer((req, res) => {
    asked.push(req.url ?? '');
    const keys = [{ ...jwk, kid: 'k1', endorsements: ['msteams'] }];
    const body = req.url === '/openid' ? { issuer: 'x', jwks_uri: `${base}/keys` } : { keys };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = (claims: Record<string, unknown>, key: KeyObject = privateKey): Promise<string> => {
    const exp = Math.floor(Temporal.Now.instant().epochMilliseconds / 1000) + 600;
    return new SignJWT({ iss: 'https://api.botframework.com', aud: BOT, serviceurl: SERVICE_URL, exp, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(key);
  };
  return {
    metadataUrl: `${base}/openid`,
    asked,
    token: (claims: Record<string, unknown> = {}) => sign(claims),
    forged: () => sign({}, stranger),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

export type Channel = Awaited<ReturnType<typeof startChannel>>;

/** What the product behind the edge does; tests replace what they look at. */
export function quietProduct() {
  const none: CommittedCards = { cards: [] };
  const done: PressAnswer = { kind: 'done', cards: [], reply: null, toast: 'Saved.' };
  return {
    sentence: async (_turn: SentenceTurn): Promise<CommittedCards> => none,
    press: async (_turn: PressTurn): Promise<PressAnswer> => done,
    pressedCard: async (_turn: PressTurn): Promise<CardReply | null> => null,
    search: async (_id: PrincipalId, _search: RoleSearch): Promise<readonly RoleChoice[]> => [],
    signedIn: async (_person: PersonRecord, _id: string): Promise<CommittedCards> => none,
    signInFailed: async (_person: PersonRecord, _exchange: string, _error: AccessError): Promise<CommittedCards> =>
      none,
    clientCannotSignIn: async (_person: PersonRecord): Promise<CommittedCards> => none,
    accept: async (_id: PrincipalId, _assertion: string): Promise<void> => undefined,
    forget: (_id: PrincipalId, _receivedBefore?: Temporal.Instant): void => undefined,
    install: (_id: PrincipalId): InstallOutcome => 'unavailable',
  };
}

/** A store that remembers in memory what the edge writes, and counts its statements. */
export function memoryStore() {
  const people = new Map<string, PersonRecord>();
  const installations = new Map<string, InstallationRecord>();
  const conversations = new Map<string, ConversationRecord>();
  const inbox = new Set<string>();
  const channels = new Map<string, Channels>();
  const posted: CardDraft[] = [];
  const withdrawn: string[] = [];
  const held: string[] = [];
  const redrawn: string[] = [];
  const timers = new Set<string>();
  const statements: string[] = [];
  const now = {
    people: {
      find: async (id: string) => {
        statements.push('people.find');
        return people.get(id) ?? null;
      },
      save: async (person: PersonRecord) => {
        statements.push('people.save');
        people.set(person.id, person);
      },
    },
    requests: { listPendingFor: async () => [] },
    installations: {
      list: async ([id]: readonly string[]) =>
        [...installations.values()].filter(({ principalId }) => principalId === id),
      note: async (record: InstallationRecord) => void installations.set(record.principalId, record),
    },
    conversations: {
      findPersonal: async (id: string) => [...conversations.values()].find((row) => row.principalId === id) ?? null,
      save: async (row: ConversationRecord) => {
        statements.push('conversations.save');
        conversations.set(row.id, row);
      },
      markDead: async (id: string, deadReason: string) => {
        const row = conversations.get(id);
        if (row) conversations.set(id, { ...row, deadReason });
      },
    },
    channels: {
      find: async (id: string) => channels.get(id) ?? null,
      save: async (channel: Channels) => void channels.set(channel.id, channel),
    },
    inbox: {
      accept: async (id: string) => {
        statements.push('inbox.accept');
        const before = inbox.size;
        return before < inbox.add(id).size;
      },
      finish: async () => void statements.push('inbox.finish'),
      hold: async (ids: readonly string[]) => void held.push(...ids),
    },
    cards: {
      post: async (draft: CardDraft) => cardId(`card-${posted.push(draft)}`),
      withdraw: async (id: string) => void withdrawn.push(id),
      redraw: async (id: string) => {
        redrawn.push(id);
        return cardId(id);
      },
    },
    timers: {
      set: async ({ kind, subject }: TimerDraft) => void timers.add(`${kind} ${subject}`),
      clear: async (kind: string, subject: string) => void timers.delete(`${kind} ${subject}`),
    },
  };
  const store = { now, transaction: async (work: (stores: unknown) => unknown) => work(now) } as unknown as Store;
  return { store, stores: now, people, conversations, posted, withdrawn, held, redrawn, timers, statements };
}

/** A sign-in page that nobody has a link to. */
const noFlow: PageFlow = {
  look: async () => ({ kind: 'closed', why: 'unknown' }),
  localeOf: async () => null,
  start: async () => ({ kind: 'closed', why: 'unknown' }),
  identify: async () => null,
  finish: async () => ({ kind: 'closed', why: 'unknown' }),
};

export interface EdgeOptions {
  readonly metrics?: () => Promise<string>;
  readonly flow?: PageFlow;
  readonly publicUrl?: string;
  readonly loginUrl?: string;
  readonly turnsPerMinute?: number;
  readonly line?: LineSizes;
  readonly patience?: Partial<Patience>;
  readonly pageLimits?: PageLimits;
}

/** The edge of the bot over real HTTP, with everything behind it replaced. */
export async function startEdge(channel: Pick<Channel, 'metadataUrl'>, options: EdgeOptions = {}) {
  const lines: LogLine[] = [];
  const line = (level: string) => (event: string, fields?: object) => void lines.push({ level, event, ...fields });
  const log: Log = { error: line('error'), warn: line('warn'), info: line('info') };
  const product = quietProduct();
  const memory = memoryStore();
  const clock = createFakeClock(NOW.toString());
  let listensOn = '';
  const publicUrl = (): string => options.publicUrl ?? listensOn;
  const acquaintances = createAcquaintances(memory.store, clock);
  const delivered: string[] = [];
  const background = createBackground(log);
  const waitingLine = createWaitingLine(options.line ?? { atATime: 64, longest: 100 });
  const inHand = createTurnsInHand(memory.store.now.inbox, log);
  const adapter = new TeamsAdapter({
    tenantId: TENANT,
    botAppId: BOT,
    loginUrl: 'https://login.invalid',
    channelMetadataUrl: channel.metadataUrl,
    channelIssuer: 'https://api.botframework.com',
    log,
  });
  const handle = createTurns({
    handlers: {
      sentence: (turn) => product.sentence(turn),
      press: (turn) => product.press(turn),
      pressedCard: (turn) => product.pressedCard(turn),
      search: (id, search) => product.search(id, search),
      signedIn: (person, id) => product.signedIn(person, id),
      signInFailed: (person, exchange, error) => product.signInFailed(person, exchange, error),
      clientCannotSignIn: (person) => product.clientCannotSignIn(person),
      signedInOnPage: async () => ({ cards: [] }),
    },
    store: acquaintances.store,
    acquaintances,
    signIns: {
      accept: (id: PrincipalId, token: string) => product.accept(id, token),
      forget: (id: PrincipalId, before?: Temporal.Instant) => product.forget(id, before),
    } as never,
    delivery: { deliver: async (cards) => void delivered.push(...cards) },
    resume: async () => undefined,
    installer: { install: async (id) => product.install(id) },
    background,
    clock,
    log,
    botAppId: BOT,
    limits: createRateLimits(clock, options.turnsPerMinute ?? 60),
    line: waitingLine,
    inHand,
    patience: { sentenceMs: 10_000, pressMs: 10_000, workMs: 1_500, answerMs: 2_000, ...options.patience },
    publicUrl,
    render: (card, person, step) => ({
      card: { type: 'AdaptiveCard', id: card.notice.card, step, zone: person?.timeZone },
      summary: '',
    }),
    normalize: (text) => text.trim(),
  });
  const flow = options.flow ?? noFlow;
  const exports = { find: async () => null };
  const pages = createPages({
    flow,
    exports,
    clock,
    log,
    publicUrl,
    loginUrl: options.loginUrl ?? 'https://login.invalid',
  });
  const server = createServer({
    port: 0,
    host: '127.0.0.1',
    guard: { tenantId: TENANT, botAppId: BOT, serviceUrls: createServiceUrls(['127.0.0.1:4999']) },
    log,
    receive: (authorization, activity, turn) => adapter.receive(authorization, activity, turn),
    handle,
    readiness: async () => ({ database: true, migrations: true, keys: false }),
    inFlight: () => background.size(),
    servePage: createPageServer(pages, options.pageLimits ?? createPageLimits(clock)),
    metrics: options.metrics ?? null,
  });
  listensOn = await server.listen();
  const close = async (withinMs?: number): Promise<boolean> => {
    inHand.close();
    return await server.close(withinMs);
  };
  return { url: listensOn, product, lines, delivered, background, clock, ...memory, inHand, close };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;

export interface EdgeInTest {
  /** One for all tests of a suite, with a token of it. */
  readonly channel: Channel;
  readonly token: string;
  /** A new one for each test, which may put another in its place. */
  edge: Edge;
}

/** Starts the edge for the suite it is called in; what it gives back is filled when a test runs. */
export function withEdge(): EdgeInTest {
  const started = {} as { channel: Channel; token: string; edge: Edge };
  before(async () => {
    started.channel = await startChannel();
    started.token = await started.channel.token();
  });
  after(() => started.channel.close());
  beforeEach(async () => {
    started.edge = await startEdge(started.channel);
  });
  afterEach(() => started.edge.close());
  return started;
}

/** A post of a channel, as conversations name it. */
export const CHANNEL = {
  id: '19:c@thread.tacv2;messageid=17',
  conversationType: 'channel',
  isGroup: true,
  tenantId: TENANT,
};

/** A message from Alex in their own chat. */
export function message(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'message',
    id: '1763740000000',
    channelId: 'msteams',
    serviceUrl: SERVICE_URL,
    textFormat: 'plain',
    text: 'my roles',
    from: { id: '29:1alex', name: 'Alex Wilber', aadObjectId: ALEX },
    recipient: { id: `28:${BOT}`, name: 'Pimlico' },
    conversation: { conversationType: 'personal', tenantId: TENANT, id: 'a:1xyz' },
    channelData: { tenant: { id: TENANT } },
    locale: 'es-ES',
    entities: [{ type: 'clientInfo', locale: 'es-ES', country: 'ES', platform: 'Windows', timezone: 'Europe/Madrid' }],
    ...changes,
  };
}

export function invoke(name: string, value: unknown, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return message({ type: 'invoke', name, value, id: 'f:1', text: undefined, ...changes });
}

export function press(verb: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const action = { type: 'Action.Execute', verb, data: { s: '7F3K', comment: 'ok' } };
  return invoke('adaptiveCard/action', { action, trigger: 'manual', ...more });
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Sent {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly (string | Buffer)[];
  readonly method?: string;
  readonly path?: string;
}

/** Posts to the bot as it stands, also what no sane client would send. */
export function post(edge: { readonly url: string }, body: unknown, sent: Sent = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const outgoing = request(
    `${edge.url}${sent.path ?? '/api/messages'}`,
    {
      method: sent.method ?? 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
        ...(sent.chunks === undefined && body !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
        ...sent.headers,
      },
      agent: false,
    },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const answer = Buffer.concat(parts).toString('utf8');
        let parsed: unknown = null;
        try {
          parsed = JSON.parse(answer) as unknown;
        } catch {
          // Not every answer is JSON.
        }
        resolve({ status: response.statusCode ?? 0, body: parsed, text: answer, headers: response.headers });
      });
    },
  );
  outgoing.on('error', reject);
  for (const chunk of sent.chunks ?? (body === undefined ? [] : [text])) {
    outgoing.write(chunk);
  }
  outgoing.end();
  return promise;
}
