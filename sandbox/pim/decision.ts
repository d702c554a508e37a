import { activate } from './activation.ts';
import { record } from './audit.ts';
import type { Core } from './context.ts';
import { isNamed } from './membership.ts';
import type { Actor, Approval, PimRequest } from './model.ts';
import { denied, Refusal } from './refusal.ts';

export interface Decision {
  readonly approvalId: string;
  readonly stepId: string;
  readonly result: 'Approved' | 'Denied';
  readonly justification: string;
  readonly by: Actor;
}

/** Whether this person may decide: named in the policy when it was asked, and not the one who asked. */
export function isApprover(core: Core, approval: Approval, personId: string): boolean {
  const requester = core.state.requests.get(approval.id)?.principalId;
  return personId !== requester && isNamed(core.world.tenant, approval.approvers, personId);
}

export function approvalNotFound(): Refusal {
  return new Refusal('Request_ResourceNotFound', 'The approval was not found.', 404);
}

/** One approver decides. Order: 404 unknown, 403 not an approver or the requester, 409 no longer open, 400 wording. */
export function decide(core: Core, decision: Decision): void {
  const approval = core.state.approvals.get(decision.approvalId);
  const request = core.state.requests.get(decision.approvalId);
  if (approval === undefined || request === undefined || approval.stepId !== decision.stepId) {
    throw approvalNotFound();
  }
  const { principalId } = decision.by;
  if (principalId === null || !isApprover(core, approval, principalId)) {
    throw denied();
  }
  if (request.status !== 'PendingApproval' || approval.status !== 'InProgress') {
    throw new Refusal('Conflict', 'The request is no longer awaiting a decision.', 409);
  }
  if (approval.isJustificationRequired && decision.justification.trim() === '') {
    throw new Refusal('BadRequest', 'A justification is required.');
  }
  const now = core.world.clock.now();
  approval.result = decision.result;
  approval.status = 'Completed';
  approval.justification = decision.justification;
  approval.reviewedBy = principalId;
  approval.reviewedAt = now;
  recordDecision(core, request, { ...decision, principalId, now });
  if (decision.result === 'Denied') {
    request.status = 'Denied';
    request.completedAt = now;
    return;
  }
  activate(core, request, now);
}

function recordDecision(
  core: Core,
  request: PimRequest,
  decision: Decision & { readonly principalId: string; readonly now: Temporal.Instant },
): void {
  const word = decision.result === 'Approved' ? 'approved' : 'denied';
  const name = `Add member to role request ${word} (PIM activation)`;
  const facts = { reason: decision.justification, initiatorId: decision.principalId };
  record(core.state, request, { at: decision.now, name, type: 'ActivateRole' }, facts);
}
