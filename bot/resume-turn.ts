import { AccessError } from '../src/errors.ts';
import type { DueTimer } from '../src/ports/jobs.ts';
import type { PersonRecord } from '../src/ports/store.ts';
import { postError } from '../src/use-cases/error-card.ts';
import { forgetWaiting } from '../src/use-cases/postpone-sentence.ts';
import type { Services } from '../src/use-cases/services.ts';
import type { TurnsInHand } from './in-hand.ts';
import { goOnWith } from './sentences.ts';

/** Older sentences are not carried out any more: the person may have done something else meanwhile. */
const TOO_OLD = Temporal.Duration.from({ minutes: 10 });
const NEXT_TRY = Temporal.Duration.from({ minutes: 1 });
/** A sentence that ends the process each time is given up. */
const MOST_TRIES = 2;

/** Where sentences go on that were put off or interrupted. */
export interface Resumption {
  readonly inHand: Pick<TurnsInHand, 'has' | 'take'>;
  /** Runs a turn of the person when its turn comes. A job must not be kept by it: reminders need the place. */
  run(person: PersonRecord, work: () => Promise<void>): Promise<void> | void;
}

/**
 * Goes on with a sentence that Microsoft was too busy for, or whose process died before it had an effect. What it needs of the
 * person's identity is asked for again, silently where the client can. Safe to run twice: the effect finishes the sentence in
 * its own transaction, and what this process has in hand is left to it.
 */
export async function resumeTurn(services: Services, timer: DueTimer, resumption: Resumption): Promise<void> {
  const { now } = services.store;
  const turnId = timer.subject;
  const sentence = await now.inbox.findUnfinished(turnId);
  const person = sentence === null ? null : await now.people.find(sentence.principalId);
  if (sentence === null || person === null) {
    return;
  }
  const dueAt = services.clock.now().add(NEXT_TRY);
  if (resumption.inHand.has(turnId)) {
    await now.timers.set({ kind: 'turn.resume', subject: turnId, dueAt, attempt: timer.attempt });
    return;
  }
  const age = sentence.receivedAt.until(services.clock.now());
  if (timer.attempt >= MOST_TRIES || Temporal.Duration.compare(age, TOO_OLD) > 0) {
    const asker = { person, turnId: `turn:${turnId}`, spend: null };
    const facts = { words: sentence.text.slice(0, 200) };
    const cards = await postError(services, asker, new AccessError('command.interrupted', 'interrupted', { facts }));
    await now.inbox.finish(turnId);
    await services.delivery.deliver([...cards, ...(await forgetWaiting(services, asker))]);
    return;
  }
  services.log.warn('turn.resumed', { turnId, attempt: timer.attempt });
  await now.timers.set({ kind: 'turn.resume', subject: turnId, dueAt, attempt: timer.attempt + 1 });
  const putDown = resumption.inHand.take(turnId);
  const { conversationId, text } = sentence;
  await resumption.run(person, async () => {
    try {
      await services.delivery.deliver(await goOnWith(services, { turnId, person, conversationId, text }));
    } finally {
      putDown();
    }
  });
}
