import { AccessError } from '../../errors.ts';
import type { TenantRequest } from '../../ports/role-management.ts';

/** How Microsoft's words fold (pim-api §5.1). What is not here is still under way: never a success, never a failure. */
const STATES = new Map<string, TenantRequest['state']>([
  ['provisioned', 'provisioned'],
  ['granted', 'scheduled'],
  ['schedulecreated', 'scheduled'],
  ['pendingschedulecreation', 'scheduled'],
  ['pendingapproval', 'awaiting-approval'],
  ['pendingapprovalprovisioning', 'awaiting-approval'],
  ['pendingadmindecision', 'awaiting-approval'],
  ['denied', 'denied'],
  ['admindenied', 'denied'],
  ['canceled', 'canceled'],
  ['failed', 'failed'],
  ['failedasresourceislocked', 'failed'],
  ['invalid', 'failed'],
  ['timedout', 'failed'],
  ['revoked', 'revoked'],
  ['pendingrevocation', 'revoked'],
]);

/** The words that a deactivation or removal ends with, or may still have when it is sure to. */
const ENDED = new Set(['revoked', 'pendingrevocation', 'provisioned', 'accepted', 'pendingevaluation']);

/**
 * Folds a status word, in any case. `Granted` also stands for a moment before an immediate start is provisioned, so that it
 * is `scheduled` only while the start lies ahead.
 */
export function requestState(
  word: string,
  start: Temporal.Instant | null,
  now: Temporal.Instant,
): TenantRequest['state'] {
  const state = STATES.get(word.toLowerCase()) ?? 'provisioning';
  const liesAhead = start !== null && Temporal.Instant.compare(start, now) > 0;
  return state === 'scheduled' && !liesAhead ? 'provisioning' : state;
}

/** Says whether a deactivation that was answered with this word did, or will do, what was asked. */
export function isEnding(word: string): boolean {
  return ENDED.has(word.toLowerCase());
}

const COME_TO_NOTHING: ReadonlySet<TenantRequest['state']> = new Set(['denied', 'canceled', 'failed', 'revoked']);

/**
 * Takes the word of the request that PIM would make. PIM says no with an error; a word that would be one here is no yes either.
 * @throws graph.unexpected_answer
 */
export function requireYes(word: string): void {
  const state = STATES.get(word.toLowerCase());
  if (state !== undefined && COME_TO_NOTHING.has(state)) {
    throw new AccessError('graph.unexpected_answer', `The validation ended as ${word.slice(0, 40)}`);
  }
}
