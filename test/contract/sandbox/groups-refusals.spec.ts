import assert from 'node:assert/strict';

import { type GraphSandbox, type Reply, startGraph, verdict } from './graph-calls.ts';
import {
  APPROVALS,
  activate,
  activeOf,
  BREAK_GLASS,
  deactivate,
  LEADS,
  membership,
  PAYMENTS,
  peopleOf,
  REQUESTS,
  STEPPED_UP,
  statusOf,
  TICKET,
  TIER0,
} from './groups-calls.ts';

const INVALID = '400 InvalidRoleAssignmentRequest';
const DENIED = '403 Authorization_RequestDenied';
const FAILED = '400 RoleAssignmentRequestPolicyValidationFailed';

describe('PIM for Groups refuses', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const nobody = '00000000-0000-4000-8000-000000000000';
  const malformed: readonly [what: string, changes: Readonly<Record<string, unknown>>, expected: string][] = [
    ['an unknown action', { action: 'selfDestruct' }, INVALID],
    ['an access that is neither member nor owner', { accessId: 'guest' }, INVALID],
    ['no access', { accessId: undefined }, INVALID],
    ['a group that is no GUID', { groupId: 'sg-payments-oncall' }, INVALID],
    ['a property of the other plane', { directoryScopeId: '/' }, INVALID],
    [
      'a start without offset',
      {
        scheduleInfo: { startDateTime: '2026-11-23T08:00:00', expiration: { type: 'afterDuration', duration: 'PT1H' } },
      },
      INVALID,
    ],
    ['a group that nobody knows', { groupId: nobody }, '404 ResourceNotFound'],
    ['a principal that nobody knows', { action: 'adminAssign', principalId: nobody }, '400 SubjectNotFound'],
    ['an activation for somebody else', { principalId: 'e5c4a9b6-5d7f-4ea0-81b4-d5f6a7b8c905' }, DENIED],
    ['an assignment by somebody who manages no group', { action: 'adminAssign' }, DENIED],
    ['a group that the caller is not eligible for', { groupId: TIER0 }, FAILED],
    ['ownership, where membership is eligible', { accessId: 'owner' }, FAILED],
    ['no schedule', { scheduleInfo: undefined }, FAILED],
  ];
  for (const [what, changes, expected] of malformed) {
    it(what, async () => {
      const me = await graph.as('engineer');
      assert.equal(verdict(await me('POST', REQUESTS, membership(graph.id('engineer'), PAYMENTS, changes))), expected);
    });
  }

  it('takes small and large letters alike', async () => {
    const me = await graph.as('engineer');
    const body = membership(graph.id('engineer'), PAYMENTS.toUpperCase(), {
      action: 'SelfActivate',
      accessId: 'Member',
    });
    const made = await me('POST', REQUESTS, body);
    assert.deepEqual([made.status, made.body.accessId, made.body.groupId], [201, 'member', PAYMENTS]);
  });

  it('a token without the authentication context, before anything else that is missing', async () => {
    const me = await graph.as('oncall');
    const { status, body } = await me('POST', REQUESTS, membership(graph.id('oncall'), BREAK_GLASS));
    assert.deepEqual([status, body.error.code], [400, 'RoleAssignmentRequestAcrsValidationFailed']);
    const claims = /&claims=([^&"]+)/.exec(body.error.message)?.[1] ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(claims)), {
      access_token: { acrs: { essential: true, value: 'c1' } },
    });
  });

  it('too long, without words and without ticket, all rules in one answer', async () => {
    const me = await graph.as('oncall', STEPPED_UP);
    const body = membership(graph.id('oncall'), BREAK_GLASS, {
      justification: null,
      scheduleInfo: { expiration: { type: 'afterDuration', duration: 'PT61M' } },
    });
    const { body: answer } = await me('POST', REQUESTS, body);
    assert.equal(
      answer.error.message,
      'The following policy rules failed: ExpirationRule - The requested duration is not allowed, JustificationRule - Justification is required, TicketingRule - Ticket information is required',
    );
  });

  it('a second request while one waits', async () => {
    const { body } = await activate(graph, 'oncall', TIER0);
    assert.equal(verdict(await activate(graph, 'oncall', TIER0)), '400 PendingRoleAssignmentRequest');
    assert.equal(await statusOf(graph, 'oncall', body.id), 'PendingApproval');
  });

  it('a second activation while one runs, in the words of the directory', async () => {
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT10S');
    const { status, body } = await activate(graph, 'engineer', PAYMENTS);
    assert.deepEqual(
      [status, body.error.code, body.error.message],
      [
        400,
        'RoleAssignmentExists',
        "One or more added object references already exist for the following modified properties: 'members'.",
      ],
    );
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['engineer']);
  });

  it('a deactivation of nothing with 404, and one in the first five minutes', async () => {
    assert.equal(verdict(await deactivate(graph, 'engineer', PAYMENTS)), '404 RoleAssignmentDoesNotExist');
    await activate(graph, 'engineer', PAYMENTS);
    assert.equal(verdict(await deactivate(graph, 'engineer', PAYMENTS)), '404 RoleAssignmentDoesNotExist');
    await graph.pass('PT4M59S');
    assert.equal(verdict(await deactivate(graph, 'engineer', PAYMENTS)), '400 ActiveDurationTooShort');
    await graph.pass('PT1S');
    const { status, body } = await deactivate(graph, 'engineer', PAYMENTS);
    assert.deepEqual([status, body.status, body.scheduleInfo], [201, 'Revoked', null]);
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
  });

  it('an application that would activate for a person', async () => {
    const app = await graph.as(null, { permissions: ['PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'] });
    assert.equal(verdict(await app('POST', REQUESTS, membership(graph.id('engineer'), PAYMENTS))), DENIED);
  });

  it('groups that PIM does not manage', async () => {
    const { groups } = graph.sandbox.world.tenant;
    const id = '2a91b3c4-0009-4d5e-8f60-a1b2c3d4e5f9';
    const group = { id, displayName: 'sg-everybody', isAssignableToRole: false, memberIds: [], ownerIds: [] };
    const me = await graph.as('engineer');
    groups.set(id, { ...group, isDynamic: true });
    assert.equal(verdict(await me('POST', REQUESTS, membership(graph.id('engineer'), id))), INVALID);
    groups.set(id, { ...group, isSynced: true });
    assert.equal(verdict(await me('POST', REQUESTS, membership(graph.id('engineer'), id))), INVALID);
    groups.set(id, group);
    assert.equal(verdict(await me('POST', REQUESTS, membership(graph.id('engineer'), id))), FAILED);
  });

  it('stores nothing for a validation, and says what would be', async () => {
    const dry = await activate(graph, 'engineer', PAYMENTS, { isValidationOnly: true });
    assert.deepEqual([dry.status, dry.body.status, dry.body.isValidationOnly], [201, 'PendingProvisioning', true]);
    await graph.pass('PT1M');
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    await activate(graph, 'engineer', PAYMENTS);
    assert.equal(
      verdict(await activate(graph, 'engineer', PAYMENTS, { isValidationOnly: true })),
      '400 RoleAssignmentExists',
    );
    await graph.pass('PT1M');
    assert.deepEqual(await activeOf(graph, 'engineer'), [
      'sg-payments-oncall member activated direct 2026-11-23T09:01:00Z',
    ]);
  });

  it('to cancel what is done, what belongs to others, and what is not there', async () => {
    const me = await graph.as('oncall');
    const other = await graph.as('contractor');
    const { id: waiting } = (await activate(graph, 'oncall', TIER0)).body;
    const { id: done } = (await activate(graph, 'oncall', PAYMENTS)).body;
    await graph.pass('PT10S');
    assert.equal(verdict(await me('POST', `${REQUESTS}/${done}/cancel`)), '400 RequestCannotBeCancelled');
    assert.equal(verdict(await other('POST', `${REQUESTS}/${waiting}/cancel`)), DENIED);
    assert.equal(verdict(await me('POST', `${REQUESTS}/${nobody}/cancel`)), '400 RoleAssignmentRequestNotFound');
    assert.equal((await me('POST', `${REQUESTS}/${waiting}/cancel`)).status, 204);
    assert.equal(await statusOf(graph, 'oncall', waiting), 'Canceled');
  });

  it('a request about a role in the groups collection, and the other way round', async () => {
    const role = await graph.activate('engineer', '5d6b6bb7-de71-4623-b4af-95380a352509');
    const group = await activate(graph, 'engineer', PAYMENTS);
    const me = await graph.as('engineer');
    assert.equal(verdict(await me('GET', `${REQUESTS}/${role.body.id}`)), '404 RoleAssignmentRequestNotFound');
    const path = `/v1.0/roleManagement/directory/roleAssignmentScheduleRequests/${group.body.id}`;
    assert.equal(verdict(await me('GET', path)), '404 RoleAssignmentRequestNotFound');
    assert.equal(verdict(await me('POST', `${path}/cancel`)), '400 RoleAssignmentRequestNotFound');
  });

  describe('a decision', () => {
    const approve = { reviewResult: 'Approve', justification: 'ok' };
    const stageOf = async (id: string): Promise<string> => {
      const me = await graph.as('oncall2');
      return (await me('GET', `${APPROVALS}/${id}/stages`)).body.value[0].id;
    };
    const decide = async (handle: string, id: string, body: unknown): Promise<Reply> => {
      const me = await graph.as(handle);
      return me('PATCH', `${APPROVALS}/${id}/stages/${await stageOf(id)}`, body);
    };

    it('of the requester, though a named approver, and of people who may not decide', async () => {
      const { id } = (await activate(graph, 'oncall', TIER0)).body;
      assert.equal(verdict(await decide('oncall', id, approve)), DENIED);
      assert.equal(verdict(await decide('engineer', id, approve)), DENIED);
      assert.equal(verdict(await decide('oncall2', id, { reviewResult: 'Perhaps' })), '400 BadRequest');
      assert.equal(verdict(await decide('oncall2', id, { reviewResult: 'Approve' })), '400 BadRequest');
      assert.equal((await decide('oncall2', id, { ...approve, reviewResult: 'Deny' })).status, 204);
      assert.equal(verdict(await decide('oncall2', id, approve)), '409 Conflict');
      assert.equal(await statusOf(graph, 'oncall', id), 'Denied');
    });

    it('of an application, on an unknown approval, at an unknown stage, and by the other plane', async () => {
      const { id } = (await activate(graph, 'oncall', TIER0)).body;
      const app = await graph.as(null, { permissions: ['PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'] });
      const approver = await graph.as('oncall2');
      const missing = '403 UnknownError(PermissionScopeNotGranted)';
      assert.equal(verdict(await app('GET', `${APPROVALS}/${id}`)), missing);
      assert.equal(verdict(await app('PATCH', `${APPROVALS}/${id}/stages/${id}`, approve)), missing);
      assert.equal(verdict(await approver('GET', `${APPROVALS}/${nobody}`)), '404 Request_ResourceNotFound');
      assert.equal(
        verdict(await approver('PATCH', `${APPROVALS}/${id}/stages/${id}`, approve)),
        '404 Request_ResourceNotFound',
      );
      const directory = `/beta/roleManagement/directory/roleAssignmentApprovals/${id}`;
      assert.equal(verdict(await approver('GET', directory)), '404 Request_ResourceNotFound');
      const step = `${directory}/steps/${await stageOf(id)}`;
      assert.equal(verdict(await approver('PATCH', step, approve)), '404 Request_ResourceNotFound');
    });

    it('after 24 hours', async () => {
      const { id } = (await activate(graph, 'oncall', TIER0)).body;
      await graph.pass('PT24H');
      assert.equal(verdict(await decide('oncall2', id, approve)), '409 Conflict');
      assert.equal(await statusOf(graph, 'oncall', id), 'TimedOut');
    });

    it('of somebody who belonged to the approvers only while a membership lasted', async () => {
      const { groups } = graph.sandbox.world.tenant;
      groups.get(LEADS)?.memberIds.push(PAYMENTS);
      const { id } = (await activate(graph, 'oncall', TIER0)).body;
      assert.equal(verdict(await decide('engineer', id, approve)), DENIED);
      await activate(graph, 'engineer', PAYMENTS, { ticketInfo: TICKET });
      await graph.pass('PT10S');
      const me = await graph.as('engineer');
      assert.equal((await me('GET', `${APPROVALS}/${id}`)).body.stages[0].assignedToMe, true);
      await graph.pass('PT1H');
      assert.equal(verdict(await decide('engineer', id, approve)), DENIED);
    });
  });
});
