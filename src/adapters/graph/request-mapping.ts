import type { ActiveAssignment, EligibleAssignment, RoleAtScope, Scope } from '../../domain/assignment.ts';
import { roleKey, WHOLE_TENANT } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { principalId, roleDefinitionId, scheduleRequestId } from '../../domain/ids.ts';
import type { ActivationOrder, TenantRequest } from '../../ports/role-management.ts';
import type { ActiveRow, EligibleRow, RequestRow } from './wire.ts';

/** How Microsoft's words fold (pim-api §5.1). What is not here is still under way: never a success, never a failure. */
const STATES: Readonly<Record<string, TenantRequest['state']>> = {
  provisioned: 'provisioned',
  granted: 'scheduled',
  schedulecreated: 'scheduled',
  pendingschedulecreation: 'scheduled',
  pendingapproval: 'awaiting-approval',
  pendingapprovalprovisioning: 'awaiting-approval',
  pendingadmindecision: 'awaiting-approval',
  denied: 'denied',
  admindenied: 'denied',
  canceled: 'canceled',
  failed: 'failed',
  failedasresourceislocked: 'failed',
  invalid: 'failed',
  timedout: 'failed',
  revoked: 'revoked',
  pendingrevocation: 'revoked',
};

/** A start this close to the asking means "at once": PIM fills in its own time, clients send the current one. */
const AT_ONCE = Temporal.Duration.from({ seconds: 5 });

type Named = Pick<EligibleRow, 'roleDefinitionId' | 'directoryScopeId' | 'roleDefinition' | 'directoryScope'>;

/** The role at its scope, with the names that came along; null for a scope that is not the directory's. */
export function roleOf(row: Named): RoleAtScope | null {
  if (row.directoryScopeId === null) {
    return null;
  }
  return {
    surface: 'directory',
    roleDefinitionId: roleDefinitionId(row.roleDefinitionId),
    roleName: row.roleDefinition?.displayName ?? row.roleDefinitionId,
    scope: scopeOf(row.directoryScopeId, row.directoryScope?.displayName ?? null),
  };
}

function scopeOf(id: string, displayName: string | null): Scope {
  return { id, name: id === '/' ? WHOLE_TENANT : (displayName ?? id.slice(id.lastIndexOf('/') + 1)) };
}

/** The eligible assignments of a person; one held twice (directly and through a group) is one, with the later end. */
export function toEligible(person: PrincipalId, rows: readonly EligibleRow[]): readonly EligibleAssignment[] {
  const byRole = new Map<string, EligibleAssignment>();
  for (const row of rows) {
    const role = roleOf(row);
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
    const role = roleOf(row);
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

/** A request as the tenant holds it; null for a scope that is not the directory's. `known` supplies names the answer lacks. */
export function toRequest(row: RequestRow, now: Temporal.Instant, known?: RoleAtScope): TenantRequest | null {
  const role = known ?? roleOf(row);
  if (role === null) {
    return null;
  }
  const start = row.scheduleInfo?.startDateTime ?? null;
  return {
    id: scheduleRequestId(row.id),
    state: stateOf(row.status, start, now),
    principalId: principalId(row.principalId),
    role,
    startsAt: isAtOnce(start, row.createdDateTime) ? null : start,
    duration: durationOf(row),
    justification: row.justification ?? '',
    ticket: row.ticketInfo?.ticketNumber ?? null,
    marker: row.customData,
  };
}

/** `Granted` also stands for a moment before an immediate start is provisioned. */
function stateOf(status: string, start: Temporal.Instant | null, now: Temporal.Instant): TenantRequest['state'] {
  const state = STATES[status] ?? 'provisioning';
  const liesAhead = start !== null && Temporal.Instant.compare(start, now) > 0;
  return state === 'scheduled' && !liesAhead ? 'provisioning' : state;
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

/** The body of a selfActivate. Without a start PIM takes its own time; with one the offset must be there (pim-api §1.2). */
export function activationBody(person: PrincipalId, order: ActivationOrder): Readonly<Record<string, unknown>> {
  const expiration = { type: 'afterDuration', duration: order.duration.toString() };
  return {
    action: 'selfActivate',
    principalId: person,
    roleDefinitionId: order.role.roleDefinitionId,
    directoryScopeId: order.role.scope.id,
    justification: order.justification,
    customData: order.marker,
    scheduleInfo: order.startsAt === null ? { expiration } : { startDateTime: order.startsAt.toString(), expiration },
    ticketInfo:
      order.ticket === null
        ? { ticketNumber: null, ticketSystem: null }
        : { ticketNumber: order.ticket, ticketSystem: 'Pimlico' },
  };
}
