import { randomUUID } from 'node:crypto';

import type { Answer, SandboxClock } from '../platform/types.ts';
import table from './entra-errors.json' with { type: 'json' };

export type EntraErrorKey = keyof typeof table;

interface Row {
  readonly status: number;
  readonly error: string;
  readonly suberror?: string;
  readonly number: number;
  readonly text: string;
  /** The sign-in page says so and does not send the browser back. */
  readonly staysOnPage?: boolean;
}

/** A refusal of the login service, worded as Entra words it (pim-api §16.2). */
export class EntraError extends Error {
  override readonly name = 'EntraError';
  readonly row: Row;
  /** What an interactive sign-in must ask for: the `claims` member, a JSON text. */
  readonly claims: string | undefined;

  constructor(key: EntraErrorKey, facts: Readonly<Record<string, string>> = {}, claims?: string) {
    const row: Row = table[key];
    const text = row.text.replaceAll(/\{(\w+)\}/g, (_whole, fact: string) => facts[fact] ?? '');
    super(`AADSTS${row.number}: ${text}`);
    this.row = row;
    this.claims = claims;
  }

  /** The error as the token endpoint answers it. */
  toAnswer(clock: SandboxClock, correlationId?: string): Answer {
    const { status, error, suberror, number } = this.row;
    const timestamp = clock.now().toString({ smallestUnit: 'second' }).replace('T', ' ');
    const trace = randomUUID();
    const correlation = correlationId ?? randomUUID();
    return {
      status,
      body: {
        error,
        error_description: `${this.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
        error_codes: [number],
        timestamp,
        trace_id: trace,
        correlation_id: correlation,
        error_uri: `https://login.microsoftonline.com/error?code=${number}`,
        ...(suberror !== undefined && { suberror }),
        ...(this.claims !== undefined && { claims: this.claims }),
      },
    };
  }
}
