import type { ErrorCode } from '../errors.ts';
import type { ProblemFacts } from './card-facts.ts';
import type { RoleDefinition } from './role-definition.ts';

/*
 * What administrators are told of custom roles as code. Lists of operations, scopes and assignments are cut where a card could not
 * show them; the numbers beside them are of all.
 */

/** What somebody finds in a role file. */
export interface RoleFinding {
  readonly level: 'error' | 'warning' | 'info';
  readonly rule: string;
  readonly text: string;
  /** `file:line:column`, as far as it is known; empty where it is in no file. */
  readonly where: string;
}

/** Operations that one side allows and the other does not. */
export interface OperationsBeside {
  readonly total: number;
  /** Those that can change who has access. */
  readonly escalating: readonly string[];
  readonly others: readonly string[];
}

/** The first of some names, and how many there are. */
export interface NameList {
  readonly total: number;
  readonly names: readonly string[];
}

/** Who may change, delete and see a role, which its assignable scopes decide, and what of that the asker has. */
export interface RoleRights {
  /** The right for what is wanted: an operation on every scope (Azure), or a directory role (Entra). */
  readonly needs: string;
  readonly on: readonly string[];
  readonly held: readonly string[];
  readonly missing: readonly string[];
  /** Scopes where nobody could look. */
  readonly unknown: number;
}

export type DriftState = 'same' | 'only-in-files' | 'only-in-tenant' | 'different' | 'unseen';

/** What a role would become, and stop being, when its file counted. */
export interface RoleDifference {
  /** Its name in the tenant, where that is another one. */
  readonly nameInTenant: string | null;
  readonly isDescriptionOther: boolean;
  readonly isConditionOther: boolean;
  /** Null unless it is enabled on one side only: whether the file wants it enabled. */
  readonly isEnabledByFile: boolean | null;
  /** Operations, as far as they are known; what a condition filters is less than what is free. */
  readonly gains: OperationsBeside;
  readonly losses: OperationsBeside;
  /** The permissions are written otherwise, and come to the same on the operations that are known. */
  readonly isSpeltOtherwise: boolean;
  /** Strings with a wildcard that reach further than what the tenant holds: they take what comes later as well. */
  readonly patterns: NameList;
  readonly scopesAdded: NameList;
  readonly scopesRemoved: NameList;
}

/** One custom role, as its file and the tenant have it. */
export interface RoleDrift extends RoleDifference {
  /** Names it in the answer to a card. */
  readonly key: string;
  readonly kind: RoleDefinition['kind'];
  /** As the file says, else as the tenant does. */
  readonly name: string;
  /** Null when no file has it. */
  readonly file: string | null;
  readonly state: DriftState;
  readonly findings: readonly RoleFinding[];
  readonly findingsTotal: number;
  /** How many hold it in the tenant; null when it is not there, or nobody looked. */
  readonly holders: { readonly eligible: number; readonly active: number } | null;
  readonly rights: RoleRights | null;
}

/** Roles of a kind that could not be read just now. */
export interface UnreadKind {
  readonly surface: RoleDefinition['kind'];
  readonly code: ErrorCode;
}

/** How the files and the tenant agree. */
export interface RolesDriftNotice {
  readonly card: 'roles-drift';
  /** The role that was asked for by name; null: of all. */
  readonly about: string | null;
  readonly counts: Readonly<Record<DriftState, number>>;
  /** Those that are not the same; of one that was asked for also when it is. */
  readonly roles: readonly RoleDrift[];
  /** What keeps files from being read. */
  readonly problems: readonly RoleFinding[];
  /** Parts of the tenant that could not be read. */
  readonly unread: readonly UnreadKind[];
}

export type RoleChangeOutcome = 'planned' | 'writing' | 'done' | 'failed' | 'in-doubt' | 'left';

/** An assignment that keeps a role from being deleted. */
export interface StandingUse {
  readonly principalName: string;
  readonly kind: 'eligible' | 'active';
  readonly scopeName: string;
}

export interface RoleChangeItem extends RoleDrift {
  readonly action: 'create' | 'update' | 'delete';
  /** What it has in the tenant, or will be created under. */
  readonly id: string;
  /** Of the definition that the tenant held when this was shown, and of the one that it is to hold; null for none. */
  readonly heldHash: string | null;
  readonly wantedHash: string | null;
  readonly uses: readonly StandingUse[];
  readonly usesTotal: number;
  readonly outcome: RoleChangeOutcome;
  readonly problem: ProblemFacts | null;
}

/** Reads back what would be written, then says of each role what became of it. */
export interface RolesChangeNotice {
  readonly card: 'roles-change';
  readonly action: 'apply' | 'delete';
  /** `blocked`: something must be mended first. `changing`: confirmed, and being written. `over`: each role says how it went. */
  readonly phase: 'confirm' | 'blocked' | 'changing' | 'over' | 'dropped';
  /** Which roles were asked for; empty: all. */
  readonly names: readonly string[];
  readonly items: readonly RoleChangeItem[];
  /** The administrator's own words; empty where there are none. */
  readonly justification: string;
  readonly problems: readonly RoleFinding[];
  /** Why it is blocked, or was drawn again. */
  readonly problem: ProblemFacts | null;
  /** Until when Confirm works; when it is being written, until when something is heard of it. */
  readonly expiresAt: string;
}

export type RoleFilesNotice = RolesDriftNotice | RolesChangeNotice;

/** What buttons of these cards ask for. */
export const ROLE_FILES_VERBS = [
  'show-role-drift',
  'open-role-plan',
  'confirm-roles',
  'drop-roles',
  'look-at-roles',
] as const;
