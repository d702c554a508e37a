import type { ActivationRequest } from '../domain/activation.ts';
import { AccessError } from '../errors.ts';
import { showReminder } from './channel/channel-card.ts';
import { isBefore, iso } from './facts.ts';
import { repaintPending } from './pending-card.ts';
import type { Asker, Posted, Services } from './services.ts';
import { askApprovers, isAskedNow } from './settle-request.ts';

const PAUSE = Temporal.Duration.from({ minutes: 15 });

/**
 * Asks the approvers once more, in a new message so that it notifies; the copies before it lose their buttons.
 * At most once in 15 minutes.
 *
 * @throws {AccessError} activation.request_unknown, activation.not_cancellable, activation.reminded_recently
 */
export async function remindApprovers(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  if (request.requesterId !== asker.person.id) {
    throw new AccessError('activation.request_unknown', 'not the requester', { facts: { requestId: request.id } });
  }
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    if (current?.state !== 'pending') {
      throw new AccessError('activation.not_cancellable', 'nobody is asked any more', {
        facts: { requestId: request.id, state: current?.state ?? '' },
      });
    }
    const again = current.remindedApproversAt?.add(PAUSE);
    if (again !== undefined && isBefore(now, again)) {
      throw new AccessError('activation.reminded_recently', 'reminded less than 15 minutes ago', {
        facts: { again: iso(again) },
      });
    }
    const reminded = await stores.requests.change(current.id, ['pending'], { remindedApproversAt: now });
    if (reminded === null) {
      return [];
    }
    const asks = await stores.approvals.listAsks(current.id);
    const asked = asks.filter(isAskedNow);
    await stores.cards.retireOf(
      current.id,
      asked.map(({ approverId }) => approverId),
    );
    await askApprovers(stores, reminded, asked, { slot: `approval-request:${now.epochMilliseconds}` });
    await showReminder(stores, reminded);
    await stores.audit.approvalReminded({
      at: now,
      actorId: asker.person.id,
      requestId: current.id,
    });
    return await repaintPending(stores, reminded);
  });
}
