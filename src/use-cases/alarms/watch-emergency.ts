import type { EmergencyAlarmNotice } from '../../domain/alarm-notice.ts';
import { isGuid, type PrincipalId, principalId } from '../../domain/ids.ts';
import { asAccessError } from '../../errors.ts';
import type { EmergencyWatch } from '../../ports/store.ts';
import type { AccountDeed } from '../../ports/tenant-feed.ts';
import { isBefore, iso } from '../facts.ts';
import type { Services } from '../services.ts';
import { mentionsOf, raiseAlarm, resolveRoute } from './raise-alarm.ts';

/** Sign-ins reach their log late, and not in order: each look begins this long before the one before it. */
const OVERLAP = Temporal.Duration.from({ hours: 1 });
/** One alarm for an account in so long a time; what comes meanwhile is in the next. */
const REST = Temporal.Duration.from({ minutes: 15 });
/** What one card tells of; the logs tell the rest. */
const MOST_SHOWN = 10;

interface Account {
  readonly id: PrincipalId;
  readonly name: string;
}

/**
 * Looks whether an emergency access account of the rulebook signed in or did something since the last look, and raises an alarm
 * that says what; each row of the logs is told once. The first look only takes down what is there. One account that cannot be
 * looked at hides no other, and is looked at again. Never throws.
 */
export async function watchEmergencyAccounts(services: Services): Promise<void> {
  for (const [index, words] of services.rules.current().emergencyAccounts.entries()) {
    try {
      await watchAccount(services, words);
    } catch (thrown) {
      // A sign-in name does not belong in a log: its place in the rulebook says which one it is.
      services.log.warn('emergency.postponed', { position: index + 1, code: asAccessError(thrown).code });
    }
  }
}

async function watchAccount(services: Services, words: string): Promise<void> {
  const { clock, store } = services;
  const key = words.trim().toLowerCase();
  const now = clock.now();
  const before = await store.now.emergencyWatches.find(key);
  if (before !== null && before.restsUntil !== null && isBefore(now, before.restsUntil)) {
    return;
  }
  const account = await findAccount(services, key);
  const deeds = account === null ? null : await readDeeds(services, account.id, before?.readAt ?? now);
  if (account === null || deeds === null) {
    await store.now.emergencyWatches.save({
      ...(before ?? { account: key, readAt: now, seen: [] }),
      restsUntil: now.add(REST),
    });
    return;
  }
  const known = new Set(before?.seen);
  const news = before === null ? [] : deeds.filter(({ id }) => !known.has(id));
  const oldest = now.subtract(OVERLAP);
  const seen = deeds.filter(({ at }) => !isBefore(at, oldest)).map(({ id }) => id);
  const after: EmergencyWatch = { account: key, readAt: now, restsUntil: null, seen };
  await (news.length === 0 ? store.now.emergencyWatches.save(after) : raise(services, account, { news, after }));
}

/** Null: nobody is called that. An object id stands for itself, also where the account is disabled. */
async function findAccount({ reader, log }: Services, key: string): Promise<Account | null> {
  const person = await reader.findPerson(key);
  if (person !== null) {
    return { id: person.id, name: person.name };
  }
  if (isGuid(key)) {
    return { id: principalId(key), name: key };
  }
  log.error('emergency.account_unknown', {});
  return null;
}

/** Oldest first. What the reader is refused is left out, and an operator told; null when that is everything. */
async function readDeeds(
  { clock, feed, log }: Services,
  account: PrincipalId,
  readAt: Temporal.Instant,
): Promise<readonly AccountDeed[] | null> {
  const since = readAt.subtract(OVERLAP);
  const part = async (
    name: AccountDeed['kind'],
    read: () => Promise<readonly AccountDeed[]>,
  ): Promise<readonly AccountDeed[] | null> => {
    try {
      return await read();
    } catch (thrown) {
      const error = asAccessError(thrown);
      if (error.retryable) {
        throw error;
      }
      // Once in a while is enough to say what only an operator can mend.
      if (quarterOf(readAt) !== quarterOf(clock.now())) {
        log.error('emergency.unread', { part: name, code: error.code });
      }
      return null;
    }
  };
  const parts = [
    await part('activity', () => feed.listActivities(account, since)),
    await part('sign-in', () => feed.listSignIns(account, since)),
  ].filter((deeds) => deeds !== null);
  return parts.length === 0 ? null : parts.flat().toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function quarterOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / REST.total('milliseconds'));
}

async function raise(
  services: Services,
  { id, name }: Account,
  { news, after }: { readonly news: readonly AccountDeed[]; readonly after: EmergencyWatch },
): Promise<void> {
  const { clock, rules, store } = services;
  const to = await resolveRoute(services, rules.current().alarms);
  const now = clock.now();
  const notice: EmergencyAlarmNotice = {
    card: 'alarm',
    kind: 'emergency-account',
    personName: name,
    seen: news.slice(0, MOST_SHOWN).map(({ id: _, at, ...deed }) => ({ ...deed, at: iso(at) })),
    further: Math.max(0, news.length - MOST_SHOWN),
    raisedAt: iso(now),
    mentions: mentionsOf(to),
  };
  await store.transaction(async (stores) => {
    await stores.audit.emergencyUsed({
      at: now,
      actorId: null,
      facts: { person: id, rows: String(news.length), first: news[0]?.id ?? '' },
    });
    await raiseAlarm(services, stores, { story: `emergency ${news[0]?.id}`, notice, to });
    await stores.emergencyWatches.save({ ...after, restsUntil: now.add(REST) });
  });
}
