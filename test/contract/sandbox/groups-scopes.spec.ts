import assert from 'node:assert/strict';

import { type GraphSandbox, startGraph, verdict } from './graph-calls.ts';
import {
  ACTIVE,
  APPROVALS,
  activate,
  ELIGIBILITY_REQUESTS,
  ELIGIBLE,
  GROUP_ADMINISTRATOR,
  GROUPS,
  MINE,
  membership,
  PAYMENTS,
  REQUESTS,
  TIER0,
} from './groups-calls.ts';

const MISSING = '403 UnknownError(PermissionScopeNotGranted)';
const DENIED = '403 Authorization_RequestDenied';
const OF_PAYMENTS = `?$filter=groupId eq '${PAYMENTS}'`;
const POLICIES = `/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '${PAYMENTS}' and scopeType eq 'Group'`;
const FOREVER = { scheduleInfo: { expiration: { type: 'afterDuration', duration: 'P30D' } } };

describe('PIM for Groups, by permission', () => {
  let graph: GraphSandbox;
  before(async () => {
    graph = await startGraph();
  });
  after(() => graph.sandbox.close());

  const read = 'PrivilegedAssignmentSchedule.Read.AzureADGroup';
  const write = 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup';
  const eligible = 'PrivilegedEligibilitySchedule.Read.AzureADGroup';
  const reads: readonly [path: string, permission: string, expected: string][] = [
    [`${ELIGIBLE}${MINE}`, eligible, '200'],
    [`${ELIGIBLE}${MINE}`, 'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup', '200'],
    [`${ELIGIBLE}${MINE}`, read, MISSING],
    [`${ELIGIBLE}${MINE}`, 'RoleManagement.Read.All', MISSING],
    [`${GROUPS}/eligibilitySchedules${MINE}`, eligible, '200'],
    [`${GROUPS}/eligibilitySchedules${MINE}`, write, MISSING],
    [`${ELIGIBILITY_REQUESTS}${MINE}`, eligible, '200'],
    [`${ELIGIBILITY_REQUESTS}${MINE}`, 'PrivilegedEligibilitySchedule.Remove.AzureADGroup', MISSING],
    [`${ACTIVE}${MINE}`, read, '200'],
    [`${ACTIVE}${MINE}`, write, '200'],
    [`${ACTIVE}${MINE}`, eligible, MISSING],
    [`${GROUPS}/assignmentSchedules${MINE}`, read, '200'],
    [`${GROUPS}/assignmentSchedules${MINE}`, 'RoleAssignmentSchedule.ReadWrite.Directory', MISSING],
    [`${REQUESTS}${MINE}`, read, '200'],
    [`${REQUESTS}${MINE}`, 'PrivilegedAssignmentSchedule.Remove.AzureADGroup', MISSING],
    [`${APPROVALS}/filterByCurrentUser(on='approver')`, read, '200'],
    [`${APPROVALS}/filterByCurrentUser(on='approver')`, write, '200'],
    [`${APPROVALS}/filterByCurrentUser(on='approver')`, 'RoleAssignmentSchedule.ReadWrite.Directory', MISSING],
    [APPROVALS, read, '200'],
    [POLICIES, 'RoleManagementPolicy.Read.AzureADGroup', DENIED],
    [POLICIES, 'RoleManagementPolicy.Read.Directory', MISSING],
    [POLICIES, 'RoleManagement.ReadWrite.Directory', MISSING],
  ];
  for (const [path, permission, expected] of reads) {
    it(`answers ${expected} to a person with ${permission} at ${path}`, async () => {
      const me = await graph.as('engineer', { permissions: [permission] });
      assert.equal(verdict(await me('GET', path)), expected);
    });
  }

  it('wants the permission to write for requests, cancellations and decisions', async () => {
    const me = await graph.as('engineer', { permissions: [read, eligible] });
    const body = membership(graph.id('engineer'), PAYMENTS);
    const id = '00000000-0000-4000-8000-000000000000';
    assert.equal(verdict(await me('POST', REQUESTS, body)), MISSING);
    assert.equal(verdict(await me('POST', ELIGIBILITY_REQUESTS, body)), MISSING);
    assert.equal(verdict(await me('POST', `${REQUESTS}/${id}/cancel`)), MISSING);
    assert.equal(verdict(await me('POST', `${ELIGIBILITY_REQUESTS}/${id}/cancel`)), MISSING);
    const decision = { reviewResult: 'Approve', justification: 'ok' };
    assert.equal(verdict(await me('PATCH', `${APPROVALS}/${id}/stages/${id}`, decision)), MISSING);
  });

  it('names in the refusal what would do', async () => {
    const me = await graph.as('engineer', { permissions: [read] });
    const { body } = await me('POST', REQUESTS, membership(graph.id('engineer'), PAYMENTS));
    assert.equal(
      JSON.parse(body.error.message).message,
      'Authorization failed due to missing permission scope PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup.',
    );
  });

  it('takes the removal permissions for a removal only', async () => {
    for (const [path, permission] of [
      [REQUESTS, 'PrivilegedAssignmentSchedule.Remove.AzureADGroup'],
      [ELIGIBILITY_REQUESTS, 'PrivilegedEligibilitySchedule.Remove.AzureADGroup'],
    ] as const) {
      const app = await graph.as(null, { permissions: [permission] });
      const body = membership(graph.id('newcomer'), PAYMENTS, { action: 'adminAssign' });
      assert.equal(verdict(await app('POST', path, body)), MISSING);
      const removal = { ...body, action: 'adminRemove' };
      assert.equal(verdict(await app('POST', path, removal)), '404 RoleAssignmentDoesNotExist');
    }
  });
});

describe('PIM for Groups, by role in the directory', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const give = (handle: string, ...roles: string[]): void => {
    graph.sandbox.world.tenant.directoryRoles.set(graph.id(handle), new Set(roles));
  };
  const collections = [`${GROUPS}/eligibilitySchedules`, ELIGIBLE, `${GROUPS}/assignmentSchedules`, ACTIVE, REQUESTS];

  it('hides others from a person who neither reads the directory nor manages the group', async () => {
    const me = await graph.as('engineer');
    for (const path of collections) {
      assert.equal(verdict(await me('GET', `${path}${OF_PAYMENTS}`)), DENIED, path);
      assert.equal((await me('GET', `${path}?$filter=principalId eq '${graph.id('engineer')}'`)).status, 200, path);
      assert.equal(verdict(await me('GET', `${path}?$filter=principalId eq '${graph.id('oncall')}'`)), DENIED, path);
    }
    give('engineer', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451');
    for (const path of collections) {
      assert.equal((await me('GET', `${path}${OF_PAYMENTS}`)).status, 200, path);
    }
    assert.equal((await me('GET', `${ELIGIBLE}${OF_PAYMENTS}`)).body.value.length, 3);
  });

  it('shows only what the caller may see, whatever else the filter names', async () => {
    const me = await graph.as('engineer');
    const filter = `principalId eq '${graph.id('engineer')}' or principalId eq '${graph.id('oncall')}'`;
    const { value } = (await me('GET', `${ELIGIBLE}?$filter=${encodeURIComponent(filter)}`)).body;
    assert.deepEqual(
      value.map((row: { principalId: string }) => row.principalId),
      [graph.id('engineer')],
    );
  });

  it('lets the owner of a group manage it, and no other', async () => {
    graph.sandbox.world.tenant.groups.get(TIER0)?.ownerIds.push(graph.id('contractor'));
    const owner = await graph.as('contractor', { app: 'admin' });
    assert.equal((await owner('GET', `${ELIGIBLE}?$filter=groupId eq '${TIER0}'`)).body.value.length, 2);
    assert.equal(verdict(await owner('GET', `${ELIGIBLE}${OF_PAYMENTS}`)), DENIED);
    const assign = { action: 'adminAssign', ...FOREVER };
    const given = await owner('POST', ELIGIBILITY_REQUESTS, membership(graph.id('newcomer'), TIER0, assign));
    assert.deepEqual([given.status, given.body.status], [201, 'Provisioned']);
    const other = await owner('POST', ELIGIBILITY_REQUESTS, membership(graph.id('newcomer'), PAYMENTS, assign));
    assert.equal(verdict(other), DENIED);
  });

  it('lets a groups administrator manage groups that cannot be given roles', async () => {
    give('contractor', GROUP_ADMINISTRATOR);
    const admin = await graph.as('contractor', { app: 'admin' });
    const assign = { action: 'adminAssign', ...FOREVER };
    const give1 = await admin('POST', ELIGIBILITY_REQUESTS, membership(graph.id('newcomer'), PAYMENTS, assign));
    assert.equal(give1.status, 201);
    const give2 = await admin('POST', ELIGIBILITY_REQUESTS, membership(graph.id('newcomer'), TIER0, assign));
    assert.equal(verdict(give2), DENIED);
  });

  it('asks an application for the role too, where the group can be given roles', async () => {
    const app = await graph.as(null, { permissions: ['PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup'] });
    const assign = { action: 'adminAssign', ...FOREVER };
    const plain = await app('POST', ELIGIBILITY_REQUESTS, membership(graph.id('newcomer'), PAYMENTS, assign));
    assert.equal(plain.status, 201);
    assert.deepEqual(plain.body.createdBy.user, null);
    const tier0 = membership(graph.id('newcomer'), TIER0, assign);
    assert.equal(verdict(await app('POST', ELIGIBILITY_REQUESTS, tier0)), DENIED);
    const { apps, directoryRoles } = graph.sandbox.world.tenant;
    directoryRoles.set(apps.reader.clientId, new Set(['e8611ab8-c189-46e8-94e1-60213ab1f814']));
    assert.equal((await app('POST', ELIGIBILITY_REQUESTS, tier0)).status, 201);
  });

  it('shows a request and its approval to those it concerns, and to readers', async () => {
    const { id } = (await activate(graph, 'oncall', TIER0)).body;
    const read = async (handle: string, path: string): Promise<string> => {
      const me = await graph.as(handle);
      return verdict(await me('GET', `${path}/${id}`));
    };
    assert.equal(await read('oncall', REQUESTS), '200');
    assert.equal(await read('oncall2', REQUESTS), DENIED);
    assert.equal(await read('oncall2', APPROVALS), '200');
    assert.equal(await read('oncall', APPROVALS), '200');
    assert.equal(await read('engineer', APPROVALS), DENIED);
    give('engineer', '5d6b6bb7-de71-4623-b4af-95380a352509');
    assert.equal(await read('engineer', REQUESTS), '200');
    assert.equal(await read('engineer', APPROVALS), '200');
  });

  it('lists approvals for the approver, the maker and the target', async () => {
    const { id } = (await activate(graph, 'oncall', TIER0)).body;
    const list = async (handle: string, on: string): Promise<string[]> => {
      const me = await graph.as(handle);
      const { body } = await me('GET', `${APPROVALS}/filterByCurrentUser(on='${on}')`);
      return body.value.map((row: { id: string }) => row.id);
    };
    assert.deepEqual(await list('oncall2', 'approver'), [id]);
    assert.deepEqual(await list('oncall', 'approver'), []);
    assert.deepEqual(await list('oncall', 'createdBy'), [id]);
    assert.deepEqual(await list('oncall', 'target'), [id]);
    assert.deepEqual(await list('oncall2', 'target'), []);
    const me = await graph.as('oncall');
    assert.deepEqual((await me('GET', APPROVALS)).body.value.length, 1);
    assert.deepEqual((await (await graph.as('engineer'))('GET', APPROVALS)).body.value, []);
    assert.equal((await me('GET', '/beta/roleManagement/directory/roleAssignmentApprovals')).status, 501);
    assert.equal(verdict(await me('GET', `${APPROVALS}/filterByCurrentUser(on='nobody')`)), '400 BadRequest');
  });

  it('lets the reader application read everybody, requests included, and write nothing', async () => {
    const reader = await graph.as(null);
    for (const path of [...collections, ELIGIBILITY_REQUESTS]) {
      assert.equal((await reader('GET', `${path}${OF_PAYMENTS}`)).status, 200, path);
    }
    assert.equal((await reader('GET', POLICIES)).body.value.length, 2);
    assert.equal(verdict(await reader('GET', `${ELIGIBLE}${MINE}`)), DENIED);
    assert.equal(verdict(await reader('POST', REQUESTS, membership(graph.id('engineer'), PAYMENTS))), MISSING);
  });
});
