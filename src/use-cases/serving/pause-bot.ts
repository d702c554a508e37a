import type { Pause, PauseExtent } from '../../domain/bot-setting.ts';
import type { PausedNotice } from '../../domain/serving-notice.ts';
import { demandAppRole } from '../demand-app-role.ts';
import { answer } from '../error-card.ts';
import { isoOrNull } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { outsidePause } from './demand-running.ts';

const LONGEST_REASON = 500;

/**
 * Pauses the bot for everybody, in all its replicas: from this commit on no intent is committed that gives or changes access.
 * Reading, and giving back, go on. A pause that is there already is replaced.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.admin_required
 */
export async function pauseBot(
  services: Services,
  asker: Asker,
  said: { readonly stops: PauseExtent; readonly reason: string | null },
): Promise<Posted> {
  demandAppRole(asker, 'Pimlico.Admin');
  const { id, name } = asker.person;
  const at = services.clock.now();
  const reason = said.reason?.trim().slice(0, LONGEST_REASON) ?? '';
  const pause: Pause = { reason, by: { id, name }, since: at, stops: said.stops };
  const cards = await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.botSettings.save('paused', pause, id, at);
    await stores.audit.botPaused({ at, actorId: id, facts: { stops: said.stops, justification: reason } });
    return [await stores.cards.post(answer(asker, pausedNotice(services, pause)))];
  });
  services.log.warn('bot.paused', { by: id, stops: said.stops });
  return cards;
}

/** What a pause is told as; null tells that there is none. One from outside is named beside it, and stops what it stops. */
export function pausedNotice(services: Services, pause: Pause | null): PausedNotice {
  const outside = outsidePause(services);
  return {
    card: 'paused',
    isPaused: pause !== null,
    stops: (pause !== null && outside?.stops === 'everything' ? outside : pause)?.stops ?? null,
    reason: pause?.reason ?? '',
    byName: pause?.by?.name ?? null,
    since: isoOrNull(pause?.since ?? null),
    isPausedOutside: outside !== null,
  };
}
