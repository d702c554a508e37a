import type { AccessError, ErrorCode } from '../../errors.ts';
import { readChallenge } from './claims-challenge.ts';
import type { PimRefusal, Verdict } from './pim-error.ts';
import { pimVerdict, refusalError, wireFacts } from './pim-error.ts';
import { printableCode, readProblem, readRetryAfter } from './problem.ts';

/** A refusal as it came over the wire. */
export interface CallRefusal {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  /** The header `WWW-Authenticate`. */
  readonly challenge: string | null;
  readonly requestId: string | null;
}

/** Who refused what, for operators: no query, no ids of people. */
export interface RefusedCall {
  readonly service: 'Graph' | 'Azure';
  readonly operation: string;
  /** What this service means by a code, where that is not what PIM means everywhere. */
  readonly meaning?: Meaning | undefined;
}

/** What a refusal means; null where it means what it means everywhere. */
export type Meaning = (refusal: PimRefusal) => Verdict | null;

/**
 * Turns a refusal of Graph or Azure into ours: by a claims challenge, then by `error.code`, then by status.
 * The body stays here: facts hold codes, rule names and claims only.
 */
export function callError({ service, operation, meaning }: RefusedCall, refusal: CallRefusal): AccessError {
  const { status, requestId } = refusal;
  const pim: PimRefusal = { ...readProblem(refusal.body), status };
  const where = requestId === null ? '' : ` (request-id ${plainId(requestId)})`;
  return refusalError(
    atOnce(refusal) ?? meaning?.(pim) ?? pimVerdict(pim) ?? byStatus(pim),
    `${service} refused ${operation}: ${status} ${printableCode(pim.code) ?? 'without a code'}${where}`,
    readRetryAfter(refusal.retryAfter),
  );
}

function atOnce({ status, challenge }: CallRefusal): Verdict | null {
  if (status === 429) {
    return { code: 'graph.throttled', facts: {} };
  }
  const claims = status === 401 ? readChallenge(challenge) : null;
  return claims === null ? null : { code: 'activation.step_up_required', facts: { claims } };
}

function byStatus({ status, code }: PimRefusal): Verdict {
  return { code: codeOf(status), facts: wireFacts(status, code) };
}

function codeOf(status: number): ErrorCode {
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
