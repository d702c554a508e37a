import { randomUUID } from 'node:crypto';
import type { RoleDefinition } from '../pim/directory-surface.ts';
import { hasEnded } from '../pim/schedules.ts';
import type { Answer, Route } from '../platform/types.ts';
import { ADMINISTRATORS, PERMISSIONS, requirePermission, requireRole } from './access.ts';
import { jsonBody } from './body.ts';
import { type DefinitionChange, readDefinition, refused } from './definition-body.ts';
import { contextUrl } from './list.ts';
import { GraphProblem, notFound } from './problem.ts';
import { roleDefinitionRow } from './role-definition-row.ts';
import { type Call, json, route } from './route.ts';
import type { Graph } from './tools.ts';

const PATH = '/v1.0/roleManagement/directory/roleDefinitions';
const MOST_CUSTOM_ROLES = 100;

/** Custom roles of Entra: create, change, delete (pim-api §15.1). */
export function definitionWriteRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'POST', PATH, (call) => create(graph, call)),
    route(graph, 'PATCH', `${PATH}/:id`, (call) => change(graph, call)),
    route(graph, 'DELETE', `${PATH}/:id`, (call) => remove(graph, call)),
  ];
}

function create(graph: Graph, call: Call): Answer {
  requireWriter(graph, call);
  const { definitions } = graph.roles;
  const given = readDefinition(jsonBody(call.exchange));
  const { displayName, isEnabled, permissions } = given;
  if (displayName === undefined || isEnabled === undefined || permissions === undefined) {
    throw refused('A role definition needs displayName, isEnabled and rolePermissions.');
  }
  requireUnique(graph, given, null);
  if ([...definitions.values()].filter(({ isBuiltIn }) => !isBuiltIn).length >= MOST_CUSTOM_ROLES) {
    throw new GraphProblem(403, 'Directory_QuotaExceeded', 'The quota of custom role definitions has been exceeded.');
  }
  const id = randomUUID();
  const role: RoleDefinition = {
    description: '',
    isPrivileged: false,
    templateId: id,
    version: '1',
    ...given,
    id,
    displayName,
    isBuiltIn: false,
    isEnabled,
    inheritsFrom: [],
    permissions,
  };
  definitions.set(id, role);
  const context = contextUrl(graph, 'roleManagement/directory/roleDefinitions/$entity');
  return json(201, { '@odata.context': context, ...roleDefinitionRow(graph.roles, role).json });
}

function change(graph: Graph, call: Call): Answer {
  const role = writable(graph, call);
  const given = readDefinition(jsonBody(call.exchange));
  requireUnique(graph, given, role.id);
  graph.roles.definitions.set(role.id, { ...role, ...given });
  return { status: 204 };
}

/** Whether Microsoft takes assignments along or refuses is not documented: here it refuses. */
function remove(graph: Graph, call: Call): Answer {
  const role = writable(graph, call);
  const now = graph.world.clock.now();
  const isUsed = [...graph.pim.state.schedules.values()].some(
    (schedule) =>
      schedule.subject.surface === 'directory' && schedule.subject.role === role.id && !hasEnded(schedule, now),
  );
  if (isUsed) {
    throw refused('The role definition has assignments and cannot be deleted.');
  }
  graph.roles.definitions.delete(role.id);
  return { status: 204 };
}

function writable(graph: Graph, call: Call): RoleDefinition {
  requireWriter(graph, call);
  const id = (call.params.id ?? '').toLowerCase();
  const role = graph.roles.definitions.get(id);
  if (role === undefined) {
    throw notFound(id);
  }
  if (role.isBuiltIn) {
    throw refused('Built-in role definitions cannot be changed or deleted.');
  }
  return role;
}

function requireWriter(graph: Graph, { caller }: Call): void {
  requirePermission(caller, PERMISSIONS.definitionWrites);
  requireRole(graph, caller, ADMINISTRATORS);
}

function requireUnique({ roles }: Graph, { displayName, templateId }: DefinitionChange, except: string | null): void {
  for (const other of roles.definitions.values()) {
    if (other.id === except) {
      continue;
    }
    const target =
      other.displayName.toLowerCase() === displayName?.toLowerCase()
        ? 'displayName'
        : other.templateId === templateId
          ? 'templateId'
          : null;
    if (target !== null) {
      const message = `Another object with the same value for property ${target} already exists.`;
      throw new GraphProblem(400, 'Request_BadRequest', message, {
        details: [{ code: 'ObjectConflict', message, target }],
      });
    }
  }
}
