import { z } from 'zod';

const metadata = z.object({ jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.unknown()).min(1) });

const TIMEOUT_MS = 3_000;

/**
 * Makes the check for readiness: whether the keys that sign what Teams sends can be had. Asked until they once could; the
 * SDK keeps its own copy for a day.
 */
export function createKeyCheck(metadataUrl: string): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null;
  return async () => {
    asking ??= haveKeys(metadataUrl);
    const found = await asking;
    if (!found) {
      asking = null;
    }
    return found;
  };
}

async function haveKeys(metadataUrl: string): Promise<boolean> {
  try {
    const { jwks_uri } = metadata.parse(await readJson(metadataUrl));
    return keySet.safeParse(await readJson(jwks_uri)).success;
  } catch {
    return false;
  }
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return response.json();
}
