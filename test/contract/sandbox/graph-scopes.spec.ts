import assert from 'node:assert/strict';

import {
  APPROVALS,
  activation,
  DIRECTORY,
  GLOBAL_READER,
  type GraphSandbox,
  OPERATOR,
  SECURITY_READER,
  startGraph,
  verdict,
} from './graph-calls.ts';

const POLICIES =
  "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";
const AUDITS = "/v1.0/auditLogs/directoryAudits?$filter=loggedByService eq 'PIM'";
const MISSING = '403 UnknownError(PermissionScopeNotGranted)';
const DENIED = '403 Authorization_RequestDenied';
const OWN = "/filterByCurrentUser(on='principal')";

describe('Graph, by permission', () => {
  let graph: GraphSandbox;
  before(async () => {
    graph = await startGraph();
  });
  after(() => graph.sandbox.close());

  const grid: readonly [path: string, permission: string, expected: string][] = [
    [`${DIRECTORY}/roleEligibilityScheduleInstances${OWN}`, 'RoleEligibilitySchedule.Read.Directory', '200'],
    [`${DIRECTORY}/roleEligibilityScheduleInstances${OWN}`, 'RoleManagement.Read.Directory', '200'],
    [`${DIRECTORY}/roleEligibilityScheduleInstances${OWN}`, 'RoleAssignmentSchedule.Read.Directory', MISSING],
    [`${DIRECTORY}/roleAssignmentScheduleInstances${OWN}`, 'RoleAssignmentSchedule.Read.Directory', '200'],
    [`${DIRECTORY}/roleAssignmentSchedules${OWN}`, 'RoleEligibilitySchedule.ReadWrite.Directory', MISSING],
    [`${DIRECTORY}/roleAssignmentScheduleRequests${OWN}`, 'RoleAssignmentSchedule.ReadWrite.Directory', '200'],
    [`${DIRECTORY}/roleAssignmentScheduleRequests${OWN}`, 'RoleAssignmentSchedule.Read.Directory', MISSING],
    [`${DIRECTORY}/roleAssignmentScheduleRequests${OWN}`, 'RoleManagement.Read.All', MISSING],
    [`${DIRECTORY}/roleEligibilityScheduleRequests${OWN}`, 'RoleEligibilitySchedule.Read.Directory', MISSING],
    [`${DIRECTORY}/roleDefinitions`, 'RoleManagement.Read.Directory', '200'],
    [`${DIRECTORY}/roleDefinitions`, 'User.Read', MISSING],
    [`${APPROVALS}/filterByCurrentUser(on='approver')`, 'RoleAssignmentSchedule.ReadWrite.Directory', '200'],
    [`${APPROVALS}/filterByCurrentUser(on='approver')`, 'RoleManagement.ReadWrite.Directory', MISSING],
    [POLICIES, 'RoleManagementPolicy.Read.Directory', DENIED],
    [POLICIES, 'RoleAssignmentSchedule.ReadWrite.Directory', MISSING],
    [AUDITS, 'AuditLog.Read.All', DENIED],
    [AUDITS, 'User.Read', MISSING],
    ['/v1.0/me', 'User.Read', '200'],
    ['/v1.0/me', 'GroupMember.Read.All', DENIED],
    ['/v1.0/users', 'User.Read', DENIED],
    ['/v1.0/groups', 'User.Read', DENIED],
    ['/v1.0/groups', 'GroupMember.Read.All', '200'],
    ['/v1.0/directory/administrativeUnits', 'GroupMember.Read.All', DENIED],
    ['/v1.0/directory/administrativeUnits', 'AdministrativeUnit.Read.All', '200'],
  ];
  for (const [path, permission, expected] of grid) {
    it(`answers ${expected} to a person with ${permission} at ${path}`, async () => {
      const me = await graph.as('engineer', { permissions: [permission] });
      assert.equal(verdict(await me('GET', path)), expected);
    });
  }

  it('names in the refusal what would do', async () => {
    const me = await graph.as('engineer', { permissions: ['RoleAssignmentSchedule.Read.Directory'] });
    const { body } = await me('GET', `${DIRECTORY}/roleAssignmentScheduleRequests`);
    assert.equal(
      JSON.parse(body.error.message).message,
      'Authorization failed due to missing permission scope RoleAssignmentSchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.',
    );
  });

  it('refuses a request from a token that may only read', async () => {
    const me = await graph.as('engineer', { permissions: ['RoleAssignmentSchedule.Read.Directory'] });
    const body = activation(graph.id('engineer'), SECURITY_READER);
    assert.equal(verdict(await me('POST', `${DIRECTORY}/roleAssignmentScheduleRequests`, body)), MISSING);
  });

  it('takes the removal permission for a removal only', async () => {
    const me = await graph.as(null, { permissions: ['RoleAssignmentSchedule.Remove.Directory'] });
    const path = `${DIRECTORY}/roleAssignmentScheduleRequests`;
    const body = activation(graph.id('engineer'), SECURITY_READER, { action: 'adminAssign' });
    assert.equal(verdict(await me('POST', path, body)), MISSING);
    assert.equal(verdict(await me('POST', path, { ...body, action: 'adminRemove' })), '400 RoleAssignmentDoesNotExist');
  });
});

describe('Graph, by directory role', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const others = [
    'roleEligibilitySchedules',
    'roleEligibilityScheduleInstances',
    'roleAssignmentSchedules',
    'roleAssignmentScheduleInstances',
    'roleAssignmentScheduleRequests',
    'roleAssignments',
  ];

  it('hides others from a person without a role, and shows them while Global Reader is active', async () => {
    const me = await graph.as('oncall');
    for (const name of others) {
      assert.equal(verdict(await me('GET', `${DIRECTORY}/${name}`)), DENIED, name);
    }
    assert.equal(verdict(await me('GET', POLICIES)), DENIED);
    assert.equal(verdict(await me('GET', AUDITS)), DENIED);
    assert.equal((await graph.activate('oncall', GLOBAL_READER)).body.status, 'Provisioned');
    for (const name of others) {
      assert.equal((await me('GET', `${DIRECTORY}/${name}`)).status, 200, name);
    }
    assert.equal((await me('GET', POLICIES)).status, 200);
    assert.equal((await me('GET', AUDITS)).status, 200);
    await graph.pass('PT1H');
    const later = await graph.as('oncall');
    assert.equal(verdict(await later('GET', `${DIRECTORY}/roleAssignmentSchedules`)), DENIED);
  });

  it('takes a role held outside PIM as well', async () => {
    graph.sandbox.world.tenant.directoryRoles.set(graph.id('newcomer'), new Set([SECURITY_READER]));
    const me = await graph.as('newcomer');
    const { value } = (await me('GET', `${DIRECTORY}/roleAssignmentScheduleInstances`)).body;
    const own = value.find((row: { principalId: string }) => row.principalId === graph.id('newcomer'));
    assert.deepEqual([own.assignmentType, own.startDateTime, own.endDateTime], ['Assigned', null, null]);
  });

  it('shows one request to its requester and to readers, not to others', async () => {
    const { id } = (await graph.activate('engineer', OPERATOR)).body;
    const read = async (handle: string): Promise<string> => {
      const me = await graph.as(handle);
      return verdict(await me('GET', `${DIRECTORY}/roleAssignmentScheduleRequests/${id}`));
    };
    assert.equal(await read('engineer'), '200');
    assert.equal(await read('contractor'), DENIED);
    assert.equal(await read('approver'), DENIED);
    graph.sandbox.world.tenant.directoryRoles.set(graph.id('contractor'), new Set([GLOBAL_READER]));
    assert.equal(await read('contractor'), '200');
  });

  it('shows an approval to its requester, its approvers and readers, not to others', async () => {
    const { id } = (await graph.activate('engineer', OPERATOR)).body;
    const read = async (handle: string): Promise<string> => {
      const me = await graph.as(handle);
      return verdict(await me('GET', `${APPROVALS}/${id}/steps`));
    };
    assert.equal(await read('engineer'), '200');
    assert.equal(await read('approver2'), '200');
    assert.equal(await read('contractor'), DENIED);
    await graph.activate('oncall', GLOBAL_READER);
    assert.equal(await read('oncall'), '200');
  });

  it('lets the reader application read everybody, and write nothing', async () => {
    const reader = await graph.as(null);
    for (const name of others.filter((one) => !one.endsWith('Requests'))) {
      assert.equal((await reader('GET', `${DIRECTORY}/${name}`)).status, 200, name);
    }
    assert.equal((await reader('GET', POLICIES)).status, 200);
    assert.equal((await reader('GET', AUDITS)).status, 200);
    assert.equal(verdict(await reader('GET', `${DIRECTORY}/roleAssignmentScheduleRequests`)), MISSING);
    assert.equal(verdict(await reader('GET', `${DIRECTORY}/roleAssignmentSchedules${OWN}`)), DENIED);
    const body = activation(graph.id('engineer'), SECURITY_READER);
    assert.equal(verdict(await reader('POST', `${DIRECTORY}/roleAssignmentScheduleRequests`, body)), MISSING);
  });

  it('refuses an application that would activate for a person, whatever its permissions', async () => {
    const app = await graph.as(null, { permissions: ['RoleManagement.ReadWrite.Directory'] });
    const body = activation(graph.id('engineer'), SECURITY_READER);
    assert.equal(verdict(await app('POST', `${DIRECTORY}/roleAssignmentScheduleRequests`, body)), DENIED);
  });

  it('lets an administrator assign only while the role is active', async () => {
    const path = `${DIRECTORY}/roleEligibilityScheduleRequests`;
    const body = activation(graph.id('newcomer'), SECURITY_READER, {
      action: 'adminAssign',
      scheduleInfo: { expiration: { type: 'noExpiration' } },
    });
    const admin = await graph.as('admin', { app: 'admin', acrs: ['c1'], capabilities: ['cp1'] });
    assert.equal(verdict(await admin('POST', path, body)), DENIED);
    const role = activation(graph.id('admin'), 'e8611ab8-c189-46e8-94e1-60213ab1f814');
    assert.equal((await admin('POST', `${DIRECTORY}/roleAssignmentScheduleRequests`, role)).status, 201);
    const made = await admin('POST', path, body);
    assert.equal(made.status, 201);
    assert.equal(made.body.status, 'Provisioned');
    assert.deepEqual(made.body.scheduleInfo.expiration, { type: 'noExpiration', endDateTime: null, duration: null });
    assert.equal((await graph.activate('newcomer', SECURITY_READER)).body.status, 'Provisioned');
  });
});
