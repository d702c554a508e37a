import { isApprover } from '../pim/decision.ts';
import type { Kind, PimRequest } from '../pim/model.ts';
import type { Answer, Route } from '../platform/types.ts';
import { holdsRole, PERMISSIONS, READERS, requestDenied, requirePermission, requireRole } from './access.ts';
import { actionOf, actorOf, parseAsk } from './ask.ts';
import { jsonBody } from './body.ts';
import { currentUserOption } from './current-user.ts';
import { judgedActor, refuseWithoutMfa } from './faults.ts';
import type { Filterable } from './filter.ts';
import { answerEntity, answerList, contextUrl, type ListShape, shaped } from './list.ts';
import { badRequest, GraphProblem } from './problem.ts';
import { type Call, json, route } from './route.ts';
import { requestRow } from './rows.ts';
import type { Graph } from './tools.ts';

const BASE = '/v1.0/roleManagement/directory';
const FILTERABLE: Filterable = {
  id: ['eq', 'ne'],
  principalId: ['eq', 'ne'],
  roleDefinitionId: ['eq', 'ne'],
  status: ['eq', 'ne'],
  targetScheduleId: ['eq', 'ne'],
  directoryScopeId: ['eq', 'ne'],
  appScopeId: ['eq', 'ne'],
  createdBy: ['eq', 'ne'],
};
const NAMES: Readonly<Record<Kind, string>> = {
  assignment: 'roleAssignmentScheduleRequests',
  eligibility: 'roleEligibilityScheduleRequests',
};

/** What may be asked of PIM and what became of it: D7 to D13 of pim-api §2.1. */
export function requestRoutes(graph: Graph): Route[] {
  return (['assignment', 'eligibility'] as const).flatMap((kind) => {
    const path = `${BASE}/${NAMES[kind]}`;
    return [
      route(graph, 'GET', path, (call) => listAll(graph, kind, call)),
      route(graph, 'POST', path, (call) => submit(graph, kind, call)),
      route(graph, 'POST', `${path}/:id/cancel`, (call) => cancel(graph, kind, call)),
      route(graph, 'GET', `${path}/:id`, (call) => readOne(graph, kind, call)),
    ];
  });
}

function submit(graph: Graph, kind: Kind, call: Call): Answer {
  const body = jsonBody(call.exchange);
  const action = actionOf(body);
  requirePermission(call.caller, writePermissions(kind, action === 'adminRemove'));
  if (action === 'selfActivate') refuseWithoutMfa(graph, call.caller);
  const ask = parseAsk(kind, body, call.caller);
  const request = graph.pim.submit(action === 'selfActivate' ? { ...ask, by: judgedActor(graph, ask.by) } : ask);
  const context = contextUrl(graph, `${shapeOf(kind).context}/$entity`);
  return json(201, {
    '@odata.context': context,
    ...shaped(requestRow(graph, request), { select: null, expand: [] }),
  });
}

function cancel(graph: Graph, kind: Kind, call: Call): Answer {
  requirePermission(call.caller, writePermissions(kind, false));
  graph.pim.cancel({ surface: 'directory', kind, id: call.params.id ?? '' }, actorOf(call.caller));
  return { status: 204 };
}

function listAll(graph: Graph, kind: Kind, call: Call): Answer {
  requirePermission(call.caller, writePermissions(kind, false));
  requireRole(graph, call.caller, READERS);
  return answerRequests(graph, kind, call, allOf(graph, kind));
}

function readOne(graph: Graph, kind: Kind, call: Call): Answer {
  requirePermission(call.caller, writePermissions(kind, false));
  const id = call.params.id ?? '';
  const option = currentUserOption(id);
  if (option !== null) {
    return answerRequests(graph, kind, call, ownOf(graph, kind, call, option));
  }
  graph.pim.settle();
  const request = graph.pim.state.requests.get(id);
  const { principalId } = call.caller;
  const isOwn = request !== undefined && [request.principalId, request.createdBy.principalId].includes(principalId);
  if (!isOwn && !holdsRole(graph, call.caller, READERS)) {
    throw requestDenied();
  }
  if (request === undefined || !isOfDirectory(request, kind)) {
    throw new GraphProblem(404, 'RoleAssignmentRequestNotFound', 'The role assignment request is not found.');
  }
  return answerEntity(graph, call, requestRow(graph, request), shapeOf(kind).context);
}

function ownOf(graph: Graph, kind: Kind, call: Call, option: string): readonly PimRequest[] {
  const { principalId } = call.caller;
  if (principalId === null) {
    throw requestDenied();
  }
  graph.pim.settle();
  switch (option) {
    case 'principal':
      return graph.pim.state.requestsOf(principalId).filter((request) => isOfDirectory(request, kind));
    case 'createdBy':
      return allOf(graph, kind).filter((request) => request.createdBy.principalId === principalId);
    case 'approver':
      return allOf(graph, kind).filter((request) => {
        const approval = graph.pim.state.approvals.get(request.id);
        return approval !== undefined && isApprover(graph.pim, approval, principalId);
      });
    default:
      throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
}

function allOf(graph: Graph, kind: Kind): readonly PimRequest[] {
  graph.pim.settle();
  const all = [...graph.pim.state.requests.values()];
  return all.filter((request) => isOfDirectory(request, kind));
}

function isOfDirectory(request: PimRequest, kind: Kind): boolean {
  return request.kind === kind && request.subject.surface === 'directory';
}

function answerRequests(graph: Graph, kind: Kind, call: Call, requests: readonly PimRequest[]): Answer {
  const rows = requests.map((request) => requestRow(graph, request));
  return answerList(graph, call, rows, shapeOf(kind));
}

function shapeOf(kind: Kind): ListShape {
  const context = `roleManagement/directory/${NAMES[kind]}`;
  return { context, filterable: FILTERABLE, options: ['$filter', '$select', '$expand'] };
}

/** Reading requests needs the permission to write them (pim-api §2.2); a removal has one of its own besides. */
function writePermissions(kind: Kind, isRemoval: boolean): readonly string[] {
  if (kind === 'assignment') {
    return isRemoval ? PERMISSIONS.assignmentRemoval : PERMISSIONS.assignmentRequests;
  }
  return isRemoval ? PERMISSIONS.eligibilityRemoval : PERMISSIONS.eligibilityRequests;
}
