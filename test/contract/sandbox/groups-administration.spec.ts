import assert from 'node:assert/strict';

import { type Body, DIRECTORY, type GraphSandbox, type Reply, send, startGraph, verdict } from './graph-calls.ts';
import {
  ACTIVE,
  APPROVERS,
  activate,
  activeOf,
  administer,
  deactivate,
  ELIGIBILITY_REQUESTS,
  ELIGIBLE,
  GROUPS,
  MINE,
  membership,
  PAYMENTS,
  peopleOf,
  REQUESTS,
  statusOf,
  TIER0,
} from './groups-calls.ts';

const AUDITS = "/v1.0/auditLogs/directoryAudits?$filter=category eq 'GroupManagement'&$orderby=activityDateTime";
const FAILED = '400 RoleAssignmentRequestPolicyValidationFailed';

function lasting(duration: string, startDateTime: string | null = null): Body {
  return { startDateTime, expiration: { type: 'afterDuration', duration } };
}

describe('PIM for Groups, administered', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const ask = (path: string, action: string, changes: Body = {}): Promise<Reply> =>
    administer(graph, path, membership(graph.id('newcomer'), PAYMENTS, { action, ...changes }));
  const eligible = async (handle: string): Promise<string[]> => {
    const me = await graph.as(handle);
    const { value } = (await me('GET', `${ELIGIBLE}${MINE}`)).body;
    return value.map((row: Body) => `${row.groupId} ${row.accessId} ${row.endDateTime}`);
  };
  const audits = async (): Promise<Body[]> => {
    await graph.pass('PT5M');
    return (await (await graph.as(null))('GET', AUDITS)).body.value;
  };

  it('makes eligible, for good only where the settings allow it', async () => {
    const forever = { scheduleInfo: { expiration: { type: 'noExpiration' } } };
    assert.equal(verdict(await ask(ELIGIBILITY_REQUESTS, 'adminAssign', forever)), FAILED);
    const made = await ask(ELIGIBILITY_REQUESTS, 'adminAssign', { scheduleInfo: lasting('P30D') });
    assert.deepEqual([made.status, made.body.status], [201, 'Provisioned']);
    assert.ok(made.body['@odata.context'].endsWith('group/eligibilityScheduleRequests/$entity'));
    await graph.pass('PT2S');
    assert.deepEqual(await eligible('newcomer'), [`${PAYMENTS} member 2026-12-23T08:00:00Z`]);
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    const again = await ask(ELIGIBILITY_REQUESTS, 'adminAssign', { scheduleInfo: lasting('P30D') });
    assert.equal(verdict(again), '400 RoleAssignmentExists');
    assert.equal(again.body.error.message, 'The Role assignment already exists.');
  });

  it('moves, extends and takes away what is eligible', async () => {
    assert.equal(verdict(await ask(ELIGIBILITY_REQUESTS, 'adminUpdate')), '404 RoleAssignmentDoesNotExist');
    await ask(ELIGIBILITY_REQUESTS, 'adminAssign', { scheduleInfo: lasting('P30D') });
    for (const action of ['adminUpdate', 'adminExtend']) {
      const moved = await ask(ELIGIBILITY_REQUESTS, action, { scheduleInfo: lasting('P60D') });
      assert.deepEqual([moved.status, moved.body.status], [201, 'Provisioned'], action);
    }
    await graph.pass('PT5M');
    assert.deepEqual(await eligible('newcomer'), [`${PAYMENTS} member 2027-01-22T08:00:00Z`]);
    const removed = await ask(ELIGIBILITY_REQUESTS, 'adminRemove', { scheduleInfo: undefined });
    assert.deepEqual([removed.body.status, removed.body.scheduleInfo], ['Revoked', null]);
    await graph.pass('PT2S');
    assert.deepEqual(await eligible('newcomer'), []);
  });

  it('makes a member for a time, moves the end, and ends it by itself', async () => {
    const made = await ask(REQUESTS, 'adminAssign', { scheduleInfo: lasting('PT2H') });
    assert.equal(made.body.status, 'PendingProvisioning');
    await graph.pass('PT1H');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['newcomer']);
    assert.equal((await ask(REQUESTS, 'adminUpdate', { scheduleInfo: lasting('PT4H') })).body.status, 'Provisioned');
    await graph.pass('PT2H');
    assert.deepEqual(await activeOf(graph, 'newcomer'), [
      'sg-payments-oncall member assigned direct 2026-11-23T13:00:00Z',
    ]);
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['newcomer']);
    await graph.pass('PT2H');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    const renewed = await ask(REQUESTS, 'adminRenew', { scheduleInfo: lasting('PT1H') });
    assert.equal(renewed.body.status, 'PendingProvisioning');
    await graph.pass('PT10S');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['newcomer']);
    await graph.pass('PT5M');
    assert.equal((await ask(REQUESTS, 'adminRemove')).body.status, 'Revoked');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
  });

  it('takes away a member who came without PIM, and an activation', async () => {
    graph.sandbox.world.tenant.groups.get(PAYMENTS)?.memberIds.push(graph.id('newcomer'));
    assert.equal((await ask(REQUESTS, 'adminRemove')).body.status, 'Revoked');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT5M');
    const ended = await administer(
      graph,
      REQUESTS,
      membership(graph.id('engineer'), PAYMENTS, { action: 'adminRemove' }),
    );
    assert.equal(ended.body.status, 'Revoked');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
  });

  it('refuses a group in itself', async () => {
    const body = membership(PAYMENTS, PAYMENTS, { action: 'adminAssign' });
    assert.equal(verdict(await administer(graph, REQUESTS, body)), '400 InvalidRoleAssignmentRequest');
  });

  it('onboards a group with the first request that is taken, and not with one that is refused', async () => {
    const policy = `/v1.0/policies/roleManagementPolicies?$filter=scopeId eq '${APPROVERS}' and scopeType eq 'Group'`;
    const idOf = async (): Promise<string> => (await (await graph.as(null))('GET', policy)).body.value[0].id;
    const before = await idOf();
    const body = membership(graph.id('newcomer'), APPROVERS, { action: 'adminAssign', justification: null });
    assert.equal(verdict(await administer(graph, REQUESTS, body)), FAILED);
    assert.equal(
      (await administer(graph, REQUESTS, { ...body, justification: 'x', isValidationOnly: true })).status,
      201,
    );
    assert.equal(await idOf(), before);
    assert.deepEqual(await activeOf(graph, 'approver'), []);
    assert.equal((await administer(graph, REQUESTS, { ...body, justification: 'x' })).status, 201);
    assert.notEqual(await idOf(), before);
    assert.deepEqual(await activeOf(graph, 'approver'), ['sg-app-approvers member assigned direct null']);
  });

  it('keeps a later start, and lets it be withdrawn', async () => {
    const scheduleInfo = lasting('PT1H', '2026-11-23T10:00:00Z');
    const { body } = await activate(graph, 'engineer', PAYMENTS, { scheduleInfo });
    assert.deepEqual([body.status, body.completedDateTime], ['Granted', '2026-11-23T10:00:00Z']);
    const me = await graph.as('engineer');
    await graph.pass('PT2S');
    const schedules = await me('GET', `${GROUPS}/assignmentSchedules${MINE}`);
    assert.deepEqual(
      schedules.body.value.map((row: Body) => row.id),
      [`${PAYMENTS}_member_${body.id}`],
    );
    assert.equal(verdict(await activate(graph, 'engineer', PAYMENTS)), '400 RoleAssignmentExists');
    assert.equal((await me('POST', `${REQUESTS}/${body.id}/cancel`)).status, 204);
    await graph.pass('PT2H30M');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    const again = lasting('PT1H', '2026-11-23T11:00:00Z');
    const { id } = (await activate(graph, 'engineer', PAYMENTS, { scheduleInfo: again })).body;
    await graph.pass('PT29M58S');
    assert.equal(await statusOf(graph, 'engineer', id), 'PendingProvisioning');
    await graph.pass('PT10S');
    assert.equal(await statusOf(graph, 'engineer', id), 'Provisioned');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['engineer']);
    await graph.pass('PT59M50S');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
  });

  it('sends extensions of assignments to an administrator, unless groups have none', async () => {
    await ask(ELIGIBILITY_REQUESTS, 'adminAssign', { scheduleInfo: lasting('P30D') });
    const permissions = ['PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup'];
    const me = await graph.as('newcomer', { permissions });
    const body = membership(graph.id('newcomer'), PAYMENTS, { action: 'selfExtend', scheduleInfo: lasting('P60D') });
    assert.equal(
      verdict(await me('POST', ELIGIBILITY_REQUESTS, { ...body, action: 'selfRenew' })),
      '404 RoleAssignmentDoesNotExist',
    );
    const made = await me('POST', ELIGIBILITY_REQUESTS, body);
    assert.deepEqual([made.status, made.body.status], [201, 'PendingAdminDecision']);
    assert.equal((await me('POST', `${ELIGIBILITY_REQUESTS}/${made.body.id}/cancel`)).status, 204);
    await graph.pass('PT2S');
    assert.equal((await eligible('newcomer')).length, 1);
    graph.sandbox.world.settings.groupSelfExtension = false;
    assert.equal(verdict(await me('POST', ELIGIBILITY_REQUESTS, body)), '400 InvalidRoleAssignmentRequest');
  });

  it('writes audit rows of its own category about the group', async () => {
    await activate(graph, 'engineer', PAYMENTS, { scheduleInfo: lasting('PT30M') });
    await graph.pass('PT30M');
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT10M');
    await deactivate(graph, 'engineer', PAYMENTS);
    const rows = await audits();
    assert.deepEqual(
      rows.map((row) => `${row.activityDateTime} ${row.activityDisplayName}`),
      [
        '2026-11-23T08:00:00Z Add member to role requested (PIM activation)',
        '2026-11-23T08:00:10Z Add member to role completed (PIM activation)',
        '2026-11-23T08:30:00Z Remove member from role (PIM activation expired)',
        '2026-11-23T08:30:00Z Add member to role requested (PIM activation)',
        '2026-11-23T08:30:10Z Add member to role completed (PIM activation)',
        '2026-11-23T08:40:00Z Remove member from role requested (PIM deactivate)',
        '2026-11-23T08:40:00Z Remove member from role completed (PIM deactivate)',
      ],
    );
    const [first] = rows;
    assert.deepEqual(
      first?.targetResources.map(({ type, displayName }: Body) => [type, displayName]),
      [
        ['Role', 'Member'],
        ['Request', null],
        ['User', 'Alex Wilber'],
        ['Group', 'sg-payments-oncall'],
      ],
    );
    const details = Object.fromEntries(first?.additionalDetails.map(({ key, value }: Body) => [key, value]));
    assert.equal(details.ResourceOriginId, PAYMENTS);
  });

  it('gives to members of an active group what the group has, and takes it back', async () => {
    const role = '5d6b6bb7-de71-4623-b4af-95380a352509';
    const { directoryRoles } = graph.sandbox.world.tenant;
    directoryRoles.set(TIER0, new Set([role]));
    const me = await graph.as('oncall');
    const others = `${DIRECTORY}/roleAssignmentSchedules`;
    assert.equal(verdict(await me('GET', others)), '403 Authorization_RequestDenied');
    const { id } = (await activate(graph, 'oncall', TIER0)).body;
    const approve = { person: 'oncall2', action: 'approve', role: 'sg-breakglass-tier0' };
    assert.equal((await send(graph.sandbox.urls.control, 'POST', '/pim/act', { body: approve })).body.id, id);
    await graph.pass('PT10S');
    assert.equal((await me('GET', others)).status, 200);
    await graph.pass('PT59M50S');
    const later = await graph.as('oncall');
    assert.equal(verdict(await later('GET', others)), '403 Authorization_RequestDenied');
  });

  describe('in the portal', () => {
    const act = (body: unknown): Promise<Reply> => send(graph.sandbox.urls.control, 'POST', '/pim/act', { body });
    const state = async (): Promise<Body> => (await send(graph.sandbox.urls.control, 'GET', '/pim/state')).body;
    const activated = async (): Promise<Body[]> =>
      (await state()).active.filter(({ person }: Body) => person !== 'emergency');

    it('activates, approves, denies, cancels and deactivates by the name of the group', async () => {
      const role = 'sg-breakglass-tier0';
      assert.equal((await act({ person: 'oncall', action: 'activate', role })).body.status, 'PendingApproval');
      assert.equal((await act({ person: 'oncall2', action: 'deny', role })).body.status, 'Denied');
      await act({ person: 'oncall', action: 'activate', role });
      assert.equal((await act({ person: 'oncall', action: 'cancel', role })).body.status, 'Canceled');
      await act({ person: 'oncall', action: 'activate', role, duration: 'PT30M' });
      const { body } = await act({ person: 'oncall2', action: 'approve', role });
      assert.deepEqual(
        [body.surface, body.role, body.scope, body.status, body.reviewedBy],
        ['group', role, TIER0, 'PendingProvisioning', 'oncall2'],
      );
      await graph.pass('PT5M');
      assert.deepEqual(
        (await activated()).map((row: Body) => `${row.surface} ${row.role} ${row.end} ${row.throughGroup}`),
        ['group sg-breakglass-tier0 2026-11-23T08:30:00Z null', `directory Security Administrator null ${TIER0}`],
      );
      assert.equal((await act({ person: 'oncall', action: 'deactivate', role })).body.status, 'Revoked');
      assert.deepEqual(await activated(), []);
    });
  });

  it('counts a list of everybody once, whoever is in it', async () => {
    graph.sandbox.world.tenant.groups.get(PAYMENTS)?.memberIds.push(graph.id('contractor'));
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT12S');
    const reader = await graph.as(null);
    const { value } = (await reader('GET', `${ACTIVE}?$filter=groupId eq '${PAYMENTS}'`)).body;
    assert.deepEqual(value.map((row: Body) => row.assignmentType).sort(), ['activated', 'assigned']);
  });
});
