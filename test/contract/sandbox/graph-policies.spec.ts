import assert from 'node:assert/strict';

import {
  type Body,
  type GraphSandbox,
  OPERATOR,
  SECURITY_READER,
  type Send,
  startGraph,
  USER_ADMINISTRATOR,
  verdict,
} from './graph-calls.ts';

const ASSIGNMENTS = '/v1.0/policies/roleManagementPolicyAssignments';
const POLICIES = '/v1.0/policies/roleManagementPolicies';

function of(role: string): string {
  const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${role}'`;
  return `${ASSIGNMENTS}?$filter=${encodeURIComponent(filter)}&$expand=policy($expand=rules)`;
}

describe('Graph role settings', () => {
  let graph: GraphSandbox;
  let reader: Send;
  beforeEach(async () => {
    graph = await startGraph();
    reader = await graph.as(null);
  });
  afterEach(() => graph.sandbox.close());

  const rules = async (role: string): Promise<Record<string, Body>> => {
    const { value } = (await reader('GET', of(role))).body;
    assert.equal(value.length, 1);
    return Object.fromEntries(value[0].policy.rules.map((rule: Body) => [rule.id, rule]));
  };

  it('come whole in one call', async () => {
    const { value } = (await reader('GET', of(OPERATOR))).body;
    const [assignment] = value;
    const { tenantId } = graph.sandbox;
    assert.match(assignment.policyId, new RegExp(`^DirectoryRole_${tenantId}_[0-9a-f-]{36}$`));
    assert.equal(assignment.id, `${assignment.policyId}_${OPERATOR}`);
    assert.equal(assignment.policy.rules.length, 17);
    const target = {
      caller: 'EndUser',
      operations: ['all'],
      level: 'Assignment',
      inheritableSettings: [],
      enforcedSettings: [],
    };
    const found = await rules(OPERATOR);
    assert.deepEqual(found.Expiration_EndUser_Assignment, {
      '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyExpirationRule',
      id: 'Expiration_EndUser_Assignment',
      isExpirationRequired: true,
      maximumDuration: 'PT4H',
      target,
    });
    assert.deepEqual(found.Approval_EndUser_Assignment, {
      '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyApprovalRule',
      id: 'Approval_EndUser_Assignment',
      target,
      setting: {
        isApprovalRequired: true,
        isApprovalRequiredForExtension: false,
        isRequestorJustificationRequired: true,
        approvalMode: 'SingleStage',
        approvalStages: [
          {
            approvalStageTimeOutInDays: 1,
            isApproverJustificationRequired: true,
            escalationTimeInMinutes: 0,
            isEscalationEnabled: false,
            escalationApprovers: [],
            primaryApprovers: [
              {
                '@odata.type': '#microsoft.graph.groupMembers',
                groupId: '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1',
                description: 'sg-app-approvers',
              },
            ],
          },
        ],
      },
    });
    assert.deepEqual(found.Notification_Approver_Admin_Eligibility.target, {
      ...target,
      caller: 'Admin',
      level: 'Eligibility',
    });
    assert.equal(found.Notification_Approver_Admin_Eligibility.recipientType, 'Approver');
  });

  it('name a single person, the ticket and the context', async () => {
    const user = await rules(USER_ADMINISTRATOR);
    assert.deepEqual(user.Approval_EndUser_Assignment.setting.approvalStages[0].primaryApprovers, [
      { '@odata.type': '#microsoft.graph.singleUser', userId: graph.id('admin'), description: 'Patti Fernandez' },
    ]);
    assert.deepEqual(user.Enablement_EndUser_Assignment.enabledRules, [
      'MultiFactorAuthentication',
      'Justification',
      'Ticketing',
    ]);
    const privileged = await rules('e8611ab8-c189-46e8-94e1-60213ab1f814');
    assert.equal(privileged.AuthenticationContext_EndUser_Assignment.isEnabled, true);
    assert.equal(privileged.AuthenticationContext_EndUser_Assignment.claimValue, 'c1');
  });

  it('want a filter on scope and scope type', async () => {
    assert.equal(verdict(await reader('GET', ASSIGNMENTS)), '400 BadRequest');
    assert.equal(verdict(await reader('GET', `${POLICIES}?$filter=scopeId eq '/'`)), '400 BadRequest');
    const all = await reader('GET', `${ASSIGNMENTS}?$filter=scopeId eq '/' and scopeType eq 'Directory'`);
    assert.equal(all.body.value.length, 15);
    assert.equal('policy' in all.body.value[0], false);
  });

  it('are read by the policy and by the rule', async () => {
    const { policyId } = (await reader('GET', of(OPERATOR))).body.value[0];
    const policy = await reader('GET', `${POLICIES}/${policyId}?$expand=rules,effectiveRules`);
    assert.equal(policy.body.rules.length, 17);
    assert.deepEqual(policy.body.effectiveRules, policy.body.rules);
    assert.equal((await reader('GET', `${POLICIES}/${policyId}/rules`)).body.value.length, 17);
    const rule = await reader('GET', `${POLICIES}/${policyId}/rules/Expiration_EndUser_Assignment`);
    assert.equal(rule.body.maximumDuration, 'PT4H');
    assert.equal(
      verdict(await reader('GET', `${POLICIES}/${policyId}/rules/Nonsense`)),
      '404 Request_ResourceNotFound',
    );
    assert.equal(verdict(await reader('GET', `${POLICIES}/none`)), '404 Request_ResourceNotFound');
  });

  it('are open to everybody when the tenant is of the kinder sort', async () => {
    const me = await graph.as('engineer');
    assert.equal(verdict(await me('GET', of(OPERATOR))), '403 Authorization_RequestDenied');
    graph.sandbox.world.settings.policyReadableByEveryone = true;
    assert.equal((await me('GET', of(OPERATOR))).body.value[0].policy.rules.length, 17);
  });

  it('are changed by an administrator who is on, and bind at once', async () => {
    const { policyId } = (await reader('GET', of(SECURITY_READER))).body.value[0];
    const path = `${POLICIES}/${policyId}/rules/Expiration_EndUser_Assignment`;
    const current = (await reader('GET', path)).body;
    const { '@odata.context': _, ...body } = { ...current, maximumDuration: 'PT30M' };
    const admin = await graph.as('admin', { app: 'admin' });
    assert.equal(verdict(await reader('PATCH', path, body)), '403 UnknownError(PermissionScopeNotGranted)');
    assert.equal(verdict(await admin('PATCH', path, body)), '403 Authorization_RequestDenied');
    graph.sandbox.world.tenant.directoryRoles.set(graph.id('admin'), new Set(['e8611ab8-c189-46e8-94e1-60213ab1f814']));
    assert.equal(verdict(await admin('PATCH', path, { maximumDuration: 'PT30M' })), '400 BadRequest');
    assert.equal(verdict(await admin('PATCH', path, { ...body, maximumDuration: 'P2D' })), '400 BadRequest');
    assert.equal((await admin('PATCH', path, body)).status, 204);
    assert.equal((await rules(SECURITY_READER)).Expiration_EndUser_Assignment.maximumDuration, 'PT30M');
    assert.equal(
      verdict(await graph.activate('engineer', SECURITY_READER)),
      '400 RoleAssignmentRequestPolicyValidationFailed',
    );
    await graph.pass('PT5M');
    const { value } = (await reader('GET', "/v1.0/auditLogs/directoryAudits?$filter=loggedByService eq 'PIM'")).body;
    assert.equal(value[0].activityDisplayName, 'Update role setting in PIM');
  });

  it('are changed by the whole policy, all rules or none', async () => {
    const { policyId } = (await reader('GET', of(SECURITY_READER))).body.value[0];
    graph.sandbox.world.tenant.directoryRoles.set(graph.id('admin'), new Set(['e8611ab8-c189-46e8-94e1-60213ab1f814']));
    const admin = await graph.as('admin', { app: 'admin' });
    const before = await rules(SECURITY_READER);
    const approval = {
      ...before.Approval_EndUser_Assignment,
      setting: {
        isApprovalRequired: true,
        approvalStages: [
          {
            isApproverJustificationRequired: false,
            primaryApprovers: [{ '@odata.type': '#microsoft.graph.singleUser', userId: graph.id('oncall') }],
          },
        ],
      },
    };
    const wrong = { ...before.Enablement_EndUser_Assignment, enabledRules: ['justification'] };
    assert.equal(
      verdict(await admin('PATCH', `${POLICIES}/${policyId}`, { rules: [approval, wrong] })),
      '400 BadRequest',
    );
    assert.deepEqual(await rules(SECURITY_READER), before);
    assert.equal((await admin('PATCH', `${POLICIES}/${policyId}`, { rules: [approval] })).status, 204);
    assert.equal((await graph.activate('engineer', SECURITY_READER)).body.status, 'PendingApproval');
  });
});
