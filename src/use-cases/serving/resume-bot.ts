import { AccessError } from '../../errors.ts';
import { demandAppRole } from '../demand-app-role.ts';
import { answer } from '../error-card.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { outsidePause } from './demand-running.ts';
import { pausedNotice } from './pause-bot.ts';

/**
 * Ends a pause, for everybody, in all replicas. One that was set from outside stays.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.admin_required, serving.paused_outside
 */
export async function resumeBot(services: Services, asker: Asker): Promise<Posted> {
  demandAppRole(asker, 'Pimlico.Admin');
  const at = services.clock.now();
  const actorId = asker.person.id;
  const cards = await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    if (outsidePause(services) !== null) {
      throw new AccessError('serving.paused_outside', 'paused by a setting');
    }
    if ((await stores.botSettings.find('paused')) !== null) {
      await stores.botSettings.remove('paused');
      await stores.audit.botResumed({ at, actorId });
    }
    return [await stores.cards.post(answer(asker, pausedNotice(services, null)))];
  });
  services.log.warn('bot.resumed', { by: actorId });
  return cards;
}
