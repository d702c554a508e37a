import type { ActivationRequest } from '../../domain/activation.ts';
import type { Stores } from '../../ports/store.ts';
import type { Services } from '../services.ts';

/**
 * A request waits for an approver: where there is an approvals channel, a timer shows it there at once. Who may see what there is
 * asked of Teams, for which a transaction does not wait. A part of a break-glass pack has the pack's own channel.
 */
export async function planToShow(
  { clock }: Pick<Services, 'clock'>,
  stores: Stores,
  request: ActivationRequest,
): Promise<void> {
  if (request.pull === null && (await stores.botSettings.find('approvals-channel')) !== null) {
    await stores.timers.set({ kind: 'approval.show-in-channel', subject: request.id, dueAt: clock.now() });
  }
}
