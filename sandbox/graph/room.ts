import { tenantPim } from '../pim/tenant-pim.ts';
import type { Room } from '../platform/types.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit-logs.ts';
import { batchRoutes } from './batch.ts';
import { conditionalAccessRoutes } from './conditional-access.ts';
import { controlRoutes } from './control.ts';
import { definitionWriteRoutes } from './definition-writes.ts';
import { definitionRoutes } from './definitions.ts';
import { directoryRoutes } from './directory.ts';
import { directoryActionRoutes } from './directory-actions.ts';
import { PIM_FAULTS } from './faults.ts';
import { policyRoutes } from './policies.ts';
import { requestRoutes } from './requests.ts';
import { scheduleRoutes } from './schedules.ts';
import { signInRoutes } from './sign-ins.ts';
import type { Graph } from './tools.ts';

/** Microsoft Graph as far as PIM for directory roles and for groups needs it, with role management behind it. */
export const graphRoom: Room = (world, tools) => {
  const graph: Graph = { world, tools, ...tenantPim(world) };
  const routes = [
    ...definitionRoutes(graph),
    ...definitionWriteRoutes(graph),
    ...directoryActionRoutes(graph),
    ...scheduleRoutes(graph),
    ...requestRoutes(graph),
    ...approvalRoutes(graph),
    ...policyRoutes(graph),
    ...directoryRoutes(graph),
    ...auditRoutes(graph),
    ...signInRoutes(graph),
    ...conditionalAccessRoutes(graph),
  ];
  return {
    routes: { graph: [...routes, ...batchRoutes(graph, routes)], control: controlRoutes(graph) },
    faultNames: PIM_FAULTS,
  };
};
