import type { ErrorCode } from '../errors.ts';
import type { AdministrationNotice } from './administration-notice.ts';
import { ADMINISTRATION_VERBS } from './administration-notice.ts';
import type { AlarmNotice } from './alarm-notice.ts';
import type { AskBackground, ChosenApprovals } from './approval-facts.ts';
import type { ApproverOutlook, AskedApprovers, NamedApprovers } from './approver.ts';
import { BREAK_GLASS_VERBS, type BreakGlassNotice } from './break-glass-notice.ts';
import type { ProblemFacts, RoleFacts, UnreadPart } from './card-facts.ts';
import type { ApprovalsChannelNotice, SharedApproval, ThreadNoteNotice } from './channel-notice.ts';
import type { Language } from './languages.ts';
import { ROLE_FILES_VERBS, type RoleFilesNotice } from './role-files-notice.ts';
import { ROLE_VERBS, type RoleCardNotice } from './role-notice.ts';
import { RUNBOOK_VERBS, type RunbookCardNotice } from './runbook-notice.ts';
import type { PausedNotice } from './serving-notice.ts';
import { WHICH_ROLE_VERBS, type WhichRoleNotice } from './which-role-notice.ts';

/*
 * What a person is told, as plain data: it is stored as JSON with the card and turned into an Adaptive Card by `cards/`
 * when it is sent. Instants are ISO 8601 UTC with seconds, durations ISO 8601; absent things are null.
 */

/** What every card about one ask says. */
export interface RequestFacts extends RoleFacts {
  readonly requestId: string;
  readonly requesterName: string;
  /** Null: asked for elsewhere, and not known here yet. */
  readonly duration: string | null;
  readonly startsAt: string | null;
  readonly justification: string;
  readonly ticket: string | null;
  /** When it was done elsewhere: how long after it became known here, ISO 8601. */
  readonly learnedAfter?: string;
}

/** One role on the activation form or the choose-role card; `key` names it in the answer. */
export interface RoleChoice extends RoleFacts {
  readonly key: string;
  /** The group that has to be activated first, where the role is reached through one. */
  readonly through?: string;
  /** What it is, where it is a definition or a group itself, at no scope. */
  readonly is?: 'built-in-azure' | 'custom-azure' | 'built-in-directory' | 'custom-directory' | 'group';
}

export interface HelpNotice {
  readonly card: 'help';
  readonly personName: string;
  readonly timeZone: string;
  readonly reminderMinutes: number | null;
  /** What the person typed, when it was not understood. */
  readonly notUnderstood: string | null;
}

export interface PreferencesNotice {
  readonly card: 'preferences';
  readonly timeZone: string;
  readonly language?: Language;
  readonly reminderMinutes: number | null;
  /** What was just saved, null when the form was only opened. */
  readonly saved: 'time-zone' | 'language' | 'reminder' | 'both' | null;
  readonly problem: string | null;
}

export interface MyRolesNotice {
  readonly card: 'my-roles';
  readonly roles: readonly (RoleFacts & {
    readonly maximumDuration: string | null;
    readonly needsApproval: boolean | null;
    readonly activeUntil: string | null;
    readonly pendingRequestId: string | null;
    /** False when the bot does not act on it, or not for this person: it is there all the same. */
    readonly isServed?: false;
    /** What the role leads to, when it is a group that other roles are given to. */
    readonly leadsTo: readonly RoleFacts[];
  })[];
  /** What gives access now, also what administrators assigned. */
  readonly active: ActiveNotice['assignments'];
  readonly unread: readonly UnreadPart[];
}

export interface ActiveNotice {
  readonly card: 'active';
  readonly assignments: readonly (RoleChoice & {
    readonly endsAt: string | null;
    readonly assignmentType: 'activated' | 'assigned';
    readonly requestId: string | null;
  })[];
  readonly unread: readonly UnreadPart[];
}

export interface PendingNotice {
  readonly card: 'pending';
  readonly requests: readonly (RequestFacts &
    NamedApprovers & {
      readonly requestedAt: string;
      readonly waitsFor: 'approver' | 'start' | 'sign-in';
      /** Null unless it waits for an approver. */
      readonly decideBy: string | null;
    })[];
}

export interface ApprovalsNotice extends ChosenApprovals {
  readonly card: 'approvals';
  readonly requests: readonly (RequestFacts & {
    readonly requestedAt: string;
    readonly decideBy: string;
    readonly isJustificationRequired?: boolean;
  })[];
}

/** The form that asks for what is missing, with the policy's own limits filled in. */
export interface ActivationFormNotice {
  readonly card: 'activation-form';
  /** One choice when the role is known; when it is not, all eligible roles, or the first of many. */
  readonly roles: readonly RoleChoice[];
  /** How many more there are to be found by typing; none when absent. */
  readonly rolesToFind?: number;
  readonly chosenKey: string | null;
  readonly values: {
    readonly duration: string;
    readonly start: string | null;
    readonly justification: string;
    readonly ticket: string;
  };
  /** ISO 8601; null when the policy is not known yet. */
  readonly maximumDuration: string | null;
  readonly isJustificationRequired: boolean;
  readonly isTicketRequired: boolean;
  readonly needsApproval: boolean;
  /** Who would be asked for their approval; null where nobody has to agree, and left out where the role is not known yet. */
  readonly outlook?: ApproverOutlook | null;
  /** Why the form is shown: refusals of the plan, in the order to fix them. */
  readonly problems: readonly { readonly code: ErrorCode; readonly facts: Readonly<Record<string, string>> }[];
  /** What the person asked for besides, kept for the answer. */
  readonly asked: AskedFacts;
}

/** The rest of a sentence, kept while a form or a choice is open. Instants and durations in ISO 8601. */
export interface AskedFacts {
  readonly duration: string | null;
  readonly until: string | null;
  readonly start: string | null;
  readonly justification: string | null;
  readonly ticket: string | null;
}

export interface ChooseRoleNotice {
  readonly card: 'choose-role';
  /** The words that fit several roles. */
  readonly words: string;
  readonly choices: readonly RoleChoice[];
  /** What happens to the chosen one; `look`: what was asked about it is answered. */
  readonly purpose: 'activate' | 'deactivate' | 'continue' | 'cancel' | 'check' | 'look';
  readonly asked: AskedFacts;
  /** With `look` only. */
  readonly look?: LookFacts;
}

/** What somebody wants to know of role definitions. */
export interface LookFacts {
  readonly command: 'role' | 'can' | 'compare';
  /** As they were said, and the key of the one that was chosen. */
  readonly subjects: readonly { readonly words: string; readonly key: string | null }[];
  /** Which of them is to be chosen. */
  readonly position: number;
  readonly scope: string | null;
  readonly operation: string | null;
}

/** An activation that makes another one possible: what comes next, and how far that is. */
export interface ChainFacts {
  readonly next: RoleFacts;
  /** `waiting`: until this one counts; `sent`: asked for; `stopped`: needs a press, or cannot go on for `problem`. */
  readonly phase: 'waiting' | 'sent' | 'stopped';
  /** How long it took until this one counted, ISO 8601. */
  readonly waited: string | null;
  readonly problem: ProblemFacts | null;
}

export interface ActivationPendingNotice extends AskedApprovers, Partial<Omit<ApproverOutlook, keyof NamedApprovers>> {
  readonly card: 'activation-pending';
  readonly request: RequestFacts;
  /** Not sent yet: who would be asked, with what {@link ApproverOutlook} knows of them. PIM's answer takes its place. */
  readonly phase?: 'sending';
  /** An approver's decision, or that PIM, which said yes, puts it in place. */
  readonly waitsFor: 'approver' | 'provisioning';
  readonly chain: ChainFacts | null;
  readonly requestedAt: string;
  readonly decideBy: string;
  /** When those who wait are asked; left out when nobody waits. */
  readonly nextAskAt?: string;
  readonly remindedAt: string | null;
}

export interface ActivationActiveNotice {
  readonly card: 'activation-active';
  readonly request: RequestFacts;
  readonly activeFrom: string;
  readonly activeUntil: string;
  readonly approvedBy: string | null;
  /** When it follows another activation: how long access was interrupted, ISO 8601. */
  readonly gap: string | null;
  /** When the person asked to give it back before PIM's five minutes are over: when that will be done. */
  readonly deactivateAt: string | null;
  /** Whether the tenant's list shows it: `watching` while it does not, `unknown` when nobody may look. */
  readonly usable: 'watching' | 'usable' | 'unknown';
  /** How long that took after PIM's yes, ISO 8601; null until then. */
  readonly usableAfter: string | null;
  readonly chain: ChainFacts | null;
  /** Whether there is a runbook for the role, which says what to look at. */
  readonly hasRunbook?: boolean;
}

export interface ActivationScheduledNotice {
  readonly card: 'activation-scheduled';
  readonly request: RequestFacts;
  readonly activeFrom: string;
  readonly activeUntil: string;
  readonly approvedBy: string | null;
}

export interface ActivationEndedNotice {
  readonly card: 'activation-ended';
  readonly request: RequestFacts;
  readonly endedAt: string;
  readonly reason: 'expired' | 'deactivated' | 'removed' | 'canceled' | 'not-continued' | 'not-confirmed';
  /** Why it was not continued, when the person had asked for it. */
  readonly problem: { readonly code: ErrorCode; readonly facts: Readonly<Record<string, string>> } | null;
}

export interface ActivationDeniedNotice {
  readonly card: 'activation-denied';
  readonly request: RequestFacts;
  readonly reason: 'denied' | 'expired' | 'failed';
  readonly decidedBy: string | null;
  readonly justification: string | null;
  readonly at: string;
}

export interface ApprovalRequestNotice {
  readonly card: 'approval-request';
  readonly request: RequestFacts;
  readonly requestedAt: string;
  readonly decideBy: string;
  /** `ask`: decide now; `ahead`: will be asked when the running activation ends. */
  readonly phase: 'ask' | 'ahead';
  readonly isJustificationRequired: boolean;
  /** The first of the others by name: with all of them on each, the cards of many would grow with their square. */
  readonly otherApprovers: readonly string[];
  /** How many there are besides. */
  readonly furtherApprovers?: number;
  readonly remindedAt: string | null;
  /** Only on the card of the approvals channel. */
  readonly channel?: SharedApproval;
  /** Not there until it was looked up. */
  readonly background?: AskBackground;
}

export interface ApprovalDecidedNotice {
  readonly card: 'approval-decided';
  readonly request: RequestFacts;
  readonly outcome: 'approved' | 'denied' | 'canceled' | 'expired';
  readonly decidedBy: string | null;
  readonly decidedAt: string;
  readonly justification: string | null;
}

export interface ExpiryReminderNotice {
  readonly card: 'expiry-reminder';
  readonly request: RequestFacts;
  readonly activeUntil: string;
  readonly needsApproval: boolean;
  /** Set when the person pressed Continue: what will happen at the end. */
  readonly wish: 'none' | 'continue' | 'let-it-end';
}

/** Asks the person to sign in. `exchangeId` is set while the client is asked silently. */
export interface SignInNotice {
  readonly card: 'sign-in';
  readonly exchangeId: string | null;
  readonly reason: 'first-time' | 'consent-missing' | 'refused' | 'blocked' | 'device' | 'stronger' | 'unavailable';
  /** A link to the bot's own page, for clients that cannot do it by themselves; null while the client is asked silently. */
  readonly pageSignInId: string | null;
}

/** Asks for a sign-in on the bot's own page, and says how that went. */
export interface StepUpNotice {
  readonly card: 'step-up';
  readonly phase: 'waiting' | 'done' | 'cancelled' | 'expired' | 'wrong-person' | 'refused' | 'replaced';
  /** Names the link; null unless it waits. */
  readonly pageSignInId: string | null;
  /** What goes on after it. */
  readonly purpose: 'activate' | 'approve' | 'sentence' | 'press' | 'admin';
  /** Why: the role's authentication context or MFA rule, Azure's own MFA, our rule for approvers, or Entra itself. */
  readonly why: 'context' | 'mfa' | 'azure-mfa' | 'approver' | 'entra' | 'admin';
  readonly roles: readonly StepUpSubject[];
  /** Until when the link works. */
  readonly expiresAt: string;
  /** Why it was refused, in the phase `refused`. */
  readonly problem: { readonly code: ErrorCode; readonly facts: Readonly<Record<string, string>> } | null;
}

/** One role that waits for the sign-in: with the requester's name where somebody else decides. */
export interface StepUpSubject extends RoleFacts {
  readonly requestId: string;
  readonly requesterName: string;
  readonly duration: string;
}

/** Nothing of the person is kept any more. */
export interface SignedOutNotice {
  readonly card: 'signed-out';
  /** Whom it is about, when an administrator did it for somebody; null for oneself. */
  readonly personName: string | null;
  /** The administrator who did it, on the card of the person themselves. */
  readonly byName: string | null;
  /** Activations that would have gone on by themselves and now ask for a press. */
  readonly waiting: number;
}

export interface ErrorNotice {
  readonly card: 'error';
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
  /** Names to offer instead, such as the nearest roles. */
  readonly suggestions: readonly string[];
  /** What a person can quote to an operator; null where there is nothing to look up. */
  readonly reference: string | null;
}

export type Notice =
  | HelpNotice
  | PreferencesNotice
  | MyRolesNotice
  | ActiveNotice
  | PendingNotice
  | ApprovalsNotice
  | ActivationFormNotice
  | ChooseRoleNotice
  | ActivationPendingNotice
  | ActivationActiveNotice
  | ActivationScheduledNotice
  | ActivationEndedNotice
  | ActivationDeniedNotice
  | ApprovalRequestNotice
  | ApprovalDecidedNotice
  | ExpiryReminderNotice
  | SignInNotice
  | SignedOutNotice
  | PausedNotice
  | StepUpNotice
  | ThreadNoteNotice
  | ApprovalsChannelNotice
  | ErrorNotice
  | AlarmNotice
  | AdministrationNotice
  | BreakGlassNotice
  | RoleCardNotice
  | RunbookCardNotice
  | RoleFilesNotice
  | WhichRoleNotice;

export type CardName = Notice['card'];

/** What a button asks for. The verb travels in the card; everything else is looked up. */
export const VERBS = [
  // Painted again by the client itself; never changes anything.
  'view',
  'open-form',
  'open-preferences',
  'save-preferences',
  'show-help',
  'show-my-roles',
  'show-active',
  'show-pending',
  'show-approvals',
  'activate',
  'choose',
  'cancel',
  'remind-approvers',
  'deactivate',
  'activate-again',
  'approve',
  'deny',
  'send-approve',
  'send-deny',
  'back',
  'continue',
  'let-it-end',
  'sign-in',
  'new-link',
  'cancel-step-up',
  'go-on',
  ...ADMINISTRATION_VERBS,
  ...BREAK_GLASS_VERBS,
  ...WHICH_ROLE_VERBS,
  ...ROLE_VERBS,
  ...RUNBOOK_VERBS,
  ...ROLE_FILES_VERBS,
] as const;
export type Verb = (typeof VERBS)[number];
