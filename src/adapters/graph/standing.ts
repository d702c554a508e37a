import type { RoleAtScope } from '../../domain/assignment.ts';
import { isSameRole } from '../../domain/assignment.ts';
import { latest } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import { requestState } from '../pim-errors/request-state.ts';
import type { RequestRow } from './wire.ts';

const REMOVALS = new Set(['selfdeactivate', 'adminremove']);
const NOT_REMOVED = new Set(['failed', 'denied', 'canceled', 'scheduled', 'awaiting-approval']);

/**
 * Why the role must not be asked for again, out of all of the person's requests about it, or null. A second activation of a
 * group that is active or still being provisioned was seen to end the first (pim-api §3.7, §19.23), so in doubt it stands.
 */
export function standingRefusal(
  rows: readonly RequestRow[],
  role: RoleAtScope,
  now: Temporal.Instant,
): AccessError | null {
  const about = rows.filter((row) => row.role !== null && isSameRole(row.role, role));
  const removals = about.filter(
    (row) => REMOVALS.has(row.action) && !NOT_REMOVED.has(requestState(row.status, null, now)),
  );
  const removedAt = latest(removals.map(({ createdDateTime }) => createdDateTime));
  const refusals = about
    .filter(({ action }) => action === 'selfactivate')
    .flatMap((row) => refusalOf(row, removedAt, now) ?? []);
  return refusals.find(({ code }) => code === 'activation.already_active') ?? refusals[0] ?? null;
}

function refusalOf(row: RequestRow, removedAt: Temporal.Instant | null, now: Temporal.Instant): AccessError | null {
  const start = row.scheduleInfo?.startDateTime ?? null;
  switch (requestState(row.status, start, now)) {
    case 'awaiting-approval':
      return new AccessError('activation.already_pending', 'An earlier request for this group waits for an approver');
    case 'scheduled':
      // What PIM itself says of an activation that is to start later (pim-api §19.21).
      return new AccessError('activation.already_active', 'An earlier activation of this group starts later');
    case 'provisioned':
    case 'provisioning':
      return activeRefusal(row, start, { removedAt, now });
    default:
      return null;
  }
}

/**
 * The time counts from the latest instant that the request knows: after an approval that is the decision's, and whether PIM
 * counts from there or from the start that was asked for is not known (pim-api §18.3).
 */
function activeRefusal(
  { scheduleInfo, createdDateTime, completedDateTime }: RequestRow,
  start: Temporal.Instant | null,
  { removedAt, now }: { readonly removedAt: Temporal.Instant | null; readonly now: Temporal.Instant },
): AccessError | null {
  const from = latest([start, createdDateTime, completedDateTime]);
  if (removedAt !== null && from !== null && Temporal.Instant.compare(removedAt, from) >= 0) {
    return null;
  }
  const { duration, endDateTime } = scheduleInfo?.expiration ?? {};
  const until = endDateTime ?? (duration && from !== null ? from.add(duration) : null);
  if (until !== null && Temporal.Instant.compare(until, now) <= 0) {
    return null;
  }
  const facts = until === null ? {} : { until: until.toString() };
  return new AccessError('activation.already_active', 'An earlier activation of this group counts', { facts });
}
