import type { ActivationRequest } from '../src/domain/activation.ts';
import { requestId } from '../src/domain/ids.ts';
import type { Verb } from '../src/domain/notice.ts';
import { AccessError } from '../src/errors.ts';
import type { CardRecord } from '../src/ports/store.ts';
import type { Asker, Services } from '../src/use-cases/services.ts';

/** One press on a current card of the person who pressed it. */
export interface Press {
  readonly verb: Verb;
  readonly card: CardRecord;
  readonly inputs: Readonly<Record<string, string>>;
  readonly asker: Asker;
}

/** Cards that list several requests: only there does an input say which one is meant. */
const LISTS: ReadonlySet<string> = new Set(['pending', 'approvals']);

/**
 * The request a press is about: the one chosen in a list, else the one the card tells of.
 *
 * @throws {AccessError} activation.request_unknown
 */
export async function pressedRequest(
  services: Services,
  { card, inputs }: Pick<Press, 'card' | 'inputs'>,
): Promise<ActivationRequest> {
  const isList = LISTS.has(card.notice.card);
  const id = requestId(isList ? (inputs.request ?? '') : card.story);
  const request = await services.store.now.requests.find(id);
  if (request === null) {
    throw new AccessError('activation.request_unknown', 'no such request', { facts: { requestId: id.slice(0, 12) } });
  }
  return request;
}
