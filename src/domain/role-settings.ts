/**
 * The settings of one role at one scope (a PIM policy), as plain data that can be stored, compared and written as a document.
 * Durations are ISO 8601 in Microsoft's own spelling (`PT4H`, `P180D`); lists are sorted, so that equal settings are equal texts.
 */
export interface RoleSettings {
  readonly activation: ActivationSettings;
  readonly eligibleAssignment: AssignmentSettings;
  readonly activeAssignment: AssignmentSettings;
  readonly notifications: readonly NotificationSetting[];
}

/** What a person must bring to activate (`enabledRules` of the enablement rules), in Microsoft's words. */
export const REQUIREMENTS = ['Justification', 'MultiFactorAuthentication', 'Ticketing'] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** Rules 11 to 14 (pim-api §8.2): what an end user needs to activate. */
export interface ActivationSettings {
  readonly maximumDuration: string;
  readonly requires: readonly Requirement[];
  /** `c1` … `c99`, or null when none is demanded. */
  readonly authenticationContext: string | null;
  readonly approval: ApprovalSettings;
}

export interface ApprovalSettings {
  readonly isRequired: boolean;
  readonly isJustificationRequired: boolean;
  /** Kept also while approval is off. Empty with approval on means PIM's default approvers, where the surface has them. */
  readonly approvers: readonly SettingsApprover[];
}

/** `id` decides; `name` is for people and may be stale. */
export interface SettingsApprover {
  readonly kind: 'person' | 'group';
  readonly id: string;
  readonly name: string;
}

/** Rules 1 and 2, or 6 and 7: what an administrator may assign. */
export interface AssignmentSettings {
  /** Whether an assignment without an end is allowed. */
  readonly isPermanentAllowed: boolean;
  readonly maximumDuration: string;
  readonly requires: readonly Requirement[];
}

/** One of the nine notification rules. */
export interface NotificationSetting {
  /** Microsoft's rule id, such as `Notification_Approver_EndUser_Assignment`. */
  readonly rule: string;
  readonly level: 'All' | 'Critical' | 'None';
  readonly isDefaultRecipientsEnabled: boolean;
  readonly recipients: readonly string[];
}

/** Settings as the tenant holds them, with what is not part of the document. */
export interface HeldSettings {
  readonly settings: RoleSettings;
  /** Microsoft's id of the policy, not kept beyond the turn: it changes when a group is onboarded (pim-api §19.15). */
  readonly policyId: string;
  readonly lastModified: { readonly at: string | null; readonly byName: string | null } | null;
  /** Ids of rules that are not among the seventeen we know: shown, and left as they are. */
  readonly unknownRules: readonly string[];
}

/** One value that differs, for people: `path` such as `activation.maximumDuration`, values as a document writes them. */
export interface SettingDifference {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** Whether a Conditional Access policy stands behind an authentication context. */
export type ContextBacking = 'targeted' | 'not-targeted' | 'unchecked';

/** A change that waits for a second administrator, or is over. */
export const SETTINGS_CHANGE_STATES = [
  'proposed',
  'writing',
  'done',
  'declined',
  'withdrawn',
  'failed',
  'expired',
] as const;
export type SettingsChangeState = (typeof SETTINGS_CHANGE_STATES)[number];
