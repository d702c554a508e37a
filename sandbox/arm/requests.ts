import { isApprover } from '../pim/decision.ts';
import { groupsOf } from '../pim/membership.ts';
import type { Kind, PimRequest } from '../pim/model.ts';
import { Refusal } from '../pim/refusal.ts';
import { actorOf } from '../pim/request-words.ts';
import type { Answer } from '../platform/types.ts';
import { mayList, requireListing } from './access.ts';
import { parseAsk } from './ask.ts';
import { readProperties } from './body.ts';
import { judgedActor, refuseWithoutMfa } from './faults.ts';
import { type PimFilter, parsePimFilter } from './filter.ts';
import { answerList } from './list.ts';
import { ArmProblem, insufficientPermissions } from './problem.ts';
import { isInReach } from './reach.ts';
import { type Endpoint, json } from './route.ts';
import { COLLECTIONS, requestRow } from './rows.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const FILTERS: readonly PimFilter['kind'][] = ['atScope', 'principal', 'asRequestor', 'asTarget', 'asApprover'];

/** What may be asked of PIM and what became of it: A5 to A9 of pim-api §4.1. */
export function requestEndpoints(arm: Arm): Endpoint[] {
  return (['assignment', 'eligibility'] as const).flatMap((kind): Endpoint[] => {
    const path = COLLECTIONS[kind].requests;
    const versions = VERSIONS.pim;
    const options = ['$filter'];
    return [
      { method: 'GET', path, versions, options, handle: (call) => list(arm, kind, call) },
      { method: 'GET', path: `${path}/:name`, versions, handle: (call) => readOne(arm, kind, call) },
      { method: 'PUT', path: `${path}/:name`, versions, handle: (call) => put(arm, kind, call) },
      { method: 'POST', path: `${path}/:name/validate`, versions, handle: (call) => validate(arm, kind, call) },
      { method: 'POST', path: `${path}/:name/cancel`, versions, handle: (call) => cancel(arm, kind, call) },
    ];
  });
}

function put(arm: Arm, kind: Kind, call: Call): Answer {
  return json(201, requestRow(arm, submit(arm, kind, call, false)));
}

/** The dry run: every check, nothing stored (pim-api §1.6). */
function validate(arm: Arm, kind: Kind, call: Call): Answer {
  return json(200, requestRow(arm, submit(arm, kind, call, true)));
}

function submit(arm: Arm, kind: Kind, call: Call, isValidationOnly: boolean): PimRequest {
  refuseWithoutMfa(arm, call.caller);
  const ask = parseAsk(arm, call, kind, readProperties(call.exchange));
  arm.pim.settle();
  if (arm.pim.state.requests.has(ask.requestId ?? '')) {
    throw new Refusal('RoleAssignmentRequestExists', 'The role assignment request already exists.');
  }
  const by = ask.action === 'selfActivate' ? judgedActor(arm, ask.by) : ask.by;
  return arm.pim.submit({ ...ask, by, isValidationOnly });
}

/** Answers 200 without a body, where Graph has 204. */
function cancel(arm: Arm, kind: Kind, call: Call): Answer {
  refuseWithoutMfa(arm, call.caller);
  const { id } = found(arm, kind, call);
  arm.pim.cancel({ surface: 'azure', kind, id }, actorOf(call.caller));
  return { status: 200 };
}

function list(arm: Arm, kind: Kind, call: Call): Answer {
  const filter = parsePimFilter(call.exchange.query.get('$filter'), FILTERS);
  if (['everything', 'atScope', 'principal'].includes(filter.kind)) {
    requireListing(arm, call);
  }
  arm.pim.settle();
  const isOwn = filter.kind.startsWith('as');
  const reach = isOwn ? 'own' : filter.kind === 'atScope' ? 'above' : 'around';
  const all = [...arm.pim.state.requests.values()].filter(
    (request) =>
      isOf(request, kind) &&
      isInReach(arm.tree, call.scope, request.subject.scope, reach) &&
      isMeant(arm, call, filter, request),
  );
  return answerList(
    arm,
    call,
    all.map((request) => requestRow(arm, request)),
  );
}

function isMeant(arm: Arm, call: Call, filter: PimFilter, request: PimRequest): boolean {
  switch (filter.kind) {
    case 'principal':
      return request.principalId === filter.principalId;
    case 'asTarget':
      return [call.callerId, ...groupsOf(arm.world.tenant, call.callerId)].includes(request.principalId);
    case 'asRequestor':
      return isRequestor(call, request);
    case 'asApprover': {
      const approval = arm.pim.state.approvals.get(request.approvalId ?? '');
      return approval !== undefined && isApprover(arm.pim, approval, call.callerId);
    }
    default:
      return true;
  }
}

/** One request is for who made it and for those who may list (pim-api §5.3). */
function readOne(arm: Arm, kind: Kind, call: Call): Answer {
  arm.pim.settle();
  const request = arm.pim.state.requests.get((call.params.name ?? '').toLowerCase());
  const isOwn = request !== undefined && isRequestor(call, request);
  if (!isOwn && !mayList(arm, call)) {
    throw insufficientPermissions(call.callerId);
  }
  return json(200, requestRow(arm, found(arm, kind, call)));
}

function found(arm: Arm, kind: Kind, call: Call): PimRequest {
  arm.pim.settle();
  const request = arm.pim.state.requests.get((call.params.name ?? '').toLowerCase());
  if (request === undefined || !isOf(request, kind) || !arm.tree.isSame(request.subject.scope, call.scope.id)) {
    throw new ArmProblem(404, 'RoleAssignmentRequestNotFound', 'The role assignment request is not found.');
  }
  return request;
}

function isRequestor(call: Call, { createdBy }: PimRequest): boolean {
  const { caller } = call;
  return (
    createdBy.principalId === caller.principalId && (caller.principalId !== null || createdBy.appId === caller.appId)
  );
}

function isOf(request: PimRequest, kind: Kind): boolean {
  return request.kind === kind && request.subject.surface === 'azure';
}
