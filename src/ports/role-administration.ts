import type { AssignmentOrder, HistoryEntry, ListedAssignment, Principal } from '../domain/administration.ts';
import type { RoleAtScope, Surface } from '../domain/assignment.ts';
import type { ContextBacking, HeldSettings, RoleSettings } from '../domain/role-settings.ts';
import type { Actor, TenantRequest } from './role-management.ts';

/** Which assignments are wanted: of one role at its scope, or of everything at a scope. */
export type AssignmentQuery =
  | { readonly role: RoleAtScope }
  /** A scope of this surface: `/`, an administrative unit, a group's id, an ARM path. */
  | { readonly scopeId: string };

/**
 * What people see and change of roles that are not only their own, each call with the token of the actor. Every method throws
 * `identity.sign_in_required`, `identity.consent_missing`, `graph.*` for the wire (`graph.forbidden` when the actor may not), and
 * what is named below.
 */
export interface RoleAdministration {
  readonly surface: Surface;
  /**
   * Roles whose name the words mean, in any case, at a scope given in words or as a path: null is the usual one (the whole
   * tenant; every PIM group; the Azure scopes the actor can see). Never a guess: all that fit come back.
   */
  findRoles(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]>;
  /** Everybody's eligible and active assignments. Rows that are over are left out. */
  listAssignments(actor: Actor, query: AssignmentQuery): Promise<readonly ListedAssignment[]>;
  /**
   * Carries out an administrator's change, once. @throws assignment.exists, assignment.not_found, assignment.too_short (within
   *   PIM's five minutes), assignment.last_owner, activation.refused_by_policy (fact `rules`), activation.in_doubt
   */
  change(actor: Actor, order: AssignmentOrder): Promise<TenantRequest>;
  /** @throws graph.not_found when the tenant has no settings for the role */
  readSettings(actor: Actor, role: RoleAtScope): Promise<HeldSettings>;
  /**
   * Writes what differs between `from` and `to`, rule by rule, and leaves everything else as the tenant holds it.
   * @throws settings.changed_meanwhile when the tenant no longer holds `from`, settings.refused (fact `reason`),
   *   activation.in_doubt
   */
  writeSettings(
    actor: Actor,
    role: RoleAtScope,
    change: { readonly from: RoleSettings; readonly to: RoleSettings },
  ): Promise<void>;
}

/** People and groups of the tenant, and its log, as the actor may see them. */
export interface TenantDirectory {
  /** Users and groups of exactly this name, sign-in name, mail or object id. */
  findPrincipals(actor: Actor, words: string): Promise<readonly Principal[]>;
  /** PIM's own audit log about one person since an instant, newest first, at most `limit`. @throws graph.forbidden */
  listHistory(actor: Actor, options: HistoryOptions): Promise<readonly HistoryEntry[]>;
  /** Whether a Conditional Access policy that is on targets the context; `unchecked` where the actor may not see. */
  readContextBacking(actor: Actor, context: string): Promise<ContextBacking>;
}

export interface HistoryOptions {
  readonly about: string;
  readonly since: Temporal.Instant;
  readonly limit: number;
}
