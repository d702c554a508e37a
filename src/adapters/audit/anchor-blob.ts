import { AccessError } from '../../errors.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { Anchor } from './anchor-file.ts';

/** The oldest version of the service that takes tokens and If-None-Match on a put, and all that is asked for here. */
const VERSION = '2021-12-02';
/** Somebody wrote this anchor already; a policy of immutability forbids to write it over. */
const THERE_ALREADY: ReadonlySet<string> = new Set([
  'BlobAlreadyExists',
  'BlobImmutableDueToPolicy',
  'ConditionNotMet',
]);

export interface AnchorBlobOptions {
  /** Address of the container. */
  readonly container: string;
  /** Tokens for the storage service. */
  readonly tokens: BearerTokens;
  readonly timeoutMs?: number;
}

/**
 * Writes an anchor as a blob of its own, named by its place and its hash, which is never written over: the line that the file of
 * anchors would have. Redirects are not followed.
 *
 * @throws {AccessError} webhook.refused, webhook.unavailable
 */
export function createAnchorBlobs({ container, tokens, timeoutMs = 5_000 }: AnchorBlobOptions) {
  return async (anchor: Anchor): Promise<void> => {
    const token = await tokens.token();
    const { status, headers } = await put(`${container}/${nameOf(anchor)}`, anchor, { token, timeoutMs });
    if (status === 401) {
      tokens.reject(token);
    }
    if (status !== 201 && !THERE_ALREADY.has(headers.get('x-ms-error-code') ?? '')) {
      throw new AccessError('webhook.refused', `The container answered ${status}`, {
        facts: { status: String(status) },
      });
    }
  };
}

/** Names are in the order of the chain. */
function nameOf({ place, hash }: Anchor): string {
  return `${String(place).padStart(15, '0')}-${hash.slice(0, 16)}.ndjson`;
}

async function put(
  url: string,
  anchor: Anchor,
  { token, timeoutMs }: { readonly token: string; readonly timeoutMs: number },
): Promise<Response> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token}`,
        'x-ms-version': VERSION,
        'x-ms-blob-type': 'BlockBlob',
        'if-none-match': '*',
        'content-type': 'application/x-ndjson',
      },
      body: `${JSON.stringify(anchor)}\n`,
    });
    await response.body?.cancel();
    return response;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    throw new AccessError('webhook.unavailable', `The container did not answer (${name})`, { retryable: true });
  }
}
