import { z } from 'zod';
import { FLOOR } from '../../domain/activation.ts';
import type { Scope } from '../../domain/assignment.ts';
import { WHOLE_TENANT } from '../../domain/assignment.ts';
import { isGuid, roleDefinitionId } from '../../domain/ids.ts';
import { optionalText } from '../pim-errors/wire-values.ts';
import { quoted } from './paths.ts';
import type { Placed, Plane } from './plane.ts';
import { named } from './wire.ts';

const BASE = '/roleManagement/directory';

const place = z
  .object({
    roleDefinitionId: z.string(),
    directoryScopeId: optionalText,
    roleDefinition: named,
    directoryScope: named,
  })
  .transform((row): Placed => {
    // The other kind of scope is an application's own, which PIM lists but people do not activate here.
    if (row.directoryScopeId === null) {
      return { role: null };
    }
    return {
      role: {
        surface: 'directory',
        roleDefinitionId: roleDefinitionId(row.roleDefinitionId),
        roleName: row.roleDefinition?.displayName ?? row.roleDefinitionId,
        scope: scopeOf(row.directoryScopeId, row.directoryScope?.displayName ?? null),
      },
    };
  });

/** Microsoft Entra roles (pim-api §2). */
export const directoryPlane: Plane = {
  surface: 'directory',
  capabilities: {
    earliestDeactivation: FLOOR,
    gapAfterEnd: Temporal.Duration.from({ seconds: 0 }),
    listLag: Temporal.Duration.from({ seconds: 11 }),
    extendable: ['eligible', 'active'],
    canNarrow: false,
    givesMembership: false,
  },
  collections: {
    eligible: `${BASE}/roleEligibilityScheduleInstances`,
    active: `${BASE}/roleAssignmentScheduleInstances`,
    requests: `${BASE}/roleAssignmentScheduleRequests`,
    eligibleRequests: `${BASE}/roleEligibilityScheduleRequests`,
  },
  names: 'roleDefinition,directoryScope',
  place,
  bodyOf: (role) =>
    role.surface === 'directory' ? { roleDefinitionId: role.roleDefinitionId, directoryScopeId: role.scope.id } : null,
  filterOf: (role) => `roleDefinitionId eq ${quoted(role.roleDefinitionId)}`,
  // There are no approvals of directory roles in v1.0 (pim-api §7.3).
  approvals: [{ version: 'beta', path: `${BASE}/roleAssignmentApprovals`, segment: 'steps' }],
  // A directory role has one policy in the tenant, whatever the scope.
  policyOf: (role) =>
    role.surface === 'directory' && isGuid(role.roleDefinitionId)
      ? { scopeType: 'DirectoryRole', scopeId: '/', roleDefinitionId: role.roleDefinitionId }
      : null,
  isHarmedByRepeats: false,
  areRequestsReadable: false,
  hasDefinitions: true,
};

function scopeOf(id: string, displayName: string | null): Scope {
  return { id, name: id === '/' ? WHOLE_TENANT : (displayName ?? id.slice(id.lastIndexOf('/') + 1)) };
}
