import type { Answer } from '../platform/types.ts';

/** An error in the connector's envelope. */
export function connectorError(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
