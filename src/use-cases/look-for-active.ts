import type { ActivationRequest } from '../domain/activation.ts';
import type { ActiveAssignment } from '../domain/assignment.ts';
import { AccessError } from '../errors.ts';
import { HIDDEN } from './approvers.ts';
import type { Services } from './services.ts';

/**
 * Looks at the tenant for the running activation of an ask; `hidden` where the reader may not look, which is not the same as none
 * and does not become better by looking again.
 */
export async function lookForActive(
  services: Services,
  request: ActivationRequest,
): Promise<ActiveAssignment | 'hidden' | null> {
  try {
    return await services.reader.findActive(request.requesterId, request.role);
  } catch (thrown) {
    if (thrown instanceof AccessError && HIDDEN.has(thrown.code)) {
      services.log.warn('activation.hidden', { requestId: request.id, code: thrown.code });
      return 'hidden';
    }
    throw thrown;
  }
}
