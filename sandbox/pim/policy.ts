import type { Approvers, Subject } from './model.ts';

export interface ExpirationRule {
  readonly kind: 'expiration';
  readonly isExpirationRequired: boolean;
  readonly maximumDuration: string;
}

export interface EnablementRule {
  readonly kind: 'enablement';
  readonly enabledRules: readonly string[];
}

export interface AuthenticationContextRule {
  readonly kind: 'authenticationContext';
  readonly isEnabled: boolean;
  readonly claimValue: string | null;
}

export interface ApprovalRule {
  readonly kind: 'approval';
  readonly isApprovalRequired: boolean;
  readonly isApproverJustificationRequired: boolean;
  readonly approvers: Approvers;
}

export interface NotificationRule {
  readonly kind: 'notification';
  readonly recipientType: 'Admin' | 'Requestor' | 'Approver';
  readonly notificationLevel: string;
  readonly isDefaultRecipientsEnabled: boolean;
  readonly notificationRecipients: readonly string[];
}

export type PolicyRule = ExpirationRule | EnablementRule | AuthenticationContextRule | ApprovalRule | NotificationRule;

/** The ids of a policy's 17 rules, in Microsoft's order (pim-api §8.2). */
export const RULE_IDS = [
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
] as const;

export type RuleId = (typeof RULE_IDS)[number];

/** What a seed says about activating one role; the other rules keep Microsoft's defaults. */
export interface ActivationSettings {
  readonly maximumDuration: string;
  readonly enabledRules: readonly string[];
  readonly authenticationContext: string | null;
  readonly approval: { readonly approvers: Approvers; readonly isApproverJustificationRequired: boolean } | null;
}

/** The settings of one role (or of a group's members or owners, or of an Azure role at one scope). */
export class Policy {
  readonly guid: string;
  readonly subject: Subject;
  readonly rules = new Map<RuleId, PolicyRule>();
  modifiedAt: Temporal.Instant | null = null;
  modifiedBy: string | null = null;

  constructor(guid: string, subject: Subject, settings: ActivationSettings) {
    this.guid = guid;
    this.subject = subject;
    for (const id of RULE_IDS) {
      this.rules.set(id, defaultRule(id));
    }
    const { maximumDuration, enabledRules, authenticationContext, approval } = settings;
    this.rules.set('Expiration_EndUser_Assignment', {
      kind: 'expiration',
      isExpirationRequired: true,
      maximumDuration,
    });
    this.rules.set('Enablement_EndUser_Assignment', { kind: 'enablement', enabledRules });
    this.rules.set('AuthenticationContext_EndUser_Assignment', {
      kind: 'authenticationContext',
      isEnabled: authenticationContext !== null,
      claimValue: authenticationContext,
    });
    this.rules.set('Approval_EndUser_Assignment', {
      kind: 'approval',
      isApprovalRequired: approval !== null,
      isApproverJustificationRequired: approval?.isApproverJustificationRequired ?? true,
      approvers: approval?.approvers ?? { userIds: [], groupIds: [] },
    });
  }

  expiration(id: RuleId): ExpirationRule {
    const rule = this.rules.get(id);
    return rule?.kind === 'expiration'
      ? rule
      : { kind: 'expiration', isExpirationRequired: true, maximumDuration: 'PT0S' };
  }

  enabled(id: RuleId): readonly string[] {
    const rule = this.rules.get(id);
    return rule?.kind === 'enablement' ? rule.enabledRules : [];
  }

  /** The claim value a token must carry, or null when the rule is off. */
  get authenticationContext(): string | null {
    const rule = this.rules.get('AuthenticationContext_EndUser_Assignment');
    return rule?.kind === 'authenticationContext' && rule.isEnabled ? rule.claimValue : null;
  }

  /** The approval rule, or null when activation needs none. */
  get approval(): ApprovalRule | null {
    const rule = this.rules.get('Approval_EndUser_Assignment');
    return rule?.kind === 'approval' && rule.isApprovalRequired ? rule : null;
  }
}

/** Activation of a role nobody has configured: the default of the documentation's sample tenant. */
export const DEFAULT_ACTIVATION: ActivationSettings = {
  maximumDuration: 'PT8H',
  enabledRules: ['MultiFactorAuthentication', 'Justification'],
  authenticationContext: null,
  approval: null,
};

function defaultRule(id: RuleId): PolicyRule {
  const [family, second] = id.split('_');
  if (family === 'Expiration') {
    const maximumDuration = id === 'Expiration_Admin_Eligibility' ? 'P365D' : 'P180D';
    return { kind: 'expiration', isExpirationRequired: false, maximumDuration };
  }
  if (family === 'Enablement') {
    return { kind: 'enablement', enabledRules: id === 'Enablement_Admin_Assignment' ? ['Justification'] : [] };
  }
  const recipientType = second === 'Admin' || second === 'Requestor' ? second : 'Approver';
  return {
    kind: 'notification',
    recipientType,
    notificationLevel: 'All',
    isDefaultRecipientsEnabled: true,
    notificationRecipients: [],
  };
}
