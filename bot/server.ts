import { type AddressInfo, Server as Listener } from 'node:net';
import restify from 'restify';

import type { Log } from '../src/ports/log.ts';
import { type Activity, readActivity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { type GuardOptions, refusalOf } from './guard.ts';
import { isForPages, type ServePage } from './pages/serve.ts';
import { LARGEST_BODY, refuseRequest } from './request-limits.ts';

/** Which parts are ready to serve; a part that is not is named. */
export type Readiness = Readonly<Partial<Record<'database' | 'migrations' | 'keys' | 'serving', boolean>>>;

/** Told to stop: whoever spreads the work looks elsewhere. */
const NOT_SERVING: Readiness = { serving: false };

export interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly guard: GuardOptions;
  readonly log: Log;
  /** Judges the token, then runs the turn; never throws. */
  receive(authorization: string, activity: object, turn: () => Promise<Verdict>): Promise<Verdict>;
  /** Carries out an activity that passed every check. */
  handle(activity: Activity): Promise<Verdict>;
  readiness(): Promise<Readiness>;
  /** How much work goes on after its answer was sent. */
  inFlight(): number;
  /** Answers everything under `/auth`, with limits of its own. */
  readonly servePage: ServePage;
  /** The text of `GET /metrics`; null leaves the address unknown. */
  readonly metrics: (() => Promise<string>) | null;
}

export interface BotServer {
  /** Starts to listen and gives the address. */
  listen(): Promise<string>;
  /**
   * Takes no more connections, lets the running requests finish for at most so many milliseconds (10,000 by default), then hangs
   * up. A request that was on its way over an open connection is still answered, `readyz` with 503. False when somebody had to be
   * hung up on.
   */
  close(withinMs?: number): Promise<boolean>;
}

const GRACE_MS = 10_000;

/** What was sent before its sender could know that the bot stops has been read after this time. */
const ON_ITS_WAY_MS = 100;

/** A client that dawdles over its request is let go. */
const REQUEST_MS = 30_000;
/**
 * Who reuses a connection in the instant in which it is closed loses what it sends, and Teams does not send an invoke again. Longer
 * than proxies in front keep theirs, which is a minute by habit.
 */
const KEEP_OPEN_MS = 75_000;

/** Nothing that was thrown or typed is ever sent back: only these. */
const SPOKEN: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
};

const problem = (status: number) => ({ code: SPOKEN[status] ?? (status < 500 ? 'BadRequest' : 'Internal') });

/** Makes the HTTP side of the bot: one address for the connector, and the ones that look after its health. */
export function createServer(options: ServerOptions): BotServer {
  const server = restify.createServer({ name: 'bot' });
  server.server.requestTimeout = REQUEST_MS;
  server.server.headersTimeout = REQUEST_MS;
  server.server.keepAliveTimeout = KEEP_OPEN_MS;
  let isClosing = false;

  server.pre((req: restify.Request, res: restify.Response, next: restify.Next) => {
    if (isClosing) {
      res.header('Connection', 'close');
    }
    if (isForPages(req.url ?? '')) {
      // Before the routes: forms, methods and errors of the pages are theirs, and nothing of them is JSON.
      options.servePage(req, res).then(
        () => next(false),
        (error: unknown) => {
          options.log.error('page.failed', { error });
          res.destroy();
          next(false);
        },
      );
      return;
    }
    const status = refuseRequest(req);
    if (status === null) {
      next();
      return;
    }
    // The rest of the body is not read: the connection cannot be used again.
    res.header('Connection', 'close');
    res.send(status, problem(status));
    next(false);
  });
  server.on('restifyError', (_req: unknown, _res: unknown, error: RestifyError, done: () => void) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      options.log.error('request.failed', { error });
    }
    error.toJSON = () => problem(status);
    error.toString = () => problem(status).code;
    done();
  });
  const parseBody = restify.plugins.bodyParser({ mapParams: false, maxBodySize: LARGEST_BODY });
  addRoutes(server, parseBody, {
    ...options,
    readiness: async () => (isClosing ? NOT_SERVING : await options.readiness()),
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.removeListener('error', reject);
          const { address, port, family } = server.address() as AddressInfo;
          resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
        });
      }),
    close: async (withinMs = GRACE_MS) => {
      isClosing = true;
      return await hangUp(server.server, withinMs);
    },
  };
}

/** Not as HTTP servers close by themselves: that breaks connections whose next request is on its way already. */
async function hangUp(server: restify.Server['server'], withinMs: number): Promise<boolean> {
  const closed = Promise.withResolvers<void>();
  let isInTime = true;
  Listener.prototype.close.call(server, () => closed.resolve());
  const sweep = setInterval(() => server.closeIdleConnections(), ON_ITS_WAY_MS);
  const patience = setTimeout(() => {
    isInTime = false;
    server.closeAllConnections();
  }, withinMs);
  await closed.promise;
  clearInterval(sweep);
  clearTimeout(patience);
  return isInTime;
}

interface RestifyError extends Error {
  readonly statusCode?: number;
  toJSON?: () => unknown;
}

function addRoutes(server: restify.Server, parseBody: restify.RequestHandler[], options: ServerOptions): void {
  const { log } = options;
  // Async handlers take two arguments: a third makes restify throw, and a throw in a callback style one ends the process.
  const answering =
    (work: (req: restify.Request) => Promise<Verdict>) =>
    async (req: restify.Request, res: restify.Response): Promise<void> => {
      try {
        const { status, body } = await work(req);
        res.send(status, body);
      } catch (error) {
        log.error('request.failed', { error });
        res.send(500, problem(500));
      }
    };
  server.post(
    '/api/messages',
    ...parseBody,
    answering((req) => receive(req, options)),
  );
  server.get(
    '/healthz',
    answering(async () => ({ status: 200, body: { alive: true, inFlight: options.inFlight() } })),
  );
  server.get(
    '/readyz',
    answering(async () => {
      const parts = await options.readiness();
      const ready = Object.values(parts).every(Boolean);
      return { status: ready ? 200 : 503, body: { ready, parts } };
    }),
  );
  const { metrics } = options;
  if (metrics !== null) {
    server.get('/metrics', async (_req: restify.Request, res: restify.Response) => {
      res.sendRaw(200, await metrics(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    });
  }
}

async function receive(req: restify.Request, { guard, log, ...options }: ServerOptions): Promise<Verdict> {
  const body: unknown = req.body;
  const read = readActivity(body);
  if (!read.ok) {
    log.warn('activity.refused', { reason: 'malformed', member: read.member });
    return { status: 400, body: { code: 'BadRequest', message: `The activity cannot be read: ${read.member}.` } };
  }
  const { activity } = read;
  const refuse = (reason: string): Verdict => {
    log.warn('activity.refused', {
      reason,
      type: activity.type,
      activityId: activity.id,
      tenantId: activity.conversation.tenantId ?? null,
      principalId: activity.from.aadObjectId ?? null,
    });
    return { status: 403, body: { code: 'Forbidden', message: 'The activity is not accepted.' } };
  };
  // The channel chooses the keys that the SDK judges the token by, so a strange one is not tried at all.
  if (activity.channelId !== 'msteams') {
    return refuse('channel-not-teams');
  }
  return options.receive(req.headers.authorization ?? '', body as object, async () => {
    const refusal = refusalOf(activity, guard);
    return refusal === null ? options.handle(activity) : refuse(refusal);
  });
}
