import type { ActiveAssignment, EligibleAssignment, RoleAtScope } from '../../domain/assignment.ts';
import { roleKey } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { principalId, scheduleRequestId } from '../../domain/ids.ts';
import type { ActivationOrder, ExtensionOrder, TenantRequest } from '../../ports/role-management.ts';
import { requestState } from '../pim-errors/request-state.ts';
import type { ActiveRow, EligibleRow, RequestRow } from './wire.ts';

/** A start this close to the asking means "at once": PIM fills in its own time, clients send the current one. */
const AT_ONCE = Temporal.Duration.from({ seconds: 5 });

/** The eligible assignments of a person; one held twice (directly and through a group) is one, with the later end. */
export function toEligible(person: PrincipalId, rows: readonly EligibleRow[]): readonly EligibleAssignment[] {
  const byRole = new Map<string, EligibleAssignment>();
  for (const row of rows) {
    const { role } = row;
    if (role === null) {
      continue;
    }
    const key = roleKey(role);
    const other = byRole.get(key);
    if (other === undefined || endsLater(row.endDateTime, other.endsAt)) {
      byRole.set(key, { ...role, principalId: person, endsAt: row.endDateTime });
    }
  }
  return [...byRole.values()];
}

/** What gives access now. A row may stay listed beyond its end (pim-api §19.24). */
export function toActive(
  person: PrincipalId,
  rows: readonly ActiveRow[],
  now: Temporal.Instant,
): readonly ActiveAssignment[] {
  return rows.flatMap((row): ActiveAssignment[] => {
    const { role } = row;
    if (role === null || (row.endDateTime !== null && Temporal.Instant.compare(row.endDateTime, now) <= 0)) {
      return [];
    }
    return [
      {
        ...role,
        principalId: person,
        assignmentType: row.assignmentType === 'activated' ? 'activated' : 'assigned',
        startsAt: row.startDateTime,
        endsAt: row.endDateTime,
      },
    ];
  });
}

/** A request as the tenant holds it; null for a place that is none of ours. `known` supplies names the answer lacks. */
export function toRequest(row: RequestRow, now: Temporal.Instant, known?: RoleAtScope): TenantRequest | null {
  const role = known ?? row.role;
  if (role === null) {
    return null;
  }
  const start = row.scheduleInfo?.startDateTime ?? null;
  return {
    id: scheduleRequestId(row.id),
    state: requestState(row.status, start, now),
    principalId: principalId(row.principalId),
    role,
    startsAt: isAtOnce(start, row.createdDateTime) ? null : start,
    duration: durationOf(row),
    justification: row.justification ?? '',
    ticket: row.ticketInfo?.ticketNumber ?? null,
    marker: row.customData,
  };
}

function isAtOnce(start: Temporal.Instant | null, created: Temporal.Instant | null): boolean {
  return start !== null && created !== null && Temporal.Instant.compare(start, created.add(AT_ONCE)) <= 0;
}

function durationOf({ scheduleInfo, createdDateTime }: RequestRow): Temporal.Duration | null {
  const expiration = scheduleInfo?.expiration;
  if (expiration?.duration) {
    return expiration.duration;
  }
  const from = scheduleInfo?.startDateTime ?? createdDateTime;
  return expiration?.endDateTime && from !== null ? expiration.endDateTime.since(from, { largestUnit: 'hour' }) : null;
}

function endsLater(end: Temporal.Instant | null, than: Temporal.Instant | null): boolean {
  return than !== null && (end === null || Temporal.Instant.compare(end, than) > 0);
}

/** The keys by which a body names its role. */
type Keys = Readonly<Record<string, string>>;

/** The body of a selfActivate. Without a start PIM takes its own time; with one the offset must be there (pim-api §1.2). */
export function activationBody(
  person: PrincipalId,
  keys: Keys,
  order: ActivationOrder,
): Readonly<Record<string, unknown>> {
  const expiration = { type: 'afterDuration', duration: order.duration.toString() };
  return {
    action: 'selfActivate',
    principalId: person,
    ...keys,
    justification: order.justification,
    customData: order.marker,
    scheduleInfo: order.startsAt === null ? { expiration } : { startDateTime: order.startsAt.toString(), expiration },
    ticketInfo:
      order.ticket === null
        ? { ticketNumber: null, ticketSystem: null }
        : { ticketNumber: order.ticket, ticketSystem: 'Pimlico' },
  };
}

/** The body of a selfExtend or selfRenew (pim-api §2.6). */
export function extensionBody(
  person: PrincipalId,
  keys: Keys,
  { action, endsAt, justification }: ExtensionOrder,
): Readonly<Record<string, unknown>> {
  return {
    action: action === 'extend' ? 'selfExtend' : 'selfRenew',
    principalId: person,
    ...keys,
    justification,
    scheduleInfo: { expiration: { type: 'afterDateTime', endDateTime: endsAt.toString() } },
  };
}
