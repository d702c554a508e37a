import { approvalNotFound, isApprover } from '../pim/decision.ts';
import { groupsOf } from '../pim/membership.ts';
import type { Approval, PimRequest } from '../pim/model.ts';
import { denied } from '../pim/refusal.ts';
import { actorOf } from '../pim/request-words.ts';
import type { Answer } from '../platform/types.ts';
import { mayList, requirePerson } from './access.ts';
import { type Fields, readBody } from './body.ts';
import { refuseWithoutMfa } from './faults.ts';
import { parsePimFilter } from './filter.ts';
import { answerList } from './list.ts';
import { badRequest } from './problem.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = 'roleAssignmentApprovals';
const READ = 'Microsoft.Authorization/roleAssignmentApprovals/read';
const WRITE = 'Microsoft.Authorization/roleAssignmentApprovals/write';

/** Approvals of activations, for people only: A15 of pim-api §4.1, §7.5. */
export function approvalEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.approvals;
  const decide = (call: Call): Answer => review(arm, call);
  return [
    { method: 'GET', path: PATH, versions, options: ['$filter'], handle: (call) => list(arm, call) },
    { method: 'GET', path: `${PATH}/:id`, versions, handle: (call) => readOne(arm, call) },
    { method: 'GET', path: `${PATH}/:id/stages`, versions, handle: (call) => listStages(arm, call) },
    { method: 'GET', path: `${PATH}/:id/stages/:stageId`, versions, handle: (call) => readStage(arm, call) },
    { method: 'PATCH', path: `${PATH}/:id/stages/:stageId`, versions, handle: decide },
    { method: 'PUT', path: `${PATH}/:id/stages/:stageId`, versions, handle: decide },
  ];
}

function list(arm: Arm, call: Call): Answer {
  const personId = requirePerson(call, call.caller, READ);
  const filter = parsePimFilter(call.exchange.query.get('$filter'), ['asApprover', 'asCreatedBy', 'asTarget']);
  arm.pim.settle();
  const groups = groupsOf(arm.world.tenant, personId);
  const rows = [...arm.pim.state.approvals.values()].filter((approval) => {
    const request = requestOf(arm, approval.id);
    if (request === undefined || !isHere(arm, call, request)) {
      return false;
    }
    switch (filter.kind) {
      case 'asCreatedBy':
        return request.createdBy.principalId === personId;
      case 'asTarget':
        return request.principalId === personId || groups.has(request.principalId);
      case 'asApprover':
        return isApprover(arm.pim, approval, personId);
      default:
        return mayList(arm, call);
    }
  });
  return answerList(
    arm,
    call,
    rows.map((approval) => approvalJson(arm, approval, personId)),
  );
}

function readOne(arm: Arm, call: Call): Answer {
  const personId = requirePerson(call, call.caller, READ);
  return json(200, approvalJson(arm, visible(arm, call), personId));
}

function listStages(arm: Arm, call: Call): Answer {
  const personId = requirePerson(call, call.caller, READ);
  return answerList(arm, call, [stageJson(arm, visible(arm, call), personId)]);
}

function readStage(arm: Arm, call: Call): Answer {
  const personId = requirePerson(call, call.caller, READ);
  const approval = visible(arm, call);
  if (approval.stepId !== (call.params.stageId ?? '').toLowerCase()) {
    throw approvalNotFound();
  }
  return json(200, stageJson(arm, approval, personId));
}

/** The body is taken with `properties` around it or without: both forms are published. */
function review(arm: Arm, call: Call): Answer {
  const personId = requirePerson(call, call.caller, WRITE);
  refuseWithoutMfa(arm, call.caller);
  const body = readBody(call.exchange);
  const fields = body.object('properties') ?? body;
  arm.pim.settle();
  const approvalId = (call.params.id ?? '').toLowerCase();
  const request = requestOf(arm, approvalId);
  if (request === undefined || !isHere(arm, call, request)) {
    throw approvalNotFound();
  }
  const justification = fields.get('justification');
  arm.pim.decide({
    approvalId,
    stepId: (call.params.stageId ?? '').toLowerCase(),
    result: resultOf(fields),
    justification: typeof justification === 'string' ? justification : '',
    by: actorOf(call.caller),
  });
  const approval = arm.pim.state.approvals.get(approvalId);
  return approval === undefined ? { status: 200 } : json(200, stageJson(arm, approval, personId));
}

function resultOf(fields: Fields): 'Approved' | 'Denied' {
  const word = String(fields.get('reviewResult')).toLowerCase();
  if (word !== 'approve' && word !== 'deny') {
    throw badRequest('The reviewResult must be Approve or Deny.');
  }
  return word === 'approve' ? 'Approved' : 'Denied';
}

/** Approvers, the requester, and those who may list what others hold. */
function visible(arm: Arm, call: Call): Approval {
  arm.pim.settle();
  const id = (call.params.id ?? '').toLowerCase();
  const approval = arm.pim.state.approvals.get(id);
  const request = requestOf(arm, id);
  if (approval === undefined || request === undefined || !isHere(arm, call, request)) {
    throw approvalNotFound();
  }
  const isRequester = request.principalId === call.callerId;
  if (!isRequester && !isApprover(arm.pim, approval, call.callerId) && !mayList(arm, call)) {
    throw denied();
  }
  return approval;
}

/** At the tenant all approvals are found, at a scope those of that scope. */
function isHere(arm: Arm, { scope }: Call, { subject }: PimRequest): boolean {
  return scope === arm.tree.root || arm.tree.isSame(subject.scope, scope.id);
}

function requestOf(arm: Arm, id: string): PimRequest | undefined {
  const request = arm.pim.state.requests.get(id);
  return request?.subject.surface === 'azure' ? request : undefined;
}

function approvalJson(arm: Arm, approval: Approval, personId: string): Json {
  return {
    id: idOf(approval),
    name: approval.id,
    type: 'Microsoft.Authorization/roleAssignmentApprovals',
    properties: { stages: [stageJson(arm, approval, personId)] },
  };
}

function stageJson(arm: Arm, approval: Approval, personId: string): Json {
  const reviewer = arm.world.tenant.users.get(approval.reviewedBy ?? '');
  return {
    id: `${idOf(approval)}/stages/${approval.stepId}`,
    name: approval.stepId,
    type: 'Microsoft.Authorization/roleAssignmentApprovals/stages',
    properties: {
      displayName: null,
      assignedToMe: isApprover(arm.pim, approval, personId),
      reviewedDateTime: approval.reviewedAt?.toString() ?? null,
      reviewResult: { NotReviewed: 'NotReviewed', Approved: 'Approve', Denied: 'Deny' }[approval.result],
      status: approval.status,
      justification: approval.justification,
      reviewedBy: {
        principalId: reviewer?.id ?? null,
        principalType: reviewer === undefined ? null : 'user',
        principalName: reviewer?.displayName ?? null,
        userPrincipalName: reviewer?.userPrincipalName ?? null,
      },
    },
  };
}

function idOf({ id }: Approval): string {
  return `/providers/Microsoft.Authorization/roleAssignmentApprovals/${id}`;
}
