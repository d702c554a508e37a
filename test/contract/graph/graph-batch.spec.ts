import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { writeAll } from '../../../src/adapters/graph/batch.ts';
import type { GraphWrite } from '../../../src/adapters/graph/graph-caller.ts';
import { GraphCaller } from '../../../src/adapters/graph/graph-caller.ts';
import type { BearerTokens } from '../../../src/adapters/identity/token-source.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { AccessError } from '../../../src/errors.ts';
import type { ActivationOrder, Actor, TenantRequest } from '../../../src/ports/role-management.ts';
import type { GraphBench } from './graph-bench.ts';
import { createSignedInBench, graphCallsSince, silentLog } from './graph-bench.ts';

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

type Answer = Readonly<Record<string, unknown>>;
type Reply = (parts: readonly Part[], response: ServerResponse) => void;

const row = z.object({ name: z.string() });
const ask = (name: string): GraphWrite<{ name: string }> => ({
  method: 'POST',
  path: '/things',
  body: { name },
  answer: row,
});
const made = ({ id, body }: Part): Answer => ({ id, status: 201, body });
const refused = (id: string, status: number, code: string, headers = {}): Answer => ({
  id,
  status,
  headers,
  body: { error: { code, message: 'no' } },
});
const responses =
  (answer: (part: Part) => readonly Answer[]): Reply =>
  (parts, response) =>
    response.end(JSON.stringify({ responses: parts.flatMap(answer).toReversed() }));
const whole =
  (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  (_parts, response) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify({ error: { code, message: 'no' } }));
  };
const allMade = responses((part) => [made(part)]);

describe('writeAll', () => {
  let replies: Reply[] = [];
  let batches: (readonly Part[])[] = [];
  let pauses: number[] = [];
  let issued = 1;
  let graph: GraphCaller;

  const server = createServer(async (request: IncomingMessage, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    assert.equal(`${request.method} ${request.url}`, 'POST /v1.0/$batch');
    const { requests } = JSON.parse(text);
    batches.push(requests);
    const reply = replies.shift() ?? whole(501, 'no reply is left');
    reply(requests, response);
  });

  const tokens: BearerTokens = {
    token: async () => `token-${issued}`,
    reject: () => {
      issued += 1;
    },
  };

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pause = async (milliseconds: number) => pauses.push(milliseconds);
    graph = new GraphCaller({ graphUrl, log: silentLog, pause });
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    replies = [];
    batches = [];
    pauses = [];
    issued = 1;
  });

  async function outcomes(...names: readonly string[]): Promise<readonly string[]> {
    const found = await writeAll(graph, tokens, names.map(ask));
    return found.map((one) => (one instanceof AccessError ? one.code : (one?.name ?? 'nothing')));
  }

  it('gives each part its own answer, in whatever order they come', async () => {
    replies = [allMade];
    assert.deepEqual(await outcomes('a', 'b', 'c'), ['a', 'b', 'c']);
    assert.deepEqual(batches[0]?.[1], {
      id: '1',
      method: 'POST',
      url: '/things',
      headers: { 'Content-Type': 'application/json' },
      body: { name: 'b' },
    });
  });

  it('judges one that fails, one that is throttled and one that is lost, each alone', async () => {
    replies = [
      responses((part) => {
        switch (part.id) {
          case '0':
            return [refused('0', 400, 'RoleAssignmentExists')];
          case '1':
            return [refused('1', 429, 'TooManyRequests', { 'Retry-After': '2' })];
          case '2':
            return [];
          case '3':
            return [refused('3', 502, 'BadGateway')];
          default:
            return [made(part)];
        }
      }),
      allMade,
    ];
    assert.deepEqual(await outcomes('fails', 'throttled', 'lost', 'broken', 'made'), [
      'activation.already_active',
      'throttled',
      'activation.in_doubt',
      'activation.in_doubt',
      'made',
    ]);
    assert.deepEqual(pauses, [2000]);
    assert.deepEqual(
      batches[1]?.map(({ body }) => body),
      [{ name: 'throttled' }],
    );
  });

  it('repeats a throttled part only once, and none that is to wait longer', async () => {
    const throttled = (seconds: string): Reply =>
      responses(({ id }) => [refused(id, 429, 'TooManyRequests', { 'retry-after': seconds })]);
    replies = [throttled('1'), throttled('1')];
    assert.deepEqual(await outcomes('a', 'b'), ['graph.throttled', 'graph.throttled']);
    assert.equal(batches.length, 2);
    replies = [throttled('3')];
    assert.deepEqual(await outcomes('a', 'b'), ['graph.throttled', 'graph.throttled']);
    assert.equal(batches.length, 3);
  });

  it('repeats with a fresh token what was refused because of the old one', async () => {
    replies = [whole(401, 'InvalidAuthenticationToken'), allMade];
    assert.deepEqual(await outcomes('a', 'b'), ['a', 'b']);
    assert.equal(issued, 2);
    replies = [
      responses((part) => (part.id === '0' ? [refused('0', 401, 'InvalidAuthenticationToken')] : [made(part)])),
      allMade,
    ];
    assert.deepEqual(await outcomes('a', 'b'), ['a', 'b']);
    assert.equal(issued, 3);
    assert.equal(batches[3]?.length, 1);
  });

  it('reports a token that is refused again for each part', async () => {
    replies = [whole(401, 'InvalidAuthenticationToken'), whole(401, 'InvalidAuthenticationToken')];
    assert.deepEqual(await outcomes('a', 'b'), ['graph.unauthorized', 'graph.unauthorized']);
    assert.equal(batches.length, 2);
  });

  for (const [what, reply] of [
    ['the connection is cut', ((_parts, response) => response.destroy()) satisfies Reply],
    ['a gateway fails', whole(502, 'BadGateway')],
    ['the answer cannot be read', ((_parts, response) => response.end('<html>')) satisfies Reply],
    ['the answers are no list', ((_parts, response) => response.end('{"responses":{}}')) satisfies Reply],
    ['a success holds something else', responses(({ id }) => [{ id, status: 201, body: { other: 1 } }])],
    ['a part has no status', responses(({ id }) => [{ id }])],
  ] as const) {
    it(`is in doubt about every part when ${what}, and repeats nothing`, async () => {
      replies = [reply];
      assert.deepEqual(await outcomes('a', 'b'), ['activation.in_doubt', 'activation.in_doubt']);
      assert.equal(batches.length, 1);
    });
  }

  it('is not in doubt when the whole batch was refused', async () => {
    replies = [whole(400, 'BadRequest')];
    assert.deepEqual(await outcomes('a', 'b'), ['graph.unexpected_answer', 'graph.unexpected_answer']);
    replies = [whole(429, 'TooManyRequests', { 'retry-after': '1' }), allMade];
    assert.deepEqual(await outcomes('a', 'b'), ['a', 'b']);
  });

  it('answers for each part when there is no token', async () => {
    const none: BearerTokens = {
      token: () => Promise.reject(new AccessError('identity.sign_in_required', 'no token')),
      reject: () => {},
    };
    const found = await writeAll(graph, none, [ask('a'), ask('b')]);
    assert.ok(found.every((one) => one instanceof AccessError && one.code === 'identity.sign_in_required'));
    assert.equal(batches.length, 0);
  });

  it('sends no more than twenty at once', async () => {
    replies = [allMade, allMade, allMade];
    const names = Array.from({ length: 45 }, (_, index) => `n${index}`);
    assert.deepEqual(await outcomes(...names), names);
    assert.deepEqual(
      batches.map((parts) => parts.length),
      [20, 20, 5],
    );
  });

  it('sends nothing when there is nothing', async () => {
    assert.deepEqual(await writeAll(graph, tokens, []), []);
    assert.equal(batches.length, 0);
  });
});

describe('activateAll of directory roles before the sandbox', () => {
  const POST = 'POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests';
  let bench: GraphBench;
  let engineer: Actor;
  let orders: readonly ActivationOrder[];

  beforeEach(async () => {
    bench = await createSignedInBench();
    engineer = { principalId: bench.idOf('engineer') };
    const names = ['Security Reader', 'Global Reader', 'Contoso-App-Assignment-Operator'];
    const rows = await bench.roles.listEligible(engineer);
    orders = names.map((name, index) => order(rows.find(({ roleName }) => roleName === name) as RoleAtScope, index));
  });

  afterEach(async () => {
    await bench.close();
  });

  function order(role: RoleAtScope, index: number): ActivationOrder {
    const duration = Temporal.Duration.from('PT1H');
    return { role, startsAt: null, duration, justification: 'why', ticket: null, marker: `m-${index}` };
  }

  const view = (one: TenantRequest | AccessError) =>
    one instanceof AccessError ? one.code : `${one.role.roleName} ${one.state} ${one.marker}`;

  it('takes one round trip, and one role goes without a batch', async () => {
    const before = bench.sandbox.calls.lastSeq;
    assert.deepEqual((await bench.roles.activateAll(engineer, orders)).map(view), [
      'Security Reader provisioned m-0',
      'Global Reader provisioned m-1',
      'Contoso-App-Assignment-Operator awaiting-approval m-2',
    ]);
    assert.deepEqual(graphCallsSince(bench.sandbox, before), [`+${POST}`, `+${POST}`, `+${POST}`, 'POST /v1.0/$batch']);
    const later = bench.sandbox.calls.lastSeq;
    const [again] = await bench.roles.activateAll(engineer, orders.slice(0, 1));
    assert.equal(again instanceof AccessError ? again.code : again?.state, 'activation.already_active');
    assert.deepEqual(graphCallsSince(bench.sandbox, later), [POST]);
  });

  it('repeats what was throttled, doubts what a gateway lost, and keeps the rest', async () => {
    const { calls, faults } = bench.sandbox;
    const before = calls.lastSeq;
    faults.add({ name: 'throttle', match: POST, retryAfter: 1, times: 1 });
    faults.add({ name: 'error', match: POST, status: 502, times: 1 });
    assert.deepEqual((await bench.roles.activateAll(engineer, orders)).map(view), [
      'Security Reader provisioned m-0',
      'activation.in_doubt',
      'Contoso-App-Assignment-Operator awaiting-approval m-2',
    ]);
    assert.equal(graphCallsSince(bench.sandbox, before).filter((call) => call === `+${POST}`).length, 4);
  });

  it('is in doubt about all when the answer was lost, and finds each by its marker', async () => {
    bench.sandbox.faults.add({ name: 'ambiguous', match: '$batch', close: true, times: 1 });
    const answers = await bench.roles.activateAll(engineer, orders);
    assert.deepEqual(answers.map(view), ['activation.in_doubt', 'activation.in_doubt', 'activation.in_doubt']);
    for (const { marker, role } of orders) {
      assert.equal((await bench.roles.findByMarker(engineer, marker, role))?.role.roleName, role.roleName);
    }
  });

  it('refuses a role of another part alone', async () => {
    const foreign = { ...(orders[0] as ActivationOrder) };
    const answers = await bench.roles.activateAll(engineer, [
      { ...foreign, role: { ...foreign.role, surface: 'azure' } },
      orders[1] as ActivationOrder,
      orders[2] as ActivationOrder,
    ]);
    assert.deepEqual(answers.map(view), [
      'graph.not_found',
      'Global Reader provisioned m-1',
      'Contoso-App-Assignment-Operator awaiting-approval m-2',
    ]);
  });
});
