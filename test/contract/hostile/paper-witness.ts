import { channel } from 'node:diagnostics_channel';
import fs from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into the bot's process before anything else: writes down what it logs, and every token, code, state and verifier that
 * passes through its HTTP, so that a test can look for them where they must not be.
 */
const { WITNESS_LOGS: logs = '', WITNESS_SECRETS: secrets = '' } = process.env;

function note(kind: string, secret: string | null | undefined): void {
  if (secret) {
    fs.appendFileSync(secrets, `${JSON.stringify({ kind, secret })}\n`);
  }
}

const noteBearer = (kind: string, header: unknown): void => note(kind, /^Bearer (\S+)$/.exec(String(header))?.[1]);

channel('undici:request:create').subscribe((message) => {
  const { request } = message as { request: { headers: string | readonly string[] } };
  const headers = typeof request.headers === 'string' ? request.headers.split(/\r\n|: /) : request.headers;
  const at = headers.findIndex((text) => text.toLowerCase() === 'authorization');
  noteBearer('outgoing token', headers[at + 1]);
});

channel('http.client.request.start').subscribe((message) => {
  const { request } = message as { request: ClientRequest };
  noteBearer('outgoing token', request.getHeader('authorization'));
});

channel('http.server.request.start').subscribe((message) => {
  const { request } = message as { request: IncomingMessage };
  const { searchParams } = new URL(request.url ?? '', 'http://bot');
  noteBearer('channel token', request.headers.authorization);
  note('code', searchParams.get('code'));
  note('state', searchParams.get('state'));
  for (const pair of (request.headers.cookie ?? '').split('; ')) {
    note('verifier', pair.split('=')[1]);
  }
});

const { writeSync } = fs;
// The log is written to the descriptor itself, past `process.stdout`.
fs.writeSync = ((fd: number, ...rest: [never]) => {
  if (fd === 1 || fd === 2) {
    fs.appendFileSync(logs, String(rest[0]));
  }
  return writeSync(fd, ...rest);
}) as typeof writeSync;
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = ((...args: readonly unknown[]) => {
    fs.appendFileSync(logs, String(args[0]));
    return write(...args);
  }) as typeof stream.write;
}
syncBuiltinESMExports();
