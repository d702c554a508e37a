import { isDeepStrictEqual } from 'node:util';
import type { ActivationRequest } from '../../domain/activation.ts';
import type { RequestId } from '../../domain/ids.ts';
import type { Store, Stores } from '../../ports/store.ts';
import { repaintPending } from '../pending-card.ts';
import type { Posted } from '../services.ts';
import { shownIn } from './shown-in.ts';

/** Says on the requester's card where approvers find the request now, if it says anything else. Safe to run twice. */
export async function retellWhere(store: Store, id: RequestId): Promise<Posted> {
  return await store.transaction(async (stores) => {
    const request = await stores.requests.lock(id);
    return request?.state === 'pending' ? await repaintWhere(stores, request) : [];
  });
}

async function repaintWhere(stores: Stores, request: ActivationRequest): Promise<Posted> {
  const card = await stores.cards.findLive(request.id, request.requesterId, 'activation-pending');
  const said = card?.notice.card === 'activation-pending' ? (card.notice.channel ?? null) : undefined;
  const isTrue = said === undefined || isDeepStrictEqual(said, await shownIn(stores, request.id));
  return isTrue ? [] : await repaintPending(stores, request);
}
