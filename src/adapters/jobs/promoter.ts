import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { forgetOld, promoteDue } from './promote.ts';

/** The longest time without a look: another replica may have set an earlier timer. */
const LOOK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 600_000;

export interface Promoter {
  /** A timer was set here: looks at once when it is earlier than what the loop waits for; without an instant, always. */
  wake(dueAt?: Temporal.Instant): void;
  stop(): Promise<void>;
}

/** Runs the loop that turns due rows into jobs, whenever the clock says so. A failing database is asked again. */
export function startPromoter({ pool, clock, log }: { pool: Pool; clock: Clock; log: Log }): Promoter {
  const ending = new AbortController();
  let waiting: { until: Temporal.Instant | null; readonly awaken: AbortController } | null = null;
  let isWoken = false;
  let forgetAt = performance.now();

  const look = async (): Promise<Temporal.Instant | null | 'again'> => {
    try {
      if (performance.now() >= forgetAt) {
        forgetAt = performance.now() + FORGET_EVERY_MS;
        await forgetOld(pool, clock.now());
      }
      const promotion = await promoteDue(pool, clock.now());
      return promotion.isFull ? 'again' : promotion.nextDueAt;
    } catch (error) {
      log.warn('jobs.promotion_failed', { reason: String(error) });
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      return 'again';
    }
  };

  const wait = async (until: Temporal.Instant | null): Promise<void> => {
    const awaken = new AbortController();
    waiting = { until, awaken };
    const timer = setTimeout(() => awaken.abort(), LOOK_EVERY_MS);
    await clock.waitUntil(until, AbortSignal.any([awaken.signal, ending.signal]));
    clearTimeout(timer);
    waiting = null;
  };

  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      isWoken = false;
      const next = await look();
      // Woken during the look: what was set may have been missed by it.
      if (next !== 'again' && !isWoken && !ending.signal.aborted) {
        await wait(next);
      }
    }
  };

  const running = loop();
  return {
    wake(dueAt) {
      if (waiting === null) {
        isWoken = true;
        return;
      }
      const { until, awaken } = waiting;
      if (dueAt === undefined || until === null || Temporal.Instant.compare(dueAt, until) < 0) {
        awaken.abort();
      }
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}
