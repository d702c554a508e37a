import type { ActivationRequest } from '../domain/activation.ts';
import { recordEnd } from './deactivate-role.ts';
import { lookForActive } from './look-for-active.ts';
import type { Posted, Services } from './services.ts';

/** The end has come. The tenant is asked, since somebody may have changed the end there. */
export async function endActivation(services: Services, request: ActivationRequest): Promise<Posted> {
  if (request.state !== 'active' || request.wish === 'continue') {
    return [];
  }
  const active = await lookForActive(services, request);
  // Where nobody may look, what PIM said at the start stands.
  const until = active === 'hidden' ? null : (active?.endsAt ?? null);
  if (until !== null && request.activeUntil !== null && Temporal.Instant.compare(until, request.activeUntil) > 0) {
    await services.store.transaction(async (stores) => {
      await stores.requests.change(request.id, ['active'], { activeUntil: until });
      await stores.timers.set({ kind: 'activation.end', subject: request.id, dueAt: until });
    });
    return [];
  }
  return await recordEnd(services, request, { reason: 'expired' });
}
