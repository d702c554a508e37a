import type { RoleAtScope } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';
import { isEnding } from '../pim-errors/request-state.ts';
import { isAbout, windowOf } from './request-mapping.ts';
import type { RequestRow } from './wire.ts';

/** In the first minute ARM does not find an activation; after that, until this, it is too short (pim-api §11). */
const EARLIEST_DEACTIVATION = Temporal.Duration.from({ minutes: 5 });
const UNSEEN = Temporal.Duration.from({ seconds: 90 });
/** How long after an end ARM still says that the assignment exists; 117 s were seen. */
export const GAP = Temporal.Duration.from({ minutes: 2 });

const GIVING = new Set(['provisioned', 'provisioningstarted', 'pendingprovisioning', 'granted', 'accepted']);

interface Situation {
  readonly role: RoleAtScope;
  /** The person's own requests, which unlike the lists of assignments do not lag. */
  readonly requests: readonly RequestRow[];
  readonly now: Temporal.Instant;
}

/**
 * Says more about two refusals that only ARM makes: "does not exist" in the first minute of an activation (pim-api §19.19) and
 * "exists" for two minutes after an end (§19.20). The code stays; fact `recently` is `activated` or `ended`, and `retryAfter`
 * is the wait until the same call is sensible. Otherwise the error comes back as it was.
 */
export function explainTooSoon(error: AccessError, situation: Situation): AccessError {
  const { now } = situation;
  switch (error.code) {
    case 'activation.not_active': {
      const begun = latest(situation, beginnings);
      const isYoung = begun !== null && Temporal.Instant.compare(now, begun.add(UNSEEN)) < 0;
      return isYoung ? withWait(error, 'activated', begun.add(EARLIEST_DEACTIVATION).since(now)) : error;
    }
    case 'activation.already_active': {
      const ended = latest(situation, endings);
      const begun = latest(situation, beginnings);
      const isOver = ended !== null && (begun === null || Temporal.Instant.compare(begun, ended) < 0);
      const isFresh = isOver && Temporal.Instant.compare(now, ended.add(GAP)) < 0;
      return isFresh ? withWait(error, 'ended', ended.add(GAP).since(now)) : error;
    }
    default:
      return error;
  }
}

/** When the person's activations of the role began; those to come have not. */
function beginnings(row: RequestRow): Temporal.Instant | null {
  return isActivation(row) ? windowOf(row).begin : null;
}

/** When they ended: by a deactivation, or in time. */
function endings(row: RequestRow): Temporal.Instant | null {
  const { requestType, status, createdOn } = row.properties;
  if (requestType === 'selfdeactivate') {
    return isEnding(status) ? createdOn : null;
  }
  return isActivation(row) ? windowOf(row).end : null;
}

/** One that gives access, or is about to: those that wait, were refused or withdrawn do not count. */
function isActivation({ properties: { requestType, status } }: RequestRow): boolean {
  return requestType === 'selfactivate' && GIVING.has(status);
}

function latest(
  { requests, role, now }: Situation,
  momentOf: (row: RequestRow) => Temporal.Instant | null,
): Temporal.Instant | null {
  const past = requests
    .filter((row) => isAbout(row, role))
    .flatMap((row) => momentOf(row) ?? [])
    .filter((moment) => Temporal.Instant.compare(moment, now) <= 0);
  return past.toSorted(Temporal.Instant.compare).at(-1) ?? null;
}

function withWait(error: AccessError, recently: 'activated' | 'ended', retryAfter: Temporal.Duration): AccessError {
  const { code, message, facts } = error;
  return new AccessError(code, message, { cause: error.cause, facts: { ...facts, recently }, retryAfter });
}
