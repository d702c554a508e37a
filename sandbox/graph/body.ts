import type { Exchange } from '../platform/types.ts';
import { badRequest } from './problem.ts';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as a JSON object, declared as JSON; else 400. */
export function jsonBody(exchange: Exchange): Readonly<Record<string, unknown>> {
  const type = exchange.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type) || !isRecord(exchange.json)) {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
  return exchange.json;
}
