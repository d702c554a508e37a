import type { ApprovalStage } from '@microsoft/microsoft-graph-types';
import { approvalNotFound, isApprover } from '../pim/decision.ts';
import type { Approval, PimRequest } from '../pim/model.ts';
import { actorOf } from '../pim/request-words.ts';
import type { Answer, Route } from '../platform/types.ts';
import { requestDenied, requireDelegated, requirePermission } from './access.ts';
import { jsonBody } from './body.ts';
import { currentUserOption } from './current-user.ts';
import { answerEntity, answerList, leaf, type Row } from './list.ts';
import type { ApprovalPath, Plane } from './plane.ts';
import { PLANES } from './planes.ts';
import { badRequest } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

/** A plane's approvals at one address. */
interface Desk {
  readonly plane: Plane;
  readonly path: ApprovalPath;
  readonly context: string;
}

/** Approvals, for people only: D14 of pim-api §2.1 (beta alone), G10 and G11 of §3.1. */
export function approvalRoutes(graph: Graph): Route[] {
  return PLANES.flatMap((plane) =>
    plane.approvals.paths.flatMap((path) => {
      const desk: Desk = { plane, path, context: `${plane.base}/${plane.approvals.name}` };
      const base = `/${path.version}/${desk.context}`;
      return [
        ...(plane.approvals.isListed ? [route(graph, 'GET', base, (call) => listAll(graph, desk, call))] : []),
        route(graph, 'GET', `${base}/:id`, (call) => read(graph, desk, call)),
        ...path.segments.flatMap((segment) => [
          route(graph, 'GET', `${base}/:id/${segment}`, (call) => listSteps(graph, desk, call)),
          route(graph, 'GET', `${base}/:id/${segment}/:stepId`, (call) => readStep(graph, desk, call)),
          route(graph, 'PATCH', `${base}/:id/${segment}/:stepId`, (call) => review(graph, desk, call)),
        ]),
      ];
    }),
  );
}

/** Every approval that the caller may see. */
function listAll(graph: Graph, desk: Desk, call: Call): Answer {
  const personId = permitted(desk, call);
  return answerApprovals(graph, desk, call, (approval, request) =>
    maySee(graph, desk, call, { approval, request, personId }),
  );
}

function read(graph: Graph, desk: Desk, call: Call): Answer {
  const personId = permitted(desk, call);
  const option = currentUserOption(call.params.id ?? '');
  if (option === null) {
    return answerEntity(graph, call, approvalRow(graph, desk, visible(graph, desk, call), personId), desk.context);
  }
  switch (desk.plane.approvals.options.find((one) => one === option)) {
    case 'approver':
      return answerApprovals(graph, desk, call, (approval) => isApprover(graph.pim, approval, personId));
    case 'createdBy':
      return answerApprovals(graph, desk, call, (_approval, request) => request.createdBy.principalId === personId);
    case 'target':
      return answerApprovals(graph, desk, call, (_approval, request) => request.principalId === personId);
    default:
      throw badRequest(`The value '${option}' of parameter 'on' is not supported here.`);
  }
}

function answerApprovals(
  graph: Graph,
  desk: Desk,
  call: Call,
  isMeant: (approval: Approval, request: PimRequest) => boolean,
): Answer {
  const personId = call.caller.principalId ?? '';
  const rows = [...graph.pim.state.approvals.values()].flatMap((approval) => {
    const request = requestOf(graph, desk, approval.id);
    return request !== undefined && isMeant(approval, request) ? approvalRow(graph, desk, approval, personId) : [];
  });
  const options = ['$expand', '$filter', '$select'] as const;
  return answerList(graph, call, rows, { context: desk.context, filterable: { id: ['eq'] }, options });
}

function listSteps(graph: Graph, desk: Desk, call: Call): Answer {
  const personId = permitted(desk, call);
  const approval = visible(graph, desk, call);
  const shape = { context: stepContext(desk, approval), filterable: {}, options: [] };
  return answerList(graph, call, [leaf(stepJson(graph, approval, personId))], shape);
}

function readStep(graph: Graph, desk: Desk, call: Call): Answer {
  const personId = permitted(desk, call);
  const approval = visible(graph, desk, call);
  if (approval.stepId !== call.params.stepId) {
    throw approvalNotFound();
  }
  return answerEntity(graph, call, leaf(stepJson(graph, approval, personId)), stepContext(desk, approval));
}

function review(graph: Graph, desk: Desk, call: Call): Answer {
  const { decisions } = desk.plane.permissions;
  requireDelegated(call.caller, decisions);
  requirePermission(call.caller, decisions);
  const { reviewResult, justification } = jsonBody(call.exchange);
  const result = resultOf(reviewResult);
  const approvalId = call.params.id ?? '';
  if (requestOf(graph, desk, approvalId) === undefined) {
    throw approvalNotFound();
  }
  graph.pim.decide({
    approvalId,
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

function permitted({ plane }: Desk, call: Call): string {
  const personId = requireDelegated(call.caller, plane.permissions.approvals);
  requirePermission(call.caller, plane.permissions.approvals);
  return personId;
}

function visible(graph: Graph, desk: Desk, call: Call): Approval {
  const id = call.params.id ?? '';
  const approval = graph.pim.state.approvals.get(id);
  const request = requestOf(graph, desk, id);
  if (approval === undefined || request === undefined) {
    throw approvalNotFound();
  }
  if (!maySee(graph, desk, call, { approval, request, personId: call.caller.principalId ?? '' })) {
    throw requestDenied();
  }
  return approval;
}

/** Approvers, the requester, and those who may read others' requests see an approval. */
function maySee(
  graph: Graph,
  { plane }: Desk,
  { caller }: Call,
  seen: { readonly approval: Approval; readonly request: PimRequest; readonly personId: string },
): boolean {
  const { approval, request, personId } = seen;
  const isRequester = request.principalId === personId;
  return isRequester || isApprover(graph.pim, approval, personId) || plane.maySeeOthers(graph, caller, request.subject);
}

/** The request behind an approval, if it is about this plane. */
function requestOf(graph: Graph, { plane }: Desk, id: string): PimRequest | undefined {
  const request = graph.pim.state.requests.get(id);
  return request?.subject.surface === plane.surface ? request : undefined;
}

function approvalRow(graph: Graph, { path }: Desk, approval: Approval, personId: string): Row {
  const steps = [stepJson(graph, approval, personId)];
  return {
    json: { id: approval.id, [path.property]: steps },
    links: { [path.property]: () => steps.map((step) => leaf(step)) },
  };
}

function stepContext({ context, path }: Desk, approval: Approval): string {
  return `${context}('${approval.id}')/${path.property}`;
}

function stepJson(graph: Graph, approval: Approval, personId: string) {
  const reviewer = graph.world.tenant.users.get(approval.reviewedBy ?? '');
  const { userPrincipalName = null } = reviewer ?? {};
  const stage = {
    id: approval.stepId,
    displayName: null,
    reviewedDateTime: approval.reviewedAt?.toString() ?? null,
    reviewResult: approval.result,
    status: approval.status,
    assignedToMe: isApprover(graph.pim, approval, personId),
    justification: approval.justification,
    reviewedBy: reviewer === undefined ? null : { id: reviewer.id, displayName: reviewer.displayName },
  } satisfies ApprovalStage;
  return { ...stage, reviewedBy: stage.reviewedBy === null ? null : { ...stage.reviewedBy, userPrincipalName } };
}
