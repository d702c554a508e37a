import { seedDirectory } from '../pim/seed.ts';
import type { Room, Route } from '../platform/types.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit-logs.ts';
import { batchRoutes } from './batch.ts';
import { controlRoutes } from './control.ts';
import { definitionRoutes } from './definitions.ts';
import { directoryRoutes } from './directory.ts';
import { PIM_FAULTS } from './faults.ts';
import { policyRoutes } from './policies.ts';
import { notSimulated } from './problem.ts';
import { requestRoutes } from './requests.ts';
import { route } from './route.ts';
import { scheduleRoutes } from './schedules.ts';
import type { Graph } from './tools.ts';

/** Microsoft Graph as far as PIM for directory roles needs it, with role management behind it. */
export const graphRoom: Room = (world, tools) => {
  const graph: Graph = { world, tools, ...seedDirectory(world) };
  const routes = [
    ...definitionRoutes(graph),
    ...scheduleRoutes(graph),
    ...requestRoutes(graph),
    ...approvalRoutes(graph),
    ...policyRoutes(graph),
    ...directoryRoutes(graph),
    ...auditRoutes(graph),
    ...groupRoutes(graph),
  ];
  return {
    routes: { graph: [...routes, ...batchRoutes(graph, routes)], control: controlRoutes(graph) },
    faultNames: PIM_FAULTS,
  };
};

function groupRoutes(graph: Graph): Route[] {
  const pattern = '/v1.0/identityGovernance/privilegedAccess/group/*rest';
  return (['GET', 'POST', 'PATCH'] as const).map((method) =>
    route(graph, method, pattern, () => {
      throw notSimulated('PIM for Groups');
    }),
  );
}
