import type { PrincipalId } from '../domain/ids.ts';
import { noteReachedAgain, noteUnreachable } from './next-wave.ts';
import type { Posted, Services } from './services.ts';

/**
 * Tells those who wait for this approver that they removed the bot, or have it again: else a requester's card would say so only
 * when the next message to them comes back, and never where their card had arrived before. Gives the cards to deliver; safe to
 * run twice.
 */
export async function followInstallation(
  services: Pick<Services, 'clock' | 'store'>,
  approverId: PrincipalId,
  change: 'added' | 'removed',
): Promise<Posted> {
  const { approvals, requests } = services.store.now;
  const posted: Posted[number][] = [];
  for (const { id: requestId } of await requests.listPendingFor(approverId)) {
    const ask = await approvals.findAsk(requestId, approverId);
    if (change === 'removed' && ask?.reach === 'asked') {
      posted.push(...(await noteUnreachable(services, { requestId, approverId, why: 'removed' })));
    } else if (change === 'added' && ask?.why === 'removed') {
      posted.push(...(await noteReachedAgain(services, { requestId, approverId })));
    }
  }
  return posted;
}
