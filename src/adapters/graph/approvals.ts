import type { ScheduleRequestId } from '../../domain/ids.ts';
import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import type { Decision } from '../../ports/role-management.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { GraphCaller } from './graph-caller.ts';
import { COLLECTIONS } from './paths.ts';
import type { ApprovalStep } from './wire.ts';
import { approvalBody } from './wire.ts';

/**
 * Decides as the person whose token it is: reads the approval, then reviews the step that is theirs and open. Approvals of
 * directory roles exist in beta only, and the approval has the id of the request (pim-api §7.2, §7.3).
 *
 * @throws {AccessError} approval.not_an_approver, .already_decided, .expired, .justification_required, .in_doubt
 */
export async function decideApproval(
  graph: GraphCaller,
  tokens: BearerTokens,
  id: ScheduleRequestId,
  decision: Decision,
): Promise<void> {
  const path = `${COLLECTIONS.approvals}/${encodeURIComponent(id)}`;
  const approval = await graph
    .read(tokens, { path, version: 'beta' }, approvalBody)
    .catch((error: unknown) => refused(error, decision));
  const step = openStep(approval.steps);
  const write = graph.write(tokens, {
    method: 'PATCH',
    version: 'beta',
    path: `${path}/steps/${encodeURIComponent(step.id)}`,
    body: {
      reviewResult: decision.outcome === 'approve' ? 'Approve' : 'Deny',
      justification: decision.justification,
    },
    answer: null,
  });
  await write.catch((error: unknown) => refused(error, decision));
}

function openStep(steps: readonly ApprovalStep[]): ApprovalStep {
  const mine = steps.filter((step) => step.assignedToMe === true);
  const open = mine.find(
    ({ status, reviewResult }) => status === 'inprogress' && (reviewResult ?? 'notreviewed') === 'notreviewed',
  );
  if (open !== undefined) {
    return open;
  }
  if (mine.length === 0) {
    throw new AccessError('approval.not_an_approver', 'No step of the approval is assigned to this person');
  }
  if (mine.some(({ status }) => status === 'expired')) {
    throw new AccessError('approval.expired', 'Nobody decided in time');
  }
  throw new AccessError('approval.already_decided', 'The step is over');
}

/** An approval that is not there and one that is not mine look the same to a person. */
function refused(error: unknown, decision: Decision): never {
  if (!(error instanceof AccessError)) {
    throw error;
  }
  const code = decisionCode(error, decision);
  throw code === null ? error : new AccessError(code, error.message);
}

function decisionCode(error: AccessError, { justification }: Decision): ErrorCode | null {
  switch (error.code) {
    case 'graph.forbidden':
    case 'graph.not_found':
      return 'approval.not_an_approver';
    case 'activation.in_doubt':
      return 'approval.in_doubt';
    case 'graph.unexpected_answer':
      return byStatus(error.facts.status, justification);
    default:
      return null;
  }
}

/** Microsoft's codes here are not documented, its statuses are (pim-api §7.3, §9.4). */
function byStatus(status: string | undefined, justification: string): ErrorCode | null {
  if (status === '409') {
    return 'approval.already_decided';
  }
  return status === '400' && justification.trim() === '' ? 'approval.justification_required' : null;
}
