import type { Allowance, Limits, PacedCall } from '../../ports/pace.ts';

/** Calls of one kind, oldest first: when, in milliseconds since 1970, and how many. */
export type Marks = readonly (readonly [atMs: number, calls: number])[];

/** What is known of one key: its latest calls, and until when there must be none. */
export interface Page {
  readonly marks: Marks;
  readonly pausedUntilMs: number | null;
}

/** How one call fares: it is to be made at an instant, not before an instant, or it waits with everything else. */
export type Verdict =
  | { readonly kind: 'go'; readonly atMs: number }
  | { readonly kind: 'later'; readonly atMs: number }
  | { kind: 'in-turn' };

export interface Booking {
  /** One for each call, in their order. */
  readonly verdicts: readonly Verdict[];
  /** When those that wait with everything else may be asked for again; null when there are none. */
  readonly againAtMs: number | null;
  /** The pages that changed. */
  readonly pages: ReadonlyMap<string, Page>;
}

/** The key of everything together. */
export const ALL = 'all';

export function keyOf({ kind, place }: PacedCall): string {
  return `${kind}|${place}`;
}

const EMPTY: Page = { marks: [], pausedUntilMs: null };
const SECOND_MS = 1_000;
/** Marks of windows that are longer than this are kept by the minute. */
const FINE_MS = 60_000;
/** The clocks of two replicas do not differ by more; a mark beyond is from before the time was set back. */
const MOST_SKEW_MS = 60_000;

export interface BookingOptions {
  readonly limits: Limits;
  readonly nowMs: number;
  readonly aheadMs?: number;
}

/**
 * Judges calls in their order and counts those that may be made now, or within `aheadMs`. What one conversation must wait for holds up no other;
 * once everything together must wait, so does every later call.
 */
export function bookCalls(
  known: ReadonlyMap<string, Page>,
  calls: readonly PacedCall[],
  { limits, nowMs, aheadMs = 0 }: BookingOptions,
): Booking {
  const pages = new Map<string, Page>();
  const pageOf = (key: string): Page => pages.get(key) ?? known.get(key) ?? EMPTY;
  const count = (key: string, allowance: Allowance, atMs: number): void => {
    const page = pageOf(key);
    pages.set(key, { ...page, marks: marked(page.marks, allowance, { nowMs, atMs }) });
  };
  let againAtMs: number | null = null;
  const verdicts = calls.map((call): Verdict => {
    const own = freeAt(pageOf(keyOf(call)), limits[call.kind], nowMs);
    if (own > nowMs) {
      return { kind: 'later', atMs: own };
    }
    const atMs = againAtMs ?? freeAt(pageOf(ALL), limits.all, nowMs);
    if (atMs > nowMs + aheadMs) {
      againAtMs = atMs;
      return { kind: 'in-turn' };
    }
    count(keyOf(call), limits[call.kind], atMs);
    count(ALL, limits.all, atMs);
    return { kind: 'go', atMs };
  });
  return { verdicts, againAtMs, pages };
}

/** The first instant from now on at which one more call keeps everything that is allowed. */
function freeAt({ marks, pausedUntilMs }: Page, { limits, spread }: Allowance, nowMs: number): number {
  const past = marks.filter(([atMs]) => atMs <= nowMs + MOST_SKEW_MS);
  let freeMs = Math.max(nowMs, pausedUntilMs ?? nowMs);
  for (const { count, windowMs } of limits) {
    const lastInTheWay = nthLast(past, count);
    freeMs = Math.max(freeMs, lastInTheWay === null ? nowMs : lastInTheWay + windowMs);
  }
  const last = past.at(-1)?.[0];
  if (spread !== undefined && last !== undefined && (nthLast(past, spread.after) ?? 0) > nowMs - SECOND_MS) {
    freeMs = Math.max(freeMs, last + spread.gapMs);
  }
  return freeMs;
}

/** When the n-th call, counted from the last, was made. */
function nthLast(marks: Marks, nth: number): number | null {
  let seen = 0;
  for (let index = marks.length - 1; index >= 0; index -= 1) {
    const [atMs, calls] = marks[index] as Marks[number];
    seen += calls;
    if (seen >= nth) {
      return atMs;
    }
  }
  return null;
}

/** Adds a call, forgets what no window reaches any more, and sums up by the minute what only long windows reach. */
function marked(
  marks: Marks,
  { limits }: Allowance,
  { nowMs, atMs: newMs }: { readonly nowMs: number; readonly atMs: number },
): Marks {
  const longestMs = Math.max(SECOND_MS, ...limits.map(({ windowMs }) => windowMs));
  const kept: [number, number][] = [];
  // One that is booked ahead may be later than one that is made now.
  for (const [atMs, calls] of [...marks, [newMs, 1] as const].sort(([a], [b]) => a - b)) {
    const last = kept.at(-1);
    if (atMs <= nowMs - longestMs || atMs > nowMs + MOST_SKEW_MS) {
      continue;
    }
    // The later of the two instants: a sum never frees anything too early.
    const isSame =
      last !== undefined && (last[0] === atMs || (isOld(atMs, nowMs) && minuteOf(last[0]) === minuteOf(atMs)));
    if (isSame) {
      last[0] = atMs;
      last[1] += calls;
    } else {
      kept.push([atMs, calls]);
    }
  }
  return kept;
}

const isOld = (atMs: number, nowMs: number): boolean => atMs < nowMs - FINE_MS;

const minuteOf = (atMs: number): number => Math.floor(atMs / 60_000);
