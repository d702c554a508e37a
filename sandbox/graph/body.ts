import { invalidRequest } from '../pim/refusal.ts';
import type { Exchange } from '../platform/types.ts';
import { badRequest } from './problem.ts';

/** A JSON object that somebody sent. */
export type Body = Readonly<Record<string, unknown>>;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as a JSON object, declared as JSON; else 400. */
export function jsonBody(exchange: Exchange): Body {
  const type = exchange.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type) || !isRecord(exchange.json)) {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
  return exchange.json;
}

/** An object id in a request for PIM, in small letters. */
export function guid(value: unknown): string {
  if (typeof value !== 'string' || !GUID.test(value)) {
    throw invalidRequest();
  }
  return value.toLowerCase();
}
