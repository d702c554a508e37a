import * as en from 'chrono-node/en';
import type { Clock } from './clauses/clock.ts';
import type { Day } from './clauses/day.ts';
import type { Time } from './clauses/time.ts';

/** What a wall time depends on besides its words. */
export type Context = {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly locale: string;
};

/** A time in the calendar; `past` when the sentence named one that is over, null when the words make no date. */
export type Moment = { readonly kind: 'at'; readonly instant: Temporal.Instant } | { readonly kind: 'past' } | null;

type Dated = {
  readonly date: Temporal.PlainDate;
  /** How the day is found again when this one is over: never, a week later, or on the next one of the calendar. */
  readonly again: 'never' | 'week' | 'month' | 'year';
};

const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0, isBare: false };
const MONTH_FIRST = new Set(['US', 'FM', 'MH', 'PW', 'PH', 'PR', 'GU', 'VI', 'AS', 'MP', 'UM']);

function isMonthFirst(locale: string): boolean {
  try {
    return MONTH_FIRST.has(new Intl.Locale(locale).maximize().region ?? '');
  } catch {
    return false;
  }
}

/** chrono-node reads the phrase; its answer is used as a calendar date only, the clock and the zone are ours. */
function datePhrase(text: string, today: Temporal.ZonedDateTime, locale: string): Dated | null {
  const reference = {
    instant: new Date(today.epochMilliseconds),
    timezone: Math.round(today.offsetNanoseconds / 60e9),
  };
  const parser = isMonthFirst(locale) ? en.casual : en.GB;
  const start = parser.parse(text, reference)[0]?.start;
  if (start === undefined) return null;
  const fields = { year: start.get('year'), month: start.get('month'), day: start.get('day') };
  const { year, month, day } = fields;
  if (year === null || month === null || day === null) return null;
  const date = Temporal.PlainDate.from({ year, month, day });
  const isYearly = start.isCertain('month') && start.isCertain('day') && !start.isCertain('year');
  if (!isYearly) return { date, again: 'never' };
  // chrono gives the nearest such date, also behind us; the next one is meant.
  return { date: date.with({ year: today.year }), again: 'year' };
}

function dayOfMonth(day: number, today: Temporal.PlainDate): Temporal.PlainDate {
  for (let months = 0; ; months++) {
    const month = today.with({ day: 1 }).add({ months });
    if (day <= month.daysInMonth) return month.with({ day });
  }
}

function dateOf(day: Day, today: Temporal.ZonedDateTime, locale: string): Dated | null {
  const date = today.toPlainDate();
  switch (day.kind) {
    case 'relative':
      return { date: date.add({ days: day.days }), again: 'never' };
    case 'weekday':
      return { date: date.add({ days: (day.weekday - date.dayOfWeek + 7) % 7 }), again: 'week' };
    case 'day-of-month':
      return { date: dayOfMonth(day.day, date), again: 'month' };
    case 'iso':
      return { date: Temporal.PlainDate.from(day.date), again: 'never' };
    case 'phrase':
      return datePhrase(day.text, today, locale);
  }
}

function place(date: Temporal.PlainDate, clock: Clock, timeZone: string): Temporal.Instant {
  const day = clock.hour === 24 ? date.add({ days: 1 }) : date;
  const time = { hour: clock.hour % 24, minute: clock.minute, second: clock.second };
  return day.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant();
}

function nextDate(dated: Dated): Temporal.PlainDate | null {
  const { date, again } = dated;
  if (again === 'never') return null;
  if (again === 'week') return date.add({ weeks: 1 });
  return again === 'month' ? dayOfMonth(date.day, date.with({ day: 1 }).add({ months: 1 })) : date.add({ years: 1 });
}

const isAfter = (left: Temporal.Instant, right: Temporal.Instant): boolean => Temporal.Instant.compare(left, right) > 0;

/** The next instant after `base` at which a clock in `timeZone` shows `clock`. */
function nextClock(clock: Clock, base: Temporal.Instant, timeZone: string): Temporal.Instant {
  const today = base.toZonedDateTimeISO(timeZone).toPlainDate();
  const first = place(today, clock, timeZone);
  return isAfter(first, base) ? first : place(today.add({ days: 1 }), clock, timeZone);
}

function wallMoment(time: Time & { kind: 'wall' }, context: Context, base: Temporal.Instant): Moment {
  const timeZone = time.zone ?? context.timeZone;
  if (time.day === null) {
    return time.clock === null ? null : { kind: 'at', instant: nextClock(time.clock, base, timeZone) };
  }
  const searchFrom = time.day.kind === 'weekday' ? base : context.now;
  const dated = dateOf(time.day, searchFrom.toZonedDateTimeISO(timeZone), context.locale);
  if (dated === null) return null;
  const isToday = time.day.kind === 'relative' && time.day.days === 0;
  const isMidnight = time.clock?.hour === 0 && time.clock.minute === 0 && time.clock.second === 0;
  // "tonight at midnight" and "until today" mean the midnight to come.
  const clock = isToday && (isMidnight || time.clock === null) ? { ...MIDNIGHT, hour: 24 } : (time.clock ?? MIDNIGHT);
  const instant = place(dated.date, clock, timeZone);
  if (isAfter(instant, searchFrom)) return { kind: 'at', instant };
  const later = nextDate(dated);
  return later === null ? { kind: 'past' } : { kind: 'at', instant: place(later, clock, timeZone) };
}

function writtenInstant(text: string, context: Context): Temporal.Instant {
  if (text.endsWith(']')) {
    return Temporal.ZonedDateTime.from(text, { disambiguation: 'compatible' }).toInstant();
  }
  if (/(?:Z|T.*[+-]\d\d(?::?\d\d)?)$/.test(text)) return Temporal.Instant.from(text);
  return Temporal.PlainDateTime.from(text)
    .toZonedDateTime(context.timeZone, { disambiguation: 'compatible' })
    .toInstant();
}

/**
 * Places a said time in the calendar: the next such wall time after `base` (now, or the start when an end is sought).
 *
 * A wall time that daylight saving skips moves later, one that it doubles is the earlier one. Days that were named
 * as past give `past`; a date that does not exist (30 February) gives null.
 */
export function momentOf(time: Time, context: Context, base: Temporal.Instant = context.now): Moment {
  try {
    switch (time.kind) {
      case 'now':
        return { kind: 'at', instant: context.now };
      case 'offset':
        if (time.seconds < 0) return { kind: 'past' };
        return { kind: 'at', instant: context.now.add({ seconds: time.seconds }) };
      case 'instant': {
        const instant = writtenInstant(time.text, context);
        return isAfter(instant, context.now) ? { kind: 'at', instant } : { kind: 'past' };
      }
      case 'wall':
        return wallMoment(time, context, base);
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
