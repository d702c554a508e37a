import type { HeldRole, Principal } from '../domain/administration.ts';
import type { ActiveAssignment, RoleAtScope, Surface } from '../domain/assignment.ts';
import type { PrincipalId, ScheduleRequestId } from '../domain/ids.ts';
import type { ApproverPerson, ApproverReference, Person, RolePolicy } from '../domain/policy.ts';
import type { HeldSettings } from '../domain/role-settings.ts';
import type { TenantRequest } from './role-management.ts';

/** What tells one request from all others: Microsoft's id, or the marker that we sent along. */
export type RequestKey = { readonly id: ScheduleRequestId } | { readonly marker: string };

/** What membership of a group gives, as far as the reader sees it. */
export interface GroupGives {
  readonly roles: readonly HeldRole[];
  /** Where nobody lets the reader see what the group has: there it may give more, and never counts as giving nothing. */
  readonly unread: readonly Surface[];
}

/** What the reader sees of roles. */
export interface RoleReader {
  /** The settings of one role. @throws graph.forbidden when the reader may not read them, graph.not_found */
  readPolicy(role: RoleAtScope): Promise<RolePolicy>;
  /**
   * All settings of one role, never from a cache. For those only whom the role concerns; whoever asks must have checked that.
   * @throws graph.forbidden, graph.not_found
   */
  readSettings(role: RoleAtScope): Promise<HeldSettings>;
  /** Forgets what is kept of the role's settings: they were just written, or may have been. */
  forget(role: RoleAtScope): void;
  /** What the role allows, as its definition lists it. @throws graph.forbidden, graph.not_found */
  readRoleActions(role: RoleAtScope): Promise<readonly string[]>;
  /** The person's running activation of exactly this role at this scope, or null when the list does not show one. */
  findActive(principalId: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null>;
  /**
   * A person's own activation request for the role, whatever became of it; null when the tenant holds none.
   * @throws graph.forbidden where no right to read alone opens requests (Entra roles, pim-api §2.2)
   */
  findRequest(principalId: PrincipalId, role: RoleAtScope, by: RequestKey): Promise<TenantRequest | null>;
  /**
   * Who may activate exactly this role, as the tenant has it now: people and groups, each once. On Azure whoever may above its
   * scope may at it, too. Ended assignments are left out. @throws graph.forbidden, graph.not_found
   */
  listEligible(role: RoleAtScope): Promise<readonly Principal[]>;
}

/** The part of one surface. */
export interface SurfaceReader extends RoleReader {
  readonly surface: Surface;
  /** See {@link TenantReader.listActive}. */
  listActive(principalId: PrincipalId): Promise<readonly ActiveAssignment[]>;
  /** What a group has on this surface. @throws graph.forbidden */
  listHeldByGroup(groupId: string): Promise<readonly HeldRole[]>;
}

/**
 * What the reader identity may see: read only, for planning limits, delivery and convergence. Adapters cache what changes
 * seldom (policies, people, groups) for minutes; `findActive` always asks the tenant.
 */
export interface TenantReader extends RoleReader {
  /**
   * The people behind the approval rule: groups expanded, each person once, unknown ones left out; whose account is disabled says
   * so. `isFresh` asks past the cache, and leaves no doubt: it also throws where a group inside hides its members.
   * @throws graph.not_found, graph.forbidden when a group cannot be seen, or nobody of it since it, or a group inside, hides its
   * members: that is not an empty group
   */
  expandApprovers(
    approvers: readonly ApproverReference[],
    how?: { readonly isFresh: boolean },
  ): Promise<readonly ApproverPerson[]>;
  /**
   * What gives the person access on one surface now, activated or assigned, and not through a group; never from a cache. On Azure
   * as far as the reader sees. @throws graph.forbidden, also when it sees nothing of Azure; graph.not_found when nobody reads that
   * surface
   */
  listActive(principalId: PrincipalId, surface: Surface): Promise<readonly ActiveAssignment[]>;
  /**
   * What membership of a group gives, on every surface that has roles for groups. Asked only for groups that the person may
   * activate. Kept for minutes. @throws graph.forbidden, graph.not_found when no surface could be read
   */
  listHeldByGroup(groupId: string): Promise<GroupGives>;
  /** The person of this object id or sign-in name, in any case, as the tenant is now; null when unknown or disabled. */
  findPerson(idOrSignInName: string): Promise<Person | null>;
  /**
   * The people in the group of exactly this object id or display name, in any case, and in the groups inside it, as the tenant is
   * now: disabled ones are left out.
   * @throws graph.not_found when no group is called that, or several are; graph.forbidden
   */
  listMembers(group: string): Promise<readonly Person[]>;
  /**
   * The people who may activate exactly this role: as `listEligible`, with groups expanded. Whoever only may become a member of
   * such a group is not among them.
   * @throws graph.not_found, graph.forbidden when a group cannot be seen: that is not an empty group
   */
  listEligiblePeople(role: RoleAtScope): Promise<readonly Person[]>;
}
