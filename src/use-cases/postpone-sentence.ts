import type { ConversationId } from '../domain/ids.ts';
import type { AccessError } from '../errors.ts';
import { answer, errorNotice } from './error-card.ts';
import type { Asker, Posted, Services } from './services.ts';

/** The slot of what tells somebody that their answer comes later; it is taken away when the answer is there. */
export const WAITING = 'waiting';

/** A sentence is not carried out long after it was written: the person may have done something else meanwhile. */
const PATIENCE = Temporal.Duration.from({ minutes: 5 });
/** Who is asked to wait longer decides for themselves whether to ask again. */
const LONGEST_WAIT = Temporal.Duration.from({ minutes: 2 });
/** Those who were told to wait do not all come back at once; milliseconds. */
const MOST_SPREAD_MS = 5_000;

/** How long Microsoft asked to wait; null when it did not, or did not say. */
export function waitOf({ code, retryAfter }: AccessError): Temporal.Duration | null {
  return code === 'graph.throttled' ? retryAfter : null;
}

/** A random time beside a wait: a quarter of it at most. */
export function spread(wait: Temporal.Duration): Temporal.Duration {
  const most = Math.min(wait.total('milliseconds') / 4, MOST_SPREAD_MS);
  return Temporal.Duration.from({ milliseconds: Math.ceil(Math.random() * most) });
}

interface LateSentence {
  readonly turnId: string;
  readonly conversationId: ConversationId;
  readonly text: string;
}

/**
 * Keeps a sentence that Microsoft is too busy for, to go on with it by itself after the time that Microsoft asked for. Nothing
 * may have come of it: PIM's 429 is a certain no. Null when the person must ask again: no time was named, it is too long, or
 * the sentence is older than five minutes.
 */
export async function postponeSentence(
  services: Services,
  asker: Asker,
  { turnId, conversationId, text }: LateSentence,
  error: AccessError,
): Promise<Posted | null> {
  const wait = waitOf(error);
  // A token that is held for one turn alone is gone with it.
  if (wait === null || Temporal.Duration.compare(wait, LONGEST_WAIT) > 0 || asker.steppedUp !== undefined) {
    return null;
  }
  const { clock, log } = services;
  const dueAt = clock.now().add(wait).add(spread(wait));
  const notice = { ...errorNotice(services, error), facts: { goesOnAfter: wait.toString() } };
  return await services.store.transaction(async (stores) => {
    const sentence = { principalId: asker.person.id, conversationId, text };
    if (!(await stores.inbox.keep(turnId, sentence, clock.now().subtract(PATIENCE)))) {
      return null;
    }
    await stores.timers.set({ kind: 'turn.resume', subject: turnId, dueAt });
    const [waiting] = await stores.cards.findInStory(asker.turnId, WAITING);
    const told = waiting?.notice.card === 'error' ? waiting.notice.code : null;
    log.warn('turn.postponed', { turnId, principalId: asker.person.id, until: dueAt.toString() });
    // Who was told once need not be told again.
    return told === notice.code ? [] : [await stores.cards.post({ ...answer(asker, notice), slot: WAITING })];
  });
}

/** Takes away what told the asker to wait, if anything did. */
export async function forgetWaiting({ store }: Services, { turnId }: Pick<Asker, 'turnId'>): Promise<Posted> {
  const cards = await store.now.cards.findInStory(turnId, WAITING);
  const waiting = cards.filter((card) => card.slot === WAITING);
  for (const { id } of waiting) {
    await store.now.cards.withdraw(id);
  }
  return waiting.map(({ id }) => id);
}
