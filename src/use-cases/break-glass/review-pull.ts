import type { BreakGlassReviewNotice, BreakGlassReviewsNotice } from '../../domain/break-glass-notice.ts';
import { pullId } from '../../domain/ids.ts';
import type { Pull, PullReview } from '../../domain/pull.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { CardRecord, Stores } from '../../ports/store.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { reviewNotice } from './pull-facts.ts';

const SLOT = 'break-glass-review';
const LONGEST_TEXT = 2_000;

/** How long before a review is due its people are reminded. */
const REMINDED_BEFORE = Temporal.Duration.from({ hours: 4 });
const ESCALATED_EVERY = Temporal.Duration.from({ hours: 24 });

/** After a week of it nobody reads it any more; the list of open reviews still has it. */
const MOST_ESCALATIONS = 7;

/** What a timer of a review does, by how often it has fired. */
const [ADD_LOG, REMIND] = [0, 1];

/** Adds what the log tells, reminds four hours before a review is due, and tells everybody who was alarmed when it is overdue. */
export async function remindOfReview(services: Services, pull: Pull, attempt: number): Promise<Posted> {
  const { review } = pull;
  if (review === null || review.done !== null) {
    return [];
  }
  const found = await readOperations(services, pull);
  return await services.store.transaction(async (stores) => {
    const current = await stores.pulls.lock(pull.id);
    if (current?.review == null || current.review.done !== null) {
      return [];
    }
    const cards = await stores.cards.findInStory(pull.id, SLOT);
    const isOverdue = !isBefore(services.clock.now(), review.dueAt);
    const phase = isOverdue ? 'overdue' : 'open';
    for (const { recipient, slot, isRetired } of cards) {
      const notice = reviewNotice(current, recipient === pull.puller.id ? 'puller' : 'owner', found, phase);
      if (isRetired || notice.phase === 'done' || attempt === ADD_LOG) {
        await stores.cards.revise(pull.id, recipient, slot, notice);
        continue;
      }
      // A new message: the one from before may be far up in the chat.
      const again = { story: pull.id, recipient, slot: `${SLOT}:${attempt}`, notice, delivery: 'job' } as const;
      await stores.cards.retire(pull.id, recipient, [await stores.cards.post(again)]);
    }
    if (attempt > REMIND) {
      await escalate(services, stores, current);
    }
    const dueAt = nextOf(review, attempt);
    if (dueAt !== null) {
      await stores.timers.set({ kind: 'pull.review', subject: pull.id, dueAt, attempt: attempt + 1 });
    }
    return [];
  });
}

function nextOf({ dueAt }: PullReview, attempt: number): Temporal.Instant | null {
  if (attempt === ADD_LOG) {
    return dueAt.subtract(REMINDED_BEFORE);
  }
  return attempt > MOST_ESCALATIONS ? null : dueAt.add({ hours: ESCALATED_EVERY.hours * (attempt - REMIND) });
}

async function escalate(services: Services, stores: Stores, pull: Pull): Promise<void> {
  const now = services.clock.now();
  await stores.audit.breakglassEscalated({
    at: now,
    actorId: null,
    facts: { pull: pull.id, pack: pull.pack },
  });
  const notice = reviewNotice(pull, 'channel', { operations: [], withoutLog: null }, 'overdue');
  await raiseAlarm(services, stores, { story: `${pull.id}:review:${iso(now)}`, notice, to: pull.alarmed });
}

type Found = Pick<BreakGlassReviewNotice, 'operations' | 'withoutLog'>;

/** What the tenant's log says its puller did while it was active. */
async function readOperations(services: Services, pull: Pull): Promise<Found> {
  const { activeFrom, endedAt, puller } = pull;
  if (activeFrom === null || endedAt === null) {
    return { operations: [], withoutLog: null };
  }
  try {
    const window = { from: activeFrom, until: endedAt };
    const { operations } = await services.feed.listOperationsOf(puller.id, window);
    return { operations: operations.map(({ at, what, target }) => ({ at: iso(at), what, target })), withoutLog: null };
  } catch (thrown) {
    const { code, facts } = asAccessError(thrown);
    services.log.warn('breakglass.log_unread', { pullId: pull.id, code });
    return { operations: [], withoutLog: { code, facts } };
  }
}

/**
 * Keeps what somebody says about a use. Its owner's word closes the review; its puller's does where nobody else owns the pack.
 *
 * @throws {AccessError} breakglass.review_text_required, card.stale
 */
export async function completeReview(
  services: Services,
  asker: Asker,
  card: CardRecord,
  said: string,
): Promise<Posted> {
  const text = said.trim().slice(0, LONGEST_TEXT);
  if (text === '') {
    throw new AccessError('breakglass.review_text_required', 'nothing was said');
  }
  const { notice } = card;
  const { id, name } = asker.person;
  return await services.store.transaction(async (stores) => {
    const pull = await stores.pulls.lock(pullId(card.story));
    if (pull?.review == null || pull.review.done !== null || notice.card !== 'break-glass-review') {
      throw new AccessError('card.stale', 'the review is done');
    }
    await claimClick(asker, stores);
    const statement = { by: { id, name }, at: services.clock.now(), text };
    const isPuller = pull.puller.id === id;
    const closes = !isPuller || pull.owner === null || pull.owner.id === id;
    const review = {
      ...pull.review,
      ...(isPuller && { account: statement }),
      ...(closes && { done: statement }),
    };
    const changed = (await stores.pulls.change(pull.id, [pull.state], { review })) ?? pull;
    await stores.audit.breakglassReviewed({
      at: statement.at,
      actorId: id,
      facts: { pull: pull.id, pack: pull.pack, part: closes ? 'review' : 'account', justification: text },
    });
    if (closes) {
      await stores.timers.clear('pull.review', pull.id);
    }
    const cards: Posted[number][] = [];
    for (const { recipient, slot, notice: shown, id: cardId } of await stores.cards.findInStory(pull.id, SLOT)) {
      if (shown.card === 'break-glass-review') {
        const { operations, withoutLog } = shown;
        const view = recipient === pull.puller.id ? 'puller' : 'owner';
        const phase = shown.phase === 'overdue' ? 'overdue' : 'open';
        await stores.cards.revise(
          pull.id,
          recipient,
          slot,
          reviewNotice(changed, view, { operations, withoutLog }, phase),
        );
        cards.push(cardId);
      }
    }
    return cards;
  });
}

/** Uses whose review is open, for whoever pulled or owns them, or may read the trail. */
export async function listReviews(services: Services, { person }: Asker): Promise<BreakGlassReviewsNotice> {
  const open = await services.store.now.pulls.listUnreviewed();
  const isConcerned = ({ puller, owner, alarmed }: Pull): boolean =>
    [puller, owner, ...alarmed.people].some((one) => one?.id === person.id);
  return {
    card: 'break-glass-reviews',
    reviews: open.filter(isConcerned).map((pull) => ({
      pack: pull.pack,
      pullerName: pull.puller.name,
      isDrill: pull.isDrill,
      endedAt: iso(pull.endedAt ?? pull.plannedAt),
      dueAt: iso(pull.review?.dueAt ?? pull.plannedAt),
    })),
  };
}
