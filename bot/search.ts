import { z } from 'zod';
import { roleChoice } from '../cards/views/fitting.ts';
import { principalId } from '../src/domain/ids.ts';
import { asAccessError } from '../src/errors.ts';
import type { RoleSearch } from '../src/use-cases/own-roles.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { searchAnswer } from './answers.ts';
import { within } from './background.ts';
import type { TurnServices } from './turn-services.ts';

/** The data set that the role input of the form names. */
const ROLES = 'roles';
/** Clients show no more (teams-platform §3.8). */
const MOST_RESULTS = 15;
/** Who types does not wait for long, and the client asks again with the next letter. */
const ANSWER_WITHIN_MS = 1_500;

const value = z.object({
  dataset: z.literal(ROLES),
  queryText: z.string().catch(''),
  queryOptions: z
    .object({
      skip: z.int().nonnegative().catch(0),
      top: z.int().min(1).max(MOST_RESULTS).catch(MOST_RESULTS),
    })
    .catch({ skip: 0, top: MOST_RESULTS }),
});

/** Reads what a client asks while somebody types; null for a data set that is not ours. What is no number, or no text, is taken for none. */
export function readSearch(sent: unknown): RoleSearch | null {
  const parsed = value.safeParse(sent);
  if (!parsed.success) {
    return null;
  }
  const { queryText, queryOptions } = parsed.data;
  return { words: queryText, ...queryOptions };
}

/**
 * Answers `application/search`: the box of roles on the activation form, for the person who types and nobody else, wherever the
 * card is. Teams shows the answer to the caller only, so that in a group nobody learns what somebody else may activate. Whatever
 * goes wrong, nothing is found: the sentence and the choices on the card still work.
 */
export async function answerSearch(
  { handlers, limits, log, store }: TurnServices,
  activity: Activity,
): Promise<Verdict> {
  const person = principalId(activity.from.aadObjectId ?? '');
  const search = readSearch(activity.value);
  if (search === null || !limits.maySearch(person)) {
    log.warn('search.refused', { reason: search === null ? 'malformed' : 'too-many', principalId: person });
    return searchAnswer([]);
  }
  const failed = (thrown: unknown): null => {
    log.warn('search.failed', { principalId: person, code: asAccessError(thrown).code, error: thrown });
    return null;
  };
  const asked = Promise.all([handlers.search(person, search), store.now.people.find(person)]);
  const [roles, known] = (await within(asked.catch(failed), ANSWER_WITHIN_MS)) ?? [[], null];
  return searchAnswer(roles.map((role) => roleChoice(role, { locale: known?.locale ?? 'en-US' })));
}
