import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The one address of several replicas, for people's browsers. */
export interface Balancer {
  readonly url: string;
  /** From now on these get one request each in turn; one that refuses the connection is passed over. */
  lead(targets: readonly string[]): void;
  close(): Promise<void>;
}

export async function openBalancer(): Promise<Balancer> {
  let targets: readonly string[] = [];
  let turn = 0;
  const server = createServer(async (asked, answer) => {
    const body = await buffer(asked);
    const first = turn;
    turn += 1;
    for (let tries = 0; tries < targets.length; tries += 1) {
      const target = targets[(first + tries) % targets.length] ?? '';
      if (await pass(new URL(asked.url ?? '/', target), { asked, body, answer })) {
        return;
      }
    }
    answer.writeHead(502).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(next) {
      targets = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Passing {
  readonly asked: IncomingMessage;
  readonly body: Buffer;
  readonly answer: ServerResponse;
}

/** False when nobody listens there: nothing was sent. The name that was asked for goes along as it came. */
async function pass(target: URL, { asked, body, answer }: Passing): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { connection: _, ...headers } = asked.headers;
  const passed = request(target, { method: asked.method, headers, agent: false });
  passed.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'ECONNREFUSED') {
      answer.destroy();
    }
    resolve(code !== 'ECONNREFUSED');
  });
  passed.on('response', (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
    given.on('error', () => answer.destroy());
    resolve(true);
  });
  passed.end(body);
  return await promise;
}
