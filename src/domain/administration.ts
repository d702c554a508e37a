import type { RoleAtScope } from './assignment.ts';

/** Who holds or is given an assignment. `id` is the object id. */
export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly kind: 'user' | 'group' | 'service-principal' | 'unknown';
  /** Sign-in name of a user; null for others, and where the tenant does not show it. */
  readonly userPrincipalName: string | null;
}

/** One row of "who has": an eligible or active assignment of anybody. */
export interface ListedAssignment extends RoleAtScope {
  readonly principal: Principal;
  readonly kind: 'eligible' | 'active';
  /** `activated`: from an eligible assignment, by its holder. */
  readonly assignmentType: 'assigned' | 'activated';
  readonly memberType: 'direct' | 'group' | 'inherited';
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
}

/** What an administrator does to somebody's assignment. */
export const ASSIGNMENT_ACTIONS = ['assign', 'update', 'extend', 'renew', 'remove'] as const;
export type AssignmentAction = (typeof ASSIGNMENT_ACTIONS)[number];

export interface AssignmentOrder {
  readonly action: AssignmentAction;
  readonly kind: 'eligible' | 'active';
  readonly role: RoleAtScope;
  readonly principal: Principal;
  /** Null means at once. */
  readonly startsAt: Temporal.Instant | null;
  /** Null means without an end; meaningless for `remove`. */
  readonly endsAt: Temporal.Instant | null;
  readonly justification: string;
  readonly ticket: string | null;
}

/** A role that a group gives to whoever is a member of it: to activate (`eligible`), or at once (`active`). */
export interface HeldRole extends RoleAtScope {
  readonly gives: 'eligible' | 'active';
  readonly endsAt: Temporal.Instant | null;
}

/** One thing that happened, from our records or from the tenant's audit log. */
export interface HistoryEntry {
  readonly at: Temporal.Instant;
  /** A short past fact, such as "activated" or "approved". */
  readonly what: string;
  readonly roleName: string;
  readonly scopeName: string;
  readonly byName: string | null;
  readonly justification: string | null;
  readonly source: 'records' | 'tenant';
}

/** A set of roles that a person uses again and again, under a name of theirs. */
export interface Bundle {
  readonly name: string;
  readonly items: readonly BundleItem[];
  readonly savedAt: Temporal.Instant;
}

export interface BundleItem {
  readonly role: RoleAtScope;
  readonly duration: Temporal.Duration;
}
