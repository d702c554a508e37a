import type { Clock } from '../ports/clock.ts';
import type { SignIns, TokensElsewhere } from '../ports/identity.ts';
import type { DueTimer } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { Store, TimerKind } from '../ports/store.ts';

/** What is carried out with a token that waits in one replica. */
const WITH_A_TOKEN: ReadonlySet<TimerKind> = new Set(['activation.carry-out-wish', 'activation.go-on', 'pull.second']);

const AGAIN_AFTER = Temporal.Duration.from({ seconds: 1 });
/** So often a replica leaves one timer to others: whoever holds the token may take no more jobs. */
const MOST_TIMES = 20;
const MOST_REMEMBERED = 1_000;

export interface LeavingServices {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly signIns: Pick<SignIns, 'isHeld'>;
  readonly elsewhere: TokensElsewhere;
  readonly log: Log;
}

/**
 * Makes the look that each timer gets before it fires: true when the token for it waits in another living replica. Then the timer
 * is set again a moment later, for whoever gets it next. A token that is nowhere costs one more press, as ever.
 */
export function createLeaveToHolder(services: LeavingServices): (timer: DueTimer) => Promise<boolean> {
  const { store, clock, signIns, elsewhere, log } = services;
  const left = new Map<string, number>();
  return async ({ kind, subject, attempt }) => {
    if (!WITH_A_TOKEN.has(kind)) {
      return false;
    }
    const key = `${kind} ${subject}`;
    const times = left.get(key) ?? 0;
    left.delete(key);
    if (times === MOST_TIMES || signIns.isHeld(subject) || !(await elsewhere.isElsewhere(subject))) {
      return false;
    }
    const [oldest] = left.keys();
    if (left.size === MOST_REMEMBERED && oldest !== undefined) {
      left.delete(oldest);
    }
    left.set(key, times + 1);
    await store.now.timers.set({ kind, subject, dueAt: clock.now().add(AGAIN_AFTER), attempt });
    log.info('timer.left_to_holder', { kind, subject, times: times + 1 });
    return true;
  };
}
