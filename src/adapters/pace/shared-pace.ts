import type { Pool } from 'pg';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { poolDatabase } from '../postgres/database.ts';
import { PlanePace } from './pace.ts';

/** Where replicas tell each other that Microsoft asked one of them to wait. */
export const PACE_CHANNEL = 'pimlico_pace';

const ANNOUNCE = { name: 'pace.announce', text: `select pg_notify('${PACE_CHANNEL}', $1)` };

const news = z.object({
  plane: z.enum(['graph', 'arm']),
  until: z.iso.datetime().transform((text) => Temporal.Instant.from(text)),
});

/** The services of Microsoft that throttle, each by itself. */
export interface Paces {
  readonly graph: PlanePace;
  readonly arm: PlanePace;
  /** Takes in what another replica, or this one, announced. What cannot be read is left out. */
  hear(payload: string): void;
}

/**
 * Makes the paces of this replica, which tell the others of each closing over PostgreSQL. Nothing of it is kept: a replica that
 * misses one learns it from its own first 429.
 */
export function createPaces({ pool, clock, log }: { pool: Pool; clock: Pick<Clock, 'now'>; log: Log }): Paces {
  const announce = (plane: 'graph' | 'arm', until: Temporal.Instant): void => {
    log.warn('pace.closed', { plane, until: until.toString() });
    const payload = JSON.stringify({ plane, until: until.toString({ smallestUnit: 'millisecond' }) });
    poolDatabase(pool)
      .run(ANNOUNCE, [payload])
      .catch((error: unknown) => log.warn('pace.unannounced', { plane, error }));
  };
  const paces = {
    graph: new PlanePace({ clock, onClosed: (until) => announce('graph', until) }),
    arm: new PlanePace({ clock, onClosed: (until) => announce('arm', until) }),
  };
  return {
    ...paces,
    hear(payload) {
      const heard = news.safeParse(asJson(payload));
      if (heard.success) {
        paces[heard.data.plane].close(heard.data.until);
      } else {
        log.warn('pace.unreadable');
      }
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
