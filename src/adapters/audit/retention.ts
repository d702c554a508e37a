import type { Pool } from 'pg';
import { asAccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { pruneAudit } from '../postgres/audit-retention.ts';
import { type Repetition, repeat } from '../repeat.ts';

const DAY_MS = 24 * 3_600_000;

export interface RetentionOptions {
  readonly pool: Pool;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** How long what tells of people is kept; in units that do not depend on a calendar. */
  readonly keepFor: Temporal.Duration;
  /** Milliseconds between two rounds; a day by default. */
  readonly everyMs?: number;
}

/** Erases what old records tell of people, at once and then once a day, until it is stopped. What fails is tried the next day. */
export function startAuditRetention({ pool, clock, log, keepFor, everyMs = DAY_MS }: RetentionOptions): Repetition {
  const round = async (ending: AbortSignal): Promise<void> => {
    const before = clock.now().subtract(keepFor);
    try {
      const fields = await pruneAudit(pool, before, ending);
      if (fields > 0) {
        log.info('audit.pruned', { before: before.toString(), fields });
      }
    } catch (thrown) {
      log.warn('audit.not_pruned', { code: asAccessError(thrown).code, reason: String(thrown) });
    }
  };
  return repeat(everyMs, round, { firstAfterMs: 0 });
}
