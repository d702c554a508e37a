import type { CardId } from '../src/domain/ids.ts';
import { isPerson, requestId } from '../src/domain/ids.ts';
import type { CardRecord, Store } from '../src/ports/store.ts';
import { pendingNotice } from '../src/use-cases/settle-request.ts';

/**
 * Notes that an approver could not be reached, so that the requester's pending card says so.
 * Gives the cards to deliver. Safe to run twice: the second time nothing changes but the card's version.
 */
export async function noteUndeliverable(store: Store, card: CardRecord): Promise<readonly CardId[]> {
  const { notice, recipient } = card;
  if (notice.card !== 'approval-request' || !isPerson(recipient)) {
    return [];
  }
  const id = requestId(notice.request.requestId);
  return store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    if (request === null) {
      return [];
    }
    await stores.approvals.markUnreachable(id, recipient);
    if (request.state !== 'pending') {
      return [];
    }
    const pending = pendingNotice(request, await stores.approvals.listAsks(id));
    const shown = await stores.cards.revise(id, request.requesterId, 'activation-pending', pending);
    return shown === null ? [] : [shown];
  });
}
