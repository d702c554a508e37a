import { z } from 'zod';

const metadata = z.object({ jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.unknown()).min(1) });
const endorsedKey = z.object({ kid: z.string(), endorsements: z.array(z.unknown()) });

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

/**
 * Makes the check whether the channel's key of that id signs for Teams. The SDK skips its own check for a key that lists no
 * endorsements at all; here such a key signs for nobody. Asks again for a key it has not seen, so call it only with the id of
 * a key that has proved itself. Throws when the keys cannot be had.
 */
export function createEndorsementCheck(metadataUrl: string): (kid: string) => Promise<boolean> {
  let known: ReadonlyMap<string, boolean> = new Map();
  return async (kid) => {
    if (!known.has(kid)) {
      known = new Map((await readKeys(metadataUrl)).flatMap(readEndorsement));
    }
    return known.get(kid) ?? false;
  };
}

function readEndorsement(key: unknown): readonly [kid: string, isForTeams: boolean][] {
  const { data } = endorsedKey.safeParse(key);
  return data === undefined ? [] : [[data.kid, data.endorsements.includes('msteams')]];
}

async function haveKeys(metadataUrl: string): Promise<boolean> {
  try {
    await readKeys(metadataUrl);
    return true;
  } catch {
    return false;
  }
}

async function readKeys(metadataUrl: string): Promise<readonly unknown[]> {
  const { jwks_uri } = metadata.parse(await readJson(metadataUrl));
  return keySet.parse(await readJson(jwks_uri)).keys;
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return response.json();
}
