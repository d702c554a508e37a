import type { ActivationRequest } from '../domain/activation.ts';
import { reviseActive } from './active-card.ts';
import { iso, lagOf } from './facts.ts';
import { lookForActive } from './look-for-active.ts';
import type { Posted, Services } from './services.ts';

/** Seconds between looks at the tenant's list, which lags behind its answers by seconds to minutes (pim-api §11). */
const LOOKS_SECONDS = [2, 3, 4, 5, 8, 10, 15, 15, 30, 30, 60, 60, 120, 120];

/**
 * Looks whether the tenant's list shows an activation that PIM said yes to: from then on it can be used, and the card says so
 * once, with the time it took. An empty list is never a failure, and who may not look says nothing.
 */
export async function seeActivation(services: Services, request: ActivationRequest, attempt: number): Promise<Posted> {
  const { activeFrom } = request;
  if (request.state !== 'active' || request.usableAt !== null || activeFrom === null) {
    return [];
  }
  const listed = await lookForActive(services, request);
  if (listed === 'hidden') {
    return await saySo(services, request, { usable: 'unknown', usableAfter: null });
  }
  if (listed === null) {
    return await lookAgain(services, request, attempt);
  }
  const now = services.clock.now();
  const usableAfter = lagOf(activeFrom, now).toString();
  return await services.store.transaction(async (stores) => {
    if ((await stores.requests.change(request.id, ['active'], { usableAt: now })) === null) {
      return [];
    }
    await stores.audit.activationUsable({
      at: now,
      actorId: null,
      requestId: request.id,
      facts: { from: iso(activeFrom), after: usableAfter },
    });
    return await reviseActive(stores, request, { usable: 'usable', usableAfter });
  });
}

async function lookAgain(services: Services, request: ActivationRequest, attempt: number): Promise<Posted> {
  const pause = LOOKS_SECONDS[attempt];
  if (pause === undefined) {
    return await saySo(services, request, { usable: 'unknown', usableAfter: null });
  }
  const dueAt = services.clock.now().add({ seconds: pause });
  await services.store.now.timers.set({ kind: 'activation.see', subject: request.id, dueAt, attempt: attempt + 1 });
  return [];
}

async function saySo(
  services: Services,
  request: ActivationRequest,
  change: Parameters<typeof reviseActive>[2],
): Promise<Posted> {
  return await services.store.transaction(async (stores) => await reviseActive(stores, request, change));
}
