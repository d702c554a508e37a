import type { Command } from '../../src/language/command.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';
import { pauseBot } from '../../src/use-cases/serving/pause-bot.ts';
import { resumeBot } from '../../src/use-cases/serving/resume-bot.ts';

/** Carries out what administrators of the bot say of the bot itself; null for every other command. */
export function dispatchServing(services: Services, asker: Asker, command: Command): Promise<Posted> | null {
  switch (command.command) {
    case 'pause':
      return pauseBot(services, asker, {
        stops: command.action === 'everything' ? 'everything' : 'usual',
        reason: command.justification,
      });
    case 'resume':
      return resumeBot(services, asker);
    default:
      return null;
  }
}
