import type { ZodType } from 'zod';
import { AccessError } from '../../errors.ts';
import { callError, type Meaning } from '../pim-errors/call-error.ts';
import { readRetryAfter } from '../pim-errors/problem.ts';

import type { GraphAnswer, GraphRequestLine, LostAnswer } from './graph-transport.ts';

type Line = Pick<GraphRequestLine, 'method' | 'path'>;

/** A throttled call is repeated within the turn only when Microsoft asks for no more than this. */
const LONGEST_PAUSE_MS = 2_000;

export function isSuccess({ status }: GraphAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Reads what a call answered. @throws graph.unexpected_answer when it is not of the shape that was expected */
export function readBody<T>(line: Line, answer: GraphAnswer, schema: ZodType<T>): T {
  const parsed = schema.safeParse(asJson(answer.body));
  if (parsed.success) {
    return parsed.data;
  }
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new AccessError(
    'graph.unexpected_answer',
    `Graph's answer to ${describe(line)} is not understood at "${path}"`,
  );
}

/**
 * Judges the last answer to a write. `schema` is null where a success has nothing to read.
 * @throws activation.in_doubt when the answer was lost and the write may have happened
 */
export function writeOutcome<T>(
  line: Line,
  answer: GraphAnswer | LostAnswer,
  schema: ZodType<T> | null,
  meaning?: Meaning,
): T | null {
  if ('reason' in answer) {
    throw answer.wasSent ? inDoubt(line, answer.reason) : unavailable(line, answer.reason);
  }
  if (!isSuccess(answer)) {
    const error = refusal(line, answer, meaning);
    throw error.code === 'graph.unavailable' ? inDoubt(line, String(answer.status)) : error;
  }
  if (schema === null) {
    // Graph answers these writes with 204 and nothing else: whatever came instead says nothing about them.
    if (answer.status !== 204) {
      throw inDoubt(line, `${answer.status} instead of 204`);
    }
    return null;
  }
  const parsed = schema.safeParse(asJson(answer.body));
  if (!parsed.success) {
    throw inDoubt(line, 'an unreadable answer');
  }
  return parsed.data;
}

export function refusal(line: Line, { status, body, headers }: GraphAnswer, meaning?: Meaning): AccessError {
  return callError(
    { service: 'Graph', operation: describe(line), meaning },
    {
      status,
      body,
      retryAfter: headers.get('retry-after'),
      challenge: headers.get('www-authenticate'),
      requestId: headers.get('request-id'),
    },
  );
}

/** How long to wait before a throttled call is repeated, in milliseconds; null when it is not to be. */
export function shortPause(answer: GraphAnswer | LostAnswer): number | null {
  if (!('status' in answer) || answer.status !== 429) {
    return null;
  }
  const pauseMs = readRetryAfter(answer.headers.get('retry-after'))?.total('milliseconds') ?? null;
  return pauseMs !== null && pauseMs <= LONGEST_PAUSE_MS ? pauseMs : null;
}

export function inDoubt(line: Line, reason: string): AccessError {
  return new AccessError('activation.in_doubt', `The answer to ${describe(line)} was lost: ${reason}`);
}

export function unavailable(line: Line, reason: string): AccessError {
  return new AccessError('graph.unavailable', `Graph cannot be reached for ${describe(line)}: ${reason}`, {
    retryable: true,
  });
}

/** Method and path without the query, whose filters name people. */
export function describe({ method, path }: Line): string {
  return `${method} ${path.split('?')[0]}`;
}

export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
