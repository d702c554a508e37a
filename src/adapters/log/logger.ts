import { type DestinationStream, pino } from 'pino';

import type { Log } from '../../ports/log.ts';

export interface LoggerOptions {
  readonly level?: 'error' | 'warn' | 'info' | 'debug' | 'silent';
  /** Named in each line. */
  readonly replica?: string;
  /** Defaults to standard output. */
  readonly destination?: DestinationStream;
}

const HIDDEN = '[redacted]';

/** Fields that never hold anything an operator needs. */
const SECRET_FIELD =
  /^(?:authorization|token|.*_?token|.*Token|assertion|client_?secret|.*[sS]ecret|password|code_verifier)$/;

/** Anything that looks like a JWT or a bearer header, wherever it turns up. */
const SECRET_TEXT = /\beyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?|\bBearer\s+[\w.~+/-]{8,}=*/g;

const LONGEST_TEXT = 2_000;
const DEEPEST = 5;

function cleanText(text: string): string {
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return shown.replace(SECRET_TEXT, HIDDEN);
}

function cleanError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as { readonly code?: unknown };
  return {
    type: error.name,
    message: cleanText(error.message),
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: cleanText(error.stack) }),
    ...(error.cause !== undefined && { cause: clean(error.cause, depth + 1) }),
  };
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return cleanText(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth > DEEPEST) {
    return '…';
  }
  if (value instanceof Error) {
    return cleanError(value, depth);
  }
  if (Array.isArray(value)) {
    return value.slice(0, 100).map((item) => clean(item, depth + 1));
  }
  // Temporal values and sealed secrets print themselves.
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return clean(value.toJSON(), depth + 1);
  }
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    SECRET_FIELD.test(name) ? HIDDEN : clean(member, depth + 1),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/**
 * Makes the log: one JSON line per event on standard output, written at once, so that a crash loses none.
 * Tokens and secrets are taken out whatever field or text they are in.
 */
export function createLog(options: LoggerOptions = {}): Log {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: options.replica === undefined ? null : { replica: options.replica },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const line = (level: 'error' | 'warn' | 'info') => (event: string, fields?: Readonly<Record<string, unknown>>) => {
    if (logger.isLevelEnabled(level)) {
      logger[level]({ event, ...(clean(fields ?? {}, 0) as Record<string, unknown>) });
    }
  };
  return { error: line('error'), warn: line('warn'), info: line('info') };
}
