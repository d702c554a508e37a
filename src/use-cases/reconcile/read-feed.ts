import { type ActivationRequest, isOpen } from '../../domain/activation.ts';
import { roleKey } from '../../domain/assignment.ts';
import type { CardId, PrincipalId } from '../../domain/ids.ts';
import { asAccessError } from '../../errors.ts';
import type { FeedPosition } from '../../ports/store.ts';
import type { FeedPage, TenantEvent } from '../../ports/tenant-feed.ts';
import { watchDuties } from '../alarms/watch-duties.ts';
import { watchEmergencyAccounts } from '../alarms/watch-emergency.ts';
import { isBefore } from '../facts.ts';
import type { Posted, Services } from '../services.ts';
import { type Case, settleTold } from './settle-told.ts';
import { foldEvents, type Told } from './told.ts';

/** The one subject of the timer: there is one tenant. */
export const FEED_TIMER = { kind: 'tenant.reconcile', subject: 'pim' } as const;

/** Rows reach the log late and not in order: each look begins this long before the newest row of the one before. */
const OVERLAP = Temporal.Duration.from({ minutes: 10 });
/** A row that cannot be acted upon holds the others up for no longer. */
const PATIENCE = Temporal.Duration.from({ hours: 1 });
/** The reader may not read the log: that is for an operator to mend. */
const PAUSE_WHEN_FORBIDDEN = Temporal.Duration.from({ minutes: 15 });
/** It could not be read just now: the next look is as soon as any. */
const PAUSE_OF_FAILURE = Temporal.Duration.from({ seconds: 0 });
/** Looks at the tenant side by side (pim-api §19.34). */
const AT_A_TIME = 5;

/** How one look went. */
export interface Look {
  /** False: there is more to read at once. */
  readonly isWhole: boolean;
  /** How long to leave the log alone; null when it answered. */
  readonly pause: Temporal.Duration | null;
  /** Committed cards to deliver. */
  readonly cards: Posted;
}

/** The look of the timer: reads what is new in the log, acts upon it, and sets the timer anew whatever happened. */
export async function reconcile(services: Services): Promise<void> {
  const every = services.reconcileEvery;
  if (every === null) {
    return;
  }
  const look = await readTenantLog(services, 'a part');
  await services.delivery.deliver(look.cards);
  await watchEmergencyAccounts(services);
  const now = services.clock.now();
  const dueAt = look.pause !== null ? now.add(longer(look.pause, every)) : look.isWhole ? now.add(every) : now;
  await services.store.now.timers.set({ ...FEED_TIMER, dueAt });
}

function longer(a: Temporal.Duration, b: Temporal.Duration): Temporal.Duration {
  return Temporal.Duration.compare(a, b) > 0 ? a : b;
}

/**
 * Reads the tenant's log from a little before where the last look ended, and brings our records to what it tells: all of it, or
 * what one look may take. The cost is that of what happened, whatever the number of people: one query of the log, a few of our own database, and one look
 * at the tenant for each row that tells something new.
 */
export async function readTenantLog(services: Services, extent: 'all' | 'a part'): Promise<Look> {
  const now = services.clock.now();
  const before = (await services.store.now.feed.find()) ?? { at: now, resumeAt: null, readAt: now };
  let page: FeedPage;
  try {
    page = await readPages(services, before.resumeAt ?? before.at.subtract(OVERLAP), extent);
  } catch (thrown) {
    const error = asAccessError(thrown);
    const isForbidden = error.code === 'graph.forbidden' || error.code === 'graph.unauthorized';
    services.log.warn('feed.unreadable', { code: error.code });
    const pause = isForbidden ? PAUSE_WHEN_FORBIDDEN : (error.retryAfter ?? PAUSE_OF_FAILURE);
    return { isWhole: true, pause, cards: [] };
  }
  const news = await newsOf(services, page.events);
  const settled = await settleAll(services, await casesOf(services, news));
  const undone = new Set(settled.again.flatMap(({ told }) => told.events));
  await services.store.transaction(async (stores) => {
    await stores.feed.remember(news.filter((event) => !undone.has(event)));
    const position = positionAfter(before, page, [...undone]);
    await stores.feed.save({ ...position, readAt: now }, position.at.subtract(OVERLAP).subtract(PATIENCE));
  });
  return { isWhole: page.isWhole, pause: null, cards: settled.cards };
}

async function readPages(services: Services, from: Temporal.Instant, extent: 'all' | 'a part'): Promise<FeedPage> {
  let page = await services.feed.read(from);
  const events = [...page.events];
  while (extent === 'all' && !page.isWhole && page.newestAt !== null) {
    page = await services.feed.read(page.newestAt);
    events.push(...page.events);
  }
  // Pages meet at an instant, whose rows are read with both.
  const known = new Map(events.map((event) => [event.id, event]));
  return { ...page, events: [...known.values()] };
}

async function newsOf(services: Services, events: readonly TenantEvent[]): Promise<readonly TenantEvent[]> {
  if (events.length === 0) {
    return [];
  }
  const unseen = await services.store.now.feed.listNew(events.map(({ id }) => id));
  return events.filter(({ id }) => unseen.has(id));
}

/** What is to be read again: from the oldest row that could not be acted upon. */
function positionAfter(
  before: FeedPosition,
  page: FeedPage,
  undone: readonly TenantEvent[],
): Pick<FeedPosition, 'at' | 'resumeAt'> {
  const newest = page.newestAt !== null && isBefore(before.at, page.newestAt) ? page.newestAt : before.at;
  const at = undone.reduce((oldest, event) => (isBefore(event.at, oldest) ? event.at : oldest), newest);
  return { at, resumeAt: page.isWhole ? null : page.newestAt };
}

async function casesOf(services: Services, news: readonly TenantEvent[]): Promise<readonly Case[]> {
  const told = foldEvents(news);
  if (told.length === 0) {
    return [];
  }
  const subjects = told.map(({ last, requestId }) => ({
    requesterId: last.principalId,
    role: last.role,
    scheduleRequestId: requestId,
  }));
  const people = [...new Set(told.map(({ last }) => last.principalId))];
  const [records, reachable] = await Promise.all([
    services.store.now.requests.listTold(subjects),
    services.store.now.conversations.listReachable(people),
  ]);
  return told.map((one) => ({
    told: one,
    ours: recordOf(one, records),
    isReachable: reachable.has(one.last.principalId),
  }));
}

/** Our record of Microsoft's request; else the open or doubtful one of the same person and role that has no such id yet. */
function recordOf({ last, requestId }: Told, records: readonly ActivationRequest[]): ActivationRequest | null {
  const named = requestId === null ? undefined : records.findLast((one) => one.scheduleRequestId === requestId);
  const subject = records.filter((one) => isSubject(one, last.principalId, last) && mayBe(one, requestId));
  return named ?? subject.find(isOpen) ?? subject.at(-1) ?? null;
}

function isSubject({ requesterId, role }: ActivationRequest, person: PrincipalId, event: TenantEvent): boolean {
  return requesterId === person && roleKey(role) === roleKey(event.role);
}

/** One with another request's id is another activation. */
function mayBe({ scheduleRequestId }: ActivationRequest, requestId: string | null): boolean {
  return requestId === null || scheduleRequestId === null;
}

interface Settled {
  readonly cards: Posted;
  /** What the tenant could not be asked about: it is read again. */
  readonly again: readonly Case[];
}

async function settleAll(services: Services, cases: readonly Case[]): Promise<Settled> {
  const cards: CardId[] = [];
  const again: Case[] = [];
  for (let at = 0; at < cases.length; at += AT_A_TIME) {
    const some = cases.slice(at, at + AT_A_TIME);
    const settled = await Promise.all(some.map((one) => settleOne(services, one)));
    cards.push(...settled.flatMap((posted) => posted ?? []));
    again.push(...some.filter((_, index) => settled[index] === null));
  }
  return { cards, again };
}

/** Null: the tenant could not be asked, and may be later. */
async function settleOne(services: Services, one: Case): Promise<Posted | null> {
  const { last } = one.told;
  const requestId = one.ours?.id ?? null;
  try {
    const cards = await settleTold(services, one);
    await watchDuties(services, one);
    if (cards !== null) {
      await noteDivergence(services, one);
    }
    return cards ?? [];
  } catch (thrown) {
    const error = asAccessError(thrown);
    const isLate = isBefore(last.at.add(PATIENCE), services.clock.now());
    const mayHeal = error.retryable || error.code.startsWith('graph.') || error.code.startsWith('identity.');
    const fields = { row: last.id, kind: last.kind, requestId, code: error.code };
    if (mayHeal && !isLate) {
      services.log.warn('feed.row_postponed', fields);
      return null;
    }
    services.log.error('feed.row_given_up', { ...fields, cause: error });
    return [];
  }
}

/** The tenant had moved on without us: counted, with the time until it was known here. */
async function noteDivergence(services: Services, { told, ours }: Case): Promise<void> {
  const { last } = told;
  const after = last.at.until(services.clock.now(), { largestUnit: 'second', smallestUnit: 'second' });
  services.log.info('feed.diverged', { kind: last.kind, requestId: ours?.id ?? null, afterSeconds: after.seconds });
  services.telemetry.count('pimlico_divergences_total', { kind: last.kind });
  services.telemetry.record('pimlico_divergence_seconds', after.seconds, { kind: last.kind });
  await services.store.now.audit.tenantDiverged({
    at: services.clock.now(),
    actorId: last.by?.id ?? null,
    requestId: ours?.id ?? null,
    facts: { kind: last.kind, after: after.toString(), row: last.id },
  });
}
