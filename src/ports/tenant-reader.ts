import type { ActiveAssignment, RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { ApproverReference, Person, RolePolicy } from '../domain/policy.ts';

/**
 * What the reader identity may see: read only, for planning limits, delivery and convergence. Adapters cache what changes
 * seldom (policies, people, groups) for minutes; `findActive` always asks the tenant.
 */
export interface TenantReader {
  /** The settings of one role. @throws graph.forbidden when the reader may not read them, graph.not_found */
  readPolicy(role: RoleAtScope): Promise<RolePolicy>;
  /**
   * The people behind the approval rule: groups expanded, each person once, disabled and unknown ones left out.
   * @throws graph.not_found, graph.forbidden when a group cannot be seen: that is not an empty group
   */
  expandApprovers(approvers: readonly ApproverReference[]): Promise<readonly Person[]>;
  /** What the role allows, as its definition lists it. @throws graph.forbidden, graph.not_found */
  readRoleActions(role: RoleAtScope): Promise<readonly string[]>;
  /** A person of our tenant, or null. */
  findPerson(id: PrincipalId): Promise<Person | null>;
  /** The person's running activation of exactly this role at this scope, or null when the list does not show one. */
  findActive(principalId: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null>;
}
