import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { Client, HTTPMessageHandler, ResponseType } from '@microsoft/microsoft-graph-client';
import { AccessError } from '../../errors.ts';

export type GraphMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface GraphRequestLine {
  readonly method: GraphMethod;
  readonly version: 'v1.0' | 'beta';
  /** Below the version, with its query, encoded. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface GraphAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** The answer did not come. */
export interface LostAnswer {
  /** The request certainly never left, so that nothing can have happened. */
  readonly wasSent: boolean;
  readonly reason: string;
}

export type Transport = (line: GraphRequestLine, token: string, requestId: string) => Promise<GraphAnswer | LostAnswer>;

/** Failures before the first byte of the request could be read by anybody: names, connections, certificates. */
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|ERR_TLS_.*|CERT_.*|.*CERT.*|UNABLE_TO_.*)$/;

/** Carries one request: its token and, when the answer was lost, why (the Graph client keeps no cause of its own). */
class Carriage {
  readonly token: string;
  lost: unknown = null;

  constructor(token: string) {
    this.token = token;
  }
}

/** Puts the person's token on requests to our Graph, and to nobody else. */
class BearerHandler implements Middleware {
  readonly #origin: string;
  readonly #next = new HTTPMessageHandler();

  constructor(graphUrl: string) {
    this.#origin = new URL(graphUrl).origin;
  }

  async execute(context: Context): Promise<void> {
    const carriage = context.middlewareControl?.getMiddlewareOptions(Carriage) as Carriage;
    const url = typeof context.request === 'string' ? context.request : context.request.url;
    try {
      if (new URL(url).origin !== this.#origin) {
        throw new AccessError('internal.unexpected', 'A Graph request would have left for another host');
      }
      const headers = {
        ...(context.options?.headers as Record<string, string>),
        Authorization: `Bearer ${carriage.token}`,
      };
      context.options = { ...context.options, headers };
      await this.#next.execute(context);
    } catch (error) {
      carriage.lost = error;
      throw error;
    }
  }
}

/**
 * Makes the way to Graph: Microsoft's client without its retries and redirects, with a time limit for each request.
 */
export function createTransport(graphUrl: string, timeoutMs: number): Transport {
  const client = Client.initWithMiddleware({
    baseUrl: `${graphUrl}/`,
    middleware: new BearerHandler(graphUrl),
    customHosts: new Set([new URL(graphUrl).hostname]),
  });
  return async (line, token, requestId) => {
    const carriage = new Carriage(token);
    const request = client
      .api(line.path)
      .version(line.version)
      .header('client-request-id', requestId)
      .options({ signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' })
      .middlewareOptions([carriage])
      .responseType(ResponseType.RAW);
    try {
      const response: Response = await send(request, line);
      return { status: response.status, body: await response.text(), headers: response.headers };
    } catch (error) {
      return lostAnswer(carriage.lost ?? error);
    }
  };
}

function send(request: ReturnType<Client['api']>, { method, body = {} }: GraphRequestLine): Promise<Response> {
  switch (method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post(body);
    case 'PATCH':
      return request.patch(body);
    case 'DELETE':
      return request.delete();
  }
}

function lostAnswer(error: unknown): LostAnswer {
  if (error instanceof AccessError) {
    throw error;
  }
  const reason = reasonOf(error);
  return { wasSent: !BEFORE_SENDING.test(reason), reason };
}

/** The system's code where there is one (undici keeps it in the cause), else the name; never a text. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  if (typeof code === 'string') {
    return code;
  }
  return cause instanceof Error ? cause.name : 'unknown';
}
