import assert from 'node:assert/strict';

import {
  activation,
  type Body,
  DIRECTORY,
  type GraphSandbox,
  OPERATOR,
  SECURITY_READER,
  type Send,
  startGraph,
  verdict,
} from './graph-calls.ts';

const RELATIVE = DIRECTORY.replace('/v1.0', '');

describe('Graph $batch', () => {
  let graph: GraphSandbox;
  let me: Send;
  beforeEach(async () => {
    graph = await startGraph();
    me = await graph.as('engineer');
  });
  afterEach(() => graph.sandbox.close());

  const batch = async (requests: readonly unknown[], version = 'v1.0'): Promise<Record<string, Body>> => {
    const { status, body } = await me('POST', `/${version}/$batch`, { requests });
    assert.equal(status, 200);
    return Object.fromEntries(body.responses.map((response: Body) => [response.id, response]));
  };

  it('answers each part as a request of its own', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const parts = await batch([
      {
        id: 'a',
        method: 'GET',
        url: `${RELATIVE}/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')?$filter=roleDefinitionId eq '${OPERATOR}'`,
      },
      {
        id: 'b',
        method: 'POST',
        url: `${RELATIVE}/roleAssignmentScheduleRequests`,
        headers,
        body: activation(graph.id('engineer'), SECURITY_READER),
      },
      {
        id: 'c',
        method: 'POST',
        url: `${RELATIVE}/roleAssignmentScheduleRequests`,
        body: activation(graph.id('engineer'), OPERATOR),
      },
      { id: 'd', method: 'GET', url: '/users' },
      { id: 'e', method: 'GET', url: '/nothing/here' },
    ]);
    const statuses = Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, part.status]));
    assert.deepEqual(statuses, { a: 200, b: 201, c: 400, d: 403, e: 501 });
    assert.equal(parts.a.body.value.length, 1);
    assert.equal(parts.b.body.status, 'Provisioned');
    assert.equal(parts.b.headers['Content-Type'], 'application/json');
    assert.equal(parts.d.body.error.code, 'Authorization_RequestDenied');
  });

  it('reaches the approvals through beta only', async () => {
    const { id } = (await graph.activate('engineer', OPERATOR)).body;
    const url = `${RELATIVE}/roleAssignmentApprovals/${id}`;
    assert.equal((await batch([{ id: '1', method: 'GET', url }], 'beta'))['1'].body.id, id);
    assert.equal((await batch([{ id: '1', method: 'GET', url }]))['1'].status, 501);
  });

  it('skips what depends on a failure', async () => {
    const parts = await batch([
      { id: '1', method: 'GET', url: '/users' },
      { id: '2', method: 'GET', url: '/me', dependsOn: ['1'] },
      { id: '3', method: 'GET', url: '/me' },
      { id: '4', method: 'GET', url: '/me', dependsOn: ['3'] },
    ]);
    assert.deepEqual([parts['2'].status, parts['2'].body.error.code], [424, 'FailedDependency']);
    assert.deepEqual([parts['3'].status, parts['4'].status], [200, 200]);
  });

  it('refuses more than twenty, none, doubled ids and unknown dependencies', async () => {
    const part = { method: 'GET', url: '/me' };
    const twenty = Array.from({ length: 20 }, (_, index) => ({ ...part, id: String(index) }));
    assert.equal(Object.keys(await batch(twenty)).length, 20);
    for (const requests of [
      [...twenty, { ...part, id: '20' }],
      [],
      [
        { ...part, id: '1' },
        { ...part, id: '1' },
      ],
      [{ ...part, id: '1', dependsOn: ['2'] }],
      [{ ...part, id: '1', url: 'https://graph.microsoft.com/v1.0/me' }],
      [{ ...part, id: '1', method: 'TRACE' }],
    ]) {
      assert.equal(verdict(await me('POST', '/v1.0/$batch', { requests })), '400 BadRequest');
    }
  });

  it('counts and throttles each part', async () => {
    const { calls, faults } = graph.sandbox;
    const before = calls.lastSeq;
    faults.add({ name: 'throttle', match: '/groups', retryAfter: 7, times: 1 });
    const parts = await batch([
      { id: '1', method: 'GET', url: '/me' },
      { id: '2', method: 'GET', url: '/groups?$top=1' },
    ]);
    assert.equal(parts['2'].status, 429);
    assert.equal(parts['2'].headers['retry-after'], '7');
    assert.deepEqual(
      calls.since(before).map(({ method, path, status, batch: inside }) => [method, path, status, inside ?? false]),
      [
        ['GET', '/v1.0/me', 200, true],
        ['GET', '/v1.0/groups?$top=1', 429, true],
        ['POST', '/v1.0/$batch', 200, false],
      ],
    );
    assert.equal(calls.since(before)[0]?.principalId, graph.id('engineer'));
  });

  it('needs a token', async () => {
    const response = await fetch(`${graph.sandbox.urls.graph}/v1.0/$batch`, {
      method: 'POST',
      body: '{"requests":[]}',
    });
    assert.equal(response.status, 401);
  });
});
