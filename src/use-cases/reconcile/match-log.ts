import { roleKey } from '../../domain/assignment.ts';
import type { TenantEvent, TenantEventKind } from '../../ports/tenant-feed.ts';
import { isBefore } from '../facts.ts';

/** What the bot did in PIM, by its own trail. */
export interface Deed {
  readonly kind: 'activation' | 'decision' | 'deactivation';
  readonly at: Temporal.Instant;
  /** Our own id of the ask. */
  readonly requestId: string;
  /** Microsoft's; null where our record of the ask does not know it. */
  readonly scheduleRequestId: string | null;
  /** Whose role it is, and which; null where there is no record of the ask any more. */
  readonly principalId: string | null;
  readonly roleKey: string | null;
  readonly roleName: string | null;
  readonly scopeId: string | null;
  readonly outcome: 'approve' | 'deny' | null;
  /** When the tenant's log must have it, its delay aside; null for what is only known to have been tried. */
  readonly shownAt: Temporal.Instant | null;
}

/** Something that only one of both tells of. */
export interface Mismatch {
  readonly kind: Deed['kind'];
  /** `elsewhere`: the log has it, and it did not come through the bot. `unseen`: the trail has it, and the log does not. */
  readonly found: 'elsewhere' | 'unseen';
  readonly at: Temporal.Instant;
  readonly requestId: string | null;
  readonly scheduleRequestId: string | null;
  readonly principalId: string | null;
  readonly roleName: string | null;
  readonly scopeId: string | null;
  readonly outcome: 'approve' | 'deny' | null;
  /** Who did it, by the log. */
  readonly by: string | null;
}

export interface Sides {
  /** Rows of the log from a while before the period on, up to now. */
  readonly events: readonly TenantEvent[];
  /** Deeds from a while before the period on, and those that belong to the rows. */
  readonly deeds: readonly Deed[];
  readonly since: Temporal.Instant;
  readonly until: Temporal.Instant;
  readonly now: Temporal.Instant;
}

/** How long before the period both sides are read: what is told a little earlier there still counts. */
export const MARGIN = Temporal.Duration.from({ hours: 1 });
/** Younger rows may be about what our record is only about to say. */
const TOO_YOUNG = Temporal.Duration.from({ minutes: 15 });
/** The log has everything after an hour. */
const LOG_DELAY = Temporal.Duration.from({ hours: 1 });
/** Two instants of one deed: before the call, and when PIM wrote it down. */
const NEAR = Temporal.Duration.from({ minutes: 15 });

const KINDS: Readonly<Partial<Record<TenantEventKind, Deed['kind']>>> = {
  waiting: 'activation',
  active: 'activation',
  approved: 'decision',
  denied: 'decision',
  deactivated: 'deactivation',
};

/**
 * Compares the tenant's log with our trail over a period: what was activated, decided or given back past the bot, and what the
 * bot claims to have done and the log does not show. Rows younger than 15 minutes and deeds younger than an hour are not judged.
 */
export function matchLog(sides: Sides): readonly Mismatch[] {
  return [...elsewhere(sides), ...unseen(sides)].toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function elsewhere({ events, deeds, since, until, now }: Sides): readonly Mismatch[] {
  const told = new Map<string, Mismatch>();
  const near = indexOf(deeds, (deed) => [deed.scheduleRequestId, subjectOf(deed.principalId, deed.roleKey)]);
  for (const event of events) {
    const kind = KINDS[event.kind];
    const isOutside = isBefore(event.at, since) || isBefore(until, event.at);
    const isTooYoung = isBefore(now.subtract(TOO_YOUNG), event.at);
    const isKnown = (): boolean => near(keysOf(event)).some((deed) => deed.kind === kind && isSame(deed, event));
    if (kind === undefined || isOutside || isTooYoung || isKnown()) {
      continue;
    }
    // That it waited and that it became active is one activation.
    const key = kind === 'deactivation' || event.requestId === null ? event.id : `${kind} ${event.requestId}`;
    told.set(key, told.get(key) ?? { ...mismatchOf(event), kind });
  }
  return [...told.values()];
}

function mismatchOf(event: TenantEvent): Omit<Mismatch, 'kind'> {
  return {
    found: 'elsewhere',
    at: event.at,
    requestId: null,
    scheduleRequestId: event.requestId,
    principalId: event.principalId,
    roleName: event.role.roleName,
    scopeId: event.role.scope.id,
    outcome: outcomeOf(event),
    by: event.by?.id ?? null,
  };
}

function unseen({ events, deeds, since, until, now }: Sides): readonly Mismatch[] {
  const near = indexOf(events, keysOf);
  return deeds
    .filter(({ at, shownAt }) => {
      const isInside = !(isBefore(at, since) || isBefore(until, at));
      return isInside && shownAt !== null && !isBefore(now.subtract(LOG_DELAY), shownAt);
    })
    .filter((deed) => {
      const keys = [deed.scheduleRequestId, subjectOf(deed.principalId, deed.roleKey)];
      return !near(keys).some((event) => isShown(deed, event));
    })
    .map(({ shownAt: _shownAt, roleKey: _roleKey, ...deed }) => ({ ...deed, found: 'unseen', by: null }));
}

/** Whether a row of the log is about this deed. */
function isSame(deed: Deed, event: TenantEvent): boolean {
  if (deed.kind === 'decision' && deed.outcome !== outcomeOf(event)) {
    return false;
  }
  // Giving back has a request of its own, which the trail does not know.
  if (deed.kind !== 'deactivation' && event.requestId !== null) {
    return isNamed(deed, event);
  }
  return isOfSubject(deed, event) && isNear(deed.at, event.at);
}

/** Whether a row of the log bears a deed out. */
function isShown(deed: Deed, event: TenantEvent): boolean {
  switch (deed.kind) {
    case 'activation':
      return event.requestId === null ? isSame(deed, event) : isNamed(deed, event);
    case 'decision':
      return KINDS[event.kind] === 'decision' && isSame(deed, event);
    case 'deactivation': {
      // Where it was over already, PIM says so, and the bot tells its holder the same.
      const isOver = event.kind === 'deactivated' || event.kind === 'ended';
      const isEarlier = isBefore(event.at, deed.at) && isBefore(deed.at.subtract(MARGIN), event.at);
      return isOver && isOfSubject(deed, event) && (isEarlier || isNear(deed.at, event.at));
    }
  }
}

/** By what a row and a deed can be about the same: the request of Microsoft's, or the person and the role. */
type Keys = readonly (string | null)[];

const keysOf = (event: TenantEvent): Keys => [event.requestId, subjectOf(event.principalId, roleKey(event.role))];

function subjectOf(principalId: string | null, role: string | null): string | null {
  return principalId === null || role === null ? null : `${principalId} ${role}`;
}

/** Finds what has one of these keys. */
function indexOf<T>(items: readonly T[], keys: (item: T) => Keys): (sought: Keys) => readonly T[] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keys(item)) {
      if (key !== null) {
        const same = found.get(key.toLowerCase()) ?? [];
        found.set(key.toLowerCase(), same);
        same.push(item);
      }
    }
  }
  return (sought) => sought.flatMap((key) => (key === null ? [] : (found.get(key.toLowerCase()) ?? [])));
}

function isNamed({ scheduleRequestId }: Deed, { requestId }: TenantEvent): boolean {
  return scheduleRequestId !== null && requestId?.toLowerCase() === scheduleRequestId.toLowerCase();
}

function isOfSubject(deed: Deed, event: TenantEvent): boolean {
  return deed.principalId === event.principalId && deed.roleKey === roleKey(event.role);
}

function isNear(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return !(isBefore(a.add(NEAR), b) || isBefore(b.add(NEAR), a));
}

function outcomeOf({ kind }: TenantEvent): Deed['outcome'] {
  return kind === 'approved' ? 'approve' : kind === 'denied' ? 'deny' : null;
}
