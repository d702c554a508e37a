import type { Token } from '../tokens.ts';
import { readCount } from './duration.ts';
import words from './units.json' with { type: 'json' };

export type CalendarReading = { readonly length: Temporal.Duration; readonly next: number };

type Part = { readonly unit: 'years' | 'months' | 'weeks' | 'days'; readonly value: number; readonly next: number };

const BEFORE = new Set(words.before);
const UNITS: Readonly<Record<string, Part['unit']>> = {
  ...{ year: 'years', years: 'years', yr: 'years', yrs: 'years', y: 'years' },
  ...{ month: 'months', months: 'months', mo: 'months', mos: 'months' },
  ...{ week: 'weeks', weeks: 'weeks', day: 'days', days: 'days' },
};
const ISO = /^p(?=\d)(?:\d{1,4}y)?(?:\d{1,4}m)?(?:\d{1,4}w)?(?:\d{1,5}d)?$/;
/** Longer than PIM allows, and far below what the calendar can hold. */
const MOST = 10_000;
const MOST_PARTS = 4;

function unitAt(tokens: readonly Token[], at: number): Part['unit'] | undefined {
  const token = tokens[at];
  return token !== undefined && !token.quoted && Object.hasOwn(UNITS, token.key) ? UNITS[token.key] : undefined;
}

/** `half a year`, `a year`, `6 months`, `6months`. */
function readPart(tokens: readonly Token[], at: number): Part | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  const compact = /^(\d{1,4})-?([a-z]+)$/.exec(token.key);
  const attached = UNITS[compact?.[2] ?? ''];
  if (attached !== undefined) return { unit: attached, value: Number(compact?.[1]), next: at + 1 };
  const isArticle = token.key === 'a' || token.key === 'an';
  const half = isArticle ? at + 1 : at;
  if (tokens[half]?.key === 'half') {
    const from = ['a', 'an'].includes(tokens[half + 1]?.key ?? '') ? half + 2 : half + 1;
    return unitAt(tokens, from) === 'years' ? { unit: 'months', value: 6, next: from + 1 } : undefined;
  }
  const count = isArticle ? { value: 1, next: at + 1 } : readCount(tokens, at);
  if (count === undefined) return undefined;
  const from = ['more', 'extra', 'further', 'full', 'whole', 'calendar'].includes(tokens[count.next]?.key ?? '')
    ? count.next + 1
    : count.next;
  const unit = unitAt(tokens, from);
  return unit === undefined ? undefined : wholePart(unit, count.value, from + 1);
}

/** One and a half years are eighteen months; half a month is no calendar's length. */
function wholePart(unit: Part['unit'], value: number, next: number): Part | undefined {
  if (value > MOST) return undefined;
  if (Number.isInteger(value)) return { unit, value, next };
  const months = value * 12;
  return unit === 'years' && Number.isInteger(months) ? { unit: 'months', value: months, next } : undefined;
}

/**
 * Reads a length of time that has months or years, and so depends on the calendar: `6 months`, `a year`, `1 year and 6 months`,
 * `half a year`, `P6M`. Gives nothing for any other length.
 */
export function readCalendarLength(tokens: readonly Token[], at: number): CalendarReading | undefined {
  let from = at;
  while (from < at + 4 && BEFORE.has(tokens[from]?.key ?? '')) from++;
  const key = tokens[from]?.key ?? '';
  if (tokens[from]?.quoted === false && ISO.test(key)) return ofCalendar(Temporal.Duration.from(key), from + 1);
  // "for the next year" is one year.
  const isImplied = from > at && words.impliesOne.includes(tokens[from - 1]?.key ?? '');
  const implied = isImplied ? unitAt(tokens, from) : undefined;
  if (implied !== undefined) return ofCalendar(Temporal.Duration.from({ [implied]: 1 }), from + 1);
  const sum = { years: 0, months: 0, weeks: 0, days: 0 };
  let next = from;
  for (let count = 0; count < MOST_PARTS; count++) {
    const isJoined = count > 0 && ['and', ','].includes(tokens[next]?.key ?? '');
    const part = readPart(tokens, isJoined ? next + 1 : next);
    if (part === undefined) break;
    sum[part.unit] += part.value;
    next = part.next;
  }
  return ofCalendar(Temporal.Duration.from(sum), next);
}

function ofCalendar(length: Temporal.Duration, next: number): CalendarReading | undefined {
  return length.years === 0 && length.months === 0 ? undefined : { length, next };
}
