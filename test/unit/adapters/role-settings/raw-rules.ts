import type { RawRule } from '../../../../src/adapters/role-settings/rule-shapes.ts';
import { NOTIFICATION_RULES } from '../../../../src/domain/settings-canonical.ts';

const TYPE = '#microsoft.graph.unifiedRoleManagementPolicy';

function targetOf(id: string) {
  const parts = id.split('_');
  return {
    caller: parts.at(-2),
    operations: ['all'],
    level: parts.at(-1),
    inheritableSettings: [],
    enforcedSettings: [],
  };
}

function rule(id: string, kind: string, content: object): RawRule {
  return { '@odata.type': `${TYPE}${kind}Rule`, id, target: targetOf(id), ...content };
}

/** The seventeen rules of a role that nobody has configured, as Graph v1.0 writes them. */
export function graphRules(): RawRule[] {
  return [
    rule('Expiration_Admin_Eligibility', 'Expiration', { isExpirationRequired: false, maximumDuration: 'P365D' }),
    rule('Enablement_Admin_Eligibility', 'Enablement', { enabledRules: [] }),
    rule('Expiration_Admin_Assignment', 'Expiration', { isExpirationRequired: false, maximumDuration: 'P180D' }),
    rule('Enablement_Admin_Assignment', 'Enablement', { enabledRules: ['Justification'] }),
    rule('Expiration_EndUser_Assignment', 'Expiration', { isExpirationRequired: true, maximumDuration: 'PT8H' }),
    rule('Enablement_EndUser_Assignment', 'Enablement', { enabledRules: ['Justification'] }),
    rule('AuthenticationContext_EndUser_Assignment', 'AuthenticationContext', { isEnabled: false, claimValue: null }),
    rule('Approval_EndUser_Assignment', 'Approval', {
      setting: {
        isApprovalRequired: false,
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
            primaryApprovers: [],
          },
        ],
      },
    }),
    ...NOTIFICATION_RULES.map((id) =>
      rule(id, 'Notification', {
        notificationType: 'Email',
        recipientType: id.split('_')[1],
        notificationLevel: 'All',
        isDefaultRecipientsEnabled: true,
        notificationRecipients: [],
      }),
    ),
  ];
}

/** The same with one rule changed or, for null, left out. */
export function withRule(id: string, change: object | null): RawRule[] {
  return graphRules().flatMap((one) => {
    if (one.id !== id) {
      return [one];
    }
    return change === null ? [] : [{ ...one, ...change }];
  });
}

/** An approval rule that names these, in whatever shape. */
export function withApprovers(primaryApprovers: readonly object[], stage: object = {}): RawRule[] {
  const setting = { isApprovalRequired: true, approvalStages: [{ ...stage, primaryApprovers }] };
  return withRule('Approval_EndUser_Assignment', { setting });
}
