import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';

/** What PIM's refusals of an activation mean where an administrator changes an assignment. */
const NAMES: Partial<Record<ErrorCode, ErrorCode>> = {
  'activation.already_active': 'assignment.exists',
  'activation.already_pending': 'assignment.request_open',
  'activation.not_active': 'assignment.not_found',
  'activation.not_eligible': 'assignment.not_found',
  'activation.too_short': 'assignment.too_short',
};

/** A policy rule that failed alone has a code of its own for whoever activates; an administrator reads Microsoft's names. */
const RULES: Partial<Record<ErrorCode, string>> = {
  'activation.justification_required': 'JustificationRule',
  'activation.mfa_required': 'MfaRule',
  'activation.ticket_required': 'TicketingRule',
  'activation.too_long': 'ExpirationRule',
};

/** Gives what PIM refused an administrator the codes of assignments, on every surface; everything else stays as it is. */
export async function asChange<T>(work: Promise<T>, isOfExisting: boolean): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof AccessError ? renamed(error, isOfExisting) : error;
  }
}

function renamed(error: AccessError, isOfExisting: boolean): AccessError {
  const rule = RULES[error.code];
  if (rule !== undefined) {
    return new AccessError('activation.refused_by_policy', error.message, { cause: error, facts: { rules: rule } });
  }
  const isMissing = isOfExisting && error.code === 'graph.not_found' && error.facts.status === '404';
  const code = isMissing ? 'assignment.not_found' : NAMES[error.code];
  return code === undefined ? error : new AccessError(code, error.message, { cause: error });
}
