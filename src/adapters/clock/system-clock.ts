import type { Clock } from '../../ports/clock.ts';

/** The longest delay that a timer of Node takes; longer ones fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's clock. */
export function createSystemClock(): Clock {
  return {
    now: () => Temporal.Now.instant(),
    waitUntil(instant, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (signal.aborted) {
        resolve();
        return promise;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = instant === null ? undefined : setTimeout(end, msUntil(instant, Temporal.Now.instant()));
      signal.addEventListener('abort', end, { once: true });
      return promise;
    },
  };
}

/** Whole milliseconds from `now`, rounded up so that a timer never fires early, and at most what a timer can wait. */
export function msUntil(instant: Temporal.Instant, now: Temporal.Instant): number {
  const ms = Math.ceil(now.until(instant).total('milliseconds'));
  return Math.min(LONGEST_TIMER_MS, Math.max(0, ms));
}
