import type { AccessError } from '../../errors.ts';
import { type CallRefusal, callError, type Meaning } from '../pim-errors/call-error.ts';
import { type PimRefusal, pimVerdict, type Verdict, wireFacts } from '../pim-errors/pim-error.ts';

/** A PUT under the name of our own marker: the fact tells it from another request that waits. */
export const REQUEST_EXISTS = 'RoleAssignmentRequestExists';

/**
 * Turns a refusal of Azure Resource Manager into ours; two of its codes mean something else than on Graph, and `meaning` knows
 * what this one call is refused with.
 */
export function armError(operation: string, refusal: CallRefusal, meaning?: Meaning): AccessError {
  return callError({ service: 'Azure', operation, meaning: (pim) => meaning?.(pim) ?? verdictOf(pim) }, refusal);
}

function verdictOf(refusal: PimRefusal): Verdict | null {
  switch (refusal.code) {
    case REQUEST_EXISTS:
      return { code: 'activation.already_pending', facts: { code: REQUEST_EXISTS } };
    case 'ScopeDoesNotMatchRoleDefinition':
      return { code: 'graph.not_found', facts: wireFacts(refusal.status, refusal.code) };
    default:
      return pimVerdict(refusal);
  }
}
