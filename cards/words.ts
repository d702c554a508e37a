import { COUNTED_APPROVER, HIDDEN_APPROVERS } from '../src/domain/approver.ts';
import { joined, type Listener, say } from './messages.ts';
import { nameText, wordsText } from './plain-text.ts';

/** Whose language, clock and calendar the words follow. */
export interface Reader extends Listener {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  /** The text is not drawn again: days are named by their date, for "today" would not stay true. */
  readonly isRetired?: boolean;
}

const NEAR_DAYS = new Map([
  [-1, 'dates.yesterday'],
  [0, 'dates.today'],
  [1, 'dates.tomorrow'],
] as const);

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
  const near = NEAR_DAYS.get(today.until(at.toPlainDate(), { largestUnit: 'days' }).days as -1 | 0 | 1);
  return near === undefined || reader.isRetired === true
    ? dateWords(iso, reader)
    : say(reader, near, { clock: `${clockWords(at, reader)}${zoneWords(at)}` });
}

/** Says only the time of an instant of today: "14:10"; of another day as {@link instantWords}. */
export function timeWords(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  const today = at === null ? null : reader.now.toZonedDateTimeISO(at.timeZoneId).toPlainDate();
  return at !== null && today !== null && at.toPlainDate().equals(today)
    ? `${clockWords(at, reader)}${zoneWords(at)}`
    : instantWords(iso, reader);
}

/** UTC is what we use for people whose zone we do not know yet: said, so that nobody takes it for their own. */
function zoneWords({ timeZoneId }: Temporal.ZonedDateTime): string {
  return timeZoneId === 'UTC' ? ' UTC' : '';
}

/** Says an instant so that it can be read on any later day: "Sun 22 Nov, 16:30 (Europe/Madrid)". The year is said if it is another one. */
export function dateWords(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  if (at === null) {
    return wordsText(iso);
  }
  const isThisYear = reader.now.toZonedDateTimeISO(at.timeZoneId).year === at.year;
  const order = habitsOf(reader.locale).isMonthFirst ? 'month-first' : 'day-first';
  const date = say(reader, `dates.${order}${isThisYear ? '' : '-year'}`, {
    weekday: say(reader, `dates.weekday.${at.dayOfWeek as 1}`),
    day: at.day,
    month: say(reader, `dates.month.${at.month as 1}`),
    year: String(at.year),
  });
  return say(reader, 'dates.date', { date, clock: clockWords(at, reader), zone: at.timeZoneId });
}

/** An instant as it can be typed into a form: "2026-11-23 09:00" in the reader's zone. */
export function instantTyped(iso: string, reader: Reader): string {
  const at = zoned(iso, reader);
  return at === null ? wordsText(iso) : `${at.toPlainDate()} ${twoDigits(at.hour)}:${twoDigits(at.minute)}`;
}

/** Says a duration in the reader's language: "2 hours", "1 hour 30 minutes", "3 days". A text that is no ISO 8601 duration comes back as plain text. */
export function durationWords(iso: string, reader: Listener): string {
  const duration = inHours(iso);
  if (duration === null) {
    return wordsText(iso);
  }
  const areDays = duration.hours >= 48;
  const parts = [
    ['days', areDays ? Math.floor(duration.hours / 24) : 0],
    ['hours', areDays ? duration.hours % 24 : duration.hours],
    ['minutes', duration.minutes],
    ['seconds', duration.seconds],
  ] as const;
  const words = parts.filter(([, count]) => count > 0).map(([unit, count]) => say(reader, `dates.${unit}`, { count }));
  return words.length === 0 ? say(reader, 'dates.no-time') : words.join(' ');
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

/** Joins names: "A", "A and B", "A, B and C"; after `most` names, and for `further` ones, "A, B and 998 others". Names are made plain. */
export function namesWords(
  names: readonly string[],
  reader: Listener,
  { most = 8, further = 0 }: { readonly most?: number; readonly further?: number | undefined } = {},
): string {
  const unnamed = unnamedWords(names, reader, further);
  if (unnamed !== null) {
    return unnamed;
  }
  return firstJoined(names, reader, { said: nameText, most, further });
}

interface Firsts<T> {
  readonly said: (one: T) => string;
  readonly most: number;
  readonly further?: number | undefined;
}

/** Joins the first `most` as they are said, and counts the rest with the `further` ones: "A, B and 998 others". */
export function firstJoined<T>(all: readonly T[], reader: Listener, { said, most, further = 0 }: Firsts<T>): string {
  const shown = all.slice(0, most).map(said);
  const left = all.length - shown.length + further;
  return joined(reader, left === 0 ? shown : [...shown, say(reader, 'dates.others', { count: left })]);
}

/** What stands for approvers whose names are not for the reader; null where these are told. */
export function unnamedWords(names: readonly string[], reader: Listener, further = 0): string | null {
  if (names.includes(HIDDEN_APPROVERS)) {
    return say(reader, 'approvers.not-named');
  }
  return names.includes(COUNTED_APPROVER) ? say(reader, 'approvers.counted', { count: names.length + further }) : null;
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

function clockWords(at: Temporal.ZonedDateTime, reader: Reader): string {
  if (!habitsOf(reader.locale).isTwelveHours) {
    return `${twoDigits(at.hour)}:${twoDigits(at.minute)}`;
  }
  const clock = `${at.hour % 12 === 0 ? 12 : at.hour % 12}:${twoDigits(at.minute)}`;
  return say(reader, at.hour < 12 ? 'dates.am' : 'dates.pm', { clock });
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
