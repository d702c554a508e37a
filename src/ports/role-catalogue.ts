import type { DenyAssignment } from '../domain/deny-assignment.ts';
import type { AzureOperation, DirectoryAction, RoleDefinition, ScopeHierarchy } from '../domain/role-definition.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * What roles of the tenant allow and which operations there are, as the reader sees them: built-in and custom roles of Entra and
 * of Azure.
 */
export interface RoleCatalogue {
  /**
   * What is known now. The first call reads; later ones answer from memory at once, and what is older than ten minutes (of
   * operations and directory actions: six hours) is read again behind them; where something could not
   * be read, it is read again first. What could not be read, or not all of it, is named in
   * `unread`; of a part that could not be read at all, what was known before is kept. Never throws.
   */
  current(): Promise<RoleKnowledge>;
  /** The next `current` reads roles again, and waits for them: a definition was just written. */
  forget(): void;
  /**
   * What Azure denies at a scope, above it and, in the same list, below it; never from a cache. All of it or an error: one row that
   * is not understood could be the one that denies.
   * @throws graph.forbidden, graph.not_found, graph.unexpected_answer, graph.unavailable, graph.throttled
   */
  readDenials(scopeId: string): Promise<readonly DenyAssignment[]>;
}

export type KnowledgePart =
  | 'azure-roles'
  | 'azure-operations'
  | 'azure-hierarchy'
  | 'directory-roles'
  | 'directory-actions';

export interface RoleKnowledge {
  /** Another number whenever roles, operations, actions or the hierarchy changed: what is derived of them is kept by this. */
  readonly version: number;
  readonly readAt: Temporal.Instant;
  readonly roles: readonly RoleDefinition[];
  readonly operations: readonly AzureOperation[];
  readonly directoryActions: readonly DirectoryAction[];
  readonly hierarchy: ScopeHierarchy;
  readonly unread: readonly { readonly part: KnowledgePart; readonly code: ErrorCode }[];
}
