import type { ActivationRequest } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import { roleKey } from '../domain/assignment.ts';
import type { RoleFacts } from '../domain/card-facts.ts';
import type { RequestFacts, RoleChoice } from '../domain/notice.ts';

/** An instant as cards keep it: UTC, whole seconds. */
export function iso(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second' });
}

export function isoOrNull(instant: Temporal.Instant | null): string | null {
  return instant === null ? null : iso(instant);
}

/** A duration in hours and minutes, as PIM writes it: `PT1H30M`. */
export function isoDuration(duration: Temporal.Duration): string {
  const minutes = Math.round(duration.total('minutes'));
  return Temporal.Duration.from({ hours: Math.floor(minutes / 60), minutes: minutes % 60 }).toString();
}

export function roleFacts(role: RoleAtScope): RoleFacts {
  return { roleName: role.roleName, scopeName: role.scope.name };
}

export function roleChoice(role: RoleAtScope): RoleChoice {
  return { key: roleKey(role), ...roleFacts(role) };
}

export function requestFacts(request: ActivationRequest): RequestFacts {
  return {
    ...roleFacts(request.role),
    requestId: request.id,
    requesterName: request.requesterName,
    duration: request.isDurationKnown ? isoDuration(request.duration) : null,
    startsAt: isoOrNull(request.startsAt),
    justification: request.justification,
    ticket: request.ticket,
    ...(request.learnedAfter !== null && { learnedAfter: request.learnedAfter.toString() }),
  };
}

/** The earlier first. */
export function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}

/** How long after something happened it was seen, in whole seconds; nothing where our clock is behind Microsoft's. */
export function lagOf(from: Temporal.Instant, seen: Temporal.Instant): Temporal.Duration {
  const lag = from.until(seen).round({ largestUnit: 'hour', smallestUnit: 'second' });
  return lag.sign < 0 ? Temporal.Duration.from('PT0S') : lag;
}

/** How long access is on, in whole minutes. */
export function lengthOf(from: Temporal.Instant, until: Temporal.Instant): Temporal.Duration {
  return from.until(until, { largestUnit: 'hour', smallestUnit: 'minute', roundingMode: 'halfExpand' });
}
