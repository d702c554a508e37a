import type { Pause, PauseExtent } from '../../domain/bot-setting.ts';
import { AccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import { iso } from '../facts.ts';
import type { Services } from '../services.ts';

/** What somebody is about to do: a part of a break-glass pack, or anything else that gives or changes access. */
export type Deed = 'usual' | 'break-glass';

/** The pause that a setting from outside makes: nobody in particular, since the start. */
export function outsidePause({ pausedOutside: stops }: Pick<Services, 'pausedOutside'>): Pause | null {
  return stops === null ? null : { reason: null, by: null, since: null, stops };
}

/** Says why a deed is off just now; null when it is not. Looks only: whoever commits an intent holds what it looked at. */
export async function findPause(services: Services, deed: Deed): Promise<AccessError | null> {
  return refusal(services, await services.store.now.botSettings.find('paused'), deed);
}

/** Refuses a deed that is off just now, before anybody is asked for more. @throws {AccessError} serving.paused */
export async function refuseWhilePaused(services: Services, deed: Deed): Promise<void> {
  const error = await findPause(services, deed);
  if (error !== null) {
    throw error;
  }
}

/**
 * Refuses a deed while the bot is paused. In a transaction nobody pauses before it has ended: an intent is committed before a
 * pause, or not at all.
 *
 * @throws {AccessError} serving.paused
 */
export async function demandRunning(
  services: Services,
  stores: Pick<Stores, 'botSettings'>,
  deed: Deed,
): Promise<void> {
  const error = refusal(services, await stores.botSettings.hold('paused'), deed);
  if (error !== null) {
    throw error;
  }
}

function refusal(services: Services, kept: Pause | null, deed: Deed): AccessError | null {
  const stops = (extent: PauseExtent): boolean => deed === 'usual' || extent === 'everything';
  const pause = [kept, outsidePause(services)].find((one) => one !== null && stops(one.stops));
  return pause == null ? null : new AccessError('serving.paused', 'the bot is paused', { facts: pauseFacts(pause) });
}

function pauseFacts({ by, since, reason }: Pause): Readonly<Record<string, string>> {
  return {
    ...(by !== null && { by: by.name }),
    ...(since !== null && { since: iso(since) }),
    ...(reason !== null && { reason }),
  };
}
