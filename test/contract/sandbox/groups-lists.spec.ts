import assert from 'node:assert/strict';

import { type Body, type GraphSandbox, type Send, startGraph, verdict } from './graph-calls.ts';
import {
  ACTIVE,
  activate,
  activeOf,
  ELIGIBILITY_REQUESTS,
  ELIGIBLE,
  GROUPS,
  MINE,
  PAYMENTS,
  peopleOf,
  REQUESTS,
  TIER0,
} from './groups-calls.ts';

const OF_PAYMENTS = `?$filter=groupId eq '${PAYMENTS}'`;

describe('PIM for Groups lists', () => {
  let graph: GraphSandbox;
  let me: Send;
  let reader: Send;
  beforeEach(async () => {
    graph = await startGraph();
    me = await graph.as('oncall');
    reader = await graph.as(null);
  });
  afterEach(() => graph.sandbox.close());

  const collections = [
    `${GROUPS}/eligibilitySchedules`,
    ELIGIBLE,
    `${GROUPS}/assignmentSchedules`,
    ACTIVE,
    REQUESTS,
    ELIGIBILITY_REQUESTS,
  ];
  for (const path of collections) {
    it(`wants a filter that names a group or a principal at ${path}`, async () => {
      assert.equal(verdict(await reader('GET', path)), '400 BadRequest');
      assert.equal(verdict(await reader('GET', `${path}?$filter=accessId eq 'member'`)), '400 BadRequest');
      assert.equal((await reader('GET', `${path}${OF_PAYMENTS}`)).status, 200);
      assert.equal((await reader('GET', `${path}?$filter=principalId eq '${graph.id('oncall')}'`)).status, 200);
      assert.equal((await me('GET', `${path}${MINE}`)).status, 200);
    });
  }

  it('says the seeded eligible assignments, in full', async () => {
    const filter = `groupId eq '${PAYMENTS}' and principalId eq '${graph.id('engineer')}' and accessId eq 'member'`;
    const { body } = await reader('GET', `${ELIGIBLE}?$filter=${encodeURIComponent(filter)}`);
    const [row] = body.value;
    assert.equal(body.value.length, 1);
    assert.ok(row.eligibilityScheduleId.startsWith(`${PAYMENTS}_member_`));
    const { id, eligibilityScheduleId, ...rest } = row;
    assert.notEqual(id, eligibilityScheduleId);
    assert.deepEqual(rest, {
      accessId: 'member',
      groupId: PAYMENTS,
      principalId: graph.id('engineer'),
      memberType: 'direct',
      startDateTime: '2026-01-05T08:00:00Z',
      endDateTime: null,
    });
    const schedule = (await reader('GET', `${GROUPS}/eligibilitySchedules/${eligibilityScheduleId}`)).body;
    assert.deepEqual(schedule.scheduleInfo.expiration, { type: 'noExpiration', endDateTime: null, duration: null });
    assert.equal(schedule.status, 'Provisioned');
    assert.equal((await reader('GET', `${ELIGIBLE}/${id}`)).body.eligibilityScheduleId, eligibilityScheduleId);
    assert.equal(verdict(await reader('GET', `${ELIGIBLE}/none`)), '404 Request_ResourceNotFound');
  });

  it('pages, selects and expands, and says what it has not', async () => {
    graph.sandbox.world.settings.pageSize = 2;
    const first = (await me('GET', `${ELIGIBLE}${MINE}?$select=groupId&$expand=principal($select=id)`)).body;
    assert.deepEqual(Object.keys(first.value[0]).sort(), ['groupId', 'principal']);
    const second = (await me('GET', first['@odata.nextLink'])).body;
    assert.equal(first.value.length + second.value.length, 3);
    assert.ok(
      first['@odata.context'].endsWith('#Collection(privilegedAccessGroupEligibilityScheduleInstance)'),
      first['@odata.context'],
    );
    for (const option of ['$top=1', '$orderby=id', '$count=true', '$expand=roleDefinition']) {
      assert.equal((await me('GET', `${ELIGIBLE}${MINE}?${option}`)).status, 501, option);
    }
    assert.equal(verdict(await me('GET', `${ELIGIBLE}${MINE}?$filter=endDateTime eq null`)), '400 InvalidFilter');
    assert.equal((await me('GET', `${GROUPS}/resources`)).status, 501);
    assert.equal((await me('GET', GROUPS)).status, 501);
  });

  it('knows for whom requests are listed, and for eligible ones only the principal', async () => {
    const { id } = (await activate(graph, 'oncall', TIER0)).body;
    const list = async (handle: string, on: string): Promise<string[]> => {
      const one = await graph.as(handle);
      const { body } = await one('GET', `${REQUESTS}/filterByCurrentUser(on='${on}')`);
      return body.value.map((row: Body) => row.id);
    };
    assert.deepEqual(await list('oncall', 'principal'), [id]);
    assert.deepEqual(await list('oncall', 'createdBy'), [id]);
    assert.deepEqual(await list('oncall', 'approver'), []);
    assert.deepEqual(await list('oncall2', 'approver'), [id]);
    for (const path of [ELIGIBILITY_REQUESTS, ELIGIBLE, ACTIVE]) {
      const reply = await me('GET', `${path}/filterByCurrentUser(on='approver')`);
      assert.equal(verdict(reply), '400 BadRequest', path);
    }
    const expanded = await me('GET', `${REQUESTS}/${id}?$expand=group,activatedUsing,targetSchedule`);
    assert.equal(expanded.body.group.displayName, 'sg-breakglass-tier0');
    assert.equal(expanded.body.activatedUsing.groupId, TIER0);
    assert.equal(expanded.body.targetSchedule, null);
  });

  it('answers what a group that PIM never managed has: nothing', async () => {
    const filter = "?$filter=groupId eq '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1'";
    assert.deepEqual((await reader('GET', `${ELIGIBLE}${filter}`)).body.value, []);
    assert.deepEqual((await reader('GET', `${ACTIVE}${filter}`)).body.value, []);
  });

  it('shows members who are there without PIM as permanent assignments', async () => {
    graph.sandbox.world.tenant.groups.get(PAYMENTS)?.memberIds.push(graph.id('contractor'));
    assert.deepEqual(await activeOf(graph, 'contractor'), ['sg-payments-oncall member assigned direct null']);
    const { value } = (await reader('GET', `${ACTIVE}${OF_PAYMENTS}`)).body;
    assert.deepEqual(
      value.map((row: Body) => [row.principalId, row.startDateTime, row.endDateTime]),
      [[graph.id('contractor'), null, null]],
    );
  });

  it('shows through a group what the group is eligible for, and lets its members activate it', async () => {
    const { groups } = graph.sandbox.world.tenant;
    const id = '2a91b3c4-0009-4d5e-8f60-a1b2c3d4e5f9';
    const memberIds = [graph.id('newcomer')];
    groups.set(id, { id, displayName: 'sg-nested', isAssignableToRole: false, memberIds, ownerIds: [] });
    const app = await graph.as(null, { permissions: ['PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup'] });
    const given = await app('POST', ELIGIBILITY_REQUESTS, {
      action: 'adminAssign',
      accessId: 'member',
      groupId: PAYMENTS,
      principalId: id,
      justification: 'the whole team',
      scheduleInfo: { expiration: { type: 'afterDuration', duration: 'P30D' } },
    });
    assert.equal(given.status, 201);
    await graph.pass('PT2S');
    const newcomer = await graph.as('newcomer');
    const [row] = (await newcomer('GET', `${ELIGIBLE}${MINE}`)).body.value;
    assert.deepEqual([row.memberType, row.principalId], ['group', graph.id('newcomer')]);
    assert.equal((await activate(graph, 'newcomer', PAYMENTS)).body.status, 'PendingProvisioning');
    await graph.pass('PT10S');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['newcomer']);
  });

  it('works in a batch', async () => {
    const requests = [
      { id: '1', method: 'GET', url: `${ELIGIBLE.slice('/v1.0'.length)}${MINE}` },
      { id: '2', method: 'GET', url: `${REQUESTS.slice('/v1.0'.length)}${MINE}?$filter=status eq 'PendingApproval'` },
    ];
    const { responses } = (await me('POST', '/v1.0/$batch', { requests })).body;
    const sizes = Object.fromEntries(responses.map((one: Body) => [one.id, one.body.value.length]));
    assert.deepEqual(sizes, { 1: 3, 2: 0 });
  });
});
