import type { BotInstaller } from '../ports/bot-installer.ts';
import type { Services } from './services.ts';

/** Puts every chat that the bot adds itself to on the record: it is the one thing that it writes in its own name. */
export function recordInstallations(
  installer: BotInstaller,
  { store, clock }: Pick<Services, 'store' | 'clock'>,
): BotInstaller {
  return {
    async install(person) {
      const outcome = await installer.install(person);
      if (outcome === 'installed') {
        await store.now.audit.botInstalled({ at: clock.now(), actorId: null, facts: { person } });
      }
      return outcome;
    },
  };
}
