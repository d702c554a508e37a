import assert from 'node:assert/strict';

import { Client } from '@microsoft/microsoft-graph-client';

import { APPROVALS, activation, type Body, DIRECTORY, type GraphSandbox, OPERATOR, startGraph } from './graph-calls.ts';

/** What both clients can do; neither knows about the other. */
interface Caller {
  get(path: string): Promise<Body>;
  post(path: string, body: unknown): Promise<Body>;
  patch(path: string, body: unknown): Promise<Body>;
}

type MakeCaller = (graph: GraphSandbox, handle: string) => Promise<Caller>;

const withFetch: MakeCaller = async (graph, handle) => {
  const send = await graph.as(handle);
  const ok = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const reply = await send(method, path, body);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  return {
    get: (path) => ok('GET', path),
    post: (path, body) => ok('POST', path, body),
    patch: (path, body) => ok('PATCH', path, body),
  };
};

const withGraphClient: MakeCaller = async (graph, handle) => {
  const token = await graph.token(handle);
  const { graph: url } = graph.sandbox.urls;
  const client = Client.init({
    authProvider: (done) => done(null, token),
    baseUrl: `${url}/`,
    customHosts: new Set([new URL(url).hostname]),
  });
  const api = (path: string) => {
    const [, version = '', ...rest] = path.split('/');
    return client.api(`/${rest.join('/')}`).version(version);
  };
  return {
    get: (path) => api(path).get(),
    post: (path, body) => api(path).post(body),
    patch: (path, body) => api(path).patch(body),
  };
};

const MY_ACTIVE = `${DIRECTORY}/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')`;
const FOR_ME = `${DIRECTORY}/roleAssignmentScheduleRequests/filterByCurrentUser(on='approver')`;

for (const [name, make] of [
  ['fetch', withFetch],
  ["Microsoft's Graph client", withGraphClient],
] as const) {
  describe(`Graph, with ${name}`, () => {
    let graph: GraphSandbox;
    before(async () => {
      graph = await startGraph();
    });
    after(() => graph.sandbox.close());

    it('carries one activation from request over approval to its end', async () => {
      const engineer = await make(graph, 'engineer');
      const approver = await make(graph, 'approver');
      const mine = `${DIRECTORY}/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')`;
      const eligible = await engineer.get(`${mine}?$expand=roleDefinition`);
      const names = eligible.value.map((row: Body) => row.roleDefinition.displayName);
      assert.ok(names.includes('Contoso-App-Assignment-Operator'));

      const body = activation(graph.id('engineer'), OPERATOR, { customData: 'our-id' });
      const request = await engineer.post(`${DIRECTORY}/roleAssignmentScheduleRequests`, body);
      assert.equal(request.status, 'PendingApproval');
      assert.equal(request.approvalId, request.id);
      assert.equal(request.targetScheduleId, request.id);
      assert.equal(request.completedDateTime, null);
      assert.equal(request.scheduleInfo.startDateTime, null);
      assert.equal(request.customData, 'our-id');

      const waiting = await approver.get(`${FOR_ME}?$filter=status eq 'PendingApproval'&$expand=principal`);
      assert.deepEqual(
        waiting.value.map((row: Body) => [row.id, row.principal.displayName]),
        [[request.id, 'Alex Wilber']],
      );
      const approval = await approver.get(`${APPROVALS}/${request.id}`);
      const [step] = approval.steps;
      assert.deepEqual([step.status, step.reviewResult, step.assignedToMe], ['InProgress', 'NotReviewed', true]);
      const decision = { reviewResult: 'Approve', justification: 'looks right' };
      await approver.patch(`${APPROVALS}/${request.id}/steps/${step.id}`, decision);

      const decided = await approver.get(`${APPROVALS}/${request.id}/steps/${step.id}`);
      assert.equal(decided.reviewResult, 'Approved');
      assert.equal(decided.reviewedBy.displayName, 'Megan Bowen');
      assert.equal(
        (await engineer.get(`${DIRECTORY}/roleAssignmentScheduleRequests/${request.id}`)).status,
        'Provisioned',
      );
      assert.deepEqual((await engineer.get(MY_ACTIVE)).value, []);
      await graph.pass('PT2S');
      const [active] = (await engineer.get(`${MY_ACTIVE}?$expand=activatedUsing,roleDefinition($select=displayName)`))
        .value;
      assert.equal(active.assignmentType, 'Activated');
      assert.equal(active.memberType, 'Direct');
      assert.equal(active.endDateTime, '2026-11-23T09:00:00Z');
      assert.equal(active.roleAssignmentScheduleId, request.id);
      assert.deepEqual(active.roleDefinition, { displayName: 'Contoso-App-Assignment-Operator' });
      assert.equal(active.activatedUsing.roleDefinitionId, OPERATOR);

      await graph.pass('PT59M59S');
      const late = await make(graph, 'engineer');
      assert.equal((await late.get(MY_ACTIVE)).value.length, 1);
      await graph.pass('PT1S');
      assert.deepEqual((await late.get(MY_ACTIVE)).value, []);
      assert.equal((await late.get(`${DIRECTORY}/roleAssignmentScheduleRequests/${request.id}`)).status, 'Provisioned');
    });
  });
}
