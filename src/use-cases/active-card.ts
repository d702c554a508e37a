import type { ActivationRequest } from '../domain/activation.ts';
import type { CardId } from '../domain/ids.ts';
import type { ActivationActiveNotice } from '../domain/notice.ts';
import type { Stores } from '../ports/store.ts';

/** Where cards that show a running activation stand in its story. */
const SLOTS = ['activation-active', 'go-on', 'chain-stopped'];

/** Changes what the live cards of a running activation say, and nothing else on them. */
export async function reviseActive(
  stores: Stores,
  request: ActivationRequest,
  change: Partial<Pick<ActivationActiveNotice, 'chain' | 'usable' | 'usableAfter'>>,
): Promise<readonly CardId[]> {
  const revised: CardId[] = [];
  for (const slot of SLOTS) {
    for (const card of await stores.cards.findInStory(request.id, slot)) {
      if (card.isRetired || card.recipient !== request.requesterId || card.notice.card !== 'activation-active') {
        continue;
      }
      const id = await stores.cards.revise(card.story, card.recipient, card.slot, { ...card.notice, ...change });
      revised.push(...(id === null ? [] : [id]));
    }
  }
  return revised;
}
