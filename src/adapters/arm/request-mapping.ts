import type { ActiveAssignment, EligibleAssignment, RoleAtScope, Scope } from '../../domain/assignment.ts';
import { roleKey, scopeKey, WHOLE_TENANT } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { principalId, roleDefinitionId, scheduleRequestId } from '../../domain/ids.ts';
import type { ActivationOrder, ExtensionOrder, TenantRequest } from '../../ports/role-management.ts';
import { requestState } from '../pim-errors/request-state.ts';
import { roleGuid, roleIdAt } from './paths.ts';
import type { ActiveRow, EligibleRow, NamedRole, RequestRow } from './wire.ts';

/** A start this close to the asking means "at once": PIM fills in its own time, clients send the current one. */
const AT_ONCE = Temporal.Duration.from({ seconds: 5 });

/** The role at its scope, with the names that came along. */
export function roleOf({ scope, roleDefinitionId: id, expandedProperties }: NamedRole): RoleAtScope {
  return {
    surface: 'azure',
    roleDefinitionId: roleDefinitionId(id),
    roleName: expandedProperties?.roleDefinition?.displayName ?? roleGuid(id),
    scope: scopeOf(scope, expandedProperties?.scope?.displayName ?? null),
  };
}

/** A scope with its name, which is the end of its path where the tenant gives none. */
export function scopeOf(id: string, displayName: string | null): Scope {
  const place = id.replace(/\/+$/, '');
  const end = place.slice(place.lastIndexOf('/') + 1);
  return { id: place === '' ? '/' : place, name: displayName || end || WHOLE_TENANT };
}

/**
 * The eligible assignments of a person. A row that a group holds has the group's id; the person activates it as their own. One
 * held twice is one, with the later end. Rows stay listed for a while after they ended.
 */
export function toEligible(
  person: PrincipalId,
  rows: readonly EligibleRow[],
  now: Temporal.Instant,
): readonly EligibleAssignment[] {
  const byRole = new Map<string, EligibleAssignment>();
  for (const { properties } of rows) {
    const { endDateTime } = properties;
    const role = roleOf(properties);
    const other = byRole.get(roleKey(role));
    if (!isOver(endDateTime, now) && (other === undefined || endsLater(endDateTime, other.endsAt))) {
      byRole.set(roleKey(role), { ...role, principalId: person, endsAt: endDateTime });
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
  return rows
    .filter(({ properties }) => !isOver(properties.endDateTime, now))
    .map(({ properties }) => ({
      ...roleOf(properties),
      principalId: person,
      assignmentType: properties.assignmentType === 'activated' ? 'activated' : 'assigned',
      startsAt: properties.startDateTime,
      endsAt: properties.endDateTime,
    }));
}

/** A request as the tenant holds it; its name is our marker. `known` supplies names the answer lacks. */
export function toRequest({ name, properties }: RequestRow, now: Temporal.Instant, known?: RoleAtScope): TenantRequest {
  const start = properties.scheduleInfo?.startDateTime ?? null;
  return {
    id: scheduleRequestId(name),
    state: requestState(properties.status, start, now),
    principalId: principalId(properties.principalId),
    role: known ?? roleOf(properties),
    startsAt: isAtOnce(start, properties.createdOn) ? null : start,
    duration: durationOf(properties),
    justification: properties.justification ?? '',
    ticket: properties.ticketInfo?.ticketNumber ?? null,
    marker: name.toLowerCase(),
  };
}

/** The body of a SelfActivate. Without a start PIM takes its own time. */
export function activationBody(person: PrincipalId, order: ActivationOrder): Readonly<Record<string, unknown>> {
  const expiration = { type: 'AfterDuration', duration: order.duration.toString() };
  const { ticket, startsAt } = order;
  return {
    properties: {
      ...ownRequest(person, order.role, 'SelfActivate'),
      justification: order.justification,
      scheduleInfo: startsAt === null ? { expiration } : { startDateTime: startsAt.toString(), expiration },
      ticketInfo: { ticketNumber: ticket, ticketSystem: ticket === null ? null : 'Pimlico' },
    },
  };
}

export function deactivationBody(person: PrincipalId, role: RoleAtScope): Readonly<Record<string, unknown>> {
  return { properties: ownRequest(person, role, 'SelfDeactivate') };
}

export function extensionBody(person: PrincipalId, order: ExtensionOrder): Readonly<Record<string, unknown>> {
  return {
    properties: {
      ...ownRequest(person, order.role, order.action === 'extend' ? 'SelfExtend' : 'SelfRenew'),
      justification: order.justification,
      scheduleInfo: { expiration: { type: 'AfterDateTime', endDateTime: order.endsAt.toString() } },
    },
  };
}

/** The person's own id even where a group is eligible: it is the person who gets access (pim-api §19.13). */
function ownRequest(person: PrincipalId, role: RoleAtScope, requestType: string): Readonly<Record<string, unknown>> {
  return { principalId: person, roleDefinitionId: roleIdAt(role.scope.id, role.roleDefinitionId), requestType };
}

/** Says whether the row is about this role at this scope. */
export function isAbout({ properties }: RequestRow, role: RoleAtScope): boolean {
  return (
    roleGuid(properties.roleDefinitionId) === roleGuid(role.roleDefinitionId) &&
    scopeKey(properties.scope) === scopeKey(role.scope.id)
  );
}

/** When the activation that was asked for begins and ends, as far as the request tells. */
export function windowOf({ properties }: RequestRow): { begin: Temporal.Instant | null; end: Temporal.Instant | null } {
  const { scheduleInfo, createdOn } = properties;
  const begin = scheduleInfo?.startDateTime ?? createdOn;
  const length = scheduleInfo?.expiration?.duration ?? null;
  const end = scheduleInfo?.expiration?.endDateTime ?? null;
  return { begin, end: begin !== null && length !== null ? begin.add(length) : end };
}

function isAtOnce(start: Temporal.Instant | null, created: Temporal.Instant | null): boolean {
  return start !== null && created !== null && Temporal.Instant.compare(start, created.add(AT_ONCE)) <= 0;
}

/** With a duration the end is null in ARM's answers, and the other way round (pim-api §1.4). */
function durationOf({ scheduleInfo, createdOn }: RequestRow['properties']): Temporal.Duration | null {
  const expiration = scheduleInfo?.expiration;
  if (expiration?.duration) {
    return expiration.duration;
  }
  const from = scheduleInfo?.startDateTime ?? createdOn;
  return expiration?.endDateTime && from !== null ? expiration.endDateTime.since(from, { largestUnit: 'hour' }) : null;
}

function isOver(end: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return end !== null && Temporal.Instant.compare(end, now) <= 0;
}

function endsLater(end: Temporal.Instant | null, than: Temporal.Instant | null): boolean {
  return than !== null && (end === null || Temporal.Instant.compare(end, than) > 0);
}
