import type { PrincipalId } from '../src/domain/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Turns of one person that may be under way at a time. */
const MOST_IN_FLIGHT = 8;
/** How long somebody is asked to wait whose earlier turns are still under way. */
const IN_FLIGHT_WAIT = Temporal.Duration.from({ seconds: 5 });
/** Clients of one person that prove who they are; each card that asks is answered by every one of them. */
const EXCHANGES_PER_MINUTE = 30;
/** Typing asks with each pause between two letters. */
const SEARCHES_PER_MINUTE = 120;
/** A person is told once in so long that it was too much. */
const TOLD_AGAIN_AFTER = Temporal.Duration.from({ minutes: 1 });
/** Turns of one person that are remembered: Teams delivers again within seconds. */
const MOST_TURNS = 64;
const MOST_PEOPLE = 20_000;

export type Admission =
  | {
      readonly kind: 'admitted';
      /** To be called once, when the turn is over. */
      leave(): void;
    }
  /** `isNews`: the first in a while, which the person should hear of; the others are only logged. */
  | { readonly kind: 'refused'; readonly wait: Temporal.Duration; readonly isNews: boolean };

/** How much one person may ask of the bot. In the memory of one replica: together they allow a little more. */
export interface RateLimits {
  /**
   * Lets a sentence or a press in, or says how long to wait. The same turn delivered again costs nothing and gets what the
   * first one got: it is not told again, and what was refused is not let in later.
   */
  admit(person: PrincipalId, turnId: string): Admission;
  /** Cards that a client paints again by itself: counted apart, so that opening a chat leaves room for its person. */
  refresh(person: PrincipalId): Admission;
  mayExchange(person: PrincipalId): boolean;
  /** Whether a box may be filled once more while they type. */
  maySearch(person: PrincipalId): boolean;
}

interface Visitor {
  inFlight: number;
  /** Whether each of the last turns was let in. */
  readonly turns: Map<string, boolean>;
  toldAt: Temporal.Instant | null;
}

const FREE: Admission = { kind: 'admitted', leave: () => undefined };

/** Makes the limits of this replica; 0 turns a minute lifts all of them. */
export function createRateLimits(clock: Clock, turnsPerMinute: number): RateLimits {
  if (turnsPerMinute === 0) {
    return { admit: () => FREE, refresh: () => FREE, mayExchange: () => true, maySearch: () => true };
  }
  const turns = new TokenBuckets(clock, turnsPerMinute);
  const refreshes = new TokenBuckets(clock, turnsPerMinute);
  const exchanges = new TokenBuckets(clock, EXCHANGES_PER_MINUTE);
  const searches = new TokenBuckets(clock, SEARCHES_PER_MINUTE);
  const visitors = new Map<PrincipalId, Visitor>();

  const visitorOf = (person: PrincipalId): Visitor => {
    const visitor = visitors.get(person) ?? { inFlight: 0, turns: new Map<string, boolean>(), toldAt: null };
    visitors.delete(person);
    visitors.set(person, visitor);
    const [oldest] = visitors.keys();
    if (visitors.size > MOST_PEOPLE && oldest !== undefined) {
      visitors.delete(oldest);
    }
    return visitor;
  };

  return {
    admit(person, turnId) {
      const visitor = visitorOf(person);
      const before = visitor.turns.get(turnId);
      if (before !== undefined) {
        return before ? entered(visitor) : { kind: 'refused', wait: IN_FLIGHT_WAIT, isNews: false };
      }
      const wait = visitor.inFlight >= MOST_IN_FLIGHT ? IN_FLIGHT_WAIT : turns.take(person);
      remember(visitor, turnId, wait === null);
      return wait === null ? entered(visitor) : { kind: 'refused', wait, isNews: isNews(visitor, clock.now()) };
    },
    refresh: (person) => {
      const wait = refreshes.take(person);
      return wait === null ? FREE : { kind: 'refused', wait, isNews: false };
    },
    mayExchange: (person) => exchanges.take(person) === null,
    maySearch: (person) => searches.take(person) === null,
  };
}

function entered(visitor: Visitor): Admission {
  visitor.inFlight += 1;
  return {
    kind: 'admitted',
    leave: () => {
      visitor.inFlight -= 1;
    },
  };
}

function remember(visitor: Visitor, turnId: string, isAdmitted: boolean): void {
  visitor.turns.set(turnId, isAdmitted);
  const [oldest] = visitor.turns.keys();
  if (visitor.turns.size > MOST_TURNS && oldest !== undefined) {
    visitor.turns.delete(oldest);
  }
}

function isNews(visitor: Visitor, now: Temporal.Instant): boolean {
  const { toldAt } = visitor;
  if (toldAt !== null && Temporal.Instant.compare(toldAt.add(TOLD_AGAIN_AFTER), now) > 0) {
    return false;
  }
  visitor.toldAt = now;
  return true;
}
