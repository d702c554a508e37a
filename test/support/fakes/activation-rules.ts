import type { RolePolicy } from '../../../src/domain/policy.ts';
import { AccessError, type ErrorCode } from '../../../src/errors.ts';
import type { ActivationOrder } from '../../../src/ports/role-management.ts';
import type { TokenProof } from './sign-ins.ts';

type Failed = readonly [rule: string, code: ErrorCode];

/** Refuses what PIM's settings refuse, in PIM's order: the context first, then every broken rule at once. */
export function checkPolicy(order: ActivationOrder, policy: RolePolicy, proof: TokenProof): void {
  const context = policy.authenticationContext;
  if (context !== null && !proof.contexts.has(context)) {
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: context } } });
    throw new AccessError('activation.step_up_required', 'AcrsValidationFailed', { facts: { claims } });
  }
  const failed: Failed[] = [];
  const isTooShort = order.duration.total('minutes') < 5;
  if (isTooShort || Temporal.Duration.compare(order.duration, policy.maximumDuration) > 0) {
    failed.push(['ExpirationRule', 'activation.too_long']);
  }
  if (policy.isJustificationRequired && order.justification.trim() === '') {
    failed.push(['JustificationRule', 'activation.justification_required']);
  }
  if (policy.isTicketRequired && (order.ticket ?? '') === '') {
    failed.push(['TicketingRule', 'activation.ticket_required']);
  }
  if (policy.isMfaRequired && !proof.hasMfa) {
    failed.push(['MfaRule', 'activation.mfa_required']);
  }
  refuse(failed);
}

/** Names the one rule by its code, several by their names. */
export function refuse(failed: readonly Failed[]): void {
  const [first] = failed;
  if (first === undefined) {
    return;
  }
  const rules = failed.map(([rule]) => rule).join(', ');
  const isOne = failed.length === 1;
  throw new AccessError(isOne ? first[1] : 'activation.refused_by_policy', rules, { facts: isOne ? {} : { rules } });
}
