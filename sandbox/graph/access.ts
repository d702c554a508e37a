import { ROLE_IDS } from '../pim/directory-surface.ts';
import type { AccessToken } from '../platform/types.ts';
import { GraphProblem } from './problem.ts';
import type { Graph } from './tools.ts';

/** Permissions by what is called (pim-api §2.2, §8.5, §15.1). The first is the least. */
export const PERMISSIONS = {
  assignmentRequests: ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
  assignmentRemoval: [
    'RoleAssignmentSchedule.ReadWrite.Directory',
    'RoleManagement.ReadWrite.Directory',
    'RoleAssignmentSchedule.Remove.Directory',
  ],
  eligibilityRequests: ['RoleEligibilitySchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
  eligibilityRemoval: [
    'RoleEligibilitySchedule.ReadWrite.Directory',
    'RoleManagement.ReadWrite.Directory',
    'RoleEligibilitySchedule.Remove.Directory',
  ],
  assignments: [
    'RoleAssignmentSchedule.Read.Directory',
    'RoleAssignmentSchedule.ReadWrite.Directory',
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  eligibilities: [
    'RoleEligibilitySchedule.Read.Directory',
    'RoleEligibilitySchedule.ReadWrite.Directory',
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  definitions: [
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'Directory.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  approvals: ['RoleAssignmentSchedule.ReadWrite.Directory'],
  policies: [
    'RoleManagementPolicy.Read.Directory',
    'RoleManagementPolicy.ReadWrite.Directory',
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'RoleManagement.ReadWrite.Directory',
  ],
  policyWrites: ['RoleManagementPolicy.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
  auditLogs: ['AuditLog.Read.All', 'Directory.Read.All'],
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
  return new GraphProblem(403, 'PermissionScopeNotGranted', message, 'always');
}
