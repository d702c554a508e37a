import type { UnreadPart } from './card-facts.ts';
import type { RoleDefinition } from './role-definition.ts';
import type { DefinitionFacts, RiskClass } from './role-notice.ts';

/** What was asked: for the roles, or whether one may. */
export type WhichRolePurpose = 'which-role' | 'can-i';

/** One thing that the words can mean. */
export interface MeaningFacts {
  readonly kind: 'operation' | 'pattern' | 'directory-action' | 'task';
  /** Names it on a button: an operation with its plane, a pattern, an action or a task's words. */
  readonly key: string;
  /** The operation, the pattern, the action or the task. */
  readonly name: string;
  /** What Microsoft says of the operation; empty where nothing is known. */
  readonly says: string;
  /** Of Azure: whether it is about the data in the resource. */
  readonly isData: boolean;
  /** Of a task: its least privileged roles. */
  readonly roles: readonly string[];
}

/** A role of the asker's own that allows it. */
export interface FittingRole {
  readonly kind: RoleDefinition['kind'];
  /** Names what is activated; null where it is active already, or not served. */
  readonly key: string | null;
  readonly roleName: string;
  readonly scopeName: string;
  /** The group to be activated first, if the role is reached through one. */
  readonly through: string | null;
  /** Whether that is sure: `likely` is what Microsoft does not say, `part` a pattern of which only some is allowed. */
  readonly certainty: 'sure' | 'conditional' | 'likely' | 'part';
  /** The string of the definition that decides; null where the table of tasks does, and of a part. */
  readonly by: string | null;
  readonly condition: string | null;
  readonly risk: RiskClass | null;
  /** Concrete operations, and how many of them do more than read; null where they could not be counted. */
  readonly operations: number | null;
  readonly changes: number | null;
  /** ISO 8601; null when the settings could not be read. */
  readonly maximumDuration: string | null;
  readonly needsApproval: boolean | null;
  /** When it ends, ISO 8601; null when it is not active or does not end. */
  readonly activeUntil: string | null;
  readonly isActive: boolean;
  /** False when the bot does not act on it, or not for this person. */
  readonly isServed?: false;
}

/** A role of the tenant that would do; `isSure` is false under a condition, and where Microsoft does not say so. */
export interface TenantRole extends DefinitionFacts {
  readonly isSure: boolean;
}

/** Which of the asker's roles allow what they want to do, the least first; or who could help. */
export interface WhichRoleNotice {
  readonly card: 'which-role';
  readonly purpose: WhichRolePurpose;
  /** As it was said, without the place. */
  readonly asked: string;
  /** Null where the words mean several things or none that is known. */
  readonly meaning: MeaningFacts | null;
  /** Whether the list of operations has it, as far as that could be read. */
  readonly isListed: boolean;
  /** What the words can mean as well; without a meaning a question, or the nearest that is known. */
  readonly others: readonly MeaningFacts[];
  /** Whether `others` fit what was said, rather than come near it. */
  readonly areOthersFitting: boolean;
  readonly place: { readonly scopeName: string; readonly scopeId: string } | null;
  readonly fitting: readonly FittingRole[];
  readonly fittingTotal: number;
  /** Own roles that would do elsewhere, and do not reach the place: "Reader on rg-web". */
  readonly elsewhere: readonly string[];
  /** Where none of theirs fits: roles of the tenant that would, the least first. */
  readonly tenantRoles: readonly TenantRole[];
  readonly tenantTotal: number;
  /** Who can give one of them; null where none would do. */
  readonly administrators: AdministratorFacts | null;
  /** Parts of PIM whose eligible assignments could not be read. */
  readonly unread: readonly UnreadPart[];
  /** Kinds of role definitions that could not be read: nothing is known of what those allow. */
  readonly unreadDefinitions: readonly RoleDefinition['kind'][];
}

/** Who can make somebody eligible: always by role, and by name as far as the asker may see. */
export interface AdministratorFacts {
  readonly kind: RoleDefinition['kind'];
  readonly names: readonly string[];
  readonly total: number;
  /** Whether the names could be read. */
  readonly areKnown: boolean;
}

/** What buttons of this card ask for, besides `activate-role`. */
export const WHICH_ROLE_VERBS = ['show-meaning'] as const;
