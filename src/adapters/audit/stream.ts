import type { Pool } from 'pg';
import { asAccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Webhook, WebhookEvent } from '../../ports/webhook.ts';
import { type LinkedRecord, streamAudit } from '../postgres/audit-stream.ts';
import { type Repetition, repeat } from '../repeat.ts';

const SEND_EVERY_MS = 5_000;
const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 600;
/** A receiver may ask for longer pauses, within reason. */
const LONGEST_WISH = Temporal.Duration.from({ hours: 1 });

export interface AuditStreamOptions {
  readonly pool: Pool;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly webhook: Webhook;
  /** Milliseconds between two looks; 5,000 by default. */
  readonly everyMs?: number;
}

/**
 * Sends what is linked to a receiver, in the order of the chain, until it is stopped. What the receiver does not take is tried
 * again for ever, after pauses that grow to ten minutes, by whichever replica comes first; nothing after it is sent before.
 */
export function startAuditStream(options: AuditStreamOptions): Repetition {
  const { log, everyMs = SEND_EVERY_MS } = options;
  const round = async (ending: AbortSignal): Promise<void> => {
    try {
      for (let hasMore = true; hasMore && !ending.aborted; ) {
        hasMore = await sendSome(options);
      }
    } catch (thrown) {
      log.warn('audit.not_sent', { code: asAccessError(thrown).code, reason: String(thrown) });
    }
  };
  return repeat(everyMs, round, { firstAfterMs: 0 });
}

/** Says whether there may be more to send at once. */
async function sendSome({ pool, clock, log, webhook }: AuditStreamOptions): Promise<boolean> {
  const attempt = await streamAudit({
    pool,
    now: clock.now(),
    send: (records) => webhook.send(records.map(eventOf)),
    pauseAfter,
  });
  if (attempt.kind === 'failed') {
    const { code, message, retryable } = asAccessError(attempt.failure);
    const fields = { code, reason: message, failures: attempt.failures };
    if (retryable) {
      log.warn('audit.not_sent', fields);
    } else {
      // What does not heal by itself, such as 410, is somebody's to mend; the stream waits for that.
      log.error('audit.refused_by_receiver', fields);
    }
  }
  return attempt.kind === 'sent' && !attempt.isAll;
}

function pauseAfter(failures: number, failure: unknown): Temporal.Duration {
  const seconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(failures - 1, 10));
  const pause = Temporal.Duration.from({ seconds });
  const wish = asAccessError(failure).retryAfter;
  if (wish === null || Temporal.Duration.compare(wish, pause) <= 0) {
    return pause;
  }
  return Temporal.Duration.compare(wish, LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
}

/** The same link has the same id, however often it is sent. */
function eventOf({ place, hash, at, ...record }: LinkedRecord): WebhookEvent {
  const { position, event, actorId, requestId, facts } = record;
  return {
    id: `audit/${place}`,
    type: 'pimlico.audit.recorded',
    at,
    subject: requestId,
    data: { position, event, actorId, requestId, facts, link: { place, hash } },
  };
}
