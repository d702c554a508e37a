import type { AssignmentAction, Principal } from './administration.ts';
import type { LeftOut, NamedApprovers } from './approver.ts';
import type { RoleAtScope } from './assignment.ts';
import type { ProblemFacts, RoleFacts } from './card-facts.ts';
import type { ContextBacking, RoleSettings, SettingDifference, SettingsChangeState } from './role-settings.ts';

/** What happened around the asker's roles, newest first. Instants are ISO 8601 UTC. */
export interface HistoryNotice {
  readonly card: 'history';
  /** The role that was asked about, or null for all. */
  readonly roleName: string | null;
  readonly since: string;
  readonly entries: readonly (RoleFacts & {
    readonly at: string;
    readonly what: string;
    readonly byName: string | null;
    readonly justification: string | null;
    readonly source: 'records' | 'tenant';
  })[];
  /** Why the tenant's own log is not in it; null when it is. */
  readonly withoutLog: ProblemFacts | null;
}

/** Everybody's assignments of a role, or of all roles at a scope. */
export interface WhoHasNotice {
  readonly card: 'who-has';
  /** Null when it is about a whole scope. */
  readonly roleName: string | null;
  readonly scopeName: string;
  readonly rows: readonly (RoleFacts & {
    readonly principalName: string;
    readonly principalKind: Principal['kind'];
    readonly kind: 'eligible' | 'active';
    readonly assignmentType: 'assigned' | 'activated';
    readonly memberType: 'direct' | 'group' | 'inherited';
    readonly endsAt: string | null;
  })[];
  /** How many there are in all, and how many of them are eligible: only the first ones are kept as `rows`. */
  readonly total: number;
  readonly totalEligible: number;
  /** What the button Export lists again, with the token of the clicker. */
  readonly query: {
    readonly role: RoleAtScope | null;
    readonly scopeId: string;
    readonly surface: RoleAtScope['surface'];
  };
}

export interface WhoApprovesNotice extends NamedApprovers {
  readonly card: 'who-approves';
  readonly role: RoleFacts;
  /** Null when nobody lets us read the settings. */
  readonly isApprovalRequired: boolean | null;
  /** False when the rule names nobody (PIM's default approvers) or a group cannot be seen. */
  readonly areKnown: boolean;
  readonly leftOut?: readonly LeftOut[];
}

export interface BundlesNotice {
  readonly card: 'bundles';
  readonly bundles: readonly {
    readonly name: string;
    readonly items: readonly (RoleFacts & { readonly duration: string })[];
  }[];
  /** What was just done. */
  readonly done: { readonly what: 'saved' | 'deleted'; readonly name: string } | null;
}

/** PIM has taken the wish for more time; an administrator decides in the portal. */
export interface ExtensionRequestedNotice {
  readonly card: 'extension-requested';
  readonly role: RoleFacts;
  readonly action: 'extend' | 'renew';
  readonly kind: 'eligible' | 'active';
  readonly endsAt: string;
  readonly justification: string;
}

/** A file is ready behind a link. */
export interface ReportNotice {
  readonly card: 'report';
  readonly title: string;
  readonly rows: number;
  /** The secret in the link; the database keeps its hash only, besides this card. */
  readonly exportId: string;
  readonly expiresAt: string;
}

/** The form of an administrator's change, with what is known filled in. Texts are as typed. */
export interface AssignmentFormNotice {
  readonly card: 'assignment-form';
  readonly values: {
    readonly action: AssignmentAction;
    readonly kind: 'eligible' | 'active';
    readonly principal: string;
    readonly role: string;
    readonly scope: string;
    /** `permanent`, a duration or an instant, as typed or ISO 8601. */
    readonly end: string;
    readonly start: string;
    readonly justification: string;
    readonly ticket: string;
  };
  /** What must be mended first, and names to choose from. */
  readonly problem: ProblemFacts | null;
  readonly suggestions: readonly string[];
}

/** Reads back exactly what will change, then what has. */
/** A rule of separation of duties, and the role that stands on another side of it. */
export interface ConflictingDuty extends RoleFacts {
  readonly rule: string;
  readonly reason: string;
}

export interface AssignmentChangeNotice {
  readonly card: 'assignment-change';
  /** `changing`: confirmed, and PIM is being asked. */
  readonly phase: 'confirm' | 'changing' | 'done' | 'refused' | 'dropped';
  readonly action: AssignmentAction;
  readonly kind: 'eligible' | 'active';
  readonly role: RoleAtScope;
  readonly principal: Principal;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  /** The assignment as it is now, when there is one. */
  readonly current: { readonly startsAt: string | null; readonly endsAt: string | null } | null;
  readonly justification: string;
  readonly ticket: string | null;
  /** What PIM made of it: in force, or waiting for its start or for somebody. */
  readonly outcome: 'provisioned' | 'scheduled' | 'waiting' | 'removed' | null;
  readonly problem: ProblemFacts | null;
  /** What the rulebook keeps apart from it that the principal could have beside it; absent when nothing is. */
  readonly duties?: ConflictingDuty | 'unknown';
  /** Until when Confirm works. */
  readonly expiresAt: string;
}

/** The settings of one role, in Microsoft's words. */
export interface SettingsNotice {
  readonly card: 'settings';
  readonly role: RoleAtScope;
  readonly settings: RoleSettings;
  readonly lastModified: { readonly at: string | null; readonly byName: string | null } | null;
  readonly unknownRules: readonly string[];
  /** What stands behind the authentication context; null when none is demanded. */
  readonly contextBacking: ContextBacking | null;
}

/** The same as a YAML document. */
export interface SettingsDocumentNotice {
  readonly card: 'settings-document';
  readonly role: RoleFacts;
  readonly document: string;
}

/** The form that changes them. Texts are as typed. */
export interface SettingsFormNotice {
  readonly card: 'settings-form';
  readonly role: RoleAtScope;
  /** As the tenant holds them: what is not changed on the form stays so. */
  readonly settings: RoleSettings;
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly ProblemFacts[];
  /** Whether a second administrator must be named. */
  readonly needsSecondPerson: boolean;
}

/** A change of settings: proposed, confirmed by a second administrator, written and compared. */
export interface PolicyChangeNotice {
  readonly card: 'policy-change';
  readonly changeId: string;
  readonly role: RoleAtScope;
  readonly phase: SettingsChangeState;
  /** Whose card it is. */
  readonly view: 'proposer' | 'confirmer';
  readonly proposerName: string;
  readonly confirmerName: string | null;
  readonly differences: readonly SettingDifference[];
  readonly reason: string;
  /** Said beside the diff: weaker than it looks, unchecked and the like. */
  readonly warnings: readonly ProblemFacts[];
  readonly problem: ProblemFacts | null;
  readonly expiresAt: string;
}

export type AdministrationNotice =
  | HistoryNotice
  | WhoHasNotice
  | WhoApprovesNotice
  | BundlesNotice
  | ExtensionRequestedNotice
  | ReportNotice
  | AssignmentFormNotice
  | AssignmentChangeNotice
  | SettingsNotice
  | SettingsDocumentNotice
  | SettingsFormNotice
  | PolicyChangeNotice;

/** What buttons of these cards ask for. */
export const ADMINISTRATION_VERBS = [
  'export',
  'run-bundle',
  'delete-bundle',
  'review-assignment',
  'edit-assignment',
  'confirm-assignment',
  'drop-assignment',
  'look-at-assignment',
  'open-settings-form',
  'show-settings-document',
  'show-settings',
  'propose-settings',
  'confirm-settings',
  'decline-settings',
  'withdraw-settings',
] as const;
