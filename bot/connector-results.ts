import { z } from 'zod';

/**
 * How one call to the connector ended.
 *
 * ok: done. refused: certainly not done, worth another try. throttled: the same, and Teams wants silence first. early: not even
 * tried, as the limits allow it from that instant on. ambiguous: may have been done, and nobody can be asked (Teams has
 * no way to list what was sent). gone: the message or the chat is not there any more. bot-refused: nobody's chat is at fault, but
 * how the bot is set up, which an operator mends. too-big: this message, not its chat. dead: no use trying again; `isPlaceDead`
 * when it is about the chat rather than this one message.
 */
export type ConnectorResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'throttled'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'early'; readonly until: Temporal.Instant }
  | { readonly kind: 'ambiguous'; readonly reason: string }
  | { readonly kind: 'gone'; readonly what: 'message' | 'conversation' | 'person'; readonly reason: string }
  | { readonly kind: 'bot-refused'; readonly reason: string; readonly isWrongHost: boolean }
  | { readonly kind: 'too-big'; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string; readonly isPlaceDead: boolean };

type Failure = Exclude<ConnectorResult<never>, { kind: 'ok' | 'early' }>;

/** Statuses that say the request was not carried out (teams-platform §4.2); 401 because a fresh token may help. */
const REFUSED = new Set([401, 408, 425]);
const THROTTLED = new Set([412, 429, 503]);

/** Codes about one person or chat rather than about the bot or this message. */
export const PLACE_CODES: ReadonlySet<string> = new Set([
  'BotNotInConversationRoster',
  'ConversationBlockedByUser',
  'ForbiddenOperationException',
  'MessageWritesBlocked',
]);

/** Codes about the bot itself: without a Teams channel, off for the tenant, at another cloud's host, without a permission. */
const WRONG_HOST = 'InvalidBotApiHost';
const BOT_CODES: ReadonlySet<string> = new Set([
  'BotDisabledByAdmin',
  'BotNotRegistered',
  WRONG_HOST,
  'NotEnoughPermissions',
]);

const GONE: Readonly<Record<string, 'message' | 'conversation' | 'person'>> = {
  ActivityNotFoundInConversation: 'message',
  ConversationNotFound: 'conversation',
  MemberNotFoundInConversation: 'person',
};

const plainError = z.object({ error: z.object({ code: z.string().regex(/^\w{1,80}$/) }) });
/** The one that hides its code in a text (teams-platform §1.12). */
const blockedError = z.object({ errorCode: z.literal(209), message: z.string() });
const blockedDetails = z.object({ subCode: z.string().regex(/^\w{1,80}$/) });

/** Finds the connector's code in an error body; null when there is none, as with a gateway's HTML page. */
export function errorCodeOf(body: unknown): string | null {
  const plain = plainError.safeParse(body);
  if (plain.success) {
    return plain.data.error.code;
  }
  const blocked = blockedError.safeParse(body);
  if (!blocked.success) {
    return null;
  }
  try {
    return blockedDetails.safeParse(JSON.parse(blocked.data.message)).data?.subCode ?? 'MessageWritesBlocked';
  } catch {
    return 'MessageWritesBlocked';
  }
}

/** Says what an answer other than success means (teams-platform §4.3). */
export function classifyAnswer(status: number, body: unknown, retryAfterMs: number | null): Failure {
  const code = errorCodeOf(body);
  const reason = code ?? `http-${status}`;
  if ((status === 401 || status === 403) && code !== null && BOT_CODES.has(code)) {
    return { kind: 'bot-refused', reason, isWrongHost: code === WRONG_HOST };
  }
  if (status === 413) {
    return { kind: 'too-big', reason };
  }
  if (REFUSED.has(status)) {
    return { kind: 'refused', reason };
  }
  if (THROTTLED.has(status)) {
    return { kind: 'throttled', reason, retryAfterMs };
  }
  if (status >= 500 && status !== 501) {
    return { kind: 'ambiguous', reason };
  }
  if (status === 404) {
    return { kind: 'gone', what: GONE[code ?? ''] ?? 'conversation', reason };
  }
  return { kind: 'dead', reason, isPlaceDead: status === 403 && PLACE_CODES.has(code ?? '') };
}

/** How long to wait: seconds, as Teams sends it, or a date, which counts from the date of the same answer: its clock is not ours. */
export function readRetryAfter(headers: Headers): number | null {
  const header = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,6}$/.test(header)) {
    return Number(header) * 1_000;
  }
  const waitMs = Date.parse(header) - Date.parse(headers.get('date') ?? '');
  return waitMs > 0 ? waitMs : null;
}

/** Nothing left this machine, or nobody took it. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Says what it means that there was no answer: only a connection that never came about is a certain refusal. */
export function classifyFailure(thrown: unknown): Failure {
  const code = failureCode(thrown);
  if (NEVER_SENT.has(code)) {
    return { kind: 'refused', reason: code };
  }
  return { kind: 'ambiguous', reason: code };
}

function failureCode(thrown: unknown): string {
  const { name, code, cause } = thrown as { name?: unknown; code?: unknown; cause?: unknown };
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return failureCode(cause.errors[0]);
  }
  if (cause instanceof Error) {
    return failureCode(cause);
  }
  if (name === 'TimeoutError') {
    return 'timeout';
  }
  return typeof code === 'string' ? code : 'connection-lost';
}
