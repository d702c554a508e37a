import { AccessError, type ErrorCode } from '../../errors.ts';
import type { Decision } from '../../ports/role-management.ts';

/** What a refused decision means. An approval that is not there and one that is not mine look the same to a person. */
export function decisionRefused(error: unknown, decision: Decision): unknown {
  const code = error instanceof AccessError ? decisionCode(error, decision) : null;
  return code === null ? error : new AccessError(code, (error as AccessError).message);
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
