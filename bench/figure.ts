/** One measured figure, as a line of `npm run bench` (DESIGN §11). */
export interface Figure {
  /** The bench, and after a dot which of its figures. */
  readonly bench: string;
  /** Null: what would be measured does not exist yet. */
  readonly value: number | null;
  readonly unit: string;
  /** What it is held against: a limit, or the same measured on something else in the same run. */
  readonly against: number | null;
  readonly ratio: number | null;
  /** Null: nothing is promised, or nothing was measured. */
  readonly pass: boolean | null;
}

/** What a bench is run with. */
export interface BenchOptions {
  /** A tiny round that shows only that everything works: its figures mean nothing. */
  readonly isQuick: boolean;
  /** Folder with role definitions, for benches that need many. */
  readonly dataDir: string | null;
  /** Folder for CPU profiles of the bots; null takes none. */
  readonly profileDir: string | null;
}

/** Measures, and prints each figure as soon as it is known. */
export type Bench = (options: BenchOptions, print: (figure: Figure) => void) => Promise<void>;

/** How a value is judged against another. */
export interface Comparison {
  readonly bench: string;
  readonly unit: string;
  readonly value: number;
  readonly against: number;
}

/** A figure whose ratio to the other must not be more than `limit`. */
export function atMost(limit: number, comparison: Comparison): Figure {
  return compared(comparison, (ratio) => ratio <= limit);
}

/** A figure whose ratio to the other must not be less than `limit`. */
export function atLeast(limit: number, comparison: Comparison): Figure {
  return compared(comparison, (ratio) => ratio >= limit);
}

function compared({ bench, unit, value, against }: Comparison, isGood: (ratio: number) => boolean): Figure {
  const ratio = value / against;
  return { bench, value: rounded(value), unit, against: rounded(against), ratio: rounded(ratio), pass: isGood(ratio) };
}

/** A count that must not be higher than another. */
export function noMoreThan(limit: number, { bench, unit, value }: Omit<Comparison, 'against'>): Figure {
  return { bench, value, unit, against: limit, ratio: null, pass: value <= limit };
}

/** A figure that stands beside others and promises nothing. */
export function beside(bench: string, value: number, unit: string): Figure {
  return { bench, value: rounded(value), unit, against: null, ratio: null, pass: null };
}

/** A count of what must not happen. */
export function none(bench: string, value: number, unit: string): Figure {
  return { bench, value, unit, against: 0, ratio: null, pass: value === 0 };
}

/** Three decimals are more than any of these can be repeated to. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The middle value, which a single disturbed round cannot move. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The smallest value that so many, as a part of all, are no greater than. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
