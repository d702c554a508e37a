import { isApprover } from '../pim/decision.ts';
import type { Kind, PimRequest } from '../pim/model.ts';
import { actorOf } from '../pim/request-words.ts';
import type { Answer, Route } from '../platform/types.ts';
import { requestDenied, requirePermission } from './access.ts';
import { actionOf, parseAsk } from './ask.ts';
import { jsonBody } from './body.ts';
import { currentUserOption } from './current-user.ts';
import { judgedActor, refuseWithoutMfa } from './faults.ts';
import { answerEntity, answerList, contextUrl, type ListShape, shaped } from './list.ts';
import type { Plane } from './plane.ts';
import { PLANES } from './planes.ts';
import { badRequest, GraphProblem } from './problem.ts';
import { type Call, json, route } from './route.ts';
import { requestRow } from './rows.ts';
import type { Graph } from './tools.ts';

/** A plane's requests about eligible or about active assignments. */
interface Shelf {
  readonly plane: Plane;
  readonly kind: Kind;
}

/** What may be asked of PIM and what became of it: D7 to D13 of pim-api §2.1, G5 to G9 of §3.1. */
export function requestRoutes(graph: Graph): Route[] {
  return PLANES.flatMap((plane) =>
    (['assignment', 'eligibility'] as const).flatMap((kind) => {
      const shelf: Shelf = { plane, kind };
      const path = `/v1.0/${plane.base}/${plane.requests[kind].name}`;
      return [
        route(graph, 'GET', path, (call) => listAll(graph, shelf, call)),
        route(graph, 'POST', path, (call) => submit(graph, shelf, call)),
        route(graph, 'POST', `${path}/:id/cancel`, (call) => cancel(graph, shelf, call)),
        route(graph, 'GET', `${path}/:id`, (call) => readOne(graph, shelf, call)),
      ];
    }),
  );
}

function submit(graph: Graph, shelf: Shelf, call: Call): Answer {
  const { plane, kind } = shelf;
  const body = jsonBody(call.exchange);
  const action = actionOf(body);
  const { removals, writes } = plane.permissions;
  requirePermission(call.caller, (action === 'adminRemove' ? removals : writes)[kind]);
  if (action === 'selfActivate') refuseWithoutMfa(graph, call.caller);
  const ask = parseAsk(plane, kind, body, call.caller);
  const request = graph.pim.submit(action === 'selfActivate' ? { ...ask, by: judgedActor(graph, ask.by) } : ask);
  const context = contextUrl(graph, `${shapeOf(shelf).context}/$entity`);
  return json(201, {
    '@odata.context': context,
    ...shaped(requestRow(graph, request), { select: null, expand: [] }),
  });
}

function cancel(graph: Graph, { plane, kind }: Shelf, call: Call): Answer {
  requirePermission(call.caller, plane.permissions.writes[kind]);
  graph.pim.cancel({ surface: plane.surface, kind, id: call.params.id ?? '' }, actorOf(call.caller));
  return { status: 204 };
}

function listAll(graph: Graph, shelf: Shelf, call: Call): Answer {
  const { plane, kind } = shelf;
  requirePermission(call.caller, plane.permissions.requests[kind]);
  plane.checkList(graph, call);
  const visible = allOf(graph, shelf).filter((request) => maySee(graph, shelf, call, request));
  return answerRequests(graph, shelf, call, visible);
}

function readOne(graph: Graph, shelf: Shelf, call: Call): Answer {
  const { plane, kind } = shelf;
  requirePermission(call.caller, plane.permissions.requests[kind]);
  const id = call.params.id ?? '';
  const option = currentUserOption(id);
  if (option !== null) {
    return answerRequests(graph, shelf, call, ownOf(graph, shelf, call, option));
  }
  const request = graph.pim.state.requests.get(id);
  const nothing = { surface: plane.surface, role: '', scope: '' };
  const isVisible =
    request === undefined ? plane.maySeeOthers(graph, call.caller, nothing) : maySee(graph, shelf, call, request);
  if (!isVisible) {
    throw requestDenied();
  }
  if (request === undefined || !isOn(shelf, request)) {
    throw new GraphProblem(404, 'RoleAssignmentRequestNotFound', 'The role assignment request is not found.');
  }
  return answerEntity(graph, call, requestRow(graph, request), shapeOf(shelf).context);
}

function maySee(graph: Graph, { plane }: Shelf, { caller }: Call, request: PimRequest): boolean {
  const isOwn = [request.principalId, request.createdBy.principalId].includes(caller.principalId);
  return isOwn || plane.maySeeOthers(graph, caller, request.subject);
}

function ownOf(graph: Graph, shelf: Shelf, call: Call, option: string): readonly PimRequest[] {
  const { principalId } = call.caller;
  if (principalId === null) {
    throw requestDenied();
  }
  switch (shelf.plane.requests[shelf.kind].options.find((one) => one === option)) {
    case 'principal':
      return graph.pim.state.requestsOf(principalId).filter((request) => isOn(shelf, request));
    case 'createdBy':
      return allOf(graph, shelf).filter((request) => request.createdBy.principalId === principalId);
    case 'approver':
      return allOf(graph, shelf).filter((request) => {
        const approval = graph.pim.state.approvals.get(request.id);
        return approval !== undefined && isApprover(graph.pim, approval, principalId);
      });
    default:
      throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
}

function allOf(graph: Graph, shelf: Shelf): readonly PimRequest[] {
  const all = [...graph.pim.state.requests.values()];
  return all.filter((request) => isOn(shelf, request));
}

function isOn({ plane, kind }: Shelf, request: PimRequest): boolean {
  return request.kind === kind && request.subject.surface === plane.surface;
}

function answerRequests(graph: Graph, shelf: Shelf, call: Call, requests: readonly PimRequest[]): Answer {
  const rows = requests.map((request) => requestRow(graph, request));
  return answerList(graph, call, rows, shapeOf(shelf));
}

function shapeOf({ plane, kind }: Shelf): ListShape {
  const { name, filterable } = plane.requests[kind];
  return { context: `${plane.base}/${name}`, filterable, options: ['$filter', '$select', '$expand'] };
}
