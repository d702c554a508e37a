import assert from 'node:assert/strict';

import { Client } from '@microsoft/microsoft-graph-client';

import { type Body, DIRECTORY, type GraphSandbox, startGraph } from './graph-calls.ts';
import {
  ACTIVE,
  APPROVALS,
  ELIGIBLE,
  GROUPS,
  MINE,
  membership,
  peopleOf,
  REQUESTS,
  STEPPED_UP,
  TICKET,
  TIER0,
} from './groups-calls.ts';

/** What both clients can do; neither knows about the other. */
interface Caller {
  get(path: string): Promise<Body>;
  post(path: string, body: unknown): Promise<Body>;
  patch(path: string, body: unknown): Promise<Body>;
}

type MakeCaller = (graph: GraphSandbox, handle: string) => Promise<Caller>;

const withFetch: MakeCaller = async (graph, handle) => {
  const send = await graph.as(handle, STEPPED_UP);
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
  const token = await graph.token(handle, STEPPED_UP);
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

const TIER0_REQUESTS = `${REQUESTS}/filterByCurrentUser(on='approver')?$filter=status eq 'PendingApproval'`;
const SECURITY_ADMINISTRATOR = '194ae4cb-b126-40b2-bd5b-6091b380977d';

for (const [name, make] of [
  ['fetch', withFetch],
  ["Microsoft's Graph client", withGraphClient],
] as const) {
  describe(`PIM for Groups, with ${name}`, () => {
    let graph: GraphSandbox;
    let id: string;
    let stageId: string;
    let oncall: Caller;
    let oncall2: Caller;
    before(async () => {
      graph = await startGraph();
      oncall = await make(graph, 'oncall');
      oncall2 = await make(graph, 'oncall2');
    });
    after(() => graph.sandbox.close());

    const held = async (): Promise<string[]> =>
      (await oncall.get(`${DIRECTORY}/roleAssignmentScheduleInstances${MINE}`)).value.map(
        (row: Body) => `${row.roleDefinitionId} ${row.memberType}`,
      );

    it('shows what somebody is eligible for', async () => {
      const { value } = await oncall.get(`${ELIGIBLE}${MINE}?$expand=group($select=displayName)`);
      assert.deepEqual(
        value.map((row: Body) => [row.group.displayName, row.accessId, row.memberType, row.endDateTime]),
        [
          ['sg-payments-oncall', 'member', 'direct', null],
          ['sg-breakglass-payments', 'member', 'direct', null],
          ['sg-breakglass-tier0', 'member', 'direct', null],
        ],
      );
    });

    it('takes a request that waits for approval', async () => {
      const body = membership(graph.id('oncall'), TIER0, { ticketInfo: TICKET, customData: 'our-id' });
      const request = await oncall.post(REQUESTS, body);
      id = request.id;
      assert.equal(request.status, 'PendingApproval');
      assert.equal(request.approvalId, id);
      assert.equal(request.targetScheduleId, `${TIER0}_member_${id}`);
      assert.equal(request.scheduleInfo.startDateTime, null);
      assert.deepEqual([request.accessId, request.groupId, request.customData], ['member', TIER0, 'our-id']);
      assert.equal('roleDefinitionId' in request, false);
      assert.ok(request['@odata.context'].endsWith(`$metadata#${REQUESTS.slice('/v1.0/'.length)}/$entity`));
      assert.deepEqual(await peopleOf(graph, TIER0), []);
    });

    it('shows the approver the request and the approval, by three addresses', async () => {
      const waiting = await oncall2.get(`${TIER0_REQUESTS}&$expand=principal`);
      assert.deepEqual(
        waiting.value.map((row: Body) => [row.id, row.principal.displayName]),
        [[id, 'Lynne Robbins']],
      );
      const approval = await oncall2.get(`${APPROVALS}/${id}`);
      const [stage] = approval.stages;
      stageId = stage.id;
      assert.deepEqual([stage.status, stage.reviewResult, stage.assignedToMe], ['InProgress', 'NotReviewed', true]);
      const beta = await oncall2.get(`${APPROVALS.replace('v1.0', 'beta')}/${id}`);
      assert.deepEqual(beta.steps, approval.stages);
      const mine = await oncall2.get(`${APPROVALS}/filterByCurrentUser(on='approver')`);
      assert.deepEqual(
        mine.value.map((one: Body) => one.id),
        [id],
      );
    });

    it('provisions for ten seconds after the approval', async () => {
      const decision = { reviewResult: 'Approve', justification: 'looks right' };
      await oncall2.patch(`${APPROVALS}/${id}/stages/${stageId}`, decision);
      const decided = await oncall2.get(`${APPROVALS}/${id}/steps/${stageId}`);
      assert.deepEqual([decided.reviewResult, decided.reviewedBy.displayName], ['Approved', 'Isaiah Langer']);
      const request = await oncall.get(`${REQUESTS}/${id}`);
      assert.deepEqual([request.status, request.completedDateTime], ['PendingProvisioning', null]);
      await graph.pass('PT9S');
      assert.deepEqual(await peopleOf(graph, TIER0), []);
      assert.deepEqual(await held(), []);
    });

    it('makes a real member, who holds the role of the group, before the lists show it', async () => {
      await graph.pass('PT1S');
      const request = await oncall.get(`${REQUESTS}/${id}`);
      assert.deepEqual([request.status, request.completedDateTime], ['Provisioned', '2026-11-23T08:00:10Z']);
      assert.deepEqual(await peopleOf(graph, TIER0), ['oncall']);
      assert.deepEqual(await held(), [`${SECURITY_ADMINISTRATOR} Group`]);
      assert.deepEqual((await oncall.get(`${ACTIVE}${MINE}`)).value, []);
      await graph.pass('PT2S');
      const { value } = await oncall.get(`${ACTIVE}${MINE}?$expand=activatedUsing,principal($select=displayName)`);
      const [active] = value;
      assert.equal(value.length, 1);
      assert.deepEqual([active.assignmentType, active.memberType, active.accessId], ['activated', 'direct', 'member']);
      assert.equal(active.assignmentScheduleId, `${TIER0}_member_${id}`);
      assert.ok(active.id.startsWith(`${TIER0}_member_`));
      assert.equal(active.endDateTime, '2026-11-23T09:00:00Z');
      assert.equal(active.activatedUsing.groupId, TIER0);
      assert.equal(active.principal.displayName, 'Lynne Robbins');
      const schedule = await oncall.get(`${GROUPS}/assignmentSchedules/${active.assignmentScheduleId}`);
      assert.deepEqual([schedule.status, schedule.createdUsing], ['Provisioned', id]);
    });

    it('lets it end at its time', async () => {
      await graph.pass('PT59M47S');
      assert.deepEqual(await peopleOf(graph, TIER0), ['oncall']);
      await graph.pass('PT1S');
      assert.deepEqual(await peopleOf(graph, TIER0), []);
      const late = await make(graph, 'oncall');
      const list = `${DIRECTORY}/roleAssignmentScheduleInstances${MINE}`;
      assert.deepEqual((await late.get(list)).value, []);
      assert.equal((await late.get(`${ACTIVE}${MINE}`)).value.length, 1);
      await graph.pass('PT2S');
      assert.deepEqual((await late.get(`${ACTIVE}${MINE}`)).value, []);
      assert.equal((await late.get(`${REQUESTS}/${id}`)).status, 'Provisioned');
    });
  });
}
