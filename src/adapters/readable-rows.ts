import type { ZodType } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** What was read of a list, and why it is not all of it; null when it is. */
export interface Reading<T> {
  readonly value: T;
  readonly code: ErrorCode | null;
}

/**
 * Keeps the rows that are understood. One that is not is left out and said, so that it neither hides the others nor passes for
 * something that allows nothing; more rows than `most` are no answer of Microsoft's.
 */
export function readableRows<T>(rows: readonly unknown[], schema: ZodType<T>, most: number): Reading<readonly T[]> {
  const read = rows.slice(0, most).map((row) => schema.safeParse(row));
  const value = read.flatMap(({ data, success }) => (success ? [data] : []));
  return { value, code: value.length === rows.length ? null : 'graph.unexpected_answer' };
}
