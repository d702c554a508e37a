import type { Clock } from '../../ports/clock.ts';
import type { Pace, PacedCall } from '../../ports/pace.ts';
import type { Verdict } from './book.ts';

/** Where calls of all replicas are counted. */
export interface Ledger {
  /** Judges calls and counts those that may be made now. */
  book(
    calls: readonly PacedCall[],
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
/** Real time after which a clock that should have gone on is taken to stand still. */
const STANDSTILL_AFTER_MS = 50;

/**
 * The line of one replica before the ledger: those who wait are served in the order they came, many in one look. What is allowed
 * within a moment is waited for; what is not, or not as long as the clock stands still, is answered with the instant.
 */
export function createPace({ ledger, clock, random = Math.random }: PaceOptions): Pace {
  let waiting: Asked[] = [];
  let isServing = false;

  const putOff = (atMs: number): void => {
    const at = Temporal.Instant.fromEpochMilliseconds(atMs);
    for (const { settled } of waiting.splice(0)) {
      settled.resolve(at);
    }
  };
  /** Serves whoever waits; gives the instant at which the others may be served. */
  const look = async (): Promise<number | null> => {
    const served = [...waiting];
    const { verdicts, againAtMs } = await ledger.book(served.map(({ call }) => call));
    const stay = new Set<Asked>();
    for (const [index, asked] of served.entries()) {
      const verdict = verdicts[index];
      if (verdict?.kind === 'in-turn') {
        stay.add(asked);
      } else {
        asked.settled.resolve(verdict?.kind === 'later' ? Temporal.Instant.fromEpochMilliseconds(verdict.atMs) : null);
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
        if (againAtMs !== null && !(await comes(clock, againAtMs))) {
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

/** Waits for an instant that is near; false when it is not, or when the time does not go on by itself. */
async function comes(clock: Clock, atMs: number): Promise<boolean> {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs);
  const waitMs = atMs - clock.now().epochMilliseconds;
  if (waitMs > LONGEST_WAIT_MS) {
    return false;
  }
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
