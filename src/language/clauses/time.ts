import type { Token } from '../tokens.ts';
import { type Clock, type ClockReading, DAY_PARTS, inDayPart, readClock, readDayPart } from './clock.ts';
import { type Day, type DayReading, readDay } from './day.ts';
import { readDuration } from './duration.ts';

/** A point in time as said, not yet placed in a calendar. */
export type Time =
  | { readonly kind: 'now' }
  | { readonly kind: 'offset'; readonly seconds: number }
  | { readonly kind: 'instant'; readonly text: string }
  | { readonly kind: 'wall'; readonly day: Day | null; readonly clock: Clock | null; readonly zone: string | null };

export type TimeReading = { readonly time: Time; readonly next: number };

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}(?::?\d{2})?)?$/;
const UTC = new Set(['utc', 'gmt', 'z']);
const OFFSET = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?$/;
const SAYS_END_OF_DAY = new Set(['eod', 'cob']);

function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function readZone(tokens: readonly Token[], at: number): { zone: string; next: number } | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  if (UTC.has(token.key)) return { zone: 'UTC', next: at + 1 };
  const offset = OFFSET.exec(token.key);
  if (offset !== null && Number(offset[2]) <= 14) {
    return { zone: `${offset[1]}${(offset[2] ?? '').padStart(2, '0')}:${offset[3] ?? '00'}`, next: at + 1 };
  }
  const isNamed = /^[A-Za-z_]{2,20}\/[A-Za-z0-9_/+-]{2,40}$/.test(token.text) && isZone(token.text);
  return isNamed ? { zone: token.text, next: at + 1 } : undefined;
}

function readIso(tokens: readonly Token[], at: number): TimeReading | undefined {
  const match = ISO_TIME.exec(tokens[at]?.key ?? '');
  if (match === null) return undefined;
  const zone = match[3]?.toUpperCase() ?? readZone(tokens, at + 1)?.zone;
  const next = match[3] === undefined && zone !== undefined ? at + 2 : at + 1;
  const text = `${match[1]}T${match[2]}`;
  if (zone === undefined) return { time: { kind: 'instant', text }, next };
  return { time: { kind: 'instant', text: zone.includes('/') ? `${text}[${zone}]` : text + iso(zone) }, next };
}

const iso = (zone: string): string => (zone === 'UTC' ? 'Z' : zone);

/** `2 hours ago`, `30 minutes from now`, `in 30 minutes`. */
function readOffset(tokens: readonly Token[], at: number): TimeReading | undefined {
  const from = tokens[at]?.key === 'in' ? at + 1 : at;
  const length = readDuration(tokens, from);
  if (length?.seconds === null || length === undefined) return undefined;
  if (tokens[length.next]?.key === 'ago') {
    return { time: { kind: 'offset', seconds: -length.seconds }, next: length.next + 1 };
  }
  const isFromNow = tokens[length.next]?.key === 'from' && tokens[length.next + 1]?.key === 'now';
  if (isFromNow) return { time: { kind: 'offset', seconds: length.seconds }, next: length.next + 2 };
  return from > at ? { time: { kind: 'offset', seconds: length.seconds }, next: length.next } : undefined;
}

/** `end of day`, `the end of tomorrow`, `eod`: the midnight that closes the day. */
function readEndOfDay(tokens: readonly Token[], at: number): TimeReading | undefined {
  const clock: Clock = { hour: 24, minute: 0, second: 0, isBare: false };
  const today: Day = { kind: 'relative', days: 0 };
  if (SAYS_END_OF_DAY.has(tokens[at]?.key ?? '')) {
    return { time: { kind: 'wall', day: today, clock, zone: null }, next: at + 1 };
  }
  let from = tokens[at]?.key === 'the' ? at + 1 : at;
  if (tokens[from]?.key !== 'end' || tokens[from + 1]?.key !== 'of') return undefined;
  from += tokens[from + 2]?.key === 'the' ? 3 : 2;
  if (tokens[from]?.key === 'day') return { time: { kind: 'wall', day: today, clock, zone: null }, next: from + 1 };
  const named = readDay(tokens, from);
  return named === undefined
    ? undefined
    : { time: { kind: 'wall', day: named.day, clock, zone: null }, next: named.next };
}

function clockOf(day: DayReading, clock: Clock | undefined): Clock | null {
  if (clock !== undefined) return day.part !== null && clock.isBare ? inDayPart(clock, day.part) : clock;
  if (day.part === null) return null;
  return { hour: DAY_PARTS[day.part] ?? 0, minute: 0, second: 0, isBare: false };
}

/** `tomorrow 9am`, `monday at 8`, `25 december, 14:00 UTC`. */
function readDayFirst(tokens: readonly Token[], at: number): (TimeReading & { isPlain: boolean }) | undefined {
  const day = readDay(tokens, at);
  if (day === undefined) return undefined;
  let from = day.next;
  if (tokens[from]?.key === ',') from++;
  if (tokens[from]?.key === 'at' || tokens[from]?.key === '@') from++;
  const clock = readClock(tokens, from);
  const zone = clock === undefined ? undefined : readZone(tokens, clock.next);
  const time: Time = { kind: 'wall', day: day.day, clock: clockOf(day, clock?.clock), zone: zone?.zone ?? null };
  return { time, next: zone?.next ?? clock?.next ?? day.next, isPlain: day.isPlain || clock !== undefined };
}

/** `9am`, `9am tomorrow`, `18:00 UTC on monday`. */
function readClockFirst(tokens: readonly Token[], at: number): TimeReading | undefined {
  const clock = readClock(tokens, at);
  if (clock === undefined) return undefined;
  const zone = readZone(tokens, clock.next);
  const behind = zone?.next ?? clock.next;
  const from = ['on', ','].includes(tokens[behind]?.key ?? '') ? behind + 1 : behind;
  const day = readDay(tokens, from);
  if (day === undefined || (from > behind && tokens[behind]?.key === ',' && !day.isPlain)) {
    return { time: { kind: 'wall', day: null, clock: clock.clock, zone: zone?.zone ?? null }, next: behind };
  }
  const clockThen = clockOf(day, clock.clock);
  return { time: { kind: 'wall', day: day.day, clock: clockThen, zone: zone?.zone ?? null }, next: day.next };
}

/** Reads a point in time behind a word that announced one (`until`, `at`, `from`, `starting`). */
export function readTime(tokens: readonly Token[], at: number): TimeReading | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  if (token.key === 'now') return { time: { kind: 'now' }, next: at + 1 };
  return (
    readIso(tokens, at) ??
    readOffset(tokens, at) ??
    readEndOfDay(tokens, at) ??
    readDayFirst(tokens, at) ??
    readClockFirst(tokens, at) ??
    readPartAlone(tokens, at)
  );
}

function readPartAlone(tokens: readonly Token[], at: number): TimeReading | undefined {
  const part = readDayPart(tokens, at);
  if (part === undefined) return undefined;
  const clock: Clock = { hour: DAY_PARTS[part.part] ?? 0, minute: 0, second: 0, isBare: false };
  return { time: { kind: 'wall', day: null, clock, zone: null }, next: part.next };
}

/** Reads what is a time without a word before it: `tomorrow at 9am`, `next tuesday`, `monday 8am`, `2 hours ago`. */
export function readPlainDay(tokens: readonly Token[], at: number): TimeReading | undefined {
  const reading = readDayFirst(tokens, at);
  if (reading?.isPlain === true) return reading;
  if (tokens[at]?.key === 'this') return readPartAlone(tokens, at);
  return /^(?:\d|an?$)/.test(tokens[at]?.key ?? '') ? readOffset(tokens, at) : undefined;
}

/** Reads a day behind `on`, so that "on monday" is a time and "on rg-web" is not. */
export function readOnDay(tokens: readonly Token[], at: number): TimeReading | undefined {
  return readIso(tokens, at) ?? readDayFirst(tokens, at);
}

/** `9am-5pm`, `09:00–17:00`: two times of day in one word. */
export function readClockRange(tokens: readonly Token[], at: number): { from: Clock; to: Clock } | undefined {
  const token = tokens[at];
  const halves = (token?.key ?? '').split(/[-–—]/, 3);
  if (token === undefined || halves.length !== 2) return undefined;
  const [from, to] = halves.map((key): ClockReading | undefined => readClock([{ ...token, key }], 0));
  return from === undefined || to === undefined ? undefined : { from: from.clock, to: to.clock };
}
