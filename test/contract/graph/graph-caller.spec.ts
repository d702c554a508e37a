import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { GraphCaller } from '../../../src/adapters/graph/graph-caller.ts';
import type { BearerTokens } from '../../../src/adapters/identity/token-source.ts';
import { AccessError } from '../../../src/errors.ts';
import { silentLog } from './graph-bench.ts';

interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

type Reply = (response: ServerResponse, arrival: Arrival) => void;

const row = z.object({ id: z.string() });
const ask = { method: 'POST', path: '/things', body: { a: 1 }, answer: row } as const;

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

function raw(status: number, body: string, type = 'text/html'): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };
}

const refused = (status: number, code: string, headers = {}) =>
  json(status, { error: { code, message: 'no' } }, headers);
const cut: Reply = (response) => response.destroy();

describe('GraphCaller', () => {
  const arrivals: Arrival[] = [];
  const pauses: number[] = [];
  const rejected: string[] = [];
  let replies: Reply[] = [];
  let issued = 0;
  let url = '';

  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks = await request.toArray();
    const arrival = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      body: Buffer.concat(chunks).toString(),
    };
    arrivals.push(arrival);
    const reply = replies.shift() ?? raw(501, 'no reply is left');
    reply(response, arrival);
  });

  const tokens: BearerTokens = {
    token: async () => `token-${issued}`,
    reject: (token) => {
      rejected.push(token);
      issued += 1;
    },
  };

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    arrivals.length = 0;
    pauses.length = 0;
    rejected.length = 0;
    issued = 1;
    replies = [];
  });

  function caller(overrides: { readonly graphUrl?: string; readonly timeoutMs?: number } = {}): GraphCaller {
    const pause = async (milliseconds: number) => {
      pauses.push(milliseconds);
    };
    return new GraphCaller({ graphUrl: url, log: silentLog, pause, ...overrides });
  }

  async function fails(work: Promise<unknown>): Promise<AccessError> {
    const error: unknown = await work.then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AccessError, String(error));
    return error;
  }

  describe('reading', () => {
    it('sends the token and the query as it was written', async () => {
      replies = [json(200, { id: 'a' })];
      const path = "/things/filterByCurrentUser(on='principal')?$filter=status%20eq%20%27X%27&$expand=a($expand=b)";
      assert.deepEqual(await caller().read(tokens, { path, version: 'beta' }, row), { id: 'a' });
      assert.deepEqual(
        arrivals.map((arrival) => [arrival.method, arrival.url, arrival.authorization]),
        [['GET', `/beta${path}`, 'Bearer token-1']],
      );
    });

    it('reads again after a lost connection and after 503', async () => {
      replies = [cut, refused(503, 'ServiceUnavailable'), json(200, { id: 'a' })];
      assert.deepEqual(await caller().read(tokens, { path: '/things' }, row), { id: 'a' });
      assert.equal(pauses.length, 2);
      assert.ok(pauses.every((pause) => pause >= 50 && pause <= 200));
    });

    it('gives up after the third try', async () => {
      replies = [cut, cut, cut];
      const error = await fails(caller().read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(error.retryable, true);
      assert.equal(arrivals.length, 3);
    });

    it('waits as long as Microsoft asks when that is short', async () => {
      replies = [refused(429, 'TooManyRequests', { 'retry-after': '2' }), json(200, { id: 'a' })];
      assert.deepEqual(await caller().read(tokens, { path: '/things' }, row), { id: 'a' });
      assert.deepEqual(pauses, [2000]);
    });

    it('hands a longer wait to the caller', async () => {
      replies = [refused(429, 'TooManyRequests', { 'retry-after': '30' })];
      const error = await fails(caller().read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'graph.throttled');
      assert.equal(error.retryable, true);
      assert.equal(error.retryAfter?.total('seconds'), 30);
      assert.deepEqual(pauses, []);
    });

    it('does not wait for a service that does not answer twice', async () => {
      replies = [() => {}];
      const error = await fails(caller({ timeoutMs: 50 }).read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(arrivals.length, 1);
    });

    it('tries a fresh token once when the first is not taken', async () => {
      replies = [refused(401, 'InvalidAuthenticationToken'), json(200, { id: 'a' })];
      assert.deepEqual(await caller().read(tokens, { path: '/things' }, row), { id: 'a' });
      assert.deepEqual(rejected, ['token-1']);
      assert.deepEqual(
        arrivals.map(({ authorization }) => authorization),
        ['Bearer token-1', 'Bearer token-2'],
      );
    });

    it('reports a token that is refused again', async () => {
      replies = [refused(401, 'InvalidAuthenticationToken'), refused(401, 'InvalidAuthenticationToken')];
      const error = await fails(caller().read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'graph.unauthorized');
      assert.equal(arrivals.length, 2);
    });

    it('turns the challenge of a 401 into a step-up', async () => {
      const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
      const header = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
      replies = [refused(401, 'InvalidAuthenticationToken', { 'www-authenticate': header })];
      const error = await fails(caller().read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'activation.step_up_required');
      assert.deepEqual(error.facts, { claims });
    });

    for (const [what, reply] of [
      ['HTML', raw(200, '<html>secret-page</html>')],
      ['nothing', raw(200, '', 'application/json')],
      ['half of the JSON', raw(200, '{"id": "secret-', 'application/json')],
      ['another shape', json(200, { name: 'secret-name' })],
    ] as const) {
      it(`does not understand ${what}, and does not repeat what it said`, async () => {
        replies = [reply];
        const error = await fails(caller().read(tokens, { path: '/things?$filter=secret' }, row));
        assert.equal(error.code, 'graph.unexpected_answer');
        assert.ok(!`${error.message} ${JSON.stringify(error.facts)}`.includes('secret'), error.message);
      });
    }

    it('does not follow a redirect', async () => {
      replies = [json(302, {}, { location: `${url}/v1.0/elsewhere` })];
      const error = await fails(caller().read(tokens, { path: '/things' }, row));
      assert.equal(error.code, 'graph.unexpected_answer');
      assert.equal(arrivals.length, 1);
    });
  });

  describe('paging', () => {
    it('follows the link to the end', async () => {
      const next = `${url}/v1.0/things?%24filter=a+eq+1&%24skiptoken=abc%3D`;
      replies = [json(200, { value: [{ id: 'a' }], '@odata.nextLink': next }), json(200, { value: [{ id: 'b' }] })];
      assert.deepEqual(await caller().readAll(tokens, '/things', row), [{ id: 'a' }, { id: 'b' }]);
      assert.equal(arrivals[1]?.url, '/v1.0/things?%24filter=a+eq+1&%24skiptoken=abc%3D');
    });

    for (const link of ['https://evil.example/v1.0/things', '//evil.example/v1.0/x', '/v1.0/things', 'nonsense']) {
      it(`sends no token to ${link}`, async () => {
        replies = [json(200, { value: [], '@odata.nextLink': link })];
        const error = await fails(caller().readAll(tokens, '/things', row));
        assert.equal(error.code, 'graph.unexpected_answer');
        assert.equal(arrivals.length, 1);
      });
    }
  });

  describe('writing', () => {
    it('sends the body once and reads the answer', async () => {
      replies = [json(201, { id: 'a', more: 1 })];
      assert.deepEqual(await caller().write(tokens, ask), { id: 'a' });
      assert.deepEqual(
        arrivals.map(({ method, url: path, body }) => [method, path, body]),
        [['POST', '/v1.0/things', '{"a":1}']],
      );
    });

    for (const [what, reply] of [
      ['the connection is cut', cut],
      ['a gateway fails', raw(502, 'Bad gateway')],
      ['the service fails', refused(500, 'InternalServerError')],
      ['a success cannot be read', raw(201, '<html>')],
    ] as const) {
      it(`is in doubt when ${what}`, async () => {
        replies = [reply];
        const error = await fails(caller().write(tokens, ask));
        assert.equal(error.code, 'activation.in_doubt');
        assert.equal(error.retryable, false);
        assert.equal(arrivals.length, 1);
      });
    }

    it('is in doubt when the answer does not come in time', async () => {
      replies = [() => {}];
      const error = await fails(caller({ timeoutMs: 50 }).write(tokens, ask));
      assert.equal(error.code, 'activation.in_doubt');
    });

    it('is not in doubt when nobody was there', async () => {
      const closed = await closedPort();
      const error = await fails(caller({ graphUrl: closed }).write(tokens, ask));
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(error.retryable, true);
    });

    it('is repeated after a 429 that asks for a short wait, and only once', async () => {
      replies = [refused(429, 'TooManyRequests', { 'retry-after': '1' }), json(201, { id: 'a' })];
      assert.deepEqual(await caller().write(tokens, ask), { id: 'a' });
      replies = Array.from({ length: 3 }, () => refused(429, 'TooManyRequests', { 'retry-after': '1' }));
      const error = await fails(caller().write(tokens, ask));
      assert.equal(error.code, 'graph.throttled');
      assert.equal(arrivals.length, 4);
    });

    it('is not repeated when it was refused', async () => {
      replies = [refused(400, 'RoleAssignmentExists')];
      const error = await fails(caller().write(tokens, ask));
      assert.equal(error.code, 'activation.already_active');
      assert.equal(arrivals.length, 1);
    });

    it('is repeated with a fresh token after 401', async () => {
      replies = [refused(401, 'InvalidAuthenticationToken'), json(201, { id: 'a' })];
      assert.deepEqual(await caller().write(tokens, ask), { id: 'a' });
      assert.equal(arrivals[1]?.authorization, 'Bearer token-2');
    });
  });
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
