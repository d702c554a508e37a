import type { Clock } from '../../src/ports/clock.ts';
import { Heap } from './heap.ts';

/** Time that passes only when nothing is left to do at an instant, and then jumps to the next one. */
export interface VirtualTime {
  /** For the code that is simulated. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves when that much of this time has passed; fractions of a millisecond count as a whole one. */
  pause(milliseconds: number): Promise<void>;
  until(atMs: number): Promise<void>;
  /** Goes on until nobody waits any more. */
  run(): Promise<void>;
}

/** Makes a clock that stands at an instant until it is run. */
export function createVirtualTime(start: Temporal.Instant): VirtualTime {
  const waiting = new Map<number, (() => void)[]>();
  const instants = new Heap<number>((a, b) => a < b);
  let nowMs = start.epochMilliseconds;

  const until = (atMs: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const instant = Math.max(nowMs, Math.ceil(atMs));
    const others = waiting.get(instant);
    if (others === undefined) {
      waiting.set(instant, [resolve]);
      instants.push(instant);
    } else {
      others.push(resolve);
    }
    return promise;
  };
  return {
    clock: {
      now: () => Temporal.Instant.fromEpochMilliseconds(nowMs),
      // A signal that a real timer gives says that the machine is slow, which must change nothing.
      waitUntil: (instant) => (instant === null ? Promise.resolve() : until(instant.epochMilliseconds)),
    },
    nowMs: () => nowMs,
    pause: (milliseconds) => until(nowMs + milliseconds),
    until,
    async run() {
      await everythingSettled();
      for (let next = instants.pop(); next !== undefined; next = instants.pop()) {
        nowMs = next;
        const due = waiting.get(next) ?? [];
        waiting.delete(next);
        for (const wake of due) {
          wake();
        }
        await everythingSettled();
      }
    },
  };
}

/** What was woken has run as far as it can: promises settle before the event loop goes on. */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
