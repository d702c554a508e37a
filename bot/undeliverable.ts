import type { UnreachableWhy } from '../src/domain/approver.ts';
import { type CardId, isPerson, type PrincipalId, type RequestId, requestId } from '../src/domain/ids.ts';
import type { CardRecord } from '../src/ports/store.ts';
import { retellWhere } from '../src/use-cases/channel/retell-where.ts';
import { noteReachedAgain, noteUnreachable } from '../src/use-cases/next-wave.ts';
import type { Services } from '../src/use-cases/services.ts';

type Noting = Pick<Services, 'clock' | 'store'>;

/**
 * Notes that an approver could not be reached, and why, so that the requester's pending card says so.
 * Gives the cards to deliver. Safe to run twice: what was noted before changes nothing.
 */
export async function noteUndeliverable(
  services: Noting,
  card: CardRecord,
  why: UnreachableWhy,
): Promise<readonly CardId[]> {
  const ask = askOf(card);
  return ask === null ? [] : await noteUnreachable(services, { ...ask, why });
}

/** Notes that the card of an approver, or of a channel, arrived that could not be reached before. Gives the cards to deliver; safe to run twice. */
export async function noteReached(services: Noting, card: CardRecord): Promise<readonly CardId[]> {
  if (!isPerson(card.recipient)) {
    return await retellWhere(services.store, requestId(card.story));
  }
  const ask = askOf(card);
  return ask === null ? [] : await noteReachedAgain(services, ask);
}

interface Ask {
  readonly requestId: RequestId;
  readonly approverId: PrincipalId;
}

/** Which approver of which request a card asks; null for any other card. */
function askOf({ notice, recipient }: CardRecord): Ask | null {
  return notice.card === 'approval-request' && isPerson(recipient)
    ? { requestId: requestId(notice.request.requestId), approverId: recipient }
    : null;
}
