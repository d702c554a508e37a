import type { Expiration, Schedule, ScheduleInfo } from './model.ts';
import { earlierEnd, isBefore, later, plus } from './time.ts';

/** From when to when a schedule gives access, whatever the lists still say. */
export function isLive(schedule: Schedule, now: Temporal.Instant): boolean {
  if (schedule.start !== null && isBefore(now, schedule.start)) {
    return false;
  }
  return !hasEnded(schedule, now);
}

/** Live now, or to begin later. */
export function hasEnded(schedule: Schedule, now: Temporal.Instant): boolean {
  const end = earlierEnd(schedule.end, schedule.endedAt);
  return end !== null && !isBefore(now, end);
}

/** Whether the instance lists show it: what was written, and what ended, takes `lag` to be seen. */
export function isListedInstance(schedule: Schedule, now: Temporal.Instant, lag: Temporal.Duration): boolean {
  const begun = schedule.start === null ? schedule.createdAt : later(schedule.start, schedule.createdAt);
  return !isBefore(now, plus(begun, lag)) && !hasEnded(schedule, plus(now, lag.negated()));
}

/** Whether the schedule lists show it: as instances, and those that begin later. */
export function isListedSchedule(schedule: Schedule, now: Temporal.Instant, lag: Temporal.Duration): boolean {
  return !isBefore(now, plus(schedule.createdAt, lag)) && !hasEnded(schedule, plus(now, lag.negated()));
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
