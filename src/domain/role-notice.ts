import type { RoleFacts } from './card-facts.ts';
import type { Plane, RoleDefinition } from './role-definition.ts';

/*
 * What cards say about role definitions: what a role can do, whether it can do one thing, and how two of them differ. Lists are
 * the first of what there is, beside how many there are; a download has them all.
 */

/** What a role reaches at most: the heaviest of what it allows. */
export type RiskClass = 'changes-access' | 'reaches-data' | 'changes' | 'reads';

/** A role definition as a card names it. */
export interface DefinitionFacts {
  readonly kind: RoleDefinition['kind'];
  readonly id: string;
  readonly roleName: string;
  readonly isCustom: boolean;
}

/**
 * How many concrete operations of the tenant's list it comes to, and how many of them do more than read: on resources, or in the
 * directory, and on data apart.
 */
export interface OperationCounts {
  readonly control: number;
  readonly controlChanges: number;
  readonly data: number;
  readonly dataChanges: number;
}

/** What a role has of one resource provider of Azure, or of one kind of thing in the directory. */
export interface ProviderCounts {
  readonly provider: string;
  readonly operations: number;
  readonly changes: number;
}

/** An operation that reaches further than its name says. Why is a matter of words. */
export interface PowerfulOperation {
  readonly operation: string;
  readonly isConditional: boolean;
}

/** A powerful operation that the role would allow, were it not taken out again. */
export interface WithheldOperation {
  readonly operation: string;
  /** The string that takes it out; null where it is not among the permissions at all. */
  readonly by: string | null;
}

/** A condition as it is written, and what can be told of it. */
export interface ConditionFacts {
  readonly text: string;
  /** The operations that it is about; none when it is about all that stands beside it. */
  readonly operations: readonly string[];
  /** Names of the roles that it mentions. */
  readonly roles: readonly string[];
  readonly rolesTotal: number;
}

/** A string of a definition, and what Microsoft calls the operation; empty where it is a pattern or has no such name. */
export interface NamedString {
  readonly operation: string;
  readonly says: string;
}

/** The first strings of a list, and how many it has. */
export interface StringList {
  readonly strings: readonly NamedString[];
  readonly total: number;
}

/** One block of a definition. Strings of Entra roles are all `actions`. */
export interface BlockFacts {
  readonly actions: StringList;
  readonly notActions: StringList;
  readonly dataActions: StringList;
  readonly notDataActions: StringList;
  readonly condition: ConditionFacts | null;
}

/** Counts first. */
export interface SummaryPage {
  readonly kind: 'summary';
  readonly powerful: readonly PowerfulOperation[];
  readonly powerfulTotal: number;
  readonly withheld: readonly WithheldOperation[];
  readonly withheldTotal: number;
  readonly providers: readonly ProviderCounts[];
  readonly providersTotal: number;
  /** The same for data, which is apart. */
  readonly dataProviders: readonly ProviderCounts[];
  readonly dataProvidersTotal: number;
  readonly conditions: readonly ConditionFacts[];
  readonly conditionsTotal: number;
}

/** The definition, string by string. */
export interface DefinitionPage {
  readonly kind: 'definition';
  readonly blocks: readonly BlockFacts[];
  readonly providers: readonly ProviderCounts[];
  readonly providersTotal: number;
}

/** What it has of one provider. */
export interface ProviderPage {
  readonly kind: 'provider';
  readonly provider: string;
  readonly operations: readonly (NamedString & {
    readonly plane: Plane | null;
    readonly isConditional: boolean;
    /** Whether it reaches further than it says. */
    readonly isPowerful: boolean;
  })[];
  readonly total: number;
  readonly providers: readonly ProviderCounts[];
  readonly providersTotal: number;
}

export type RolePage = SummaryPage | DefinitionPage | ProviderPage;

/** A place that was asked about, and whether the role can be assigned so that it counts there. */
export interface PlaceFacts {
  readonly scopeName: string;
  readonly scopeId: string;
  /** `below`: only at places inside it; `unknown`: the tenant's management groups could not be read. */
  readonly reach: 'covered' | 'below' | 'outside' | 'unknown';
}

/** What the asker has of a role themselves, at the place that was asked about or anywhere. */
export interface OwnFacts {
  /** `eligible-elsewhere`: not so that it counts at that place. */
  readonly state: 'eligible' | 'active' | 'eligible-elsewhere' | 'none' | 'unknown';
  readonly scopeNames: readonly string[];
  /** The group that has to be activated first. */
  readonly through: string | null;
  /** What Activate names; null where there is nothing to activate, and where several have to be chosen from. */
  readonly key: string | null;
}

/** What a role can do. */
export interface DefinitionNotice {
  readonly card: 'role';
  readonly subject: 'definition';
  readonly role: DefinitionFacts;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly risk: RiskClass;
  /** Null when the list of operations could not be read: then only the strings themselves are known. */
  readonly counts: OperationCounts | null;
  /** Where it can be assigned: paths. */
  readonly assignableScopes: readonly string[];
  readonly assignableTotal: number;
  /** What an Entra role has besides its own permissions. */
  readonly inherited: { readonly roles: readonly string[]; readonly operations: number } | null;
  readonly place: PlaceFacts | null;
  readonly own: OwnFacts;
  readonly page: RolePage;
}

/** What membership of a group gives that PIM governs. */
export interface MembershipNotice {
  readonly card: 'role';
  readonly subject: 'membership';
  readonly groupName: string;
  readonly held: readonly (RoleFacts & { readonly gives: 'eligible' | 'active' })[];
  readonly heldTotal: number;
  readonly own: OwnFacts;
}

/** Which strings of a block decide. */
export interface DecidingBlock {
  readonly block: number;
  readonly matchedBy: readonly string[];
  readonly subtractedBy: readonly string[];
  readonly condition: ConditionFacts | null;
  /** Of an Entra role: the strings are of a role that it inherits from. */
  readonly isInherited: boolean;
}

export type CanAnswer = 'allowed' | 'denied' | 'conditional' | 'exact' | 'implied' | 'unknown' | 'no' | 'other-kind';

/** The answer for one plane; Entra has one only. */
export interface PlaneAnswer {
  readonly plane: Plane | null;
  readonly answer: CanAnswer;
  readonly blocks: number;
  readonly why: readonly DecidingBlock[];
  /** Of a pattern: how many of the operations that fit it are allowed, and one that is and one that is not. */
  readonly share: ShareFacts | null;
  /** What stands against it at the place, the heaviest first. */
  readonly denials: readonly DenialFacts[];
}

/** A deny assignment that takes something of what the role allows. */
export interface DenialFacts {
  readonly name: string;
  readonly scopeId: string;
  /** Whether it is known to concern the asker; else it may. */
  readonly isSure: boolean;
  /** `condition`: only where that is met; `below`: only at something inside the place. */
  readonly takes: 'all' | 'some' | 'condition' | 'below';
}

export interface ShareFacts {
  readonly allowed: number;
  readonly conditional: number;
  readonly total: number;
  readonly allowedExample: string | null;
  readonly deniedExample: string | null;
}

/** Whether a role can do one thing. */
export interface CanNotice {
  readonly card: 'can';
  readonly role: DefinitionFacts;
  /** As it was typed. */
  readonly asked: string;
  readonly operation: NamedString;
  /** What else the words could mean. */
  readonly others: readonly string[];
  /** Whether the operation was found on the tenant's list; that could not be read where it was not. */
  readonly isListed: boolean;
  readonly answers: readonly PlaneAnswer[];
  /** Whether deny assignments were read; `open` where it was not asked, for want of a place or of a yes. */
  readonly denials: 'read' | 'unread' | 'open';
  readonly place: PlaceFacts | null;
  readonly own: OwnFacts;
}

/** What two roles have to do with each other, the first one said first. */
export type Relation = 'equal' | 'subset' | 'superset' | 'overlap' | 'disjoint';

export interface ComparedRole extends DefinitionFacts {
  readonly risk: RiskClass;
  readonly counts: OperationCounts | null;
  readonly conditions: readonly ConditionFacts[];
  readonly assignableScopes: readonly string[];
  readonly assignableTotal: number;
}

export interface CompareNotice {
  readonly card: 'compare';
  readonly first: ComparedRole;
  readonly second: ComparedRole;
  readonly relation: Relation;
  /**
   * How it is known: the definitions say the same; compared pattern by pattern; by their names; by the list of operations alone;
   * the one is of Azure, the other of Entra.
   */
  readonly proof: 'normal-form' | 'patterns' | 'strings' | 'list' | 'other-kind';
  /** On the tenant's list of operations; null when that could not be read. */
  readonly onList: { readonly relation: Relation; readonly operations: number } | null;
  readonly onlyFirst: string | null;
  readonly onlySecond: string | null;
  readonly both: number;
  readonly powerful: readonly (PowerfulOperation & { readonly side: 'first' | 'second' })[];
  readonly powerfulTotal: number;
  readonly providers: readonly { readonly provider: string; readonly first: number; readonly second: number }[];
  readonly providersTotal: number;
  readonly areConditionsEqual: boolean;
}

export type RoleNotice = DefinitionNotice | MembershipNotice;

export type RoleCardNotice = RoleNotice | CanNotice | CompareNotice;

/** What buttons of these cards ask for. */
export const ROLE_VERBS = [
  'show-role',
  'show-role-summary',
  'show-role-definition',
  'show-role-operations',
  'activate-role',
] as const;
