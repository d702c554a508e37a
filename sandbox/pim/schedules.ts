import type { Expiration, Schedule, ScheduleInfo } from './model.ts';
import { earlierEnd, isBefore, later, plus } from './time.ts';

/** From when to when a schedule gives access, whatever the lists still say. */
export function isLive(schedule: Schedule, now: Temporal.Instant): boolean {
  const begins = schedule.effectiveFrom ?? schedule.start;
  if (begins !== null && isBefore(now, begins)) {
    return false;
  }
  return !hasEnded(schedule, now);
}

/** Live now, or to begin later. */
export function hasEnded(schedule: Schedule, now: Temporal.Instant): boolean {
  const end = schedule.outlivesEnd ? schedule.endedAt : earlierEnd(schedule.end, schedule.endedAt);
  return end !== null && !isBefore(now, end);
}

/** How long lists keep showing yesterday's truth: one time for both, or one for what came and one for what went. */
export type Lag = Temporal.Duration | { readonly on: Temporal.Duration; readonly off: Temporal.Duration };

/** Whether the instance lists show it: what was written, and what ended, takes `lag` to be seen. */
export function isListedInstance(schedule: Schedule, now: Temporal.Instant, lag: Lag): boolean {
  const start = schedule.effectiveFrom ?? schedule.start;
  const begun = start === null ? schedule.createdAt : later(start, schedule.createdAt);
  return isSeen(schedule, begun, now, lag);
}

/** Whether the schedule lists show it: as instances, and those that begin later. */
export function isListedSchedule(schedule: Schedule, now: Temporal.Instant, lag: Lag): boolean {
  return isSeen(schedule, schedule.createdAt, now, lag);
}

function isSeen(schedule: Schedule, since: Temporal.Instant, now: Temporal.Instant, lag: Lag): boolean {
  const { on, off } = lag instanceof Temporal.Duration ? { on: lag, off: lag } : lag;
  return !isBefore(now, plus(since, on)) && !hasEnded(schedule, plus(now, off.negated()));
}

export function endOf(start: Temporal.Instant, expiration: Expiration): Temporal.Instant | null {
  switch (expiration.type) {
    case 'afterDuration':
      return plus(start, expiration.duration);
    case 'afterDateTime':
      return expiration.end;
    case 'noExpiration':
    case 'notSpecified':
      return null;
  }
}

/** A start that has passed, or none, is now. */
export function effectiveStart(schedule: ScheduleInfo | null, now: Temporal.Instant): Temporal.Instant {
  return schedule?.start ? later(schedule.start, now) : now;
}
