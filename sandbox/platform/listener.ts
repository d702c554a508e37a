import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** One open port. It answers 503 until it is given a handler, since addresses must be known before routes can be made. */
export interface Listener {
  readonly url: string;
  handle(handler: RequestHandler): void;
  /** Stops listening, gives running requests a moment, ends every connection. */
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 60_000;
const GRACE_MS = 500;
const SWEEP_MS = 10;

export async function listen(options: ListenerOptions): Promise<Listener> {
  let current: RequestHandler = (_request, response) => {
    response.writeHead(503);
    response.end();
  };
  const onRequest: RequestHandler = (request, response) => current(request, response);
  const server: Server = options.tls ? createSecureServer(options.tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://${options.host}:${port}`,
    handle: (handler) => {
      current = handler;
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // A connection whose last answer is sent after this moment would stay open, idle, for the whole grace.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
  });
}
