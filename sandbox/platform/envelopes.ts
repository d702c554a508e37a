import { randomUUID } from 'node:crypto';

import type { Answer, SandboxClock, ServiceName } from './types.ts';

/** What went wrong, before it is put into a service's own envelope. */
export interface ServiceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Wraps an error the way the service does (pim-api §1.1, §9.1, §16.2). */
export function errorAnswer(service: ServiceName, error: ServiceError, clock: SandboxClock): Answer {
  const { status, code, message, headers } = error;
  const now = clock.now().toString({ smallestUnit: 'second' });
  const answer = { status, ...(headers && { headers }) };
  if (service === 'login') {
    return {
      ...answer,
      body: {
        error: code,
        error_description: message,
        error_codes: [],
        timestamp: now.replace('T', ' '),
        trace_id: randomUUID(),
        correlation_id: randomUUID(),
      },
    };
  }
  if (service !== 'graph') return { ...answer, body: { error: { code, message } } };
  const id = randomUUID();
  const innerError = { date: now.slice(0, -1), 'request-id': id, 'client-request-id': id };
  return { ...answer, body: { error: { code, message, innerError } } };
}

/** The ids each service puts on every answer (pim-api §1.1). */
export function responseHeaders(service: ServiceName, clientRequestId: string | undefined): Record<string, string> {
  if (service === 'graph') {
    const id = randomUUID();
    return {
      'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8',
      'request-id': id,
      'client-request-id': clientRequestId ?? id,
      'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Sandbox"}}',
    };
  }
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (service === 'arm') {
    const id = randomUUID();
    headers['x-ms-request-id'] = id;
    headers['x-ms-correlation-request-id'] = clientRequestId ?? id;
    headers['x-ms-routing-request-id'] = `SANDBOX:${id}`;
  }
  if (service === 'login') headers['cache-control'] = 'no-store';
  return headers;
}
