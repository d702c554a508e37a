import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import {
  type ArmSandbox,
  AUTHORIZATION,
  activation,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  ON_CALL_GROUP,
  OWNER,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  requestPath,
  roleId,
  STAGING,
  startArm,
  VM_OPERATOR,
  VM_OPERATOR_CONTRACTORS,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

const FAILED = '400 RoleAssignmentRequestPolicyValidationFailed';
const SCHEDULE = '400 InvalidRoleAssignmentRequestSchedule';
const INVALID = '400 InvalidRoleAssignmentRequest';

function lasting(duration: string | null, startDateTime: string | null = null): object {
  return { scheduleInfo: { startDateTime, expiration: { type: 'AfterDuration', duration } } };
}

describe('requests of ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm({ policyFailureFormat: 'json-list' });
  });
  afterEach(() => arm.sandbox.close());

  const grid: readonly [title: string, scope: string, changes: object, expected: string][] = [
    ['as it should be', RG_PAYMENTS, {}, '201'],
    [
      'with the role id of the resource group',
      RG_PAYMENTS,
      { roleDefinitionId: `${RG_PAYMENTS}${AUTHORIZATION}/roleDefinitions/${VM_OPERATOR}` },
      '201',
    ],
    [
      'in other letters',
      RG_PAYMENTS.toUpperCase(),
      { roleDefinitionId: roleId(PRODUCTION, VM_OPERATOR).toUpperCase(), requestType: 'SELFACTIVATE' },
      '201',
    ],
    [
      'with null where nothing is said',
      RG_PAYMENTS,
      { ticketInfo: null, condition: null, linkedRoleEligibilityScheduleId: null },
      '201',
    ],
    ['with a property nobody knows', RG_PAYMENTS, { isValidationOnly: true }, '201'],
    ['with a bare role id', RG_PAYMENTS, { roleDefinitionId: VM_OPERATOR }, INVALID],
    [
      'with the role id of no subscription',
      RG_PAYMENTS,
      { roleDefinitionId: roleId('', VM_OPERATOR) },
      '400 ScopeDoesNotMatchRoleDefinition',
    ],
    [
      'with the role id of another subscription',
      RG_PAYMENTS,
      { roleDefinitionId: roleId(STAGING, VM_OPERATOR) },
      '400 ScopeDoesNotMatchRoleDefinition',
    ],
    [
      'of a role that is not assignable there',
      STAGING,
      { roleDefinitionId: roleId(STAGING, VM_OPERATOR) },
      '400 ScopeDoesNotMatchRoleDefinition',
    ],
    [
      'of a role nobody knows',
      RG_PAYMENTS,
      { roleDefinitionId: roleId(PRODUCTION, '00000000-0000-4000-8000-000000000000') },
      '400 RoleNotFound',
    ],
    [
      'for nobody the tenant knows',
      RG_PAYMENTS,
      { principalId: '00000000-0000-4000-8000-000000000000' },
      '400 SubjectNotFound',
    ],
    [
      'for somebody else',
      RG_PAYMENTS,
      { principalId: 'b2f1d6e3-2a4c-4b7d-9e81-a2c3d4e5f602' },
      '403 AuthorizationFailed',
    ],
    ['without a principal', RG_PAYMENTS, { principalId: null }, INVALID],
    ['without a type', RG_PAYMENTS, { requestType: null }, INVALID],
    ['with a bare linked id', RG_PAYMENTS, { linkedRoleEligibilityScheduleId: randomUUID() }, INVALID],
    [
      'linked to an eligibility that is not theirs',
      RG_PAYMENTS,
      { linkedRoleEligibilityScheduleId: `${RG_PAYMENTS}${AUTHORIZATION}/roleEligibilitySchedules/${randomUUID()}` },
      `${FAILED} ["EligibilityRule"]`,
    ],
    ['above the eligibility', PRODUCTION, {}, `${FAILED} ["EligibilityRule"]`],
    ['beside the eligibility', RG_WEB, {}, `${FAILED} ["EligibilityRule"]`],
    [
      'longer than the maximum, without justification',
      RG_PAYMENTS,
      { justification: ' ', ...lasting('PT8H1M') },
      `${FAILED} ["ExpirationRule","JustificationRule"]`,
    ],
    ['shorter than five minutes', RG_PAYMENTS, lasting('PT4M'), `${FAILED} ["ExpirationRule"]`],
    ['without a schedule', RG_PAYMENTS, { scheduleInfo: null }, `${FAILED} ["ExpirationRule"]`],
    [
      'for good',
      RG_PAYMENTS,
      { scheduleInfo: { expiration: { type: 'NoExpiration' } } },
      `${FAILED} ["ExpirationRule"]`,
    ],
    ['without a duration', RG_PAYMENTS, lasting(null), SCHEDULE],
    ['with a duration of nothing', RG_PAYMENTS, lasting('PT0S'), SCHEDULE],
    ['with a start without an offset', RG_PAYMENTS, lasting('PT1H', '2026-11-23T08:00:00'), SCHEDULE],
    ['with a start that is long over', RG_PAYMENTS, lasting('PT1H', '2026-11-23T07:00:00Z'), INVALID],
    ['with a condition', RG_PAYMENTS, { condition: 'true', conditionVersion: '2.0' }, '501 NotImplemented'],
    ['on a resource group that is not there', `${PRODUCTION}/resourceGroups/rg-none`, {}, '404 ResourceGroupNotFound'],
    ['on a subscription that is not there', `/subscriptions/${randomUUID()}`, {}, '404 SubscriptionNotFound'],
    [
      'on a resource that is not there',
      `${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-pay-02`,
      {},
      '404 ResourceNotFound',
    ],
    [
      'on a management group that is not there',
      '/providers/Microsoft.Management/managementGroups/mg-none',
      {},
      '404 NotFound',
    ],
    ['on something that is no scope', '/resourceGroups/rg-web', {}, '400 InvalidScope'],
  ];
  for (const [title, scope, changes, expected] of grid) {
    it(`answer ${expected} to an activation ${title}`, async () => {
      const reply = await arm.activate('engineer', scope, VM_OPERATOR, changes as Body);
      const rules = /\[.*\]/.exec(reply.body.error?.message ?? '')?.[0];
      assert.equal(
        rules === undefined || !expected.startsWith(FAILED) ? verdict(reply) : `${verdict(reply)} ${rules}`,
        expected,
      );
    });
  }

  it('take property names in any case, and need JSON with properties', async () => {
    const me = await arm.as('engineer');
    const properties = { principalId: arm.id('engineer'), ...activation(RG_PAYMENTS, VM_OPERATOR) };
    assert.equal(verdict(await me('PUT', requestPath(RG_PAYMENTS), properties)), '400 InvalidRequestContent');
    assert.equal(verdict(await me('PUT', requestPath(RG_PAYMENTS), [])), '400 InvalidRequestContent');
    assert.equal(verdict(await me('PUT', requestPath(RG_PAYMENTS))), '415 UnsupportedMediaType');
    assert.equal(verdict(await me('PUT', requestPath(RG_PAYMENTS, 'mine'), { properties })), INVALID);
    const shouted = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name.toUpperCase(), value]));
    assert.equal((await me('PUT', requestPath(RG_PAYMENTS), { Properties: shouted })).status, 201);
  });

  it('refuse a name that was used, and a second one for what is active or waits', async () => {
    const me = await arm.as('engineer');
    const path = requestPath(RG_PAYMENTS);
    const body = { properties: { principalId: arm.id('engineer'), ...activation(RG_PAYMENTS, VM_OPERATOR) } };
    assert.equal((await me('PUT', path, body)).status, 201);
    assert.equal(verdict(await me('PUT', path, body)), '400 RoleAssignmentRequestExists');
    assert.equal(verdict(await me('PUT', requestPath(RG_PAYMENTS), body)), '400 RoleAssignmentExists');
    assert.equal((await arm.activate('engineer', RG_WEB, CONTRIBUTOR)).body.properties.status, 'PendingApproval');
    assert.equal(verdict(await arm.activate('engineer', RG_WEB, CONTRIBUTOR)), '400 PendingRoleAssignmentRequest');
  });

  it('are judged by the settings of the scope in the URL, which nothing inherits', async () => {
    assert.equal((await arm.activate('engineer', PRODUCTION, READER, { justification: null })).status, 201);
    const narrow = await arm.activate('engineer', RG_WEB, READER, { justification: null });
    assert.match(narrow.body.error.message, /\["JustificationRule"\]/);
    assert.equal((await arm.activate('engineer', RG_WEB, READER)).status, 201);
  });

  it('give no application what only people may ask', async () => {
    const reader = await arm.as(null);
    const body = { properties: { principalId: arm.id('engineer'), ...activation(RG_PAYMENTS, VM_OPERATOR) } };
    assert.equal(verdict(await reader('PUT', requestPath(RG_PAYMENTS), body)), '403 AuthorizationFailed');
    const assign = { properties: { ...body.properties, requestType: 'AdminAssign' } };
    const refused = await reader('PUT', requestPath(RG_PAYMENTS), assign);
    assert.equal(verdict(refused), '403 AuthorizationFailed');
    assert.match(refused.body.error.message, /roleAssignmentScheduleRequests\/write/);
  });

  it('need user_impersonation in the token of a person', async () => {
    const me = await arm.as('engineer', { permissions: ['other'] });
    assert.equal(
      verdict(await me('GET', `${AUTHORIZATION}/providerOperations?api-version=2022-04-01`)),
      '403 AuthorizationFailed',
    );
  });

  describe('of an administrator', () => {
    const give = (principalId: string, changes: object = {}): object => ({
      properties: {
        principalId,
        roleDefinitionId: roleId(RG_WEB, READER),
        requestType: 'AdminAssign',
        justification: 'joins the team',
        scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'P30D' } },
        ...changes,
      },
    });

    it('assign, change and remove an eligibility, also of a group', async () => {
      const admin = await arm.as('admin');
      for (const principalId of [arm.id('newcomer'), ON_CALL_GROUP]) {
        const made = await admin('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), give(principalId));
        assert.deepEqual([made.status, made.body.properties.status], [201, 'Provisioned']);
        assert.equal(made.body.type, 'Microsoft.Authorization/roleEligibilityScheduleRequests');
        const again = await admin('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), give(principalId));
        assert.equal(verdict(again), '400 RoleAssignmentExists');
        const longer = give(principalId, {
          requestType: 'AdminUpdate',
          targetRoleEligibilityScheduleId: made.body.properties.targetRoleEligibilityScheduleId,
          scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'P60D' } },
        });
        assert.equal((await admin('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), longer)).status, 201);
      }
      await arm.pass('PT10M');
      const [row] = await arm.mine('newcomer', 'roleEligibilityScheduleInstances');
      assert.equal(row.properties.endDateTime, '2027-01-22T08:00:00Z');
      const removal = give(arm.id('newcomer'), { requestType: 'AdminRemove', scheduleInfo: null });
      const removed = await admin('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), removal);
      assert.equal(removed.body.properties.status, 'Revoked');
      await arm.pass('PT2S');
      assert.deepEqual(await arm.mine('newcomer', 'roleEligibilityScheduleInstances'), []);
    });

    it('need an end, by default, and a justification for what is active at once', async () => {
      const admin = await arm.as('admin');
      const forever = give(arm.id('newcomer'), { scheduleInfo: { expiration: { type: 'NoExpiration' } } });
      const bare = give(arm.id('newcomer'), lasting(null));
      for (const [kind, body, expected] of [
        ['Eligibility', forever, '["ExpirationRule"]'],
        ['Eligibility', bare, '["ExpirationRule"]'],
        ['Assignment', forever, '["ExpirationRule"]'],
        ['Assignment', give(arm.id('newcomer'), { justification: null }), '["JustificationRule"]'],
      ] as const) {
        const reply = await admin('PUT', requestPath(RG_WEB, randomUUID(), kind), body);
        assert.equal(reply.body.error.message, `The following policy rules failed: ${expected}`);
      }
      assert.equal(verdict(await admin('PUT', requestPath(RG_WEB), bare)), SCHEDULE);
    });

    it('are refused to people who only hold or are eligible for other roles', async () => {
      for (const handle of ['engineer', 'oncall']) {
        const me = await arm.as(handle);
        assert.equal(
          verdict(await me('PUT', requestPath(RG_WEB), give(arm.id('newcomer')))),
          '403 AuthorizationFailed',
        );
      }
    });

    it('leave extensions to an administrator in the portal', async () => {
      const admin = await arm.as('admin');
      await admin('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), give(arm.id('newcomer')));
      const newcomer = await arm.as('newcomer');
      const ask = give(arm.id('newcomer'), { requestType: 'SelfExtend' });
      const asked = await newcomer('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), ask);
      assert.equal(asked.body.properties.status, 'PendingAdminDecision');
      assert.equal((await admin('POST', `${asked.body.id}/cancel?${PIM}`)).status, 200);
      const active = give(arm.id('newcomer'), { requestType: 'SelfActivate' });
      assert.equal(verdict(await newcomer('PUT', requestPath(RG_WEB, randomUUID(), 'Eligibility'), active)), INVALID);
    });

    it('reach as far as the role of who asks: Owner below, not above', async () => {
      const admin = await arm.as('admin');
      const owner = { ...give(arm.id('oncall'), { roleDefinitionId: roleId(RG_WEB, OWNER) }) };
      assert.equal((await admin('PUT', requestPath(RG_WEB), owner)).status, 201);
      const oncall = await arm.as('oncall');
      assert.equal((await oncall('PUT', requestPath(RG_WEB), give(arm.id('newcomer')))).status, 201);
      const above = give(arm.id('newcomer'), { roleDefinitionId: roleId(MANAGEMENT_GROUP, READER) });
      assert.equal(verdict(await oncall('PUT', requestPath(MANAGEMENT_GROUP), above)), '403 AuthorizationFailed');
      assert.equal((await admin('PUT', requestPath(MANAGEMENT_GROUP), above)).status, 201);
      const wrong = give(arm.id('contractor'), { roleDefinitionId: roleId(PRODUCTION, READER) });
      assert.equal(
        verdict(await admin('PUT', requestPath(MANAGEMENT_GROUP), wrong)),
        '400 ScopeDoesNotMatchRoleDefinition',
      );
    });
  });

  it('are told in the audit log of Graph once its delay is over', async () => {
    await arm.activate('contractor', RG_PAYMENTS, VM_OPERATOR_CONTRACTORS);
    await arm.pass('PT5M');
    const { issuer, apps, urls } = arm.sandbox;
    const bearer = await issuer.accessToken({ app: apps.reader, audience: 'https://graph.microsoft.com' });
    const path = `/v1.0/auditLogs/directoryAudits?$filter=loggedByService eq 'PIM'`;
    const reply = await fetch(`${urls.graph}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    const { value } = (await reply.json()) as Body;
    assert.deepEqual(value.map((row: Body) => row.activityDisplayName).sort(), [
      'Add member to role approval requested (PIM activation)',
      'Add member to role requested (PIM activation)',
    ]);
  });
});
