import type { Clock } from '../../../src/ports/clock.ts';

export interface FakeClock extends Clock {
  /** Moves the time and wakes everybody who waits, as a sandbox clock does. */
  set(iso: string): void;
  advance(duration: Temporal.DurationLike | string): void;
}

/** Makes a clock that stands still until it is moved. */
export function createFakeClock(iso = '2026-11-23T08:00:00Z'): FakeClock {
  let now = Temporal.Instant.from(iso);
  const waiting = new Set<() => void>();
  const moveTo = (instant: Temporal.Instant): void => {
    now = instant;
    for (const wake of [...waiting]) {
      wake();
    }
  };
  return {
    now: () => now,
    set: (text) => moveTo(Temporal.Instant.from(text)),
    advance: (duration) => moveTo(now.add(Temporal.Duration.from(duration))),
    waitUntil(instant, signal) {
      if (signal.aborted || (instant !== null && Temporal.Instant.compare(now, instant) >= 0)) {
        return Promise.resolve();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => {
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      return promise;
    },
  };
}
