import { strict as assert } from 'node:assert';

import sinon from 'sinon';

import type { Room } from '../../../sandbox/platform/types.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** A room with one thing to count, so that a test sees whether a request was carried out. */
function countingRoom(counted: string[]): Room {
  return () => ({
    routes: {
      graph: [
        {
          method: 'POST',
          pattern: '/v1.0/things/:id',
          handle: ({ json, path }, { id }) => {
            counted.push(`${path} ${id}`);
            return { status: 201, body: { id, json } };
          },
        },
        {
          method: 'GET',
          pattern: '/v1.0/open/*rest',
          anonymous: true,
          handle: (_, params) => ({ status: 200, body: params }),
        },
        { method: 'GET', pattern: '/v1.0/broken', handle: () => Promise.reject(new TypeError('broken room')) },
      ],
    },
    faultNames: ['room-fault'],
  });
}

describe('the platform of the sandbox', () => {
  const counted: string[] = [];
  let sandbox: RunningSandbox;
  let bearer: string;

  before(async () => {
    sandbox = await startSandbox({
      now: Temporal.Instant.from('2026-11-23T08:00:00Z'),
      rooms: [countingRoom(counted)],
    });
    trustCertificateAuthority(sandbox.caPem);
    const { issuer, apps, people } = sandbox;
    const personId = people.engineer?.id ?? assert.fail('engineer');
    bearer = await issuer.accessToken({
      app: apps.selfService,
      audience: 'https://graph.microsoft.com',
      personId,
      lifetime: Temporal.Duration.from({ hours: 24 }),
    });
  });

  after(() => sandbox.close());

  afterEach(() => {
    sandbox.faults.clear();
    counted.length = 0;
  });

  async function call(
    method: string,
    url: string,
    options: { body?: string; token?: string | null } = {},
  ): Promise<Reply> {
    const { body, token = bearer } = options;
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  function parse(text: string): Record<string, unknown> {
    return text.startsWith('{') ? JSON.parse(text) : {};
  }

  const create = (id = '1'): Promise<Reply> => call('POST', `${sandbox.urls.graph}/v1.0/things/${id}`, { body: '{}' });
  const control = (method: string, path: string, body?: unknown): Promise<Reply> =>
    call(method, `${sandbox.urls.control}${path}`, body === undefined ? {} : { body: JSON.stringify(body) });
  const fault = (body: unknown): Promise<Reply> => control('POST', '/faults', body);
  const codeOf = ({ body }: Reply): unknown => (body.error as { code?: unknown } | undefined)?.code;

  describe('requests', () => {
    it('reach their route with decoded parameters, doubled slashes counted once', async () => {
      const { status, body } = await call('POST', `${sandbox.urls.graph}//v1.0//things/a%2Fb`, { body: '{"x":1}' });
      assert.equal(status, 201);
      assert.deepEqual(body, { id: 'a/b', json: { x: 1 } });
    });

    it('to an unknown route are 501 with method and path, in the envelope of the service', async () => {
      const graph = await call('GET', `${sandbox.urls.graph}/v1.0/nothing?x=1`);
      assert.equal(graph.status, 501);
      assert.match(graph.text, /GET \/v1\.0\/nothing/);
      assert.ok((graph.body.error as { innerError?: unknown }).innerError);
      const login = await call('GET', `${sandbox.urls.login}/a/b/c`);
      assert.equal(login.status, 501);
      assert.equal(login.body.error, 'NotImplemented');
    });

    it('without a good token for the service are 401 before anything else', async () => {
      const { issuer, apps } = sandbox;
      const arm = await issuer.accessToken({ app: apps.reader, audience: 'https://management.azure.com' });
      const lifetime = Temporal.Duration.from({ seconds: 0 });
      const audience = 'https://management.azure.com';
      const expired = await issuer.accessToken({ app: apps.reader, audience, lifetime });
      const url = `${sandbox.urls.arm}/subscriptions?api-version=2022-12-01`;
      assert.deepEqual([401, 'AuthenticationFailed'], await refusal('GET', url, null));
      assert.deepEqual([401, 'InvalidAuthenticationToken'], await refusal('GET', url, 'nonsense'));
      assert.deepEqual([401, 'ExpiredAuthenticationToken'], await refusal('GET', url, expired));
      assert.deepEqual([401, 'InvalidAuthenticationTokenAudience'], await refusal('GET', url, bearer));
      assert.deepEqual([501, 'NotImplemented'], await refusal('GET', url, arm));
      assert.deepEqual([401, 'InvalidAuthenticationToken'], await refusal('GET', `${sandbox.urls.graph}/v1.0/me`, arm));
      assert.deepEqual([401, 'Unauthorized'], await refusal('GET', `${sandbox.urls.connector}/v3/x`, null));
      const open = await call('GET', `${sandbox.urls.graph}/v1.0/open/a/b`, { token: null });
      assert.deepEqual(open.body, { rest: 'a/b' });
    });

    async function refusal(method: string, url: string, token: string | null): Promise<unknown[]> {
      const reply = await call(method, url, { token });
      return [reply.status, codeOf(reply)];
    }

    it('with broken JSON, a broken path or more than 1 MiB are refused', async () => {
      const url = `${sandbox.urls.graph}/v1.0/things/1`;
      assert.equal((await call('POST', url, { body: '{"x":' })).status, 400);
      assert.equal((await call('POST', `${sandbox.urls.graph}/v1.0/things/%zz`, { body: '{}' })).status, 400);
      assert.equal((await call('POST', url, { body: `"${'x'.repeat(1024 * 1024)}"` })).status, 413);
      assert.deepEqual(counted, []);
    });

    it('that a room fails on are 500 and say so', async () => {
      const write = sinon.stub(process.stderr, 'write');
      const reply = await call('GET', `${sandbox.urls.graph}/v1.0/broken`);
      write.restore();
      assert.equal(reply.status, 500);
      assert.match(reply.text, /broken room/);
    });
  });

  describe('the log of calls', () => {
    it('keeps service, path, status and caller, and tells whoever waits for the next', async () => {
      const { lastSeq } = sandbox.calls;
      const waiting = control('GET', `/calls/next?after=${lastSeq}`);
      await call('GET', `${sandbox.urls.graph}/v1.0/nothing?$filter=a%20eq%201`);
      const { body } = await waiting;
      assert.deepEqual(body.calls, [
        {
          seq: lastSeq + 1,
          at: '2026-11-23T08:00:00Z',
          service: 'graph',
          method: 'GET',
          path: '/v1.0/nothing?$filter=a eq 1',
          status: 501,
          principalId: sandbox.people.engineer?.id,
          appId: sandbox.apps.selfService.clientId,
          kind: 'delegated',
        },
      ]);
      assert.deepEqual((await control('GET', `/calls?since=${lastSeq + 1}`)).body, { calls: [], lastSeq: lastSeq + 1 });
    });
  });

  describe('faults', () => {
    it('throttle after some calls, a number of times, with Retry-After', async () => {
      await fault({
        name: 'throttle',
        service: 'graph',
        match: 'POST /v1.0/things',
        after: 1,
        retryAfter: 7,
        times: 1,
      });
      assert.equal((await create()).status, 201);
      const second = await create();
      assert.equal(second.status, 429);
      assert.equal(second.headers.get('retry-after'), '7');
      assert.equal(codeOf(second), 'TooManyRequests');
      assert.equal((await create()).status, 201);
    });

    it('drop the connection before anything is carried out', async () => {
      await fault({ name: 'drop', match: 'things', times: 1 });
      await assert.rejects(create());
      assert.deepEqual(counted, []);
      assert.equal(sandbox.calls.since(sandbox.calls.lastSeq - 1)[0]?.status, 0);
      assert.equal((await create()).status, 201);
    });

    it('carry a request out and answer 502, or nothing', async () => {
      await fault({ name: 'ambiguous', match: 'things', times: 1 });
      assert.equal((await create()).status, 502);
      await fault({ name: 'ambiguous', match: 'things', times: 1, close: true });
      await assert.rejects(create());
      assert.equal(counted.length, 2);
    });

    it('answer an error of choice, raw text, or nothing at all', async () => {
      await fault({ name: 'error', match: 'things', status: 403, code: 'AccessDenied', message: 'No.', times: 1 });
      const denied = await create();
      assert.deepEqual([denied.status, codeOf(denied)], [403, 'AccessDenied']);
      await fault({ name: 'error', match: 'things', status: 503, body: '<html>', contentType: 'text/html', times: 1 });
      const garbage = await create();
      assert.deepEqual(
        [garbage.status, garbage.text, garbage.headers.get('content-type')],
        [503, '<html>', 'text/html'],
      );
      await fault({ name: 'empty', match: 'things', times: 1 });
      const empty = await create();
      assert.deepEqual([empty.status, empty.text], [200, '']);
      assert.deepEqual(counted, []);
    });

    it('mean each so-manieth call that matches', async () => {
      await fault({ name: 'throttle', match: 'things', every: 3 });
      await fault({ name: 'ambiguous', match: 'things', every: 2 });
      const statuses: number[] = [];
      for (let call = 0; call < 6; call += 1) statuses.push((await create()).status);
      assert.deepEqual(statuses, [201, 502, 429, 201, 502, 429]);
    });

    it('delay an answer while others go on', async () => {
      await fault({ name: 'slow', match: 'things/slow', ms: 200, times: 1 });
      const order: string[] = [];
      const slow = create('slow').then(() => order.push('slow'));
      await create('quick').then(() => order.push('quick'));
      await slow;
      assert.deepEqual(order, ['quick', 'slow']);
    });

    it('are offered to rooms by name and facts, and can be taken away', async () => {
      await fault({ name: 'stale-read', surface: 'directory', times: 1 });
      await fault({ name: 'room-fault', anything: true });
      assert.equal(sandbox.faults.has('stale-read', { surface: 'groups' }), false);
      assert.equal(sandbox.faults.has('stale-read', { surface: 'directory' }), true);
      assert.equal(sandbox.faults.has('stale-read', { surface: 'directory' }), false);
      assert.equal(((await control('GET', '/faults')).body.faults as unknown[]).length, 1);
      await control('DELETE', '/faults?name=room-fault');
      assert.equal(sandbox.faults.isEmpty, true);
    });

    it('that nobody knows or that are misspelt are refused', async () => {
      assert.equal((await fault({ name: 'throtle' })).status, 400);
      assert.equal((await fault({ name: 'throttle', time: 1 })).status, 400);
      assert.equal((await fault({ name: 'hold' })).status, 400);
      assert.equal((await fault({ name: 'slow', service: 'grpah' })).status, 400);
    });

    it('intercept the parts of a batch, not the request around them', async () => {
      await fault({ name: 'throttle', service: 'graph', retryAfter: 3 });
      const { faults } = sandbox;
      assert.equal(faults.intercept({ service: 'graph', method: 'POST', path: '/v1.0/$batch' }), null);
      assert.equal(faults.intercept({ service: 'graph', method: 'GET', path: '/v1.0/me' })?.status, 429);
    });
  });

  describe('holds', () => {
    it('stop before the request is carried out, until released', async () => {
      await fault({ name: 'hold', at: 'before', nth: 2 });
      assert.equal((await create('1')).status, 201);
      const second = create('2');
      const hold = await nextHold();
      assert.deepEqual([hold.at, hold.call.path], ['before', '/v1.0/things/2']);
      assert.equal(counted.length, 1);
      assert.equal((await control('DELETE', `/holds/${hold.id}`)).status, 204);
      assert.equal((await second).status, 201);
      assert.deepEqual((await control('GET', '/holds')).body, { holds: [] });
      assert.equal((await control('DELETE', `/holds/${hold.id}`)).status, 404);
    });

    it('stop after the request is carried out, and end when the client hangs up', async () => {
      await fault({ name: 'hold', at: 'after', nth: 1, match: 'things' });
      const abort = new AbortController();
      const url = `${sandbox.urls.graph}/v1.0/things/3`;
      const headers = { authorization: `Bearer ${bearer}` };
      const pending = fetch(url, { method: 'POST', headers, signal: abort.signal });
      await nextHold();
      assert.deepEqual(counted, ['/v1.0/things/3 3']);
      abort.abort();
      await assert.rejects(pending);
      while (((await control('GET', '/holds')).body.holds as unknown[]).length > 0);
    });

    it('forget a request that was held before when its client is killed', async () => {
      await fault({ name: 'hold', at: 'before', nth: 1 });
      const abort = new AbortController();
      const headers = { authorization: `Bearer ${bearer}` };
      const url = `${sandbox.urls.graph}/v1.0/things/4`;
      const pending = fetch(url, { method: 'POST', headers, signal: abort.signal });
      await nextHold();
      abort.abort();
      await assert.rejects(pending);
      while (((await control('GET', '/holds')).body.holds as unknown[]).length > 0);
      assert.deepEqual(counted, []);
    });

    async function nextHold(): Promise<{ id: number; at: string; call: { path: string } }> {
      const known = ((await control('GET', '/holds')).body.holds as { id: number }[]).at(-1)?.id;
      const after = known === undefined ? lastHold : known - 1;
      const { body } = await control('GET', `/holds/next?after=${after}`);
      const [hold] = body.holds as { id: number; at: string; call: { path: string } }[];
      lastHold = hold?.id ?? lastHold;
      return hold ?? assert.fail('nothing is held');
    }

    let lastHold = 0;
  });

  describe('control', () => {
    it('makes tokens for people, applications and the bot', async () => {
      const token = async (body: unknown): Promise<string> =>
        String((await control('POST', '/tokens', body)).body.token);
      const { issuer, people } = sandbox;
      const arm = issuer.verify(
        await token({ person: 'oncall', resource: 'arm', acrs: ['c1'], amr: ['pwd', 'mfa'] }),
        'arm',
      );
      assert.deepEqual([arm?.principalId, arm?.acrs, arm?.amr], [people.oncall?.id, ['c1'], ['pwd', 'mfa']]);
      assert.equal(issuer.verify(await token({ app: 'reader', resource: 'graph' }), 'graph')?.kind, 'application');
      assert.equal(issuer.verify(await token({ person: 'oncall', resource: 'graph', expiresIn: 0 }), 'graph'), null);
      assert.ok(issuer.verify(await token({ person: 'oncall', resource: 'self-service' }), 'login'));
      assert.equal((await token({ resource: 'bot', serviceUrl: 'http://127.0.0.1:1/' })).split('.').length, 3);
      for (const body of [
        { person: 'nobody', resource: 'graph' },
        { person: 'oncall', resource: 'vault' },
        { resource: 'graph' },
        { resource: 'bot' },
        { app: 'connector', resource: 'arm' },
      ]) {
        assert.equal((await control('POST', '/tokens', body)).status, 400);
      }
    });

    it('takes settings and consent, and refuses what it does not know', async () => {
      assert.equal((await control('POST', '/settings', { listLag: 'PT5S', pageSize: 2 })).status, 200);
      assert.equal(sandbox.world.settings.listLag.toString(), 'PT5S');
      assert.equal((await control('POST', '/settings', { pageSize: 3, listlag: 'PT1S' })).status, 400);
      assert.equal(sandbox.world.settings.pageSize, 2);
      await control('POST', '/consent', { person: 'engineer', consented: false });
      assert.deepEqual((await control('GET', '/')).body.withoutConsent, [sandbox.people.engineer?.id]);
      await control('POST', '/consent', { person: 'engineer', consented: true });
      assert.deepEqual((await control('GET', '/')).body.withoutConsent, []);
      assert.equal((await control('POST', '/consent', { person: 'nobody', consented: true })).status, 400);
    });
  });
});
