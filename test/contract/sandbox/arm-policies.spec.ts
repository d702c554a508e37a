import assert from 'node:assert/strict';

import {
  type ArmSandbox,
  AUTHORIZATION,
  CONTRIBUTOR,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  startArm,
  VM_OPERATOR,
  VM_OPERATOR_CONTRACTORS,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

const RULES = [
  'Expiration_Admin_Eligibility',
  'Enablement_Admin_Eligibility',
  'Notification_Admin_Admin_Eligibility',
  'Notification_Requestor_Admin_Eligibility',
  'Notification_Approver_Admin_Eligibility',
  'Expiration_Admin_Assignment',
  'Enablement_Admin_Assignment',
  'Notification_Admin_Admin_Assignment',
  'Notification_Requestor_Admin_Assignment',
  'Notification_Approver_Admin_Assignment',
  'Expiration_EndUser_Assignment',
  'Enablement_EndUser_Assignment',
  'AuthenticationContext_EndUser_Assignment',
  'Approval_EndUser_Assignment',
  'Notification_Admin_EndUser_Assignment',
  'Notification_Requestor_EndUser_Assignment',
  'Notification_Approver_EndUser_Assignment',
];

function assignments(scope: string, role?: string): string {
  const filter = role === undefined ? '' : `&$filter=roleDefinitionId eq '${roleId(scope, role)}'`;
  return `${scope}${AUTHORIZATION}/roleManagementPolicyAssignments?${PIM}${filter}`;
}

function ruleOf(rules: Body[], id: string): Body {
  return rules.find((rule) => rule.id === id);
}

describe('settings of ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  async function policyOf(scope: string, role: string): Promise<Body> {
    const reader = await arm.as(null);
    const { value } = (await reader('GET', assignments(scope, role))).body;
    assert.equal(value.length, 1);
    return value[0];
  }

  it('come with all seventeen rules, under the assignment and under the policy', async () => {
    const assignment = await policyOf(RG_PAYMENTS, VM_OPERATOR_CONTRACTORS);
    const { effectiveRules, policyId, policyAssignmentProperties, ...rest } = assignment.properties;
    assert.deepEqual(
      effectiveRules.map((rule: Body) => rule.id),
      RULES,
    );
    assert.deepEqual(rest, { scope: RG_PAYMENTS, roleDefinitionId: roleId(RG_PAYMENTS, VM_OPERATOR_CONTRACTORS) });
    assert.deepEqual(policyAssignmentProperties.roleDefinition, {
      id: roleId(RG_PAYMENTS, VM_OPERATOR_CONTRACTORS),
      displayName: 'Virtual Machine Operator (Contractors)',
      type: 'CustomRole',
    });
    assert.deepEqual(ruleOf(effectiveRules, 'Expiration_EndUser_Assignment'), {
      isExpirationRequired: true,
      maximumDuration: 'PT4H',
      id: 'Expiration_EndUser_Assignment',
      ruleType: 'RoleManagementPolicyExpirationRule',
      target: {
        caller: 'EndUser',
        operations: ['All'],
        level: 'Assignment',
        targetObjects: null,
        inheritableSettings: null,
        enforcedSettings: null,
      },
    });
    const { setting } = ruleOf(effectiveRules, 'Approval_EndUser_Assignment');
    assert.equal(setting.isApprovalRequired, true);
    assert.deepEqual(setting.approvalStages[0].primaryApprovers, [
      { id: arm.id('approver'), description: 'Megan Bowen', isBackup: false, userType: 'User' },
    ]);
    const reader = await arm.as(null);
    const policy = await reader('GET', `${policyId}?${PIM}`);
    assert.deepEqual(policy.body.properties.rules, effectiveRules);
    assert.equal(`${policy.body.name}_${VM_OPERATOR_CONTRACTORS}`, assignment.name);
    assert.deepEqual((await reader('GET', `${assignment.id}?${PIM}`)).body, assignment);
  });

  const seeded: readonly [scope: string, role: string, maximum: string, enabled: string[], approver: string | null][] =
    [
      [RG_PAYMENTS, VM_OPERATOR, 'PT8H', ['Justification'], null],
      [RG_PAYMENTS, VM_OPERATOR_CONTRACTORS, 'PT4H', ['Justification'], 'approver'],
      [PRODUCTION, READER, 'PT8H', [], null],
      [STAGING, READER, 'PT8H', [], null],
      [RG_WEB, CONTRIBUTOR, 'PT4H', ['Justification'], 'approver'],
      [RG_PAYMENTS, CONTRIBUTOR, 'PT4H', ['Justification'], null],
      [STAGING, CONTRIBUTOR, 'PT8H', ['Justification'], null],
    ];
  for (const [scope, role, maximum, enabled, approver] of seeded) {
    it(`are ${maximum} and ${enabled.join() || 'nothing more'} for ${role} on ${scope}`, async () => {
      const { effectiveRules } = (await policyOf(scope, role)).properties;
      assert.equal(ruleOf(effectiveRules, 'Expiration_EndUser_Assignment').maximumDuration, maximum);
      assert.deepEqual(ruleOf(effectiveRules, 'Enablement_EndUser_Assignment').enabledRules, enabled);
      const { setting } = ruleOf(effectiveRules, 'Approval_EndUser_Assignment');
      const ids = setting.approvalStages[0].primaryApprovers.map((one: Body) => one.id);
      assert.deepEqual(ids, approver === null ? [] : [arm.id(approver)]);
      assert.equal(ruleOf(effectiveRules, 'Expiration_Admin_Eligibility').isExpirationRequired, true);
    });
  }

  it('are listed for every role that can be given there', async () => {
    const reader = await arm.as(null);
    const rows = async (scope: string): Promise<number> => (await reader('GET', assignments(scope))).body.value.length;
    assert.equal(await rows(RG_PAYMENTS), 18);
    assert.equal(await rows(STAGING), 16);
    const policies = await reader('GET', `${STAGING}${AUTHORIZATION}/roleManagementPolicies?${PIM}`);
    assert.equal(policies.body.value.length, 16);
  });

  it('are refused to people who are only eligible, unless the setting is kinder', async () => {
    const me = await arm.as('engineer');
    const path = assignments(RG_PAYMENTS, VM_OPERATOR);
    assert.equal(verdict(await me('GET', path)), '403 AuthorizationFailed');
    arm.sandbox.world.settings.policyReadableByEveryone = true;
    assert.equal((await me('GET', path)).status, 200);
    arm.sandbox.world.settings.policyReadableByEveryone = false;
    await arm.activate('engineer', PRODUCTION, READER);
    assert.equal((await me('GET', path)).status, 200);
  });

  it('answer a wrong filter, another scope and an unknown policy', async () => {
    const reader = await arm.as(null);
    const list = (filter: string): string =>
      `${RG_WEB}${AUTHORIZATION}/roleManagementPolicyAssignments?${PIM}&$filter=${filter}`;
    assert.equal(verdict(await reader('GET', list(`roleDefinitionId eq '${READER}'`))), '400 InvalidFilter');
    assert.equal(verdict(await reader('GET', list('roleDefinitionId eq nothing'))), '400 InvalidFilter');
    assert.deepEqual((await reader('GET', list(`roleDefinitionId eq '${roleId(STAGING, READER)}'`))).body.value, []);
    const { policyId } = (await policyOf(RG_PAYMENTS, READER)).properties;
    const elsewhere = policyId.replace('rg-payments', 'rg-web');
    assert.equal(verdict(await reader('GET', `${elsewhere}?${PIM}`)), '400 InputPolicyNotFound');
  });

  const expiration = { id: 'Expiration_EndUser_Assignment', ruleType: 'RoleManagementPolicyExpirationRule' };
  const approval = { id: 'Approval_EndUser_Assignment', ruleType: 'RoleManagementPolicyApprovalRule' };
  const byNobody = { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [] }] };
  const byStranger = {
    isApprovalRequired: true,
    approvalStages: [{ primaryApprovers: [{ id: READER, userType: 'User' }] }],
  };

  it('are changed by an administrator, who is remembered, and judge the next activation', async () => {
    const { policyId } = (await policyOf(RG_PAYMENTS, VM_OPERATOR)).properties;
    const admin = await arm.as('admin');
    const setting = {
      isApprovalRequired: true,
      approvalStages: [
        { isApproverJustificationRequired: false, primaryApprovers: [{ id: arm.id('oncall'), userType: 'User' }] },
      ],
    };
    const rules = [
      { ...expiration, isExpirationRequired: true, maximumDuration: 'PT30M' },
      { ...approval, setting },
    ];
    const changed = await admin('PATCH', `${policyId}?${PIM}`, { properties: { rules } });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.properties.rules.length, 17);
    assert.deepEqual(changed.body.properties.lastModifiedBy, {
      id: arm.id('admin'),
      displayName: 'Patti Fernandez',
      type: 'User',
      email: 'pattif@contoso.onmicrosoft.com',
    });
    assert.match((await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR)).body.error.message, /ExpirationRule/);
    const short = { scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT30M' } } };
    const asked = await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR, short);
    assert.equal(asked.body.properties.status, 'PendingApproval');
  });

  const wrong: readonly [title: string, rules: unknown][] = [
    ['no list', null],
    ['a rule nobody knows', [{ ...expiration, id: 'Expiration_Nobody' }]],
    ['the type of another rule', [{ ...expiration, ruleType: 'RoleManagementPolicyApprovalRule' }]],
    ['more than a day', [{ ...expiration, maximumDuration: 'PT25H' }]],
    ['a duration of nothing', [{ ...expiration, maximumDuration: 'PT0S' }]],
    ['approval by nobody', [{ ...approval, setting: byNobody }]],
    ['approval by a stranger', [{ ...approval, setting: byStranger }]],
    ['no setting', [approval]],
    ['a good rule beside a bad one', [{ ...expiration, maximumDuration: 'PT1H' }, approval]],
    [
      'a demand in other letters',
      [
        {
          id: 'Enablement_EndUser_Assignment',
          ruleType: 'RoleManagementPolicyEnablementRule',
          enabledRules: ['justification'],
        },
      ],
    ],
    [
      'a context that is none',
      [
        {
          id: 'AuthenticationContext_EndUser_Assignment',
          ruleType: 'RoleManagementPolicyAuthenticationContextRule',
          isEnabled: true,
          claimValue: 'c100',
        },
      ],
    ],
  ];
  for (const [title, rules] of wrong) {
    it(`stay as they are after a change with ${title}`, async () => {
      const before = await policyOf(RG_PAYMENTS, VM_OPERATOR);
      const admin = await arm.as('admin');
      const reply = await admin('PATCH', `${before.properties.policyId}?${PIM}`, { properties: { rules } });
      assert.equal(verdict(reply), '400 InvalidPolicy');
      assert.deepEqual(await policyOf(RG_PAYMENTS, VM_OPERATOR), before);
    });
  }

  it('are changed by nobody else', async () => {
    const { policyId } = (await policyOf(RG_PAYMENTS, VM_OPERATOR)).properties;
    await arm.activate('engineer', PRODUCTION, READER);
    for (const handle of ['engineer', null]) {
      const me = await arm.as(handle);
      const reply = await me('PATCH', `${policyId}?${PIM}`, { properties: { rules: [] } });
      assert.equal(verdict(reply), '403 AuthorizationFailed');
    }
  });
});
