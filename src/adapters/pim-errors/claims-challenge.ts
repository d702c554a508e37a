/**
 * Reads the claims out of PIM's own challenge, `&claims=<URL-encoded JSON>` in an error message (pim-api §12.2); base64 is
 * tolerated. Null when there is no JSON object in it.
 */
export function readClaims(message: string): string | null {
  const encoded = /claims=([^&"\\\s]+)/.exec(message)?.[1];
  return encoded === undefined ? null : (fromUrl(encoded) ?? fromBase64(encoded));
}

/** Reads the claims of a `WWW-Authenticate` header, the form continuous access evaluation sends with 401. */
export function readChallenge(header: string | null): string | null {
  const claims = /\bclaims="([^"]+)"/.exec(header ?? '')?.[1];
  return claims === undefined ? null : (fromBase64(claims) ?? fromUrl(claims));
}

function fromUrl(encoded: string): string | null {
  try {
    return asJsonObject(decodeURIComponent(encoded));
  } catch {
    return null;
  }
}

function fromBase64(encoded: string): string | null {
  return asJsonObject(Buffer.from(encoded, 'base64').toString('utf8'));
}

function asJsonObject(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : null;
  } catch {
    return null;
  }
}
