import type { ActivationRequest } from '../domain/activation.ts';
import type { Stores } from '../ports/store.ts';
import type { Approvers } from './approvers.ts';
import { sendingNotice } from './pending-card.ts';
import type { Posted, Services } from './services.ts';

/**
 * Tells the requester who will be asked and who cannot be, where some approver is known not to be reached, or the role names one
 * who cannot decide or be seen: in the transaction of the intent, so that it is said before PIM is asked or not at all. Otherwise
 * nothing is said, and nothing slows the ask down.
 * What becomes of the ask takes the card's place, or takes it out of use.
 */
export async function announceSending(
  stores: Stores,
  request: ActivationRequest,
  approvers: Approvers,
): Promise<Posted> {
  const isAnybodyUnreachable = approvers.people.some(({ unreachable }) => unreachable !== null);
  const isAnybodyMissed = isAnybodyUnreachable || approvers.leftOut.length > 0;
  if (!isAnybodyMissed || request.pull !== null) {
    return [];
  }
  const notice = await sendingNotice(stores, request, approvers);
  return [await stores.cards.post({ story: request.id, recipient: request.requesterId, notice, delivery: 'now' })];
}

/** How long PIM waits for what is told first: far less than the lease of an intent. */
const DELIVER_WITHIN_MS = 2000;

/**
 * Brings what was announced to its reader before PIM is asked. What Teams does not take within two seconds holds nothing up: it
 * goes on behind, and the outbox keeps it.
 */
export async function deliverFirst(
  { delivery, log }: Pick<Services, 'delivery' | 'log'>,
  announced: Posted,
): Promise<void> {
  if (announced.length === 0) {
    return;
  }
  const { promise: timeUp, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(resolve, DELIVER_WITHIN_MS, 'late');
  const work = delivery.deliver(announced);
  const outcome = await Promise.race([work, timeUp]).finally(() => clearTimeout(timer));
  if (outcome === 'late') {
    log.warn('announcement.late', { cards: announced });
    work.catch((error: unknown) => log.error('announcement.failed', { cards: announced, error }));
  }
}
