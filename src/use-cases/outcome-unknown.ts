import type { ActivationRequest } from '../domain/activation.ts';
import { AccessError } from '../errors.ts';
import { movePull } from './break-glass/tell-pull.ts';
import { errorNotice } from './error-card.ts';
import { roleFacts } from './facts.ts';
import type { Posted, Services } from './services.ts';

/**
 * Ends an ask of which nobody knows whether it arrived: a card in its story asks for one more press, which looks for the
 * earlier ask before it sends anything. One that is in another state by now is left alone.
 */
export async function recordOutcomeUnknown(services: Services, request: ActivationRequest): Promise<Posted> {
  const error = new AccessError('activation.outcome_unknown', 'the answer was lost and nothing is active', {
    facts: { requestId: request.id, ...roleFacts(request.role) },
  });
  return await services.store.transaction(async (stores) => {
    const failed = await stores.requests.change(request.id, ['submitting'], { state: 'failed' });
    if (failed === null) {
      return [];
    }
    await stores.timers.clear('request.check-outcome', request.id);
    await stores.audit.activationFailed({
      at: services.clock.now(),
      actorId: null,
      requestId: request.id,
      facts: { code: error.code },
    });
    if (request.pull !== null) {
      const problem = { code: error.code, facts: error.facts };
      return (await movePull(stores, request.pull, ['pulling', 'waiting', 'active'], { problem })) ?? [];
    }
    const card = await stores.cards.post({
      story: request.id,
      recipient: request.requesterId,
      slot: 'outcome-unknown',
      notice: errorNotice(services, error),
      delivery: 'now',
    });
    return [card, ...(await stores.cards.retire(request.id, request.requesterId, [card]))];
  });
}
