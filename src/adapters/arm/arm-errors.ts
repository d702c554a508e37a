import type { AccessError, ErrorCode } from '../../errors.ts';
import { readChallenge } from '../pim-errors/claims-challenge.ts';
import type { Verdict } from '../pim-errors/pim-error.ts';
import { pimVerdict, refusalError, wireFacts } from '../pim-errors/pim-error.ts';
import type { Problem } from '../pim-errors/problem.ts';
import { printableCode, readProblem, readRetryAfter } from '../pim-errors/problem.ts';

/** A refusal as it came over the wire. */
export interface ArmRefusal {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  readonly challenge: string | null;
  readonly requestId: string | null;
}

/** A PUT under the name of our own marker: the fact tells it from another request that waits. */
export const REQUEST_EXISTS = 'RoleAssignmentRequestExists';

/**
 * Turns a refusal of Azure Resource Manager into ours: by a claims challenge, then by `error.code`, then by status.
 * The body stays here: facts hold codes, rule names and claims only.
 */
export function armError(operation: string, refusal: ArmRefusal): AccessError {
  const problem = readProblem(refusal.body);
  const where = refusal.requestId === null ? '' : ` (request-id ${plainId(refusal.requestId)})`;
  return refusalError(
    verdictOf(refusal, problem),
    `Azure refused ${operation}: ${refusal.status} ${printableCode(problem.code) ?? 'without a code'}${where}`,
    readRetryAfter(refusal.retryAfter),
  );
}

function verdictOf({ status, challenge }: ArmRefusal, problem: Problem): Verdict {
  if (status === 429) {
    return { code: 'graph.throttled', facts: {} };
  }
  const claims = status === 401 ? readChallenge(challenge) : null;
  if (claims !== null) {
    return { code: 'activation.step_up_required', facts: { claims } };
  }
  return byCode(status, problem) ?? { code: byStatus(status), facts: wireFacts(status, problem.code) };
}

function byCode(status: number, problem: Problem): Verdict | null {
  switch (problem.code) {
    case REQUEST_EXISTS:
      return { code: 'activation.already_pending', facts: { code: REQUEST_EXISTS } };
    case 'ScopeDoesNotMatchRoleDefinition':
      return { code: 'graph.not_found', facts: wireFacts(status, problem.code) };
    default:
      return pimVerdict({ ...problem, status });
  }
}

function byStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'graph.unauthorized';
    case 403:
      return 'graph.forbidden';
    case 404:
      return 'graph.not_found';
    default:
      return status >= 500 && status !== 501 ? 'graph.unavailable' : 'graph.unexpected_answer';
  }
}

function plainId(id: string): string {
  return /^[\w-]{1,80}$/.test(id) ? id : 'unreadable';
}
