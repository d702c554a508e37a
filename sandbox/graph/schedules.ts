import type { Kind } from '../pim/model.ts';
import type { Lag } from '../pim/schedules.ts';
import type { Answer, Route } from '../platform/types.ts';
import { requestDenied, requirePermission } from './access.ts';
import { currentUserOption } from './current-user.ts';
import { answerEntity, answerList, type ListShape, type Row } from './list.ts';
import type { Plane, View } from './plane.ts';
import { PLANES } from './planes.ts';
import { badRequest, notFound } from './problem.ts';
import { type Call, route } from './route.ts';
import { instanceRow, scheduleRow } from './rows.ts';
import type { Graph } from './tools.ts';

const STALE = Temporal.Duration.from({ seconds: 60 });

/** One of a plane's four read-only collections of who is or was given what. */
interface Shelf {
  readonly plane: Plane;
  readonly kind: Kind;
  readonly view: View;
}

/** D2 to D6 of pim-api §2.1, G1 to G4 of §3.1. */
export function scheduleRoutes(graph: Graph): Route[] {
  return PLANES.flatMap((plane) =>
    (['eligibility', 'assignment'] as const).flatMap((kind) =>
      (['schedules', 'instances'] as const).flatMap((view) => {
        const shelf: Shelf = { plane, kind, view };
        const path = `/v1.0/${plane.base}/${plane.collections[kind][view].name}`;
        return [
          route(graph, 'GET', path, (call) => listAll(graph, shelf, call)),
          route(graph, 'GET', `${path}/:id`, (call) => readOne(graph, shelf, call)),
        ];
      }),
    ),
  );
}

function listAll(graph: Graph, shelf: Shelf, call: Call): Answer {
  requirePermission(call.caller, shelf.plane.permissions.lists[shelf.kind]);
  shelf.plane.checkList(graph, call);
  return answerList(graph, call, visibleRows(graph, shelf, call, lagOf(graph, shelf)), shapeOf(shelf));
}

function readOne(graph: Graph, shelf: Shelf, call: Call): Answer {
  requirePermission(call.caller, shelf.plane.permissions.lists[shelf.kind]);
  const id = call.params.id ?? '';
  const option = currentUserOption(id);
  if (option !== null) {
    return listOwn(graph, shelf, call, option);
  }
  const { principalId } = call.caller;
  const { context } = shapeOf(shelf);
  const lag = lagOf(graph, shelf);
  const own = principalId === null ? [] : rowsOf(graph, shelf, principalId, lag);
  const row = own.find(({ json }) => json.id === id);
  if (row !== undefined) {
    return answerEntity(graph, call, row, context);
  }
  const other = visibleRows(graph, shelf, call, lag).find(({ json }) => json.id === id);
  if (other !== undefined) {
    return answerEntity(graph, call, other, context);
  }
  const nothing = { surface: shelf.plane.surface, role: '', scope: '' };
  throw shelf.plane.maySeeOthers(graph, call.caller, nothing) ? notFound(id) : requestDenied();
}

function listOwn(graph: Graph, shelf: Shelf, call: Call, option: string): Answer {
  const { principalId } = call.caller;
  if (principalId === null) {
    throw requestDenied();
  }
  if (option !== 'principal') {
    throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
  const { type } = shelf.plane.collections[shelf.kind][shelf.view];
  const shape = { ...shapeOf(shelf), context: `Collection(${type})` };
  return answerList(graph, call, rowsOf(graph, shelf, principalId, lagOf(graph, shelf)), shape);
}

/** Asked once per request, since asking uses the fault up. */
function lagOf(graph: Graph, { plane }: Shelf): Lag {
  const { groupListLag, groupUnlistLag, listLag } = graph.world.settings;
  const isGroup = plane.surface === 'group';
  const isStale = graph.tools.faults.has('stale-read', { surface: plane.surface });
  const atLeast = (lag: Temporal.Duration): Temporal.Duration =>
    isStale && Temporal.Duration.compare(lag, STALE) < 0 ? STALE : lag;
  return {
    on: atLeast((isGroup ? groupListLag : null) ?? listLag),
    off: atLeast((isGroup ? groupUnlistLag : null) ?? listLag),
  };
}

/** What a principal has, also through groups. */
function rowsOf(graph: Graph, { plane, kind, view }: Shelf, principalId: string, lag: Lag): readonly Row[] {
  const toRow = view === 'instances' ? instanceRow : scheduleRow;
  return graph.pim
    .listed(view, kind, principalId, lag)
    .filter(({ subject }) => subject.surface === plane.surface)
    .map((schedule) => toRow(graph, schedule, principalId));
}

/** What belongs to anybody, as far as this caller may see it. */
function visibleRows(graph: Graph, { plane, kind, view }: Shelf, { caller }: Call, lag: Lag): readonly Row[] {
  const toRow = view === 'instances' ? instanceRow : scheduleRow;
  return graph.pim
    .listed(view, kind, null, lag)
    .filter(({ subject }) => subject.surface === plane.surface)
    .filter(
      ({ principalId, subject }) => principalId === caller.principalId || plane.maySeeOthers(graph, caller, subject),
    )
    .map((schedule) => toRow(graph, schedule));
}

function shapeOf({ plane, kind, view }: Shelf): ListShape {
  const { name, filterable } = plane.collections[kind][view];
  return { context: `${plane.base}/${name}`, filterable, options: ['$filter', '$select', '$expand'] };
}
