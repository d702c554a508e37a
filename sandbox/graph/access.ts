import { ROLE_IDS } from '../pim/directory-surface.ts';
import type { AccessToken } from '../platform/types.ts';
import type { Permissions } from './plane.ts';
import { GraphProblem } from './problem.ts';
import type { Graph } from './tools.ts';

const DIRECTORY_ASSIGNMENTS = ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'];
const DIRECTORY_ELIGIBILITIES = ['RoleEligibilitySchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'];

/** Permissions for Entra roles (pim-api §2.2, §8.5): reading requests needs the permission to write them. */
export const DIRECTORY_PERMISSIONS: Permissions = {
  lists: {
    assignment: [
      'RoleAssignmentSchedule.Read.Directory',
      'RoleAssignmentSchedule.ReadWrite.Directory',
      'RoleManagement.Read.Directory',
      'RoleManagement.Read.All',
      'RoleManagement.ReadWrite.Directory',
    ],
    eligibility: [
      'RoleEligibilitySchedule.Read.Directory',
      'RoleEligibilitySchedule.ReadWrite.Directory',
      'RoleManagement.Read.Directory',
      'RoleManagement.Read.All',
      'RoleManagement.ReadWrite.Directory',
    ],
  },
  requests: { assignment: DIRECTORY_ASSIGNMENTS, eligibility: DIRECTORY_ELIGIBILITIES },
  writes: { assignment: DIRECTORY_ASSIGNMENTS, eligibility: DIRECTORY_ELIGIBILITIES },
  removals: {
    assignment: [...DIRECTORY_ASSIGNMENTS, 'RoleAssignmentSchedule.Remove.Directory'],
    eligibility: [...DIRECTORY_ELIGIBILITIES, 'RoleEligibilitySchedule.Remove.Directory'],
  },
  approvals: ['RoleAssignmentSchedule.ReadWrite.Directory'],
  decisions: ['RoleAssignmentSchedule.ReadWrite.Directory'],
  policies: [
    'RoleManagementPolicy.Read.Directory',
    'RoleManagementPolicy.ReadWrite.Directory',
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  policyWrites: ['RoleManagementPolicy.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
};

const GROUP_ASSIGNMENTS = ['PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'];
const GROUP_ELIGIBILITIES = ['PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup'];
const GROUP_ASSIGNMENT_READS = ['PrivilegedAssignmentSchedule.Read.AzureADGroup', ...GROUP_ASSIGNMENTS];
const GROUP_ELIGIBILITY_READS = ['PrivilegedEligibilitySchedule.Read.AzureADGroup', ...GROUP_ELIGIBILITIES];

/** Permissions for PIM for Groups (pim-api §3.2): a permission to read opens requests and approvals too. */
export const GROUP_PERMISSIONS: Permissions = {
  lists: { assignment: GROUP_ASSIGNMENT_READS, eligibility: GROUP_ELIGIBILITY_READS },
  requests: { assignment: GROUP_ASSIGNMENT_READS, eligibility: GROUP_ELIGIBILITY_READS },
  writes: { assignment: GROUP_ASSIGNMENTS, eligibility: GROUP_ELIGIBILITIES },
  removals: {
    assignment: [...GROUP_ASSIGNMENTS, 'PrivilegedAssignmentSchedule.Remove.AzureADGroup'],
    eligibility: [...GROUP_ELIGIBILITIES, 'PrivilegedEligibilitySchedule.Remove.AzureADGroup'],
  },
  approvals: GROUP_ASSIGNMENT_READS,
  decisions: GROUP_ASSIGNMENTS,
  policies: ['RoleManagementPolicy.Read.AzureADGroup', 'RoleManagementPolicy.ReadWrite.AzureADGroup'],
  policyWrites: ['RoleManagementPolicy.ReadWrite.AzureADGroup'],
};

/** Permissions of what belongs to no plane of PIM (pim-api §14.2, §15.1). */
export const PERMISSIONS = {
  definitions: [
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'Directory.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  definitionWrites: ['RoleManagement.ReadWrite.Directory'],
  auditLogs: ['AuditLog.Read.All', 'Directory.Read.All'],
  signIns: ['AuditLog.Read.All'],
} as const;

export const READERS: readonly string[] = [
  ROLE_IDS.globalReader,
  ROLE_IDS.securityOperator,
  ROLE_IDS.securityReader,
  ROLE_IDS.securityAdministrator,
  ROLE_IDS.privilegedRoleAdministrator,
  ROLE_IDS.globalAdministrator,
];

export const REPORT_READERS: readonly string[] = [
  ROLE_IDS.reportsReader,
  ROLE_IDS.globalReader,
  ROLE_IDS.securityOperator,
  ROLE_IDS.securityReader,
  ROLE_IDS.securityAdministrator,
  ROLE_IDS.globalAdministrator,
];

export const ADMINISTRATORS: readonly string[] = [ROLE_IDS.privilegedRoleAdministrator, ROLE_IDS.globalAdministrator];

export function grants(caller: AccessToken): readonly string[] {
  return caller.kind === 'delegated' ? caller.scopes : caller.roles;
}

export function holdsPermission(caller: AccessToken, permissions: readonly string[]): boolean {
  return permissions.some((permission) => grants(caller).includes(permission));
}

/** 403 in the gateway's wrapping, naming what would do. */
export function requirePermission(caller: AccessToken, permissions: readonly string[]): void {
  if (!holdsPermission(caller, permissions)) {
    throw permissionMissing(permissions);
  }
}

/** For calls that Microsoft offers to people only, whatever an application was granted. */
export function requireDelegated(caller: AccessToken, permissions: readonly string[]): string {
  if (caller.principalId === null || caller.kind !== 'delegated') {
    throw permissionMissing(permissions);
  }
  return caller.principalId;
}

/** A person also needs a directory role, held now; an application does not. */
export function requireRole(graph: Graph, caller: AccessToken, roleIds: readonly string[]): void {
  if (!holdsRole(graph, caller, roleIds)) {
    throw requestDenied();
  }
}

export function holdsRole(graph: Graph, caller: AccessToken, roleIds: readonly string[]): boolean {
  return caller.principalId === null || graph.roles.holdsAny(caller.principalId, roleIds);
}

export function requestDenied(): GraphProblem {
  return new GraphProblem(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

function permissionMissing(permissions: readonly string[]): GraphProblem {
  const message = `Authorization failed due to missing permission scope ${permissions.join(',')}.`;
  return new GraphProblem(403, 'PermissionScopeNotGranted', message, { wrap: 'always' });
}
