import type { ErrorNotice } from '../domain/notice.ts';
import type { AccessError } from '../errors.ts';
import { asAccessError } from '../errors.ts';
import type { Stores } from '../ports/store.ts';
import type { Asker, Posted, Services } from './services.ts';

/** Codes that are ours to look into: a person gets a reference to quote, the log the cause. */
const TO_LOOK_INTO = new Set([
  'internal.unexpected',
  'graph.unexpected_answer',
  'graph.forbidden',
  // Missing and forbidden look the same.
  'graph.not_found',
  'graph.unauthorized',
]);

/** What a person reads about a failure; the reference is made only where an operator could look something up. */
export function errorNotice(services: Services, error: AccessError, suggestions: readonly string[] = []): ErrorNotice {
  const reference = TO_LOOK_INTO.has(error.code) ? services.newId().slice(0, 8) : null;
  if (reference !== null) {
    services.log.error('card.error', { reference, code: error.code, message: error.message, cause: error.cause });
  }
  const wait = error.retryAfter === null ? {} : { wait: error.retryAfter.toString() };
  return { card: 'error', code: error.code, facts: { ...wait, ...error.facts }, suggestions, reference };
}

/** Tells the asker in a card of this turn what went wrong. */
export async function postError(
  services: Services,
  asker: Asker,
  thrown: unknown,
  suggestions: readonly string[] = [],
): Promise<Posted> {
  const notice = errorNotice(services, asAccessError(thrown), suggestions);
  return await postAnswer(services, asker, notice);
}

/** Answers this turn with one card. */
export async function postAnswer(
  services: Services,
  asker: Asker,
  notice: Parameters<typeof answer>[1],
): Promise<Posted> {
  return [await services.store.now.cards.post(answer(asker, notice))];
}

/** A card that answers this turn, sent by whoever commits it. */
export function answer(asker: Asker, notice: Parameters<Stores['cards']['post']>[0]['notice']) {
  return { story: asker.turnId, recipient: asker.person.id, notice, delivery: 'now' } as const;
}
