import type { ActivationRequest } from '../domain/activation.ts';
import type { ActiveAssignment } from '../domain/assignment.ts';
import type { Services } from './services.ts';
import { unlessHidden } from './unless-hidden.ts';

/**
 * Looks at the tenant for the running activation of an ask; `hidden` where the reader may not look, which is not the same as none
 * and does not become better by looking again.
 */
export async function lookForActive(
  services: Services,
  request: ActivationRequest,
): Promise<ActiveAssignment | 'hidden' | null> {
  return await unlessHidden(
    () => services.reader.findActive(request.requesterId, request.role),
    (code) => {
      services.log.warn('activation.hidden', { requestId: request.id, code });
      return 'hidden';
    },
  );
}
