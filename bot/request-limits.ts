import type { IncomingMessage } from 'node:http';

/** Largest activity taken: Teams itself stops at about 100 KB (teams-platform §3.7). */
export const LARGEST_BODY = 256 * 1024;

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/**
 * Says with which status a request is refused before its body is read, or null.
 *
 * The body would be parsed before the token is judged, and compressed bytes would be counted instead of what they become
 * (teams-platform §2).
 */
export function refuseRequest({ method, url, headers }: IncomingMessage): number | null {
  if (method !== 'POST') {
    return (url ?? '').split('?', 1)[0] === '/api/messages' ? 405 : null;
  }
  // Every POST, whatever its address: the router takes more spellings of one than are compared here.
  if (!/^Bearer \S+$/.test(headers.authorization ?? '')) {
    return 401;
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? '') || headers['content-encoding'] !== undefined) {
    return 415;
  }
  return Number(headers['content-length'] ?? 0) > LARGEST_BODY ? 413 : null;
}
