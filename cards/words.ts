import { nameText, wordsText } from './plain-text.ts';

/** Whose clock and calendar the words follow. */
export interface Reader {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly locale: string;
  /** The text is not drawn again: days are named by their date, for "today" would not stay true. */
  readonly isRetired?: boolean;
}

const WEEKDAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NEAR_DAYS = new Map([
  [-1, 'yesterday'],
  [0, 'today'],
  [1, 'tomorrow'],
]);

interface Habits {
  readonly isTwelveHours: boolean;
  readonly isMonthFirst: boolean;
}
const DEFAULT_HABITS: Habits = { isTwelveHours: false, isMonthFirst: false };
const MOST_LOCALES = 500;
// Asking Intl costs more than drawing the whole card. The locale comes from the client, so the memory has a bound.
const habitsByLocale = new Map<string, Habits>();

/**
 * Says an instant in the reader's zone: "today 16:30", "tomorrow 09:00", otherwise with date and zone as {@link dateWords}.
 * For cards that are drawn again while they matter; a retired one gets the date. A text that is no instant comes back as plain text.
 */
export function instantWords(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  if (at === null) {
    return wordsText(iso);
  }
  const today = reader.now.toZonedDateTimeISO(at.timeZoneId).toPlainDate();
  const near = NEAR_DAYS.get(today.until(at.toPlainDate(), { largestUnit: 'days' }).days);
  // UTC is what we use for people whose zone we do not know yet: said, so that nobody takes it for their own.
  const zone = at.timeZoneId === 'UTC' ? ' UTC' : '';
  return near === undefined || reader.isRetired === true
    ? dateWords(iso, reader)
    : `${near} ${clockWords(at, reader.locale)}${zone}`;
}

/** Says an instant so that it can be read on any later day: "Sun 22 Nov, 16:30 (Europe/Madrid)". The year is said if it is another one. */
export function dateWords(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  if (at === null) {
    return wordsText(iso);
  }
  const month = MONTHS[at.month];
  const day = habitsOf(reader.locale).isMonthFirst ? `${month} ${at.day}` : `${at.day} ${month}`;
  const isThisYear = reader.now.toZonedDateTimeISO(at.timeZoneId).year === at.year;
  const date = `${WEEKDAYS[at.dayOfWeek]} ${day}${isThisYear ? '' : ` ${at.year}`}`;
  return `${date}, ${clockWords(at, reader.locale)} (${at.timeZoneId})`;
}

/** An instant as it can be typed into a form: "2026-11-23 09:00" in the reader's zone. */
export function instantTyped(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  return at === null ? wordsText(iso) : `${at.toPlainDate()} ${twoDigits(at.hour)}:${twoDigits(at.minute)}`;
}

/** Says a duration: "2 hours", "1 hour 30 minutes", "3 days". A text that is no ISO 8601 duration comes back as plain text. */
export function durationWords(iso: string): string {
  const duration = inHours(iso);
  if (duration === null) {
    return wordsText(iso);
  }
  const areDays = duration.hours >= 48;
  const parts = [
    counted(areDays ? Math.floor(duration.hours / 24) : 0, 'day'),
    counted(areDays ? duration.hours % 24 : duration.hours, 'hour'),
    counted(duration.minutes, 'minute'),
    counted(duration.seconds, 'second'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'no time' : parts.join(' ');
}

/** A duration as people type it into the form and the language reads it: "2h", "45 min", "1h30m", "180 days". */
export function durationTyped(iso: string): string {
  const duration = inHours(iso);
  if (duration === null) {
    return wordsText(iso);
  }
  const { hours, minutes } = duration;
  if (hours >= 48 && hours % 24 === 0 && minutes === 0) {
    return `${hours / 24} days`;
  }
  if (hours === 0) {
    return minutes === 0 ? '' : `${minutes} min`;
  }
  return minutes === 0 ? `${hours}h` : `${hours}h${minutes}m`;
}

/** Says whether a text is an ISO 8601 duration without calendar units. */
export function isDuration(iso: string): boolean {
  return inHours(iso) !== null;
}

/** Joins names: "A", "A and B", "A, B and C"; after `most` names "A, B and 998 others". Names are made plain. */
export function namesWords(names: readonly string[], most = 8, further = 0): string {
  const shown = names.slice(0, names.length > most ? most : names.length).map(nameText);
  const left = names.length - shown.length + further;
  const all = left === 0 ? shown : [...shown, `${left} ${left === 1 ? 'other' : 'others'}`];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** "1 minute", "2 minutes"; nothing for none. */
function counted(count: number, unit: string): string {
  return count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function inHours(iso: string): Temporal.Duration | null {
  try {
    const duration = Temporal.Duration.from(iso);
    return duration.sign < 0 ? null : duration.round({ largestUnit: 'hours', smallestUnit: 'seconds' });
  } catch {
    // Not a duration, or one in months, which have no length of their own.
    return null;
  }
}

function zoned(iso: string, reader: Reader): Temporal.ZonedDateTime | null {
  let instant: Temporal.Instant;
  try {
    instant = Temporal.Instant.from(iso);
  } catch {
    return null;
  }
  try {
    return instant.toZonedDateTimeISO(reader.timeZone);
  } catch {
    return instant.toZonedDateTimeISO('UTC');
  }
}

function clockWords(at: Temporal.ZonedDateTime, locale: string): string {
  if (!habitsOf(locale).isTwelveHours) {
    return `${twoDigits(at.hour)}:${twoDigits(at.minute)}`;
  }
  return `${at.hour % 12 === 0 ? 12 : at.hour % 12}:${twoDigits(at.minute)} ${at.hour < 12 ? 'AM' : 'PM'}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function habitsOf(locale: string): Habits {
  const known = habitsByLocale.get(locale);
  if (known !== undefined) {
    return known;
  }
  if (habitsByLocale.size >= MOST_LOCALES) {
    habitsByLocale.clear();
  }
  const habits = askIntl(locale);
  habitsByLocale.set(locale, habits);
  return habits;
}

function askIntl(locale: string): Habits {
  try {
    const format = new Intl.DateTimeFormat(locale, {
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    const order = format.formatToParts(0).map((part) => part.type);
    return {
      isTwelveHours: format.resolvedOptions().hour12 === true,
      isMonthFirst: order.indexOf('month') < order.indexOf('day'),
    };
  } catch {
    return DEFAULT_HABITS;
  }
}
