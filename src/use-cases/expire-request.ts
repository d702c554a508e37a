import type { ActivationRequest } from '../domain/activation.ts';
import { iso, requestFacts } from './facts.ts';
import { closeApprovalCards, recordLostDenial, settleFromTenant } from './record-decision.ts';
import type { Posted, Services } from './services.ts';
import { tellRequester } from './settle-request.ts';

/** Nobody decided within PIM's 24 hours. */
export async function expireRequest(services: Services, request: ActivationRequest): Promise<Posted> {
  if (request.state !== 'pending') {
    return [];
  }
  const settled = await settleFromTenant(services, request);
  if (settled.length > 0) {
    return settled;
  }
  if (request.intendedOutcome === 'deny') {
    return await recordLostDenial(services, request);
  }
  const now = services.clock.now();
  services.signIns.release(request.id);
  return await services.store.transaction(async (stores) => {
    const expired = await stores.requests.change(request.id, ['pending'], { state: 'expired' });
    if (expired === null) {
      return [];
    }
    await stores.timers.clearAll(request.id);
    await stores.audit.activationExpired({
      at: now,
      actorId: null,
      requestId: request.id,
    });
    const approvers = await closeApprovalCards(stores, expired, {
      card: 'approval-decided',
      request: requestFacts(expired),
      outcome: 'expired',
      decidedBy: null,
      decidedAt: iso(now),
      justification: null,
    });
    const told = await tellRequester(stores, expired, {
      card: 'activation-denied',
      request: requestFacts(expired),
      reason: 'expired',
      decidedBy: null,
      justification: null,
      at: iso(now),
    });
    return [...told, ...approvers];
  });
}
