import type { Clock } from '../../ports/clock.ts';
import type { Pace, PacedCall } from '../../ports/pace.ts';
import type { Verdict } from './book.ts';

/** Where calls of all replicas are counted. */
export interface Ledger {
  /** Judges calls and counts those that may be made within `aheadMs`. */
  book(
    calls: readonly PacedCall[],
    aheadMs: number,
  ): Promise<{ readonly verdicts: readonly Verdict[]; readonly againAtMs: number | null }>;
  pause(call: PacedCall | null, until: Temporal.Instant): Promise<void>;
}

interface Asked {
  readonly call: PacedCall;
  readonly settled: PromiseWithResolvers<Temporal.Instant | null>;
}

export interface PaceOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** From 0 to 1, for tests. */
  random?(): number;
}

/** Longer than this nobody waits here: whoever asked has other things to do. */
const LONGEST_WAIT_MS = 1_500;
/** What more would wait for than the longest wait is not let in. */
const MOST_WAITING = 94;
/** So far ahead calls are booked: several in one look, each at its very instant, so that no look makes the next one late. */
const AHEAD_MS = 100;
/** Real time after which a clock that should have gone on is taken to stand still. */
const STANDSTILL_AFTER_MS = 50;

/**
 * The line of one replica before the ledger: those who wait are served in the order they came, many in one look. What is allowed
 * within a moment is waited for; what is not, or not as long as the clock stands still, is answered with the instant.
 */
export function createPace({ ledger, clock, random = Math.random }: PaceOptions): Pace {
  let waiting: Asked[] = [];
  let isServing = false;
  // Only seen by waiting. While the time stands still, what was booked ahead could not be waited for, and would be lost.
  let doesTimePass = false;

  const comesSoon = async (atMs: number): Promise<boolean> => {
    const waitMs = atMs - clock.now().epochMilliseconds;
    if (waitMs <= 0 || waitMs > LONGEST_WAIT_MS) {
      return waitMs <= 0;
    }
    doesTimePass = await comes(clock, atMs, waitMs);
    return doesTimePass;
  };
  const goAt = async (atMs: number, { settled }: Asked): Promise<void> => {
    settled.resolve((await comesSoon(atMs)) ? null : Temporal.Instant.fromEpochMilliseconds(atMs));
  };
  const putOff = (atMs: number): void => {
    const at = Temporal.Instant.fromEpochMilliseconds(atMs);
    for (const { settled } of waiting.splice(0)) {
      settled.resolve(at);
    }
  };
  /** Serves whoever waits; gives the instant at which the others may be served. */
  const look = async (): Promise<number | null> => {
    const served = [...waiting];
    const { verdicts, againAtMs } = await ledger.book(
      served.map(({ call }) => call),
      doesTimePass ? AHEAD_MS : 0,
    );
    const stay = new Set<Asked>();
    for (const [index, asked] of served.entries()) {
      const verdict = verdicts[index];
      if (verdict?.kind === 'go') {
        void goAt(verdict.atMs, asked);
      } else if (verdict?.kind === 'later') {
        asked.settled.resolve(Temporal.Instant.fromEpochMilliseconds(verdict.atMs));
      } else {
        stay.add(asked);
      }
    }
    waiting = waiting.filter((asked, index) => index >= served.length || stay.has(asked));
    return againAtMs;
  };
  const serve = async (): Promise<void> => {
    if (isServing) {
      return;
    }
    isServing = true;
    while (waiting.length > 0) {
      try {
        const againAtMs = await look();
        // Half of what is booked ahead is left when the next look is due.
        if (againAtMs !== null && !(await comesSoon(doesTimePass ? againAtMs - AHEAD_MS / 2 : againAtMs))) {
          putOff(againAtMs);
        }
      } catch (thrown) {
        for (const { settled } of waiting.splice(0)) {
          settled.reject(thrown);
        }
      }
    }
    isServing = false;
  };
  return {
    take(call) {
      if (waiting.length >= MOST_WAITING) {
        // Not all at once, nor where they are.
        const milliseconds = Math.ceil(LONGEST_WAIT_MS * (1 + random()));
        return Promise.resolve(clock.now().add({ milliseconds }));
      }
      const settled = Promise.withResolvers<Temporal.Instant | null>();
      waiting.push({ call, settled });
      void serve();
      return settled.promise;
    },
    pause: (call, until) => ledger.pause(call, until),
  };
}

/** Waits for an instant; false when the time does not go on by itself. */
async function comes(clock: Clock, atMs: number, waitMs: number): Promise<boolean> {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), waitMs + STANDSTILL_AFTER_MS);
  try {
    while (Temporal.Instant.compare(clock.now(), at) < 0 && !giveUp.signal.aborted) {
      await clock.waitUntil(at, giveUp.signal);
    }
  } finally {
    clearTimeout(timer);
  }
  return Temporal.Instant.compare(clock.now(), at) >= 0;
}
