import { PAUSE_EXTENTS } from '../../domain/bot-setting.ts';
import type { Services } from '../services.ts';
import { outsidePause } from './demand-running.ts';

/** Lets operators see whether the bot is paused, here or from outside. */
export function watchPause(services: Pick<Services, 'store' | 'telemetry' | 'pausedOutside'>): void {
  services.telemetry.watch('pimlico_paused', async () => {
    const kept = await services.store.now.botSettings.find('paused');
    const found = [kept, outsidePause(services)].flatMap((pause) => pause?.stops ?? []);
    return PAUSE_EXTENTS.map((stops) => ({ labels: { stops }, value: Number(found.includes(stops)) }));
  });
}
