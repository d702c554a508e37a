import type { Kind } from '../pim/model.ts';
import type { Answer, Route } from '../platform/types.ts';
import { holdsRole, PERMISSIONS, READERS, requestDenied, requirePermission, requireRole } from './access.ts';
import { currentUserOption } from './current-user.ts';
import type { Filterable } from './filter.ts';
import { answerEntity, answerList, type ListShape, type Row } from './list.ts';
import { badRequest, notFound } from './problem.ts';
import { type Call, route } from './route.ts';
import { instanceRow, scheduleRow } from './rows.ts';
import type { Graph } from './tools.ts';

type View = 'instances' | 'schedules';

const BASE = '/v1.0/roleManagement/directory';
const STALE = Temporal.Duration.from({ seconds: 60 });
const COMMON: Filterable = {
  id: ['eq', 'ne'],
  principalId: ['eq', 'ne'],
  roleDefinitionId: ['eq', 'ne'],
  memberType: ['eq', 'ne'],
  directoryScopeId: ['eq', 'ne'],
  appScopeId: ['eq', 'ne'],
};

/** The four read-only collections of who is or was given what: D2 to D6 of pim-api §2.1. */
const COLLECTIONS: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly view: View;
  readonly filterable: Filterable;
}[] = [
  { name: 'roleEligibilitySchedules', kind: 'eligibility', view: 'schedules', filterable: COMMON },
  {
    name: 'roleEligibilityScheduleInstances',
    kind: 'eligibility',
    view: 'instances',
    filterable: { ...COMMON, roleEligibilityScheduleId: ['eq', 'ne'] },
  },
  {
    name: 'roleAssignmentSchedules',
    kind: 'assignment',
    view: 'schedules',
    filterable: { ...COMMON, assignmentType: ['eq', 'ne'] },
  },
  {
    name: 'roleAssignmentScheduleInstances',
    kind: 'assignment',
    view: 'instances',
    filterable: {
      ...COMMON,
      assignmentType: ['eq', 'ne'],
      roleAssignmentOriginId: ['eq', 'ne'],
      roleAssignmentScheduleId: ['eq', 'ne'],
    },
  },
];

type Collection = (typeof COLLECTIONS)[number];

export function scheduleRoutes(graph: Graph): Route[] {
  return COLLECTIONS.flatMap((collection) => {
    const path = `${BASE}/${collection.name}`;
    return [
      route(graph, 'GET', path, (call) => listAll(graph, collection, call)),
      route(graph, 'GET', `${path}/:id`, (call) => readOne(graph, collection, call)),
    ];
  });
}

function listAll(graph: Graph, collection: Collection, call: Call): Answer {
  requirePermission(call.caller, permissionsOf(collection));
  requireRole(graph, call.caller, READERS);
  return answerList(graph, call, rowsOf(graph, collection, null, lagOf(graph)), shapeOf(collection));
}

function readOne(graph: Graph, collection: Collection, call: Call): Answer {
  requirePermission(call.caller, permissionsOf(collection));
  const id = call.params.id ?? '';
  const option = currentUserOption(id);
  if (option !== null) {
    return listOwn(graph, collection, call, option);
  }
  const { principalId } = call.caller;
  const lag = lagOf(graph);
  const own = principalId === null ? [] : rowsOf(graph, collection, principalId, lag);
  const row = own.find(({ json }) => json.id === id);
  if (row !== undefined) {
    return answerEntity(graph, call, row, shapeOf(collection).context);
  }
  if (!holdsRole(graph, call.caller, READERS)) {
    throw requestDenied();
  }
  const other = rowsOf(graph, collection, null, lag).find(({ json }) => json.id === id);
  if (other === undefined) {
    throw notFound(id);
  }
  return answerEntity(graph, call, other, shapeOf(collection).context);
}

function listOwn(graph: Graph, collection: Collection, call: Call, option: string): Answer {
  const { principalId } = call.caller;
  if (principalId === null) {
    throw requestDenied();
  }
  if (option !== 'principal') {
    throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
  const type = collection.name.slice(0, -1).replace('role', 'unifiedRole');
  const shape = { ...shapeOf(collection), context: `Collection(${type})` };
  return answerList(graph, call, rowsOf(graph, collection, principalId, lagOf(graph)), shape);
}

/** Asked once per request, since asking uses the fault up. */
function lagOf(graph: Graph): Temporal.Duration {
  const { listLag } = graph.world.settings;
  const isStale = graph.tools.faults.has('stale-read', { surface: 'directory' });
  return isStale && Temporal.Duration.compare(listLag, STALE) < 0 ? STALE : listLag;
}

function rowsOf(
  graph: Graph,
  collection: Collection,
  principalId: string | null,
  lag: Temporal.Duration,
): readonly Row[] {
  const toRow = collection.view === 'instances' ? instanceRow : scheduleRow;
  return graph.pim
    .listed(collection.view, collection.kind, principalId, lag)
    .filter((schedule) => schedule.subject.surface === 'directory')
    .map((schedule) => toRow(graph, schedule, principalId));
}

function shapeOf(collection: Collection): ListShape {
  const context = `roleManagement/directory/${collection.name}`;
  return { context, filterable: collection.filterable, options: ['$filter', '$select', '$expand'] };
}

function permissionsOf(collection: Collection): readonly string[] {
  return collection.kind === 'eligibility' ? PERMISSIONS.eligibilities : PERMISSIONS.assignments;
}
