import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

interface Attachment {
  readonly contentType: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export function attachmentOf(call: Call | undefined): Attachment | undefined {
  const { attachments } = (call?.body ?? { attachments: [] }) as { readonly attachments: readonly Attachment[] };
  return attachments[0];
}

export type Answer = (res: ServerResponse, req: IncomingMessage) => void;

export const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify(body));
  };
export const failure = (status: number, code: string, headers?: Record<string, string>): Answer =>
  answer(status, { error: { code, message: 'x' } }, headers);
export const hangUp: Answer = (_res, req) => void req.socket.destroy();
export const silence: Answer = () => undefined;

/** A Bot Connector that answers what a test wants, in order, and success when it wants nothing. */
export async function startScriptedConnector() {
  let answers: Answer[] = [];
  let calls: Call[] = [];
  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      calls.push({ line: `${req.method} ${req.url}`, authorization: req.headers.authorization, body });
      (answers.shift() ?? answer(201, { id: `act-${calls.length}` }))(res, req);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    begin(): Call[] {
      answers = [];
      calls = [];
      return calls;
    },
    answerWith(...next: Answer[]): void {
      answers = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
