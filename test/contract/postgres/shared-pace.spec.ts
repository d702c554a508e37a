import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createArmCaller } from '../../../src/adapters/arm/arm-caller.ts';
import { authorizationPath, PIM_VERSION } from '../../../src/adapters/arm/paths.ts';
import { writeAll } from '../../../src/adapters/graph/batch.ts';
import { GraphCaller } from '../../../src/adapters/graph/graph-caller.ts';
import type { Pace } from '../../../src/adapters/pace/pace.ts';
import { createPaces, PACE_CHANNEL, type Paces } from '../../../src/adapters/pace/shared-pace.ts';
import { createSignOutChannel, type SignOutChannel } from '../../../src/adapters/postgres/sign-out-channel.ts';
import { AccessError } from '../../../src/errors.ts';
import { type Log, silentLog } from '../../../src/ports/log.ts';
import { type ArmSandbox, startArm } from '../sandbox/arm-calls.ts';
import { aFixture, type Fixture } from './fixture.ts';

const TOKENS = { token: async () => 'token', reject: () => undefined };
const THING = { path: '/things' };
const anything = z.looseObject({});

describe('replicas that share what Microsoft asked of one', () => {
  let fixture: Fixture;
  let here: Paces;
  let there: Paces;
  let channel: SignOutChannel;
  let announced: () => void;
  let asked: number;
  let reply: { readonly status: number; readonly headers?: Record<string, string>; readonly body: object };

  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body));
  });
  before(async () => {
    fixture = await aFixture();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await fixture.drop();
  });

  beforeEach(async () => {
    const { pool, url, clock } = fixture;
    asked = 0;
    announced = () => undefined;
    here = createPaces({ pool, clock, log: silentLog });
    there = createPaces({ pool, clock, log: silentLog });
    const hear = (payload: string): void => {
      there.hear(payload);
      announced();
    };
    const options = { address: url, clock, log: silentLog, onSignedOut: () => undefined };
    channel = await createSignOutChannel({ ...options, others: { [PACE_CHANNEL]: hear } });
  });
  afterEach(() => channel.close());

  const news = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    announced = resolve;
    return promise;
  };
  const graph = (pace: Pace): GraphCaller => {
    const { port } = server.address() as AddressInfo;
    return new GraphCaller({ graphUrl: `http://127.0.0.1:${port}`, log: silentLog, pace });
  };
  const refusalOf = async (work: Promise<unknown>): Promise<string> =>
    await work.then(
      () => 'done',
      (error: unknown) => (error instanceof AccessError ? `${error.code} ${error.retryAfter}` : String(error)),
    );
  const THROTTLED = { status: 429, headers: { 'retry-after': '30' }, body: { error: { code: 'TooManyRequests' } } };

  it('ask Graph nothing, for people and in the background, after a 429 that another one got', async () => {
    reply = THROTTLED;
    const heard = news();
    assert.equal(await refusalOf(graph(here.graph.people).read(TOKENS, THING, anything)), 'graph.throttled PT30S');
    await heard;
    const people = await refusalOf(graph(there.graph.people).read(TOKENS, THING, anything));
    const background = await refusalOf(graph(there.graph.background).read(TOKENS, THING, anything));
    assert.deepEqual([people, background], ['graph.throttled PT30S', 'graph.throttled PT30S']);
    const write = { method: 'POST', path: '/things', body: {}, answer: anything } as const;
    assert.deepEqual([await refusalOf(graph(there.graph.people).write(TOKENS, write)), asked], [people, 1]);
  });

  it('learn of a part of a batch that was throttled', async () => {
    const part = { id: '0', status: 429, headers: { 'Retry-After': '40' }, body: THROTTLED.body };
    reply = { status: 200, body: { responses: [part] } };
    const heard = news();
    const write = { method: 'POST', path: '/things', body: {}, answer: anything } as const;
    const [first] = await writeAll(graph(here.graph.people), TOKENS, [write]);
    assert.ok(first instanceof AccessError && first.code === 'graph.throttled');
    await heard;
    const [second] = await writeAll(graph(there.graph.people), TOKENS, [write]);
    assert.ok(second instanceof AccessError && second.code === 'graph.throttled');
    assert.equal(asked, 1);
  });

  it('go on with a service that was asked nothing of', async () => {
    reply = { status: 200, body: {} };
    const heard = news();
    here.arm.people.throttled(Temporal.Duration.from({ seconds: 30 }));
    await heard;
    await graph(there.graph.people).read(TOKENS, THING, anything);
    assert.equal(asked, 1);
  });

  it('leave out news that cannot be read', () => {
    const lines: string[] = [];
    const log: Log = { ...silentLog, warn: (event) => void lines.push(event) };
    const paces = createPaces({ pool: fixture.pool, clock: fixture.clock, log });
    for (const payload of [
      '',
      '{',
      '{"plane":"login","until":"2026-11-23T08:00:00Z"}',
      '{"plane":"arm","until":"soon"}',
    ]) {
      paces.hear(payload);
    }
    assert.deepEqual(
      lines,
      Array.from({ length: 4 }, () => 'pace.unreadable'),
    );
  });

  describe('Azure', () => {
    let arm: ArmSandbox;
    before(async () => {
      arm = await startArm();
    });
    after(() => arm.sandbox.close());

    it('is asked nothing either', async () => {
      const token = await arm.sandbox.issuer.accessToken({
        app: arm.sandbox.apps.selfService,
        audience: 'https://management.azure.com',
        personId: arm.id('engineer'),
      });
      const tokens = { token: async () => token, reject: () => undefined };
      const path = authorizationPath('', 'roleEligibilityScheduleInstances');
      const read = { path, apiVersion: PIM_VERSION, query: { $filter: 'asTarget()' }, schema: anything };
      const callerOf = (pace: Pace) => createArmCaller({ armUrl: arm.sandbox.urls.arm, log: silentLog, pace });
      await arm.fault({ name: 'throttle', service: 'arm', retryAfter: 17, times: 1 });
      const heard = news();
      const first = await refusalOf(callerOf(here.arm.people).readAll(tokens, read));
      await heard;
      const second = await refusalOf(callerOf(there.arm.people).readAll(tokens, read));
      assert.deepEqual([first, second], ['graph.throttled PT17S', 'graph.throttled PT17S']);
      fixture.clock.advance({ seconds: 17 });
      assert.equal(await refusalOf(callerOf(there.arm.people).readAll(tokens, read)), 'done');
    });
  });
});
