import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { openCertificateAuthority } from '../../../sandbox/platform/certificates.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

export interface Asked {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly body: unknown;
}

export interface ScriptedCloud {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A server that answers what the test says, for answers that the sandbox never gives. */
export async function startScriptedCloud(
  answer: (asked: Asked) => { readonly status?: number; readonly body: unknown },
): Promise<ScriptedCloud> {
  const authority = await openCertificateAuthority();
  trustCertificateAuthority(authority.caPem);
  const asked: Asked[] = [];
  const server = createServer({ cert: authority.cert, key: authority.key }, (request, response) => {
    void text(request).then((body) => {
      const path = decodeURIComponent((request.url ?? '').replaceAll('+', ' '));
      const one: Asked = { method: request.method ?? '', path, body: body === '' ? null : JSON.parse(body) };
      asked.push(one);
      const { status = 200, body: given } = answer(one);
      // Not chained: restify, once it is loaded, makes `writeHead` answer nothing.
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(given));
    });
  });
  // Also those that are still shaking hands, which the server does not count as its own yet.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    asked,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
      await authority.close();
    },
  };
}
