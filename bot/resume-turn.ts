import { AccessError } from '../src/errors.ts';
import type { DueTimer } from '../src/ports/jobs.ts';
import { postError } from '../src/use-cases/error-card.ts';
import type { Services } from '../src/use-cases/services.ts';
import { goOnWith } from './sentences.ts';

/** Older sentences are not carried out any more: the person may have done something else meanwhile. */
const TOO_OLD = Temporal.Duration.from({ minutes: 10 });
const NEXT_TRY = Temporal.Duration.from({ minutes: 1 });
/** A sentence that ends the process each time is given up. */
const MOST_TRIES = 2;

/**
 * Goes on with a sentence whose process died before it had an effect. What it needs of the person's identity is asked for
 * again, silently where the client can. Safe to run twice: the effect finishes the sentence in its own transaction.
 */
export async function resumeTurn(services: Services, timer: DueTimer): Promise<void> {
  const { now } = services.store;
  const sentence = await now.inbox.findUnfinished(timer.subject);
  const person = sentence === null ? null : await now.people.find(sentence.principalId);
  if (sentence === null || person === null) {
    return;
  }
  const age = sentence.receivedAt.until(services.clock.now());
  if (timer.attempt >= MOST_TRIES || Temporal.Duration.compare(age, TOO_OLD) > 0) {
    const asker = { person, turnId: `turn:${timer.subject}`, spend: null };
    const facts = { words: sentence.text.slice(0, 200) };
    const cards = await postError(services, asker, new AccessError('command.interrupted', 'interrupted', { facts }));
    await now.inbox.finish(timer.subject);
    await services.delivery.deliver(cards);
    return;
  }
  services.log.warn('turn.resumed', { turnId: timer.subject, attempt: timer.attempt });
  const dueAt = services.clock.now().add(NEXT_TRY);
  await now.timers.set({ kind: 'turn.resume', subject: timer.subject, dueAt, attempt: timer.attempt + 1 });
  const { conversationId, text } = sentence;
  await services.delivery.deliver(await goOnWith(services, { turnId: timer.subject, person, conversationId, text }));
}
