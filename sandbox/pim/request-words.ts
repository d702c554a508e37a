import type { AccessToken } from '../platform/types.ts';
import type { Action, Actor, Expiration } from './model.ts';

const ACTIONS: readonly Action[] = [
  'adminAssign',
  'adminUpdate',
  'adminRemove',
  'adminExtend',
  'adminRenew',
  'selfActivate',
  'selfDeactivate',
  'selfExtend',
  'selfRenew',
];
const EXPIRATIONS = ['noExpiration', 'notSpecified', 'afterDuration', 'afterDateTime'] as const;
const WITH_OFFSET = /(?:z|[+-]\d\d:\d\d)$/i;

/** Who asks, by the token of the call. */
export function actorOf(caller: AccessToken): Actor {
  const { principalId, appId, amr, acrs, capabilities } = caller;
  return { principalId, appId, amr, acrs, capabilities };
}

/** Reads the word of an action in any case; null when it is none. */
export function readAction(word: unknown): Action | null {
  const wanted = String(word).toLowerCase();
  return ACTIONS.find((action) => action.toLowerCase() === wanted) ?? null;
}

/** Reads the word for how a schedule ends, in any case; null when it is none. */
export function readExpirationType(word: unknown): Expiration['type'] | null {
  const wanted = String(word).toLowerCase();
  return EXPIRATIONS.find((type) => type.toLowerCase() === wanted) ?? null;
}

/** Reads an instant; null without `Z` or an offset, which Microsoft refuses (seen 2026-10-06, pim-api §1.2). */
export function readInstant(value: unknown): Temporal.Instant | null {
  if (typeof value !== 'string' || !WITH_OFFSET.test(value)) {
    return null;
  }
  try {
    return Temporal.Instant.from(value);
  } catch {
    return null;
  }
}

/** Reads a length of time; null when it is none, or nothing. */
export function readDuration(value: unknown): Temporal.Duration | null {
  try {
    const read = Temporal.Duration.from(String(value));
    return read.sign === 1 ? read : null;
  } catch {
    return null;
  }
}
