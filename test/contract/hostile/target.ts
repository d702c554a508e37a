import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { TeamsAdapter } from '../../../bot/adapter.ts';
import { createServer } from '../../../bot/server.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import type { Log } from '../../../src/ports/log.ts';

export interface TargetOptions {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly metadataUrl: string;
  /** Host and port of the only connector that is allowed. */
  readonly connectorHost: string;
}

/** One thing to try: by default a POST of JSON to /api/messages; `raw` is written to the socket as it stands. */
export interface Attempt {
  readonly authorization?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly raw?: Buffer;
}

/** The real edge of the bot over HTTP: server, limits, SDK and guard. Behind it there is only a counter. */
export async function startTarget({ tenantId, botAppId, metadataUrl, connectorHost }: TargetOptions) {
  const reasons: string[] = [];
  const reached: { readonly type: string; readonly serviceUrl: string }[] = [];
  const note = (event: string, fields: object = {}): void => {
    reasons.push('reason' in fields ? String(fields.reason) : event);
  };
  const log: Log = { error: note, warn: note, info: note };
  const adapter = new TeamsAdapter({
    tenantId,
    botAppId,
    loginUrl: 'https://login.invalid',
    channelMetadataUrl: metadataUrl,
    channelIssuer: 'https://api.botframework.com',
    log,
  });
  const server = createServer({
    port: 0,
    host: '127.0.0.1',
    guard: { tenantId, botAppId, serviceUrls: createServiceUrls([connectorHost]) },
    log,
    receive: (authorization, activity, turn) => adapter.receive(authorization, activity, turn),
    handle: async ({ type, serviceUrl }) => {
      reached.push({ type, serviceUrl });
      return { status: 200 };
    },
    readiness: async () => ({ database: true, migrations: true, keys: true }),
    inFlight: () => 0,
    servePage: async (_req, res) => void res.end(),
    metrics: null,
  });
  const url = await server.listen();
  const agent = new Agent({ keepAlive: true, maxSockets: 12 });
  return {
    /** Why things were refused, as logged, oldest first. */
    reasons,
    /** What got through to the handlers. */
    reached,
    /** Gives the status, 0 when the connection was closed without an answer, and who it was that answered. */
    send: (attempt: Attempt): Promise<Outcome> =>
      attempt.raw === undefined ? sendHttp({ url, agent }, attempt) : sendRaw(url, attempt.raw),
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}

export type Target = Awaited<ReturnType<typeof startTarget>>;

export interface Outcome {
  readonly status: number;
  readonly layer: string;
}

const WAIT_MS = 500;

/** Which layer speaks: each has its own words. */
function outcomeOf(status: number, text: string): Outcome {
  const said = text.includes('"message"');
  switch (status) {
    case 0:
      return { status, layer: 'connection closed' };
    case 401:
      return { status, layer: said ? 'token' : 'headers' };
    case 403:
      return { status, layer: 'activity guard' };
    case 400:
      return { status, layer: said ? 'activity shape' : text === '' ? 'HTTP parser' : 'JSON parser' };
    case 413:
    case 415:
    case 405:
      return { status, layer: 'headers' };
    case 404:
      return { status, layer: 'routes' };
    default:
      return { status, layer: 'HTTP' };
  }
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
}

function sendHttp({ url, agent }: { url: string; agent: Agent }, attempt: Attempt): Promise<Outcome> {
  const { authorization, headers = {} } = attempt;
  const body = bytesOf(attempt.body);
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const outgoing = request(
    `${url}/api/messages`,
    {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(body.length),
        ...(authorization !== undefined && { authorization }),
        ...headers,
      },
    },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => resolve(outcomeOf(0, '')));
      response.on('end', () => resolve(outcomeOf(response.statusCode ?? 0, Buffer.concat(parts).toString('utf8'))));
    },
  );
  outgoing.on('error', () => resolve(outcomeOf(0, '')));
  outgoing.end(body);
  return promise;
}

/** Ours asks the server to close; a half request that it waits for is hung up on. */
function sendRaw(url: string, raw: Buffer): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => undefined);
  socket.setTimeout(WAIT_MS, () => socket.destroy());
  socket.on('close', () => {
    const [head = '', ...body] = Buffer.concat(parts).toString('latin1').split('\r\n\r\n');
    resolve(outcomeOf(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body.join('')));
  });
  socket.write(raw);
  return promise;
}
