import type { ActivationRequest } from '../../domain/activation.ts';
import type { ShownIn } from '../../domain/channel.ts';
import type { Stores } from '../../ports/store.ts';
import type { Services } from '../services.ts';
import { willBeShownIn } from './shown-in.ts';

/**
 * A request waits for an approver: where there is an approvals channel, a timer shows it there at once. Who may see what there is
 * asked of Teams, for which a transaction does not wait. A part of a break-glass pack has the pack's own channel. Gives the
 * channel, unless the bot is known not to write there: then its card waits for the bot to come back.
 */
export async function planToShow(
  { clock }: Pick<Services, 'clock'>,
  stores: Stores,
  request: ActivationRequest,
): Promise<ShownIn | null> {
  if (request.pull !== null || (await stores.botSettings.find('approvals-channel')) === null) {
    return null;
  }
  await stores.timers.set({ kind: 'approval.show-in-channel', subject: request.id, dueAt: clock.now() });
  return await willBeShownIn(stores);
}
