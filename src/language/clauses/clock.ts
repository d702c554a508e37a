import type { Token } from '../tokens.ts';

/** A time of day as said; `isBare` when nothing told morning from evening and no minutes were given. */
export type Clock = {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly isBare: boolean;
};

export type ClockReading = { readonly clock: Clock; readonly next: number };

const HOURS = ['twelve', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'];
const PAST = new Map([
  ['half', 30],
  ['quarter', 15],
  ['five', 5],
  ['ten', 10],
  ['twenty', 20],
]);
const DIGITS = /^(\d{1,2})(?:[:.h]([0-5]\d)(?::([0-5]\d))?)?(am|pm|a\.m|p\.m|h)?$/;
const MILITARY = /^([01]\d|2[0-4])([0-5]\d)(?:hrs?|h)?$/;
const HOUR_WORDS = new Set(["o'clock", 'oclock', 'hrs', 'hours']);

/** Hours that a part of the day stands for when no clock time is said with it; chrono-node's choice. */
export const DAY_PARTS: Readonly<Record<string, number>> = { morning: 6, afternoon: 15, evening: 20, night: 22 };

function meridiemOf(key: string | undefined): 'am' | 'pm' | undefined {
  if (key === 'am' || key === 'a.m') return 'am';
  return key === 'pm' || key === 'p.m' ? 'pm' : undefined;
}

/** `in the evening`, `at night`, `this afternoon`: which half of the day, and where the words end. */
export function readDayPart(tokens: readonly Token[], at: number): { part: string; next: number } | undefined {
  const keys = [0, 1, 2].map((step) => tokens[at + step]?.key ?? '');
  if (keys[0] === 'in' && keys[1] === 'the' && Object.hasOwn(DAY_PARTS, keys[2] ?? '')) {
    return { part: keys[2] ?? '', next: at + 3 };
  }
  if (keys[0] === 'at' && keys[1] === 'night') return { part: 'night', next: at + 2 };
  if (keys[0] === 'this' && Object.hasOwn(DAY_PARTS, keys[1] ?? '')) return { part: keys[1] ?? '', next: at + 2 };
  return Object.hasOwn(DAY_PARTS, keys[0] ?? '') ? { part: keys[0] ?? '', next: at + 1 } : undefined;
}

/** Moves a clock time into the named half of the day: "8 in the evening" is 20:00. */
export function inDayPart(clock: Clock, part: string): Clock {
  const isLate = part !== 'morning';
  return { ...clock, hour: isLate && clock.hour < 12 ? clock.hour + 12 : clock.hour, isBare: false };
}

function withMeridiem(hour: number, meridiem: 'am' | 'pm' | undefined): number | undefined {
  if (meridiem === undefined) return hour <= 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (meridiem === 'pm' ? 12 : 0);
}

function readDigits(tokens: readonly Token[], at: number): ClockReading | undefined {
  const key = tokens[at]?.key ?? '';
  const military = MILITARY.exec(key);
  if (military !== null) {
    const clock = { hour: Number(military[1]), minute: Number(military[2]), second: 0, isBare: false };
    if (clock.hour * 60 + clock.minute > 1440) return undefined;
    return { clock, next: at + (HOUR_WORDS.has(tokens[at + 1]?.key ?? '') ? 2 : 1) };
  }
  const match = DIGITS.exec(key);
  if (match === null) return undefined;
  const attached = meridiemOf(match[4]);
  const behind = attached === undefined ? meridiemOf(tokens[at + 1]?.key) : undefined;
  const hour = withMeridiem(Number(match[1]), attached ?? behind);
  const minute = Number(match[2] ?? 0);
  const second = Number(match[3] ?? 0);
  if (hour === undefined || hour * 3600 + minute * 60 + second > 86_400) return undefined;
  const isBare = match[2] === undefined && (attached ?? behind) === undefined && match[4] !== 'h';
  const next = at + (behind === undefined ? 1 : 2);
  const hasHourWord = behind === undefined && attached === undefined && HOUR_WORDS.has(tokens[next]?.key ?? '');
  return { clock: { hour, minute, second, isBare }, next: hasHourWord ? next + 1 : next };
}

function hourFromWord(tokens: readonly Token[], at: number): ClockReading | undefined {
  const hour = HOURS.indexOf(tokens[at]?.key ?? '');
  if (hour < 0) return readDigits(tokens, at);
  const meridiem = meridiemOf(tokens[at + 1]?.key);
  const said = hour === 0 ? 12 : hour;
  const next = at + (meridiem !== undefined || HOUR_WORDS.has(tokens[at + 1]?.key ?? '') ? 2 : 1);
  return { clock: { hour: withMeridiem(said, meridiem) ?? said, minute: 0, second: 0, isBare: !meridiem }, next };
}

/** `half past six`, `quarter to 5pm`, `ten past 9`; "nine to five" is two times, so only a quarter counts down. */
function readPast(tokens: readonly Token[], at: number): ClockReading | undefined {
  const from = tokens[at]?.key === 'a' ? at + 1 : at;
  const minutes = PAST.get(tokens[from]?.key ?? '');
  const side = tokens[from + 1]?.key;
  if (minutes === undefined || (side !== 'past' && !(side === 'to' && minutes === 15))) return undefined;
  const full = hourFromWord(tokens, from + 2);
  if (full === undefined || full.clock.minute !== 0) return undefined;
  if (side === 'past') return { ...full, clock: { ...full.clock, minute: minutes, isBare: false } };
  const hour = (full.clock.hour + 23) % 24;
  return { ...full, clock: { ...full.clock, hour, minute: 60 - minutes, isBare: false } };
}

/** Reads a time of day: `18:00`, `6pm`, `9.30`, `6 p.m.`, `1430`, `14h`, `noon`, `six o'clock`, `half past six`. */
export function readClock(tokens: readonly Token[], at: number): ClockReading | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  const named = { noon: 12, midday: 12, midnight: 0 }[token.key as 'noon' | 'midday' | 'midnight'];
  if (named !== undefined) return { clock: { hour: named, minute: 0, second: 0, isBare: false }, next: at + 1 };
  const reading = readPast(tokens, at) ?? hourFromWord(tokens, at);
  if (reading === undefined) return undefined;
  const part = readDayPart(tokens, reading.next);
  return part === undefined ? reading : { clock: inDayPart(reading.clock, part.part), next: part.next };
}
