import { cardId, isPerson } from '../../domain/ids.ts';
import { asAccessError } from '../../errors.ts';
import type { DueTimer } from '../../ports/jobs.ts';
import type { CardRecord } from '../../ports/store.ts';
import type { Services } from '../services.ts';

const FIRST_PAUSE = Temporal.Duration.from({ seconds: 15 });
const LONGEST_PAUSE = Temporal.Duration.from({ hours: 24 });

/**
 * Looks whether an alarm has reached its channel, or one of its people where it has none. When it has not, it goes out by the
 * webhook, which is tried until it takes it, however long that lasts; without a webhook an operator is told, once.
 *
 * Safe to run twice: the receiver knows an alarm by its id.
 */
export async function takeSecondRoute(services: Services, timer: DueTimer): Promise<void> {
  const { alarmWebhook: webhook, clock, log, store } = services;
  const card = await store.now.cards.find(cardId(timer.subject));
  if (card === null || (await isTold(services, card))) {
    return;
  }
  const { story, slot, recipient } = card;
  const fields = { cardId: card.id, story, slot, recipientId: recipient };
  if (webhook === null) {
    log.error('alarm.undelivered', fields);
    return;
  }
  const now = clock.now();
  try {
    await webhook.send([eventOf(services, card)]);
  } catch (thrown) {
    const { code, retryAfter } = asAccessError(thrown);
    const pause = pauseBefore(timer.attempt, retryAfter);
    log.error('alarm.undelivered', { ...fields, code, attempt: timer.attempt + 1, until: now.add(pause).toString() });
    await store.now.timers.set({
      kind: timer.kind,
      subject: timer.subject,
      dueAt: clock.now().add(pause),
      attempt: timer.attempt + 1,
    });
    return;
  }
  log.warn('alarm.second_route', fields);
  await store.now.audit.alarmSecondRoute({
    at: now,
    actorId: null,
    facts: { story, slot, card: card.notice.card, attempts: String(timer.attempt + 1) },
  });
}

/** The card in the channel counts; those of people only where there is no channel. */
async function isTold({ store }: Services, card: CardRecord): Promise<boolean> {
  if (!isPerson(card.recipient)) {
    return card.activityId !== null;
  }
  const cards = await store.now.cards.findInStory(card.story, card.slot);
  return cards.some(({ slot, activityId }) => slot === card.slot && activityId !== null);
}

function eventOf({ clock, summarize }: Services, { id, story, recipient, notice }: CardRecord) {
  const { card, ...all } = notice;
  // Whom to call is of no use to a receiver that is none of them.
  const facts = Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'mentions'));
  return {
    id,
    type: 'pimlico.alarm.raised',
    at: clock.now(),
    subject: story,
    data: { alarm: card, summary: summarize(notice), undelivered: recipient, facts },
  };
}

/** Twice as long each time, and never less than the receiver asked for, up to a day. */
function pauseBefore(attempt: number, retryAfter: Temporal.Duration | null): Temporal.Duration {
  const seconds = FIRST_PAUSE.total('seconds') * 2 ** Math.min(attempt, 20);
  const wanted = Math.max(seconds, retryAfter?.total('seconds') ?? 0);
  return Temporal.Duration.from({ seconds: Math.ceil(Math.min(wanted, LONGEST_PAUSE.total('seconds'))) });
}
