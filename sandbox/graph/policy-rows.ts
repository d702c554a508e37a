import type {
  ApprovalSettings,
  UnifiedRoleManagementPolicy,
  UnifiedRoleManagementPolicyApprovalRule,
  UnifiedRoleManagementPolicyAssignment,
  UnifiedRoleManagementPolicyAuthenticationContextRule,
  UnifiedRoleManagementPolicyEnablementRule,
  UnifiedRoleManagementPolicyExpirationRule,
  UnifiedRoleManagementPolicyNotificationRule,
  UnifiedRoleManagementPolicyRuleTarget,
} from '@microsoft/microsoft-graph-types';
import type { Approvers } from '../pim/model.ts';
import type { ApprovalRule, Policy, PolicyRule, RuleId } from '../pim/policy.ts';
import type { Json } from './filter.ts';
import { leaf, type Row } from './list.ts';
import { planeOf } from './planes.ts';
import type { Graph } from './tools.ts';

const RULE_TYPE = '#microsoft.graph.unifiedRoleManagementPolicy';

export function policyId(graph: Graph, policy: Policy): string {
  const { policies } = planeOf(policy.subject.surface);
  return `${policies.prefix(graph, policy)}_${policies.guid(graph, policy)}`;
}

export function policyRow(graph: Graph, policy: Policy): Row {
  const reviewer = graph.world.tenant.users.get(policy.modifiedBy ?? '');
  const { scopeType } = planeOf(policy.subject.surface).policies;
  const entity = {
    id: policyId(graph, policy),
    displayName: scopeType,
    description: scopeType,
    isOrganizationDefault: false,
    scopeId: policy.subject.scope,
    scopeType,
    lastModifiedDateTime: policy.modifiedAt?.toString() ?? null,
    lastModifiedBy: { displayName: reviewer?.displayName ?? null, id: reviewer?.id ?? null },
  } satisfies UnifiedRoleManagementPolicy;
  const rules = (): readonly Row[] => [...policy.rules].map(([id, rule]) => leaf(ruleJson(graph, id, rule)));
  return { json: entity, links: { rules, effectiveRules: rules } };
}

export function policyAssignmentRow(graph: Graph, policy: Policy): Row {
  const id = policyId(graph, policy);
  const entity = {
    id: `${id}_${policy.subject.role}`,
    policyId: id,
    roleDefinitionId: policy.subject.role,
    scopeId: policy.subject.scope,
    scopeType: planeOf(policy.subject.surface).policies.scopeType,
  } satisfies UnifiedRoleManagementPolicyAssignment;
  return { json: entity, links: { policy: () => policyRow(graph, policy) } };
}

export function ruleJson(graph: Graph, id: RuleId, rule: PolicyRule): Json {
  const target = targetOf(id);
  switch (rule.kind) {
    case 'expiration': {
      const { isExpirationRequired, maximumDuration } = rule;
      const entity = {
        id,
        isExpirationRequired,
        maximumDuration,
        target,
      } satisfies UnifiedRoleManagementPolicyExpirationRule;
      return { '@odata.type': `${RULE_TYPE}ExpirationRule`, ...entity };
    }
    case 'enablement': {
      const entity = {
        id,
        enabledRules: [...rule.enabledRules],
        target,
      } satisfies UnifiedRoleManagementPolicyEnablementRule;
      return { '@odata.type': `${RULE_TYPE}EnablementRule`, ...entity };
    }
    case 'authenticationContext': {
      const { isEnabled, claimValue } = rule;
      const entity = {
        id,
        isEnabled,
        claimValue,
        target,
      } satisfies UnifiedRoleManagementPolicyAuthenticationContextRule;
      return { '@odata.type': `${RULE_TYPE}AuthenticationContextRule`, ...entity };
    }
    case 'approval': {
      const setting = approvalSettings(graph, rule);
      const entity = { id, target, setting } satisfies UnifiedRoleManagementPolicyApprovalRule;
      return { '@odata.type': `${RULE_TYPE}ApprovalRule`, ...entity };
    }
    case 'notification': {
      const { recipientType, notificationLevel, isDefaultRecipientsEnabled } = rule;
      const entity = {
        id,
        notificationType: 'Email',
        recipientType,
        notificationLevel,
        isDefaultRecipientsEnabled,
        notificationRecipients: [...rule.notificationRecipients],
        target,
      } satisfies UnifiedRoleManagementPolicyNotificationRule;
      return { '@odata.type': `${RULE_TYPE}NotificationRule`, ...entity };
    }
  }
}

function approvalSettings(graph: Graph, rule: ApprovalRule) {
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
        escalationApprovers: [],
        primaryApprovers: subjectSets(graph, rule.approvers),
      },
    ],
  } satisfies ApprovalSettings;
}

function subjectSets(graph: Graph, approvers: Approvers): Record<string, unknown>[] {
  const { groups, users } = graph.world.tenant;
  return [
    ...approvers.userIds.map((userId) => ({
      '@odata.type': '#microsoft.graph.singleUser',
      userId,
      description: users.get(userId)?.displayName ?? null,
    })),
    ...approvers.groupIds.map((groupId) => ({
      '@odata.type': '#microsoft.graph.groupMembers',
      groupId,
      description: groups.get(groupId)?.displayName ?? null,
    })),
  ];
}

function targetOf(id: RuleId): UnifiedRoleManagementPolicyRuleTarget {
  const parts = id.split('_');
  return {
    caller: parts.at(-2) === 'EndUser' ? 'EndUser' : 'Admin',
    operations: ['all'],
    level: parts.at(-1) ?? '',
    inheritableSettings: [],
    enforcedSettings: [],
  };
}
