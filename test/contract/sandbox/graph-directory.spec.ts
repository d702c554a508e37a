import assert from 'node:assert/strict';

import {
  type Body,
  type GraphSandbox,
  OPERATOR,
  type Reply,
  SECURITY_READER,
  type Send,
  send,
  startGraph,
  verdict,
} from './graph-calls.ts';

const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';
const LEADS = '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2';

describe('Graph people and groups', () => {
  let graph: GraphSandbox;
  let me: Send;
  let reader: Send;
  before(async () => {
    graph = await startGraph();
    me = await graph.as('engineer');
    reader = await graph.as(null);
  });
  after(() => graph.sandbox.close());

  it('shows oneself, and others to who may see them', async () => {
    assert.equal((await me('GET', '/v1.0/me?$select=displayName')).body.displayName, 'Alex Wilber');
    assert.equal((await me('GET', `/v1.0/users/${graph.id('engineer')}`)).status, 200);
    assert.equal(verdict(await me('GET', `/v1.0/users/${graph.id('approver')}`)), '403 Authorization_RequestDenied');
    const upn = graph.sandbox.people.approver?.upn ?? '';
    assert.equal((await reader('GET', `/v1.0/users/${upn}`)).body.id, graph.id('approver'));
    assert.equal(verdict(await reader('GET', '/v1.0/users/nobody')), '404 Request_ResourceNotFound');
    assert.equal(verdict(await reader('GET', '/v1.0/me')), '400 BadRequest');
    const filter = "$filter=startswith(displayName,'Megan')&$select=id";
    assert.deepEqual((await reader('GET', `/v1.0/users?${filter}`)).body.value, [{ id: graph.id('approver') }]);
  });

  it('lets an administrator change accounts and groups: the hidden members of one are shown to nobody without that right', async () => {
    const control = async (path: string, body: object): Promise<number> =>
      (await fetch(`${graph.sandbox.urls.control}${path}`, { method: 'POST', body: JSON.stringify(body) })).status;
    assert.equal(await control('/directory/account', { person: 'newcomer', enabled: false, guest: true }), 200);
    const account = `/v1.0/users/${graph.id('newcomer')}?$select=accountEnabled,userType`;
    const { accountEnabled, userType } = (await reader('GET', account)).body;
    assert.deepEqual([accountEnabled, userType], [false, 'Guest']);
    assert.equal(await control('/directory/group', { name: 'sg-hidden', members: ['oncall'], hidden: true }), 200);
    const id = [...graph.sandbox.world.tenant.groups.values()].find((group) => group.displayName === 'sg-hidden')?.id;
    const members = `/v1.0/groups/${id}/transitiveMembers?$select=id`;
    assert.deepEqual((await reader('GET', members)).body.value, []);
    assert.equal((await reader('GET', `/v1.0/groups/${id}?$select=visibility`)).body.visibility, 'HiddenMembership');
    const allowed = await graph.as(null, { permissions: ['GroupMember.Read.All', 'Member.Read.Hidden'] });
    assert.equal((await allowed('GET', members)).body.value.length, 1);
    for (const body of [{ person: 'nobody' }, { person: 'engineer', guest: 'yes' }]) {
      assert.equal(await control('/directory/account', body), 400);
    }
    for (const body of [
      {},
      { name: 'x', members: ['nobody'] },
      { name: 'x', members: 'all' },
      { name: 'x', hidden: 1 },
    ]) {
      assert.equal(await control('/directory/group', body), 400);
    }
    assert.equal(await control('/directory/account', { person: 'newcomer', enabled: true, guest: false }), 200);
  });

  it('shows members of a group without their names to who may not see people', async () => {
    const path = `/v1.0/groups/${APPROVERS}/members`;
    const full = (await reader('GET', path)).body.value;
    assert.deepEqual(
      full.map((row: Body) => row.displayName),
      ['Megan Bowen', 'Adele Vance'],
    );
    const blank = (await me('GET', path)).body.value;
    assert.deepEqual(
      blank.map((row: Body) => [row['@odata.type'], row.id, row.displayName]),
      [
        ['#microsoft.graph.user', graph.id('approver'), null],
        ['#microsoft.graph.user', graph.id('approver2'), null],
      ],
    );
  });

  it('looks through nested groups', async () => {
    graph.sandbox.world.tenant.groups.get(APPROVERS)?.memberIds.push(LEADS);
    const { value } = (await reader('GET', `/v1.0/groups/${APPROVERS}/transitiveMembers`)).body;
    assert.deepEqual(
      value.map((row: Body) => row.displayName),
      ['Megan Bowen', 'Adele Vance', 'sg-oncall-leads', 'Lynne Robbins', 'Isaiah Langer'],
    );
    assert.equal((await reader('GET', `/v1.0/groups/${APPROVERS}/members`)).body.value.length, 3);
    assert.equal(verdict(await reader('GET', '/v1.0/groups/none/members')), '404 Request_ResourceNotFound');
  });

  it('resolves many ids at once', async () => {
    const ids = [graph.id('oncall'), APPROVERS, '00000000-0000-4000-8000-000000000000'];
    const all = (await reader('POST', '/v1.0/directoryObjects/getByIds', { ids })).body.value;
    assert.deepEqual(
      all.map((row: Body) => row.displayName),
      ['Lynne Robbins', 'sg-app-approvers'],
    );
    const users = (await reader('POST', '/v1.0/directoryObjects/getByIds', { ids, types: ['user'] })).body.value;
    assert.equal(users.length, 1);
    assert.equal(verdict(await reader('POST', '/v1.0/directoryObjects/getByIds', { ids: 'x' })), '400 BadRequest');
  });

  it('shows groups and administrative units', async () => {
    const filter = "$filter=displayName eq 'sg-breakglass-tier0'";
    assert.equal((await me('GET', `/v1.0/groups?${filter}`)).body.value[0].isAssignableToRole, true);
    assert.equal(
      (await me('GET', `/v1.0/groups/${APPROVERS}?$select=displayName`)).body.displayName,
      'sg-app-approvers',
    );
    const units = await graph.as(null, { permissions: ['AdministrativeUnit.Read.All'] });
    const { value } = (await units('GET', '/v1.0/directory/administrativeUnits')).body;
    assert.deepEqual(
      value.map((row: Body) => row.displayName),
      ['Branch Madrid', 'Branch Lisbon'],
    );
    assert.equal(
      (await units('GET', `/v1.0/directory/administrativeUnits/${value[1].id}`)).body.displayName,
      'Branch Lisbon',
    );
  });
});

describe('Graph audit log', () => {
  let graph: GraphSandbox;
  let reader: Send;
  beforeEach(async () => {
    graph = await startGraph();
    reader = await graph.as(null);
  });
  afterEach(() => graph.sandbox.close());

  const audits = async (query: string): Promise<Body[]> => {
    const reply = await reader('GET', `/v1.0/auditLogs/directoryAudits?${query}`);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body.value;
  };

  it('tells what happened after the delay, not before', async () => {
    const { id } = (await graph.activate('engineer', SECURITY_READER)).body;
    await graph.pass('PT4M59S');
    assert.deepEqual(await audits("$filter=loggedByService eq 'PIM'"), []);
    await graph.pass('PT1S');
    const rows = await audits("$filter=loggedByService eq 'PIM'&$orderby=activityDateTime asc");
    assert.deepEqual(
      rows.map((row) => row.activityDisplayName),
      ['Add member to role requested (PIM activation)', 'Add member to role completed (PIM activation)'],
    );
    const [first] = rows;
    assert.ok(first.id.startsWith('PIM_'));
    assert.deepEqual(
      [first.category, first.result, first.resultReason, first.activityDateTime, first.initiatedBy.user.id],
      ['RoleManagement', 'success', 'INC-42', '2026-11-23T08:00:00Z', graph.id('engineer')],
    );
    assert.deepEqual(first.targetResources.map((target: Body) => `${target.type} ${target.id}`).slice(0, 3), [
      `Role ${SECURITY_READER}`,
      `Request ${id}`,
      `User ${graph.id('engineer')}`,
    ]);
    const details = Object.fromEntries(first.additionalDetails.map(({ key, value }: Body) => [key, value]));
    assert.equal(details.RequestId, id);
    assert.equal(details.AuditType, 'ActivateRole');
    assert.equal((await reader('GET', `/v1.0/auditLogs/directoryAudits/${first.id}`)).body.id, first.id);
  });

  it('is filtered and paged as a feed is', async () => {
    await graph.activate('engineer', OPERATOR);
    await graph.pass('PT10M');
    await graph.activate('oncall', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451');
    await graph.pass('PT10M');
    const since = "loggedByService eq 'PIM' and activityDateTime ge 2026-11-23T08:05:00Z";
    const newest = await audits(`$filter=${since}&$orderby=activityDateTime desc&$top=1`);
    assert.deepEqual(
      newest.map((row) => row.activityDisplayName),
      ['Add member to role completed (PIM activation)'],
    );
    assert.equal((await audits(`$filter=${since}`)).length, 2);
    assert.equal(
      (
        await audits(
          "$filter=activityDateTime le 2026-11-23T08:05:00Z and startswith(activityDisplayName,'Add member to role approval')",
        )
      ).length,
      1,
    );
    const target = `targetResources/any(t: t/id eq '${graph.id('oncall')}')`;
    assert.equal((await audits(`$filter=${target}`)).length, 2);
    assert.equal((await audits(`$filter=initiatedBy/user/id eq '${graph.id('engineer')}'`)).length, 2);
    assert.deepEqual(await audits("$filter=loggedByService eq 'Core Directory'"), []);
  });

  it('goes back thirty days and says so', async () => {
    const old = await reader('GET', '/v1.0/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-10-01T00:00:00Z');
    assert.equal(old.status, 400);
    assert.match(old.body.error.message, /^Minimum allowed time for activityDateTime is 2026-10-24T08:00:00Z/);
    await graph.activate('engineer', SECURITY_READER);
    await graph.pass('PT721H');
    reader = await graph.as(null);
    const rows = await audits("$filter=loggedByService eq 'PIM'");
    assert.deepEqual(
      rows.map((row) => row.activityDisplayName),
      ['Remove member from role (PIM activation expired)'],
    );
    assert.equal(rows[0].initiatedBy.app.displayName, 'MS-PIM');
  });
});

describe('Graph sign-in log', () => {
  let graph: GraphSandbox;
  let reader: Send;
  beforeEach(async () => {
    graph = await startGraph();
    reader = await graph.as(null);
  });
  afterEach(() => graph.sandbox.close());

  const signsIn = (body: unknown): Promise<Reply> => send(graph.sandbox.urls.control, 'POST', '/sign-ins', { body });
  const signIns = async (query: string): Promise<Body[]> => {
    const reply = await reader('GET', `/v1.0/auditLogs/signIns?${query}`);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body.value;
  };

  it('tells who signed in where, after the delay', async () => {
    await signsIn({ person: 'emergency', app: 'Azure Portal' });
    await graph.pass('PT4M59S');
    const query = `$filter=userId eq '${graph.id('emergency')}' and createdDateTime ge 2026-11-23T08:00:00Z`;
    assert.deepEqual(await signIns(query), []);
    await graph.pass('PT1S');
    const [row] = await signIns(query);
    assert.deepEqual(
      [row.createdDateTime, row.userId, row.userPrincipalName, row.appDisplayName, row.ipAddress, row.status.errorCode],
      ['2026-11-23T08:00:00Z', graph.id('emergency'), 'emergency1@contoso.onmicrosoft.com', 'Azure Portal', null, 0],
    );
    assert.equal((await reader('GET', `/v1.0/auditLogs/signIns/${row.id}`)).body.id, row.id);
    assert.equal((await reader('GET', '/v1.0/auditLogs/signIns/nothing')).status, 404);
  });

  it('is filtered and ordered, newest first', async () => {
    await signsIn({ person: 'emergency', app: 'Azure Portal', errorCode: 50126 });
    await graph.pass('PT1M');
    await signsIn({ person: 'engineer', app: 'Azure CLI' });
    await graph.pass('PT10M');
    const apps = async (query: string) => (await signIns(query)).map((row) => row.appDisplayName);
    assert.deepEqual(await apps(''), ['Azure CLI', 'Azure Portal']);
    assert.deepEqual(await apps('$orderby=createdDateTime asc'), ['Azure Portal', 'Azure CLI']);
    assert.deepEqual(await apps('$filter=createdDateTime ge 2026-11-23T08:00:30Z'), ['Azure CLI']);
    assert.equal((await reader('GET', '/v1.0/auditLogs/signIns?$filter=deviceDetail eq null')).status, 400);
  });

  it('is for those with the permission, and of people for those who read reports', async () => {
    const without = await graph.as(null, { permissions: ['Directory.Read.All'] });
    assert.equal((await without('GET', '/v1.0/auditLogs/signIns')).status, 403);
    const person = await graph.as('contractor', { permissions: ['AuditLog.Read.All'] });
    assert.equal((await person('GET', '/v1.0/auditLogs/signIns')).status, 403);
  });

  it('refuses a sign-in of nobody, to no app, or with an odd error', async () => {
    for (const body of [{ person: 'nobody' }, { person: 'engineer', app: '' }, { person: 'engineer', errorCode: -1 }]) {
      assert.equal((await signsIn(body)).status, 400);
    }
  });
});
