import { createHash, createHmac } from 'node:crypto';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Webhook, WebhookEvent } from '../../ports/webhook.ts';
import type { Secret } from '../identity/secret.ts';

export interface SignedWebhookOptions {
  readonly url: string;
  /** `whsec_` and base64 stands for the bytes, anything else for its text. */
  readonly secret: Secret;
  /** Who says it: the `source` of the events. */
  readonly source: string;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}

/** CloudEvents 1.0, structured batch: several events in one JSON array. */
const CONTENT_TYPE = 'application/cloudevents-batch+json; charset=utf-8';

/** Says that the secret is written as Standard Webhooks writes it. */
const BASE64_MARK = 'whsec_';

/**
 * Makes a way out to one receiver: CloudEvents, signed in the manner of Standard Webhooks (https://www.standardwebhooks.com, seen
 * 2026-11-20). The same events sent again have the same `webhook-id`, another timestamp and so another signature. Redirects are
 * not followed: what is signed is for one receiver. Neither the address nor what is sent gets into an error.
 */
export function createSignedWebhook(options: SignedWebhookOptions): Webhook {
  const { url, secret, source, clock, fetch: send = fetch, timeoutMs = 10_000 } = options;
  const key = keyOf(secret.reveal());
  return {
    async send(events) {
      if (events.length === 0) {
        return;
      }
      const body = JSON.stringify(events.map((event) => cloudEvent(event, source)));
      const id = idOf(events);
      const timestamp = String(Math.floor(clock.now().epochMilliseconds / 1_000));
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const response = await answerOf(() =>
        send(url, {
          method: 'POST',
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            'content-type': CONTENT_TYPE,
            'webhook-id': id,
            'webhook-timestamp': timestamp,
            'webhook-signature': `v1,${signature}`,
          },
          body,
        }),
      );
      if (!response.ok) {
        throw refusal(response);
      }
    },
  };
}

export interface WebhookSettings {
  readonly url: Secret | null;
  readonly secret: Secret | null;
  readonly tenantId: string;
  readonly clock: Clock;
  /** How long an answer may take. */
  readonly timeoutMs?: number;
}

/** Opens the way out that the settings name; null where they name none. */
export function openWebhook({ url, secret, tenantId, ...rest }: WebhookSettings): Webhook | null {
  return url === null || secret === null
    ? null
    : createSignedWebhook({ url: url.reveal(), secret, source: `urn:pimlico:${tenantId}`, ...rest });
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(BASE64_MARK)
    ? Buffer.from(secret.slice(BASE64_MARK.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

/** The same for the same events in the same order, so that a receiver knows what it has had. */
function idOf(events: readonly WebhookEvent[]): string {
  const ids = JSON.stringify(events.map((event) => event.id));
  return `msg_${createHash('sha256').update(ids).digest('hex')}`;
}

function cloudEvent({ id, type, at, subject, data }: WebhookEvent, source: string): object {
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time: at.toString(),
    // An attribute of CloudEvents is left out where there is none; null is not allowed.
    ...(subject !== null && { subject }),
    datacontenttype: 'application/json',
    data,
  };
}

/** What the receiver answered; its words are not read. */
async function answerOf(send: () => Promise<Response>): Promise<Response> {
  try {
    const response = await send();
    await response.body?.cancel();
    return response;
  } catch (error) {
    throw new AccessError('webhook.unavailable', `The receiver did not answer (${reasonOf(error)})`, {
      retryable: true,
    });
  }
}

/** The system's code where there is one (undici keeps it in the cause), else the name; never a text, which may hold the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { readonly code?: unknown };
  if (typeof code === 'string') {
    return code;
  }
  return cause instanceof Error ? cause.name : 'unknown';
}

function refusal({ status, headers }: Response): AccessError {
  const isPassing = status === 429 || status >= 500;
  const retryAfter = isPassing ? readRetryAfter(headers) : null;
  return new AccessError('webhook.refused', `The receiver answered ${status}`, {
    facts: { status: String(status) },
    retryable: isPassing,
    ...(retryAfter !== null && { retryAfter }),
  });
}

/** Seconds, or a date, which counts from the date of the same answer: its clock is not ours. Null where it is neither. */
function readRetryAfter(headers: Headers): Temporal.Duration | null {
  const header = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(header)) {
    return Temporal.Duration.from({ seconds: Number(header) });
  }
  const milliseconds = Date.parse(header) - Date.parse(headers.get('date') ?? '');
  return milliseconds > 0 ? Temporal.Duration.from({ milliseconds }) : null;
}
