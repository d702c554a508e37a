import { type ActivationRequest, decideBy } from '../../domain/activation.ts';
import type { CardId } from '../../domain/ids.ts';
import { asAccessError } from '../../errors.ts';
import { endActivation } from '../end-activation.ts';
import { expireRequest } from '../expire-request.ts';
import { isBefore } from '../facts.ts';
import type { Posted, Services } from '../services.ts';
import { FEED_TIMER, readTenantLog } from './read-feed.ts';

/** Whoever was away for longer has missed something, or has the memory of a backup. */
const AWAY = Temporal.Duration.from({ minutes: 5 });

/**
 * Before timers and cards go on after a start: where nobody was there for a while, or the database is that of a backup, the
 * tenant is read first. What is over by now becomes one card, messages that nobody needs any more are not sent, and buttons
 * from before do nothing but show the card as it is. Sets the timer of {@link reconcile} in any case.
 */
export async function catchUp(services: Services): Promise<void> {
  const now = services.clock.now();
  if (services.reconcileEvery === null) {
    return;
  }
  const { feed, timers } = services.store.now;
  const position = await feed.find();
  if (position === null) {
    // What happened before the first start is not the bot's to tell.
    await feed.save({ at: now, resumeAt: null, readAt: now }, now);
  } else if (isBefore(position.readAt.add(AWAY), now)) {
    await catchUpSince(services, position.readAt);
  }
  await timers.set({ ...FEED_TIMER, dueAt: services.clock.now() });
}

async function catchUpSince(services: Services, since: Temporal.Instant): Promise<void> {
  const { cards, requests } = services.store.now;
  services.log.warn('catch-up.started', {
    awaySeconds: Math.round(since.until(services.clock.now()).total('seconds')),
  });
  await cards.voidOffers();
  const look = await readTenantLog(services, 'all');
  if (look.pause !== null) {
    // The timer goes on with it; whatever fires meanwhile asks the tenant by itself.
    services.log.error('catch-up.incomplete', {});
  }
  const posted: CardId[] = [...look.cards];
  for (const request of await requests.listOpen()) {
    posted.push(...(await endWhatIsOver(services, request)));
  }
  const dropped = await cards.dropUnsent();
  await services.delivery.deliver(posted);
  services.log.info('catch-up.done', { told: posted.length, dropped });
}

/** One that cannot be ended now is ended by its timer. */
async function endWhatIsOver(services: Services, request: ActivationRequest): Promise<Posted> {
  const now = services.clock.now();
  try {
    if (request.state === 'active' && request.activeUntil !== null && !isBefore(now, request.activeUntil)) {
      return await endActivation(services, request);
    }
    return request.state === 'pending' && isBefore(decideBy(request), now)
      ? await expireRequest(services, request)
      : [];
  } catch (thrown) {
    services.log.warn('catch-up.postponed', { requestId: request.id, code: asAccessError(thrown).code });
    return [];
  }
}
