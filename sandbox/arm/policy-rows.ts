import type { ApprovalRule, Policy, PolicyRule, RuleId } from '../pim/policy.ts';
import { roleIdAt } from './roles.ts';
import { expandedRole, expandedScope, type Json, scopeOf } from './rows.ts';
import { prefixOf } from './scope-tree.ts';
import type { Arm } from './tools.ts';

export function policyRow(arm: Arm, policy: Policy): Json {
  const scope = scopeOf(arm, policy.subject);
  const rules = rulesOf(arm, policy);
  return {
    id: policyIdOf(arm, policy),
    name: policy.guid,
    type: 'Microsoft.Authorization/RoleManagementPolicy',
    properties: {
      scope: scope.id,
      displayName: null,
      description: null,
      isOrganizationDefault: false,
      lastModifiedBy: lastModifiedBy(arm, policy),
      lastModifiedDateTime: policy.modifiedAt?.toString() ?? null,
      rules,
      effectiveRules: rules,
      policyProperties: { scope: expandedScope(scope) },
    },
  };
}

export function policyAssignmentRow(arm: Arm, policy: Policy): Json {
  const { subject } = policy;
  const scope = scopeOf(arm, subject);
  const name = policyAssignmentName(policy);
  return {
    id: `${prefixOf(scope)}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/RoleManagementPolicyAssignment',
    properties: {
      scope: scope.id,
      roleDefinitionId: roleIdAt(arm.tree, scope, subject.role),
      policyId: policyIdOf(arm, policy),
      effectiveRules: rulesOf(arm, policy),
      policyAssignmentProperties: {
        scope: expandedScope(scope),
        roleDefinition: expandedRole(arm, subject),
        policy: {
          id: policyIdOf(arm, policy),
          lastModifiedBy: lastModifiedBy(arm, policy),
          lastModifiedDateTime: policy.modifiedAt?.toString() ?? null,
        },
      },
    },
  };
}

export function policyAssignmentName(policy: Policy): string {
  return `${policy.guid}_${policy.subject.role}`;
}

function policyIdOf(arm: Arm, policy: Policy): string {
  return `${prefixOf(scopeOf(arm, policy.subject))}/providers/Microsoft.Authorization/roleManagementPolicies/${policy.guid}`;
}

function rulesOf(arm: Arm, policy: Policy): readonly Json[] {
  return [...policy.rules].map(([id, rule]) => ({
    ...ruleContent(arm, rule),
    id,
    ruleType: ruleTypeOf(rule),
    target: targetOf(id),
  }));
}

export function ruleTypeOf({ kind }: PolicyRule): string {
  return `RoleManagementPolicy${kind.charAt(0).toUpperCase()}${kind.slice(1)}Rule`;
}

function ruleContent(arm: Arm, rule: PolicyRule): Json {
  switch (rule.kind) {
    case 'expiration':
      return { isExpirationRequired: rule.isExpirationRequired, maximumDuration: rule.maximumDuration };
    case 'enablement':
      return { enabledRules: rule.enabledRules };
    case 'authenticationContext':
      return { isEnabled: rule.isEnabled, claimValue: rule.claimValue };
    case 'approval':
      return { setting: approvalSettings(arm, rule) };
    case 'notification':
      return {
        notificationType: 'Email',
        recipientType: rule.recipientType,
        notificationLevel: rule.notificationLevel,
        isDefaultRecipientsEnabled: rule.isDefaultRecipientsEnabled,
        notificationRecipients: rule.notificationRecipients,
      };
  }
}

function approvalSettings(arm: Arm, rule: ApprovalRule): Json {
  const { groups, users } = arm.world.tenant;
  const approver = (id: string, userType: 'User' | 'Group', description: string | undefined): Json => ({
    id,
    description: description ?? null,
    isBackup: false,
    userType,
  });
  return {
    isApprovalRequired: rule.isApprovalRequired,
    isApprovalRequiredForExtension: false,
    isRequestorJustificationRequired: true,
    approvalMode: 'SingleStage',
    approvalStages: [
      {
        approvalStageTimeOutInDays: 1,
        isApproverJustificationRequired: rule.isApproverJustificationRequired,
        escalationTimeInMinutes: 0,
        isEscalationEnabled: false,
        escalationApprovers: null,
        primaryApprovers: [
          ...rule.approvers.userIds.map((id) => approver(id, 'User', users.get(id)?.displayName)),
          ...rule.approvers.groupIds.map((id) => approver(id, 'Group', groups.get(id)?.displayName)),
        ],
      },
    ],
  };
}

function targetOf(id: RuleId): Json {
  const parts = id.split('_');
  return {
    caller: parts.at(-2) === 'EndUser' ? 'EndUser' : 'Admin',
    operations: ['All'],
    level: parts.at(-1) ?? '',
    targetObjects: null,
    inheritableSettings: null,
    enforcedSettings: null,
  };
}

function lastModifiedBy(arm: Arm, policy: Policy): Json {
  const user = arm.world.tenant.users.get(policy.modifiedBy ?? '');
  return {
    id: user?.id ?? null,
    displayName: user?.displayName ?? null,
    type: user === undefined ? null : 'User',
    email: user?.mail ?? null,
  };
}
