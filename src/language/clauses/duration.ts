import type { Token } from '../tokens.ts';
import words from './units.json' with { type: 'json' };

/** A length of time that was read from the tokens up to `next`; `seconds` is null when it has no unit or no number. */
export type DurationReading = {
  readonly seconds: number | null;
  readonly problem: 'no_unit' | 'vague' | null;
  readonly next: number;
};

type Amount = { readonly seconds: number; readonly unit: number; readonly next: number };
type Count = { readonly value: number; readonly next: number };

const UNITS: Readonly<Record<string, number>> = words.unitSeconds;
const NUMBERS: Readonly<Record<string, number>> = words.numbers;
const FRACTIONS: Readonly<Record<string, number>> = words.fractions;
const BEFORE = new Set(words.before);
const IMPLIES_ONE = new Set(words.impliesOne);
const VAGUE = new Set(words.vague);
const BOUNDARIES = new Set(words.boundaries);
const ARTICLES = new Set(['a', 'an']);
const MINUS = new Set(['minus', 'negative', '-']);
const HOUR = 3600;
/** Longer than anything that PIM could mean, and far below what Temporal can hold. */
const LONGEST_SECONDS = 1e9;

const DECIMAL = /^(?:\d{1,30}(?:[.,]\d{1,6})?|[.]\d{1,6})$/;
const CLOCK_LENGTH = /^(\d{1,3}):([0-5]\d)(h|hr|hrs|hours?)?$/;
const ISO =
  /^p(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:t(?:(\d{1,6}(?:[.,]\d{1,4})?)h)?(?:(\d{1,7}(?:[.,]\d{1,4})?)m)?(?:(\d{1,9})(?:[.,]\d{1,9})?s)?)?$/;

const unitOf = (key: string | undefined): number | undefined =>
  key !== undefined && Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;

const decimal = (text: string | undefined): number => Number((text ?? '0').replace(',', '.'));

function wordNumber(key: string): number | undefined {
  if (Object.hasOwn(NUMBERS, key)) return NUMBERS[key];
  const [tens, ones, rest] = key.split('-', 3);
  if (tens === undefined || ones === undefined || rest !== undefined) return undefined;
  const high = Object.hasOwn(NUMBERS, tens) ? (NUMBERS[tens] ?? 0) : 0;
  const low = Object.hasOwn(NUMBERS, ones) ? (NUMBERS[ones] ?? 0) : 0;
  return high >= 20 && high < 100 && low > 0 && low < 10 ? high + low : undefined;
}

/** A number in digits (`1.5`, `1,5`, `1½`) or words (`two`, `forty five`, `two and a half`). */
export function readCount(tokens: readonly Token[], at: number): Count | undefined {
  const key = tokens[at]?.key ?? '';
  if (DECIMAL.test(key)) {
    const fraction = FRACTIONS[tokens[at + 1]?.key ?? ''];
    if (fraction !== undefined) return { value: decimal(key) + fraction, next: at + 2 };
    return withHalf(tokens, { value: decimal(key), next: at + 1 });
  }
  const mixed = /^(\d{0,4})([½¼¾])$/.exec(key);
  if (mixed !== null) return { value: Number(mixed[1]) + (FRACTIONS[mixed[2] ?? ''] ?? 0), next: at + 1 };
  const value = wordNumber(key);
  if (value === undefined) return undefined;
  const ones = wordNumber(tokens[at + 1]?.key ?? '');
  if (value >= 20 && value < 100 && ones !== undefined && ones > 0 && ones < 10) {
    return withHalf(tokens, { value: value + ones, next: at + 2 });
  }
  return withHalf(tokens, { value, next: at + 1 });
}

/** `two and a half hours`: the half counts only when a unit follows it. */
function withHalf(tokens: readonly Token[], count: Count): Count {
  const keys = [0, 1, 2].map((step) => tokens[count.next + step]?.key ?? '');
  const part = { half: 0.5, quarter: 0.25 }[keys[2] as 'half' | 'quarter'];
  const hasUnit = unitOf(tokens[count.next + 3]?.key) !== undefined;
  if (keys[0] === 'and' && ARTICLES.has(keys[1] ?? '') && part !== undefined && hasUnit) {
    return { value: count.value + part, next: count.next + 3 };
  }
  return count;
}

function isoSeconds(key: string): number | undefined {
  const parts = ISO.exec(key);
  if (parts === null || key.length < 3 || key.endsWith('t')) return undefined;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map(decimal);
  return (weeks ?? 0) * 604_800 + (days ?? 0) * 86_400 + (hours ?? 0) * HOUR + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** `1h30m`, `90min`, `2h30`, `1-hour`: numbers and units in one word. */
function readCompact(key: string): { seconds: number; unit: number } | undefined {
  if (!/^\d/.test(key) || key.length > 40) return undefined;
  const part = /(\d{1,30}(?:[.,]\d{1,6})?)-?([a-z]+)?/y;
  let seconds = 0;
  let smallest = Number.POSITIVE_INFINITY;
  while (part.lastIndex < key.length) {
    const match = part.exec(key);
    if (match === null) return undefined;
    const unit = match[2] === undefined && smallest === HOUR ? 60 : unitOf(match[2]);
    if (unit === undefined || unit >= smallest) return undefined;
    seconds += decimal(match[1]) * unit;
    smallest = unit;
  }
  return { seconds, unit: smallest };
}

/** `half an hour`, `half a day`, `half-hour`, `a quarter of an hour`, `three quarters of an hour`. */
function readFraction(tokens: readonly Token[], at: number): Amount | undefined {
  let next = at;
  let share = 1;
  const counted = NUMBERS[tokens[next]?.key ?? ''];
  if (counted !== undefined && tokens[next + 1]?.key === 'quarters') {
    share = counted;
    next++;
  } else if (ARTICLES.has(tokens[next]?.key ?? '')) next++;
  const key = tokens[next]?.key ?? '';
  const hyphened = /^half-(?:an?-)?([a-z]+)$/.exec(key);
  if (hyphened !== null) {
    const unit = unitOf(hyphened[1]);
    return unit === undefined ? undefined : { seconds: unit / 2, unit, next: next + 1 };
  }
  const part = { half: 0.5, quarter: 0.25, quarters: 0.25 }[key as 'half' | 'quarter' | 'quarters'];
  if (part === undefined) return undefined;
  next++;
  if (tokens[next]?.key === 'of') next++;
  if (ARTICLES.has(tokens[next]?.key ?? '')) next++;
  const unit = unitOf(tokens[next]?.key);
  return unit === undefined ? undefined : { seconds: share * part * unit, unit, next: next + 1 };
}

/** `an hour and a half`: the half comes behind the unit. */
function withHalfBehind(tokens: readonly Token[], amount: Amount): Amount {
  const keys = [0, 1, 2, 3].map((step) => tokens[amount.next + step]?.key ?? '');
  if (keys[0] !== 'and' || keys[1] !== 'a' || unitOf(keys[3]) !== undefined) return amount;
  if (keys[2] === 'half') return { ...amount, seconds: amount.seconds + amount.unit / 2, next: amount.next + 3 };
  if (keys[2] === 'quarter') return { ...amount, seconds: amount.seconds + amount.unit / 4, next: amount.next + 3 };
  return amount;
}

function readAmount(tokens: readonly Token[], at: number): Amount | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  const iso = isoSeconds(token.key);
  if (iso !== undefined) return { seconds: iso, unit: 1, next: at + 1 };
  const length = CLOCK_LENGTH.exec(token.key);
  if (length !== null) {
    const behind = length[3] === undefined ? unitOf(tokens[at + 1]?.key) === HOUR : true;
    const seconds = Number(length[1]) * HOUR + Number(length[2]) * 60;
    return behind ? { seconds, unit: 60, next: at + (length[3] === undefined ? 2 : 1) } : undefined;
  }
  const compact = readCompact(token.key);
  if (compact !== undefined) return { ...compact, next: at + 1 };
  const fraction = readFraction(tokens, at);
  if (fraction !== undefined) return fraction;
  return readCounted(tokens, at);
}

function readCounted(tokens: readonly Token[], at: number): Amount | undefined {
  let next = at;
  let value = 1;
  if (ARTICLES.has(tokens[at]?.key ?? '')) {
    next++;
    if (tokens[next]?.key === 'couple') {
      value = 2;
      next += tokens[next + 1]?.key === 'of' ? 2 : 1;
    }
  } else {
    const count = readCount(tokens, at);
    if (count === undefined) return undefined;
    ({ value, next } = count);
  }
  if (['more', 'extra', 'further', 'full', 'whole'].includes(tokens[next]?.key ?? '')) next++;
  const unit = unitOf(tokens[next]?.key);
  if (unit === undefined) return undefined;
  return withHalfBehind(tokens, { seconds: value * unit, unit, next: next + 1 });
}

/** Adds `and 15 minutes`, `30m` or a bare `30` behind hours, as long as the units get smaller. */
function addSmaller(tokens: readonly Token[], first: Amount): Amount {
  let sum = first;
  for (;;) {
    let at = sum.next;
    while (tokens[at]?.key === 'and' || tokens[at]?.key === ',') at++;
    const more = readAmount(tokens, at);
    if (more !== undefined && more.unit < sum.unit) {
      sum = { seconds: sum.seconds + more.seconds, unit: more.unit, next: more.next };
      continue;
    }
    const bare = tokens[sum.next]?.key ?? '';
    if (sum.unit === HOUR && /^[0-5]\d$/.test(bare) && isBoundary(tokens[sum.next + 1])) {
      return { seconds: sum.seconds + Number(bare) * 60, unit: 60, next: sum.next + 1 };
    }
    return sum;
  }
}

function isBoundary(token: Token | undefined): boolean {
  return token === undefined || token.quoted || BOUNDARIES.has(token.key) || token.key.startsWith('/');
}

function isVague(tokens: readonly Token[], at: number): number | undefined {
  const from = tokens[at]?.key === 'a' ? at + 1 : at;
  const isUnit = unitOf(tokens[from + 1]?.key) !== undefined;
  return VAGUE.has(tokens[from]?.key ?? '') && isUnit ? from + 2 : undefined;
}

/** Splits a leading sign off: `-1h`, `–30m`, `minus 2 hours`. */
function unsigned(tokens: readonly Token[], at: number): { tokens: readonly Token[]; at: number; sign: 1 | -1 } {
  const token = tokens[at];
  if (token === undefined || token.quoted) return { tokens, at, sign: 1 };
  if (MINUS.has(token.key)) return { tokens, at: at + 1, sign: -1 };
  const signed = /^([-–+])([\dp].*)$/.exec(token.key);
  if (signed === null) return { tokens, at, sign: 1 };
  // A window is enough: no length of time takes more words.
  const window = tokens.slice(at, at + 16);
  window[0] = { ...token, key: signed[2] ?? '' };
  return { tokens: window, at: 0, sign: signed[1] === '+' ? 1 : -1 };
}

/** Refuses most words at once: a length begins with a digit, a sign, a number word, an article or a fraction. */
function mayBegin(key: string): boolean {
  if (/^(?:[\d.½¼¾+–-]|p\d|pt\d|half|quarter)/.test(key)) return true;
  return ARTICLES.has(key) || MINUS.has(key) || VAGUE.has(key) || wordNumber(key) !== undefined;
}

/**
 * Reads a length of time at `at`, or gives nothing when the words there are not one.
 *
 * A number without a unit is a reading with the problem `no_unit`, but only where the sentence goes on with another
 * clause: "for 2 customers" is not a length of time. A few hours is `vague`.
 */
export function readDuration(tokens: readonly Token[], at: number): DurationReading | undefined {
  let from = at;
  let impliesOne = false;
  while (from < at + 4 && BEFORE.has(tokens[from]?.key ?? '')) {
    impliesOne ||= IMPLIES_ONE.has(tokens[from]?.key ?? '');
    from++;
  }
  if (!impliesOne && !mayBegin(tokens[from]?.key ?? '')) return undefined;
  const vague = isVague(tokens, from);
  if (vague !== undefined) return { seconds: null, problem: 'vague', next: vague };
  const plain = unsigned(tokens, from);
  const shift = from - plain.at + (plain.tokens === tokens ? plain.at - from : 0);
  const first = readAmount(plain.tokens, plain.at);
  if (first !== undefined) return finish(addSmaller(plain.tokens, first), plain.sign, shift);
  const alone = impliesOne ? unitOf(tokens[from]?.key) : undefined;
  if (alone !== undefined) return { seconds: alone, problem: null, next: from + 1 };
  const bare = readCount(plain.tokens, plain.at);
  const next = bare?.next ?? bareClockLength(plain.tokens, plain.at);
  if (next === undefined || !isBoundary(plain.tokens[next])) return undefined;
  return { seconds: null, problem: 'no_unit', next: next + shift };
}

/** `for 1:30` could be minutes or hours. */
function bareClockLength(tokens: readonly Token[], at: number): number | undefined {
  return CLOCK_LENGTH.test(tokens[at]?.key ?? '') ? at + 1 : undefined;
}

function finish(amount: Amount, sign: 1 | -1, shift: number): DurationReading | undefined {
  if (amount.seconds > LONGEST_SECONDS) return { seconds: null, problem: 'vague', next: amount.next + shift };
  return { seconds: sign * Math.round(amount.seconds), problem: null, next: amount.next + shift };
}
