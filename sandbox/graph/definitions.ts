import type { UnifiedRoleAssignment } from '@microsoft/microsoft-graph-types';
import { transitiveMemberIds } from '../pim/membership.ts';
import type { Schedule } from '../pim/model.ts';
import { isLive } from '../pim/schedules.ts';
import type { Answer, Route } from '../platform/types.ts';
import { PERMISSIONS, READERS, requirePermission, requireRole } from './access.ts';
import type { Filterable } from './filter.ts';
import { answerEntity, answerList, type Row } from './list.ts';
import { badRequest, notFound } from './problem.ts';
import { betaRoleDefinitionRow, roleDefinitionRow } from './role-definition-row.ts';
import { type Call, route } from './route.ts';
import { scheduleRow } from './rows.ts';
import type { Graph } from './tools.ts';

const COLLECTION = 'roleManagement/directory/roleDefinitions';
const BASE = '/v1.0/roleManagement/directory';
const DEFINITIONS: Filterable = {
  id: ['eq', 'ne'],
  displayName: ['eq', 'ne', 'startswith'],
  isBuiltIn: ['eq', 'ne'],
  isEnabled: ['eq', 'ne'],
  templateId: ['eq', 'ne'],
};
const ASSIGNMENTS: Filterable = { principalId: ['eq'], roleDefinitionId: ['eq'], directoryScopeId: ['eq'] };

/** Role definitions, and the plain assignments that PIM writes: D1 and D15 of pim-api §2.1. */
export function definitionRoutes(graph: Graph): Route[] {
  return [
    ...readRoutes(graph, '/v1.0', roleDefinitionRow),
    ...readRoutes(graph, '/beta', betaRoleDefinitionRow),
    route(graph, 'GET', `${BASE}/roleAssignments`, (call) => listAssignments(graph, call, direct(graph))),
    route(graph, 'GET', `${BASE}/transitiveRoleAssignments`, (call) => {
      if (call.exchange.headers.consistencylevel !== 'eventual' || call.exchange.query.get('$count') !== 'true') {
        throw badRequest('transitiveRoleAssignments needs $count=true and the header ConsistencyLevel: eventual.');
      }
      return listAssignments(graph, call, transitive(graph));
    }),
  ];
}

function readRoutes(graph: Graph, version: string, rowOf: typeof roleDefinitionRow): Route[] {
  return [
    route(graph, 'GET', `${version}/${COLLECTION}`, (call) => {
      requirePermission(call.caller, PERMISSIONS.definitions);
      const rows = [...graph.roles.definitions.values()].map((role) => rowOf(graph.roles, role));
      const options = ['$filter', '$select', '$expand'] as const;
      return answerList(graph, call, rows, { context: COLLECTION, filterable: DEFINITIONS, options });
    }),
    route(graph, 'GET', `${version}/${COLLECTION}/:id`, (call) => {
      requirePermission(call.caller, PERMISSIONS.definitions);
      const id = (call.params.id ?? '').toLowerCase();
      const role = graph.roles.definitions.get(id);
      if (role === undefined) {
        throw notFound(id);
      }
      return answerEntity(graph, call, rowOf(graph.roles, role), COLLECTION);
    }),
  ];
}

function listAssignments(graph: Graph, call: Call, rows: readonly Row[]): Answer {
  requirePermission(call.caller, PERMISSIONS.definitions);
  requireRole(graph, call.caller, READERS);
  const context = 'roleManagement/directory/roleAssignments';
  const options = ['$count', '$expand', '$filter', '$select'] as const;
  return answerList(graph, call, rows, { context, filterable: ASSIGNMENTS, options });
}

function direct(graph: Graph): readonly Row[] {
  return live(graph).map((schedule) => assignmentRow(graph, schedule, schedule.principalId));
}

function transitive(graph: Graph): readonly Row[] {
  return live(graph).flatMap((schedule) => {
    const through = transitiveMemberIds(graph.world.tenant, schedule.principalId);
    return [schedule.principalId, ...through].map((id) => assignmentRow(graph, schedule, id));
  });
}

function live(graph: Graph): readonly Schedule[] {
  const now = graph.world.clock.now();
  const listed = graph.pim.listed('instances', 'assignment', null, graph.world.settings.listLag);
  return listed.filter((schedule) => schedule.subject.surface === 'directory' && isLive(schedule, now));
}

function assignmentRow(graph: Graph, schedule: Schedule, principalId: string): Row {
  const entity = {
    id: schedule.instanceId,
    principalId,
    directoryScopeId: schedule.subject.scope,
    roleDefinitionId: schedule.subject.role,
  } satisfies UnifiedRoleAssignment;
  const { roleDefinition, principal, directoryScope } = scheduleRow(graph, schedule, principalId).links;
  const links = Object.entries({ roleDefinition, principal, directoryScope });
  return { json: entity, links: Object.fromEntries(links.flatMap(([name, link]) => (link ? [[name, link]] : []))) };
}
