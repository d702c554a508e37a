import { z } from 'zod';
import { FLOOR } from '../../domain/activation.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import { GROUP_MEMBER, GROUP_OWNER, groupRole } from '../../domain/assignment.ts';
import { isGuid } from '../../domain/ids.ts';
import { word } from '../pim-errors/wire-values.ts';
import { quoted } from './paths.ts';
import type { Placed, Plane } from './plane.ts';
import { named } from './wire.ts';

const BASE = '/identityGovernance/privilegedAccess/group';

const place = z
  .object({ groupId: z.string(), accessId: word, group: named })
  .transform(({ groupId, accessId, group }): Placed => ({ role: membership(groupId, accessId, group?.displayName) }));

/** PIM for Groups (pim-api §3). */
export const groupPlane: Plane = {
  surface: 'group',
  capabilities: {
    earliestDeactivation: FLOOR,
    gapAfterEnd: Temporal.Duration.from({ seconds: 0 }),
    listLag: Temporal.Duration.from({ seconds: 45 }),
    // Whether groups take selfExtend and selfRenew is not known (pim-api §18.9): nobody is offered what may not exist.
    extendable: [],
    canNarrow: false,
    givesMembership: true,
  },
  collections: {
    eligible: `${BASE}/eligibilityScheduleInstances`,
    active: `${BASE}/assignmentScheduleInstances`,
    requests: `${BASE}/assignmentScheduleRequests`,
    eligibleRequests: `${BASE}/eligibilityScheduleRequests`,
  },
  names: 'group',
  place,
  bodyOf: (role) => (isMembership(role) ? { accessId: role.roleDefinitionId, groupId: role.scope.id } : null),
  filterOf: (role) => `groupId eq ${quoted(role.scope.id)}`,
  approvals: [
    { version: 'v1.0', path: `${BASE}/assignmentApprovals`, segment: 'stages' },
    { version: 'beta', path: `${BASE}/assignmentApprovals`, segment: 'steps' },
  ],
  policyOf: (role) =>
    isMembership(role) ? { scopeType: 'Group', scopeId: role.scope.id, roleDefinitionId: role.roleDefinitionId } : null,
  isHarmedByRepeats: true,
  areRequestsReadable: true,
  hasDefinitions: false,
};

function membership(groupId: string, accessId: string, displayName: string | null | undefined): RoleAtScope | null {
  if (accessId !== GROUP_MEMBER && accessId !== GROUP_OWNER) {
    return null;
  }
  return groupRole({ id: groupId, name: displayName ?? null }, accessId);
}

function isMembership({ surface, roleDefinitionId: access, scope }: RoleAtScope): boolean {
  return surface === 'group' && (access === GROUP_MEMBER || access === GROUP_OWNER) && isGuid(scope.id);
}
