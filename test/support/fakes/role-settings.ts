import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleKey } from '../../../src/domain/assignment.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { ApproverReference, RolePolicy } from '../../../src/domain/policy.ts';
import type {
  AssignmentSettings,
  NotificationSetting,
  RoleSettings,
  SettingsApprover,
} from '../../../src/domain/role-settings.ts';
import { PROFILES } from './surface-profiles.ts';
import type { TenantState } from './tenant-state.ts';

const NOTIFICATIONS: readonly NotificationSetting[] = ['Admin', 'Approver', 'Requestor']
  .flatMap((who) => ['Admin_Assignment', 'Admin_Eligibility', 'EndUser_Assignment'].map((what) => `${who}_${what}`))
  .map((rule) => ({
    rule: `Notification_${rule}`,
    level: 'All',
    isDefaultRecipientsEnabled: true,
    recipients: [],
  }));

/** Settings whose activation part says what the policy says; the rest is Microsoft's default. */
export function aRoleSettings(policy: RolePolicy, isPermanentAllowed: boolean): RoleSettings {
  const assignment = (maximumDuration: string, requires: AssignmentSettings['requires']): AssignmentSettings => ({
    isPermanentAllowed,
    maximumDuration,
    requires,
  });
  return {
    activation: {
      maximumDuration: policy.maximumDuration.toString(),
      requires: [
        ...(policy.isJustificationRequired ? (['Justification'] as const) : []),
        ...(policy.isMfaRequired ? (['MultiFactorAuthentication'] as const) : []),
        ...(policy.isTicketRequired ? (['Ticketing'] as const) : []),
      ],
      authenticationContext: policy.authenticationContext,
      approval: {
        isRequired: policy.isApprovalRequired,
        isJustificationRequired: policy.isApproverJustificationRequired,
        approvers: policy.approvers,
      },
    },
    eligibleAssignment: assignment('P365D', []),
    activeAssignment: assignment('P180D', ['Justification']),
    notifications: NOTIFICATIONS,
  };
}

/** The settings that the tenant in memory holds for a role: those that were written, else what its policy says. */
export function heldSettings(state: TenantState, role: RoleAtScope): RoleSettings {
  const policy = state.policyOf(role);
  return (
    state.settings.get(roleKey(role)) ??
    aRoleSettings(
      policy,
      PROFILES.some(({ surface, isPermanentAllowed }) => surface === role.surface && isPermanentAllowed),
    )
  );
}

/** What a person who activates meets under these settings. */
export function policyOf({ activation }: RoleSettings): RolePolicy {
  const { approval, authenticationContext, maximumDuration, requires } = activation;
  return {
    maximumDuration: Temporal.Duration.from(maximumDuration),
    isJustificationRequired: requires.includes('Justification'),
    isTicketRequired: requires.includes('Ticketing'),
    isMfaRequired: requires.includes('MultiFactorAuthentication'),
    authenticationContext,
    isApprovalRequired: approval.isRequired,
    isApproverJustificationRequired: approval.isJustificationRequired,
    approvers: approval.approvers.map(approverOf),
  };
}

function approverOf({ id, kind, name }: SettingsApprover): ApproverReference {
  return kind === 'person' ? { kind, id: principalId(id), name } : { kind, id, name };
}
