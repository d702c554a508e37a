import type { RoleAtScope } from './assignment.ts';
import { isNamedRole, type NamedRole } from './named-role.ts';
import type { Plane } from './role-definition.ts';

/*
 * Runbooks: which role a task needs, how it is done, and how one sees that the role is usable. The runbook for emergencies that is
 * printed on paper is something else (src/rulebook/emergency-paper.ts).
 */

/** What stands for the role's scope in the paths of checks. */
export const SCOPE_PLACEHOLDER = '{scope}';

/** One thing to do, in plain text. */
export interface RunbookStep {
  readonly text: string;
  /** Begins with `https://`. */
  readonly link: string | null;
}

/** What a check looks at, always by reading: paths may have {@link SCOPE_PLACEHOLDER}. */
export type RunbookProbe =
  /** Reads a resource of Azure. */
  | { readonly kind: 'azure-read'; readonly path: string; readonly apiVersion: string }
  /** Asks Azure which operations the person has at a scope. Nothing is carried out. */
  | { readonly kind: 'azure-operation'; readonly operation: string; readonly plane: Plane; readonly at: string }
  /** Reads something of Microsoft Graph; the path has no version. */
  | { readonly kind: 'graph-read'; readonly path: string };

/** What must work, or must be refused, while the role is active. */
export interface RunbookCheck {
  readonly name: string;
  readonly probe: RunbookProbe;
  readonly expects: 'works' | 'refused';
}

/** How one task is done, and with which role. */
export interface Runbook {
  /** One word that people type. */
  readonly name: string;
  readonly title: string;
  /** What people call it besides. */
  readonly words: readonly string[];
  readonly role: NamedRole;
  /** For how long the role is usually needed; null when nobody said. */
  readonly duration: Temporal.Duration | null;
  readonly steps: readonly RunbookStep[];
  readonly checks: readonly RunbookCheck[];
  /** Who keeps it, by sign-in name or object id; null when nobody said. */
  readonly owner: string | null;
}

/** All runbooks of an organisation. */
export interface Runbooks {
  /** Names its content: equal ones have equal versions. */
  readonly version: string;
  readonly all: readonly Runbook[];
}

/** In force where none were given. */
export const NO_RUNBOOKS: Runbooks = { version: 'none', all: [] };

/** The runbooks that a role at a scope is for. */
export function runbooksFor({ all }: Runbooks, role: RoleAtScope): readonly Runbook[] {
  return all.filter((runbook) => isNamedRole(runbook.role, role));
}
