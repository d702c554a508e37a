import type { Token } from '../tokens.ts';

/** A day as said: so many days from today, a weekday, a day of the month, or a phrase that chrono-node knows. */
export type Day =
  | { readonly kind: 'relative'; readonly days: number }
  | { readonly kind: 'weekday'; readonly weekday: number }
  | { readonly kind: 'day-of-month'; readonly day: number }
  | { readonly kind: 'iso'; readonly date: string }
  | { readonly kind: 'phrase'; readonly text: string };

export type DayReading = {
  readonly day: Day;
  /** `morning`, `night` … when the words name one: "tomorrow morning", "tonight". */
  readonly part: string | null;
  /** Whether the words are a day by themselves, also without `on`, `at` or `until` before them. */
  readonly isPlain: boolean;
  readonly next: number;
};

const WEEKDAYS: Readonly<Record<string, number>> = {
  ...{ monday: 1, mon: 1, tuesday: 2, tue: 2, tues: 2, wednesday: 3, wed: 3, thursday: 4, thu: 4, thur: 4, thurs: 4 },
  ...{ friday: 5, fri: 5, saturday: 6, sat: 6, sunday: 7, sun: 7 },
};
const WEEKDAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const RELATIVE: Readonly<Record<string, number>> = {
  ...{ today: 0, tonight: 0, tomorrow: 1, tmrw: 1, tomorow: 1, tommorow: 1, tommorrow: 1, yesterday: -1 },
};
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const WHICH = new Set(['next', 'this', 'last', 'past', 'coming']);
const PERIODS = new Set(['week', 'month', 'year']);
const PARTS = new Set(['morning', 'afternoon', 'evening', 'night']);
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const NUMERIC_DATE = /^(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/;
const DAY_NUMBER = /^(\d{1,2})(st|nd|rd|th)?$/;

function monthOf(key: string | undefined): string | undefined {
  if (key === undefined || key.length < 3) return undefined;
  const short = key === 'sept' ? 'sep' : key;
  return MONTHS.find((month) => month === short || (short.length === 3 && month.startsWith(short)));
}

function readRelative(tokens: readonly Token[], at: number): DayReading | undefined {
  const keys = [0, 1, 2, 3].map((step) => tokens[at + step]?.key ?? '');
  const from = keys[0] === 'the' ? 1 : 0;
  if (keys[from] === 'day' && (keys[from + 1] === 'after' || keys[from + 1] === 'before')) {
    const days = keys[from + 1] === 'after' ? 2 : -2;
    if (RELATIVE[keys[from + 2] ?? ''] !== days / 2) return undefined;
    return { day: { kind: 'relative', days }, part: null, isPlain: true, next: at + from + 3 };
  }
  const key = keys[0] ?? '';
  if (!Object.hasOwn(RELATIVE, key)) return undefined;
  const part = key === 'tonight' ? 'night' : null;
  return { day: { kind: 'relative', days: RELATIVE[key] ?? 0 }, part, isPlain: true, next: at + 1 };
}

function readWeekday(tokens: readonly Token[], at: number): DayReading | undefined {
  const key = tokens[at]?.key ?? '';
  const second = tokens[at + 1]?.key ?? '';
  if (Object.hasOwn(WEEKDAYS, key)) {
    const weekday = WEEKDAYS[key] ?? 1;
    if (['next', 'this', 'last'].includes(second) && tokens[at + 2]?.key === 'week') {
      const text = `${WEEKDAY_NAMES[weekday - 1]} ${second} week`;
      return { day: { kind: 'phrase', text }, part: null, isPlain: true, next: at + 3 };
    }
    return { day: { kind: 'weekday', weekday }, part: null, isPlain: false, next: at + 1 };
  }
  if (!WHICH.has(key)) return undefined;
  const weekday = Object.hasOwn(WEEKDAYS, second) ? WEEKDAYS[second] : undefined;
  if (weekday === undefined) {
    const isPeriod = PERIODS.has(second) && (key === 'next' || key === 'last');
    const text = `${key} ${second}`;
    return isPeriod ? { day: { kind: 'phrase', text }, part: null, isPlain: false, next: at + 2 } : undefined;
  }
  const isOver = key === 'last' || key === 'past';
  if (!isOver && key !== 'next') {
    return { day: { kind: 'weekday', weekday }, part: null, isPlain: true, next: at + 2 };
  }
  const text = `${isOver ? 'last' : 'next'} ${WEEKDAY_NAMES[weekday - 1]}`;
  return { day: { kind: 'phrase', text }, part: null, isPlain: true, next: at + 2 };
}

/** `25 december`, `25th of Dec 2026`, `December 25th, 2026`; given to chrono with the day first. */
function readMonthDay(tokens: readonly Token[], at: number): DayReading | undefined {
  const from = tokens[at]?.key === 'the' ? at + 1 : at;
  const dayFirst = DAY_NUMBER.exec(tokens[from]?.key ?? '');
  const monthAt = from + (tokens[from + 1]?.key === 'of' ? 2 : 1);
  const behind = dayFirst === null ? undefined : monthOf(tokens[monthAt]?.key);
  if (dayFirst !== null && behind !== undefined) return dated(tokens, dayFirst[1] ?? '', behind, monthAt + 1);
  const ahead = monthOf(tokens[from]?.key);
  const dayAt = from + (tokens[from + 1]?.key === 'the' ? 2 : 1);
  const dayLast = ahead === undefined ? null : DAY_NUMBER.exec(tokens[dayAt]?.key ?? '');
  if (ahead !== undefined && dayLast !== null) return dated(tokens, dayLast[1] ?? '', ahead, dayAt + 1);
  if (dayFirst?.[2] === undefined) return undefined;
  const day = Number(dayFirst[1]);
  if (day < 1 || day > 31) return undefined;
  return { day: { kind: 'day-of-month', day }, part: null, isPlain: false, next: from + 1 };
}

function dated(tokens: readonly Token[], day: string, month: string, next: number): DayReading {
  const yearAt = tokens[next]?.key === ',' ? next + 1 : next;
  const year = /^20\d\d$/.exec(tokens[yearAt]?.key ?? '')?.[0];
  const text = `${day} ${month}${year === undefined ? '' : ` ${year}`}`;
  return { day: { kind: 'phrase', text }, part: null, isPlain: false, next: year === undefined ? next : yearAt + 1 };
}

function readNumeric(tokens: readonly Token[], at: number): DayReading | undefined {
  const key = tokens[at]?.key ?? '';
  if (ISO_DATE.test(key)) return { day: { kind: 'iso', date: key }, part: null, isPlain: true, next: at + 1 };
  const match = NUMERIC_DATE.exec(key);
  if (match === null) return undefined;
  // "9.30" is a time of day: with dots only a full date counts.
  if (match[2] !== '/' && match[4] === undefined) return undefined;
  const text = `${match[1]}/${match[3]}${match[4] === undefined ? '' : `/${match[4].padStart(4, '20')}`}`;
  return { day: { kind: 'phrase', text }, part: null, isPlain: false, next: at + 1 };
}

/** Reads a day at `at`: `tomorrow`, `monday`, `next tuesday`, `25 december`, `03/04`, `2026-11-25`, `the 5th`. */
export function readDay(tokens: readonly Token[], at: number): DayReading | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  const reading =
    readRelative(tokens, at) ?? readWeekday(tokens, at) ?? readNumeric(tokens, at) ?? readMonthDay(tokens, at);
  if (reading === undefined) return undefined;
  const part = tokens[reading.next]?.key ?? '';
  return PARTS.has(part) ? { ...reading, part, isPlain: true, next: reading.next + 1 } : reading;
}
