import type {
  ActivationSettings,
  AssignmentSettings,
  NotificationSetting,
  Requirement,
  RoleSettings,
  SettingsApprover,
} from './role-settings.ts';
import { REQUIREMENTS } from './role-settings.ts';
import { canonicalDuration, type DurationStyle } from './settings-duration.ts';

/** The nine notification rules in Microsoft's order (pim-api §8.2). */
export const NOTIFICATION_RULES = [
  'Notification_Admin_Admin_Eligibility',
  'Notification_Requestor_Admin_Eligibility',
  'Notification_Approver_Admin_Eligibility',
  'Notification_Admin_Admin_Assignment',
  'Notification_Requestor_Admin_Assignment',
  'Notification_Approver_Admin_Assignment',
  'Notification_Admin_EndUser_Assignment',
  'Notification_Requestor_EndUser_Assignment',
  'Notification_Approver_EndUser_Assignment',
] as const;

const NOTIFICATION_ORDER: ReadonlyMap<string, number> = new Map(NOTIFICATION_RULES.map((rule, index) => [rule, index]));

/**
 * Gives the one spelling of these settings: lists sorted and without doubles, ids in lower case, durations as Microsoft writes
 * them, keys in a fixed order. A duration that cannot be read stays as it is.
 */
export function canonicalSettings(settings: RoleSettings): RoleSettings {
  return {
    activation: canonicalActivation(settings.activation),
    eligibleAssignment: canonicalAssignment(settings.eligibleAssignment),
    activeAssignment: canonicalAssignment(settings.activeAssignment),
    notifications: settings.notifications.map(canonicalNotification).sort(byRule),
  };
}

/** Says whether two are the same settings. Names of approvers do not count: they are for people and may be stale. */
export function areSameSettings(a: RoleSettings, b: RoleSettings): boolean {
  return settingsKey(a) === settingsKey(b);
}

function settingsKey(settings: RoleSettings): string {
  const { activation, ...rest } = canonicalSettings(settings);
  const approvers = activation.approval.approvers.map(approverKey);
  return JSON.stringify({ ...rest, activation: { ...activation, approval: { ...activation.approval, approvers } } });
}

export function approverKey({ kind, id }: Pick<SettingsApprover, 'kind' | 'id'>): string {
  return `${kind}:${id.toLowerCase()}`;
}

function canonicalActivation(given: ActivationSettings): ActivationSettings {
  const approvers = new Map(given.approval.approvers.map((one) => [approverKey(one), one]));
  return {
    maximumDuration: spelled(given.maximumDuration, 'hours'),
    requires: requirements(given.requires),
    authenticationContext: given.authenticationContext,
    approval: {
      isRequired: given.approval.isRequired,
      isJustificationRequired: given.approval.isJustificationRequired,
      approvers: [...approvers.entries()]
        .sort(([a], [b]) => compare(a, b))
        .map(([, { kind, id, name }]) => ({ kind, id: id.toLowerCase(), name })),
    },
  };
}

function canonicalAssignment(given: AssignmentSettings): AssignmentSettings {
  return {
    isPermanentAllowed: given.isPermanentAllowed,
    maximumDuration: spelled(given.maximumDuration, 'days'),
    requires: requirements(given.requires),
  };
}

function canonicalNotification(given: NotificationSetting): NotificationSetting {
  const recipients = new Set(given.recipients.map((one) => one.trim().toLowerCase()));
  return {
    rule: given.rule,
    level: given.level,
    isDefaultRecipientsEnabled: given.isDefaultRecipientsEnabled,
    recipients: [...recipients].sort(compare),
  };
}

function requirements(given: readonly Requirement[]): readonly Requirement[] {
  return REQUIREMENTS.filter((one) => given.includes(one));
}

function spelled(duration: string, style: DurationStyle): string {
  return canonicalDuration(duration, style) ?? duration;
}

function byRule(a: NotificationSetting, b: NotificationSetting): number {
  const last = NOTIFICATION_RULES.length;
  const order = (NOTIFICATION_ORDER.get(a.rule) ?? last) - (NOTIFICATION_ORDER.get(b.rule) ?? last);
  return order === 0 ? compare(a.rule, b.rule) : order;
}

/** By code unit: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
