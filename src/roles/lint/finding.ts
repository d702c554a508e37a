import type { AzureOperation, DirectoryAction, RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleFileShape, Spot } from '../role-file/role-file.ts';
import table from './rules.json' with { type: 'json' };

export type LintLevel = 'error' | 'warning' | 'info';

export type LintRuleId = keyof typeof table;

export interface LintRule {
  readonly level: LintLevel;
  readonly of: 'file' | 'both' | 'azure' | 'directory';
  readonly summary: string;
  readonly basis: string;
}

/** Every rule, in the order in which the paper lists them. */
export const LINT_RULES = table as Readonly<Record<LintRuleId, LintRule>>;

/** One thing about a role, as a rule tells it. */
export interface Remark {
  readonly rule: LintRuleId;
  readonly text: string;
  /** The way in the model to what it is about: `permissions.0.actions.3`; empty for the role as a whole. */
  readonly part: string;
  /** Where it differs from the rule's. */
  readonly level?: LintLevel;
}

/** A remark in a file. */
export interface LintFinding {
  readonly file: string;
  /** The name of the role; null when the file could not be read as one. */
  readonly role: string | null;
  readonly rule: LintRuleId;
  readonly level: LintLevel;
  readonly text: string;
  readonly spot: Spot | null;
}

/** What the tenant knows. An empty list is one that nobody could read: rules that need it say nothing. */
export interface LintKnowledge {
  readonly roles: readonly RoleDefinition[];
  readonly operations: readonly AzureOperation[];
  readonly directoryActions: readonly DirectoryAction[];
  /** False when the list of permissions comes from the documentation, which leaves some out. */
  readonly isDirectoryComplete: boolean;
  /** Names of permissions that Microsoft labels as privileged. */
  readonly privilegedActions: readonly string[];
}

export interface LintOptions {
  /** Whether a name is as the convention wants it; null when there is none. */
  readonly namePattern: { readonly text: string; matches(name: string): boolean } | null;
  /** The shape that the role must fit into as well. */
  readonly target: RoleFileShape | null;
}

/** A string as it is compared: blanks at the ends and case do not count. */
export function plain(text: string): string {
  return text.trim().toLowerCase();
}

/** Counts as people read it: “1 operation”, “12 operations”. */
export function count(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`;
}
