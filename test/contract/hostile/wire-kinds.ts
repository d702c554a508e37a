import { gzipSync } from 'node:zlib';
import type { Random } from './random.ts';
import { goodBody, goodToken, type Kind, type World } from './world.ts';

/** Requests as no HTTP library would write them. */
export const WIRE_KINDS: readonly Kind[] = [
  { name: 'header smuggling', count: 240, make: async (world) => ({ raw: await smuggled(world) }) },
  {
    name: 'other spellings of the address, past its limits',
    count: 120,
    make: async (world) => ({ raw: await strayed(world) }),
  },
];

interface Wire {
  readonly line?: string;
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** Closes afterwards, so that whatever follows on the connection is not waited for. */
function written({ line = 'POST /api/messages HTTP/1.1', headers, body }: Wire): Buffer {
  const head = [line, 'Host: bot.example', 'Connection: close', ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

const JSON_TYPE = 'Content-Type: application/json';

async function smuggled(world: World): Promise<Buffer> {
  const { random } = world;
  const authorization = `Authorization: Bearer ${await goodToken(world)}`;
  const body = JSON.stringify(goodBody(world));
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const chunked = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n`;
  const bad = `Authorization: Bearer ${random.word(30)}`;
  const plain = { headers: [JSON_TYPE, length], body };
  return written(
    random.pick<Wire>([
      // The good token is where it does not count.
      { headers: [bad, authorization, JSON_TYPE, length], body },
      { headers: [`X-Forwarded-${authorization}`, `X-${authorization}`, JSON_TYPE, length], body },
      { headers: [`Proxy-${authorization}`, JSON_TYPE, length], body },
      { headers: [`Cookie: ${authorization}`, JSON_TYPE, length], body },
      {
        headers: [JSON_TYPE, 'Transfer-Encoding: chunked', 'Trailer: Authorization'],
        body: `${chunked}${authorization}\r\n\r\n`,
      },
      { headers: [bad, 'Transfer-Encoding: chunked', JSON_TYPE], body: `${chunked}${authorization}\r\n\r\n` },
      { ...plain, line: `POST /api/messages?authorization=Bearer%20${random.word(9)} HTTP/1.1` },
      { ...plain, headers: [`X-Custom: a\r\n ${authorization}`, JSON_TYPE, length] },
      { ...plain, headers: [`X-Custom: a\n${bad}`, JSON_TYPE, length] },
      // The header itself is malformed.
      { headers: [authorization.replace(':', ' :'), JSON_TYPE, length], body },
      { headers: [authorization.replace('Bearer ', 'Bearer\r\n '), JSON_TYPE, length], body },
      { headers: [authorization.replace('Bearer ', 'Bearer\u0000'), JSON_TYPE, length], body },
      { headers: [` ${authorization}`, JSON_TYPE, length], body },
      // Two readings of where the body ends.
      { headers: [authorization, JSON_TYPE, length, 'Transfer-Encoding: chunked'], body: chunked },
      { headers: [authorization, JSON_TYPE, length, 'Content-Length: 0'], body },
      { headers: [authorization, JSON_TYPE, 'Content-Length: -1'], body },
      { headers: [authorization, JSON_TYPE, `Content-Length: +${body.length}`], body },
      { headers: [authorization, JSON_TYPE, 'Transfer-Encoding: gzip, chunked', 'Content-Length: 4'], body: chunked },
      { headers: [authorization, JSON_TYPE, 'Transfer-Encoding: chunked, identity'], body: chunked },
      { headers: [authorization, JSON_TYPE, 'Transfer-Encoding : chunked'], body: chunked },
      // A second request inside the first, whose token is bad.
      { headers: [bad, JSON_TYPE, 'Content-Length: 0'], body: written({ headers: [bad, JSON_TYPE, length], body }) },
      {
        headers: [JSON_TYPE, 'Content-Length: 0'],
        body: `GET /api/messages HTTP/1.1\r\n${authorization}\r\n\r\n${body}`,
      },
      // Another method, or an older protocol without it.
      ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'post', 'QUERY', 'PROPFIND'].map((method) => ({
        line: `${method} /api/messages HTTP/1.1`,
        headers: [authorization, 'X-HTTP-Method-Override: POST', JSON_TYPE, length],
        body,
      })),
      { headers: [authorization, JSON_TYPE, length, `X-Long: ${'x'.repeat(20_000)}`], body },
      { headers: [authorization, 'Content-Type: text/plain', JSON_TYPE, length], body },
      { headers: [authorization, JSON_TYPE, length, 'Content-Encoding: gzip'], body: gzipSync(body) },
    ]),
  );
}

/** The router reads an address more freely than a comparison does; the limits must hold for all that it takes. */
async function strayed(world: World): Promise<Buffer> {
  const { random } = world;
  const authorization = `Authorization: Bearer ${await goodToken(world)}`;
  const line = `POST ${strayAddress(random)} HTTP/1.1`;
  const body = JSON.stringify(goodBody(world));
  const packed = gzipSync(body);
  const large = JSON.stringify({ ...goodBody(world), text: 'x'.repeat(262_144) });
  const long = (bytes: string | Buffer): string => `Content-Length: ${Buffer.byteLength(bytes)}`;
  return written(
    random.pick<Wire>([
      { line, headers: [authorization, JSON_TYPE, 'Content-Encoding: gzip', long(packed)], body: packed },
      { line, headers: [authorization, JSON_TYPE, 'Content-Encoding: identity', long(body)], body },
      { line, headers: [authorization, 'Content-Type: application/jsonp', long(body)], body },
      { line, headers: [authorization, JSON_TYPE, long(large)], body: large },
      { line, headers: [JSON_TYPE, long(body)], body },
    ]),
  );
}

function strayAddress(random: Random): string {
  const letter = random.pick([...'apimessages']);
  const escaped = `%${letter.charCodeAt(0).toString(16)}`;
  return random.pick([
    `/api/messages`.replace(letter, escaped),
    `/api/messages`.replace(letter, escaped.toUpperCase()),
    'http://evil.example/api/messages',
    '/api/messages#x',
    '/./api/messages',
    `/${random.word(4)}/../api/messages`,
    '/api\\messages',
    '/api/messages/',
    '//api/messages',
    '/API/MESSAGES',
    '/api/messages;x=1',
    '/api/messages%2f',
    '/api%2fmessages',
    `/api/messages?${random.word(4)}`,
  ]);
}
