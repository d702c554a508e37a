import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface ReceivedBatch {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the receiver answers next; `null` never does. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly ReceivedBatch[];
  answer(answer: ReceiverAnswer | null): void;
  /** Forgets what came, and answers 204 again. */
  begin(): void;
  close(): Promise<void>;
}

const NO_CONTENT: ReceiverAnswer = { status: 204 };

/** A real HTTP server that takes down what it is sent. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedBatch[] = [];
  let next: ReceiverAnswer | null = NO_CONTENT;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      if (next !== null) {
        response.writeHead(next.status, next.headers);
        response.end(next.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`,
    received,
    answer(answer) {
      next = answer;
    },
    begin() {
      next = NO_CONTENT;
      received.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the signature of a batch must be, computed from what arrived. */
export function signatureOf({ headers, body }: ReceivedBatch, key: Buffer): string {
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
