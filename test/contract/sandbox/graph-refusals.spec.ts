import assert from 'node:assert/strict';

import {
  APPROVALS,
  activation,
  DIRECTORY,
  type GraphSandbox,
  OPERATOR,
  PRIVILEGED_ROLE_ADMINISTRATOR,
  type Reply,
  SECURITY_READER,
  send,
  startGraph,
  USER_ADMINISTRATOR,
  verdict,
} from './graph-calls.ts';

const REQUESTS = `${DIRECTORY}/roleAssignmentScheduleRequests`;

describe('Graph refuses', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  it('no token, a bad one, an expired one and one for another audience', async () => {
    const { urls, issuer, apps } = graph.sandbox;
    const personId = graph.id('engineer');
    const arm = await issuer.accessToken({ app: apps.selfService, audience: 'https://management.azure.com', personId });
    const path = `${DIRECTORY}/roleDefinitions`;
    const old = await graph.token('engineer');
    assert.equal(verdict(await send(urls.graph, 'GET', path)), '401 InvalidAuthenticationToken');
    assert.equal(verdict(await send(urls.graph, 'GET', path, { bearer: 'x.y.z' })), '401 InvalidAuthenticationToken');
    assert.equal(verdict(await send(urls.graph, 'GET', path, { bearer: arm })), '401 InvalidAuthenticationToken');
    await graph.pass('PT61M');
    assert.equal((await send(urls.graph, 'GET', path, { bearer: old })).status, 401);
  });

  it('an activation that is too long, with the failing rule in its text', async () => {
    const scheduleInfo = { expiration: { type: 'afterDuration', duration: 'PT9H' } };
    const { status, body } = await graph.activate('engineer', SECURITY_READER, { scheduleInfo });
    assert.equal(status, 400);
    assert.equal(body.error.code, 'RoleAssignmentRequestPolicyValidationFailed');
    assert.equal(
      body.error.message,
      'The following policy rules failed: ExpirationRule - The requested duration is not allowed',
    );
    assert.ok(body.error.innerError['request-id']);
  });

  it('a role that needs an authentication context, with a challenge that can be decoded', async () => {
    const { status, headers, body } = await graph.activate('oncall', PRIVILEGED_ROLE_ADMINISTRATOR);
    assert.equal(status, 400);
    assert.equal(headers.get('www-authenticate'), null);
    assert.equal(body.error.code, 'RoleAssignmentRequestAcrsValidationFailed');
    const claims = /&claims=([^&"]+)/.exec(body.error.message)?.[1] ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(claims)), {
      access_token: { acrs: { essential: true, value: 'c1' } },
    });
    const stepped = await graph.as('oncall', { acrs: ['c1'], capabilities: ['cp1'] });
    const again = await stepped('POST', REQUESTS, activation(graph.id('oncall'), PRIVILEGED_ROLE_ADMINISTRATOR));
    assert.equal(again.body.status, 'Provisioned');
  });

  it('User Administrator without MFA and without ticket', async () => {
    graph.sandbox.world.settings.policyFailureFormat = 'json-list';
    const me = await graph.as('engineer', { amr: ['pwd'] });
    const reply = await me('POST', REQUESTS, activation(graph.id('engineer'), USER_ADMINISTRATOR));
    assert.equal(reply.body.error.message, 'The following policy rules failed: ["TicketingRule","MfaRule"]');
  });

  it('with the PIM error wrapped, when the gateway does so', async () => {
    graph.sandbox.world.settings.wrapErrors = true;
    assert.equal(
      verdict(await graph.activate('newcomer', SECURITY_READER)),
      '400 UnknownError(RoleAssignmentRequestPolicyValidationFailed)',
    );
    assert.equal(
      verdict(await graph.activate('engineer', 'a1e0c5d2-0000-4000-8000-000000000000')),
      '400 UnknownError(RoleNotFound)',
    );
    const other = { principalId: graph.id('oncall') };
    assert.equal(verdict(await graph.activate('engineer', SECURITY_READER, other)), '403 Authorization_RequestDenied');
  });

  it('a second request, and a start without offset', async () => {
    assert.equal((await graph.activate('engineer', OPERATOR)).status, 201);
    assert.equal(verdict(await graph.activate('engineer', OPERATOR)), '400 PendingRoleAssignmentRequest');
    assert.equal((await graph.activate('engineer', SECURITY_READER)).body.status, 'Provisioned');
    assert.equal(verdict(await graph.activate('engineer', SECURITY_READER)), '400 RoleAssignmentExists');
    const scheduleInfo = {
      startDateTime: '2026-11-23T08:00:00.0000000',
      expiration: { type: 'afterDuration', duration: 'PT1H' },
    };
    assert.equal(
      verdict(await graph.activate('oncall', SECURITY_READER, { scheduleInfo })),
      '400 InvalidRoleAssignmentRequest',
    );
  });

  it('a deactivation before five minutes, and one of nothing', async () => {
    const change = { action: 'selfDeactivate', scheduleInfo: undefined, justification: undefined };
    assert.equal(verdict(await graph.activate('engineer', SECURITY_READER, change)), '400 RoleAssignmentDoesNotExist');
    await graph.activate('engineer', SECURITY_READER);
    assert.equal(verdict(await graph.activate('engineer', SECURITY_READER, change)), '400 ActiveDurationTooShort');
    await graph.pass('PT5M');
    const { status, body } = await graph.activate('engineer', SECURITY_READER, change);
    assert.deepEqual([status, body.status, body.scheduleInfo], [201, 'Revoked', null]);
  });

  it('a body that is not declared as JSON', async () => {
    const me = await graph.as('engineer');
    const body = activation(graph.id('engineer'), SECURITY_READER);
    const reply = await me('POST', REQUESTS, body, { 'content-type': 'text/plain' });
    assert.equal(verdict(reply), '400 BadRequest');
  });

  it('to cancel what is done, what belongs to others, and what is not there', async () => {
    const me = await graph.as('engineer');
    const other = await graph.as('contractor');
    const done = (await graph.activate('engineer', SECURITY_READER)).body.id;
    const waiting = (await graph.activate('engineer', OPERATOR)).body.id;
    assert.equal(verdict(await me('POST', `${REQUESTS}/${done}/cancel`)), '400 RequestCannotBeCancelled');
    assert.equal(verdict(await other('POST', `${REQUESTS}/${waiting}/cancel`)), '403 Authorization_RequestDenied');
    assert.equal(verdict(await me('POST', `${REQUESTS}/none/cancel`)), '400 RoleAssignmentRequestNotFound');
    assert.equal((await me('POST', `${REQUESTS}/${waiting}/cancel`)).status, 204);
    assert.equal((await me('GET', `${REQUESTS}/${waiting}`)).body.status, 'Canceled');
  });

  describe('a decision', () => {
    const decide = async (handle: string, id: string, body: unknown): Promise<Reply> => {
      const me = await graph.as(handle);
      const approver = await graph.as('approver');
      const stepId = (await approver('GET', `${APPROVALS}/${id}`)).body.steps[0].id;
      return me('PATCH', `${APPROVALS}/${id}/steps/${stepId}`, body);
    };
    const approve = { reviewResult: 'Approve', justification: 'ok' };

    it('of people who may not decide, and without the words it needs', async () => {
      const { id } = (await graph.activate('engineer', OPERATOR)).body;
      assert.equal(verdict(await decide('engineer', id, approve)), '403 Authorization_RequestDenied');
      assert.equal(verdict(await decide('admin', id, approve)), '403 Authorization_RequestDenied');
      assert.equal(verdict(await decide('approver', id, { reviewResult: 'Maybe' })), '400 BadRequest');
      assert.equal(verdict(await decide('approver', id, { reviewResult: 'Approve' })), '400 BadRequest');
      assert.equal((await decide('approver2', id, { ...approve, reviewResult: 'Deny' })).status, 204);
      assert.equal(verdict(await decide('approver', id, approve)), '409 Conflict');
    });

    it('of an application, on an unknown approval, at an unknown step, and in v1.0', async () => {
      const { id } = (await graph.activate('engineer', OPERATOR)).body;
      const permissions = ['RoleAssignmentSchedule.ReadWrite.Directory'];
      const app = await graph.as(null, { permissions });
      const approver = await graph.as('approver');
      assert.equal(verdict(await app('GET', `${APPROVALS}/${id}`)), '403 UnknownError(PermissionScopeNotGranted)');
      assert.equal(verdict(await approver('GET', `${APPROVALS}/none`)), '404 Request_ResourceNotFound');
      assert.equal(
        verdict(await approver('PATCH', `${APPROVALS}/${id}/steps/${id}`, approve)),
        '404 Request_ResourceNotFound',
      );
      assert.equal((await approver('GET', `${APPROVALS.replace('beta', 'v1.0')}/${id}`)).status, 501);
    });

    it('after 24 hours', async () => {
      const { id } = (await graph.activate('engineer', OPERATOR)).body;
      await graph.pass('PT24H');
      assert.equal(verdict(await decide('approver', id, approve)), '409 Conflict');
      const me = await graph.as('engineer');
      assert.equal((await me('GET', `${REQUESTS}/${id}`)).body.status, 'TimedOut');
    });
  });
});
