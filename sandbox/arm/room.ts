import { tenantPim } from '../pim/tenant-pim.ts';
import type { Exchange, Room } from '../platform/types.ts';
import { approvalEndpoints } from './approvals.ts';
import { childEndpoints } from './children.ts';
import { definitionEndpoints } from './definitions.ts';
import { denyAssignmentControl, denyAssignmentEndpoints } from './deny-assignments.ts';
import { AZURE_FAULTS } from './faults.ts';
import { RequestLimits } from './limits.ts';
import { managementGroupEndpoints } from './management-groups.ts';
import { operationEndpoints } from './operations.ts';
import { permissionEndpoints } from './permissions.ts';
import { policyEndpoints } from './policies.ts';
import { requestEndpoints } from './requests.ts';
import { resourceEndpoints } from './resources.ts';
import { roleAssignmentEndpoints } from './role-assignments.ts';
import { armRoutes, json } from './route.ts';
import { scheduleEndpoints } from './schedules.ts';
import { seedAzure } from './seed.ts';
import type { Arm } from './tools.ts';

/** Azure Resource Manager as far as PIM for Azure resources needs it, over the role management that Graph shares. */
export const armRoom: Room = (world, tools) => {
  const { pim } = tenantPim(world);
  const limits = new RequestLimits(world.clock);
  const arm: Arm = { world, tools, pim, limits, ...seedAzure(world, pim) };
  const endpoints = [
    ...scheduleEndpoints(arm),
    ...requestEndpoints(arm),
    ...approvalEndpoints(arm),
    ...policyEndpoints(arm),
    ...definitionEndpoints(arm),
    ...roleAssignmentEndpoints(arm),
    ...operationEndpoints(arm),
    ...childEndpoints(arm),
    ...permissionEndpoints(arm),
    ...denyAssignmentEndpoints(arm),
    ...managementGroupEndpoints(arm),
    ...resourceEndpoints(arm),
  ];
  return {
    routes: {
      arm: armRoutes(arm, endpoints),
      control: [
        { method: 'PUT', pattern: '/azure/limits', handle: (exchange) => setLimits(limits, exchange) },
        denyAssignmentControl(arm),
      ],
    },
    faultNames: AZURE_FAULTS,
  };
};

function setLimits(limits: RequestLimits, { json: body }: Exchange): ReturnType<typeof json> {
  const on = typeof body === 'object' && body !== null && 'on' in body ? body.on : null;
  if (typeof on !== 'boolean') {
    return json(400, { error: { code: 'BadRequest', message: 'The body must be {on: true} or {on: false}.' } });
  }
  limits.count(on);
  return json(200, { on });
}
