import { approvalNotFound, isApprover } from '../pim/decision.ts';
import type { Approval, PimRequest } from '../pim/model.ts';
import type { Answer, Route } from '../platform/types.ts';
import { holdsRole, PERMISSIONS, READERS, requestDenied, requireDelegated, requirePermission } from './access.ts';
import { actorOf } from './ask.ts';
import { jsonBody } from './body.ts';
import { currentUserOption } from './current-user.ts';
import type { Json } from './filter.ts';
import { answerEntity, answerList, leaf } from './list.ts';
import { badRequest } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const BASE = '/beta/roleManagement/directory/roleAssignmentApprovals';
const CONTEXT = 'roleManagement/directory/roleAssignmentApprovals';

/** Approvals of directory roles, in beta only and for people only: D14 of pim-api §2.1, §7.3. */
export function approvalRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'GET', `${BASE}/:id`, (call) => read(graph, call)),
    route(graph, 'GET', `${BASE}/:id/steps`, (call) => listSteps(graph, call)),
    route(graph, 'GET', `${BASE}/:id/steps/:stepId`, (call) => readStep(graph, call)),
    route(graph, 'PATCH', `${BASE}/:id/steps/:stepId`, (call) => review(graph, call)),
  ];
}

function read(graph: Graph, call: Call): Answer {
  const personId = permitted(graph, call);
  const option = currentUserOption(call.params.id ?? '');
  if (option === null) {
    return answerEntity(graph, call, leaf(approvalJson(graph, visible(graph, call), personId)), CONTEXT);
  }
  if (option !== 'approver') {
    throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
  const mine = [...graph.pim.state.approvals.values()].filter(
    (approval) => requestOf(graph, approval.id) !== undefined && isApprover(graph.pim, approval, personId),
  );
  const rows = mine.map((approval) => leaf(approvalJson(graph, approval, personId)));
  return answerList(graph, call, rows, {
    context: CONTEXT,
    filterable: { id: ['eq'] },
    options: ['$filter', '$select'],
  });
}

function listSteps(graph: Graph, call: Call): Answer {
  const personId = permitted(graph, call);
  const approval = visible(graph, call);
  const shape = { context: `${CONTEXT}('${approval.id}')/steps`, filterable: {}, options: [] };
  return answerList(graph, call, [leaf(stepJson(graph, approval, personId))], shape);
}

function readStep(graph: Graph, call: Call): Answer {
  const personId = permitted(graph, call);
  const approval = visible(graph, call);
  if (approval.stepId !== call.params.stepId) {
    throw approvalNotFound();
  }
  return answerEntity(graph, call, leaf(stepJson(graph, approval, personId)), `${CONTEXT}('${approval.id}')/steps`);
}

function review(graph: Graph, call: Call): Answer {
  permitted(graph, call);
  const { reviewResult, justification } = jsonBody(call.exchange);
  const result = resultOf(reviewResult);
  graph.pim.decide({
    approvalId: call.params.id ?? '',
    stepId: call.params.stepId ?? '',
    result,
    justification: typeof justification === 'string' ? justification : '',
    by: actorOf(call.caller),
  });
  return { status: 204 };
}

/** The read words are `Approved` and `Denied`, the written ones `Approve` and `Deny`. */
function resultOf(value: unknown): 'Approved' | 'Denied' {
  const word = String(value).toLowerCase();
  if (word !== 'approve' && word !== 'deny') {
    throw badRequest('The reviewResult must be Approve or Deny.');
  }
  return word === 'approve' ? 'Approved' : 'Denied';
}

function permitted(graph: Graph, call: Call): string {
  const personId = requireDelegated(call.caller, PERMISSIONS.approvals);
  requirePermission(call.caller, PERMISSIONS.approvals);
  graph.pim.settle();
  return personId;
}

/** Approvers, the requester, and those who may read others' requests see an approval. */
function visible(graph: Graph, call: Call): Approval {
  const id = call.params.id ?? '';
  const approval = graph.pim.state.approvals.get(id);
  const request = requestOf(graph, id);
  const personId = call.caller.principalId ?? '';
  if (approval === undefined || request === undefined) {
    throw approvalNotFound();
  }
  const isRequester = request.principalId === personId;
  if (!isRequester && !isApprover(graph.pim, approval, personId) && !holdsRole(graph, call.caller, READERS)) {
    throw requestDenied();
  }
  return approval;
}

/** The request behind an approval, if it is about a directory role. */
function requestOf(graph: Graph, id: string): PimRequest | undefined {
  const request = graph.pim.state.requests.get(id);
  return request?.subject.surface === 'directory' ? request : undefined;
}

function approvalJson(graph: Graph, approval: Approval, personId: string): Json {
  return { id: approval.id, steps: [stepJson(graph, approval, personId)] };
}

function stepJson(graph: Graph, approval: Approval, personId: string): Json {
  const reviewer = graph.world.tenant.users.get(approval.reviewedBy ?? '');
  return {
    id: approval.stepId,
    displayName: null,
    reviewedDateTime: approval.reviewedAt?.toString() ?? null,
    reviewResult: approval.result,
    status: approval.status,
    assignedToMe: isApprover(graph.pim, approval, personId),
    justification: approval.justification,
    reviewedBy:
      reviewer === undefined
        ? null
        : { id: reviewer.id, displayName: reviewer.displayName, userPrincipalName: reviewer.userPrincipalName },
  };
}
