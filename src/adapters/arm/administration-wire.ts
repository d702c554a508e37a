import { z } from 'zod';
import type { ListedAssignment, Principal } from '../../domain/administration.ts';
import { scopeKey } from '../../domain/assignment.ts';
import { word } from '../pim-errors/wire-values.ts';
import { roleOf } from './request-mapping.ts';
import { eligibleRow, optionalInstant } from './wire.ts';

/** A row of somebody's eligible or active assignment. */
export const heldRow = z.object({
  properties: eligibleRow.shape.properties.extend({
    startDateTime: optionalInstant,
    assignmentType: word.nullish(),
    memberType: word.nullish(),
    principalType: word.nullish(),
  }),
});
export type HeldRow = z.infer<typeof heldRow>;

/** What an assignment is made of, which an administrator's change must name. */
export const scheduleRow = z.object({
  name: z.string().min(1),
  properties: z.object({
    scope: z.string(),
    roleDefinitionId: z.string(),
    principalId: z.string(),
    assignmentType: word.nullish(),
  }),
});
export type ScheduleRow = z.infer<typeof scheduleRow>;

const KINDS = new Map<string, Principal['kind']>([
  ['user', 'user'],
  ['group', 'group'],
  ['foreigngroup', 'group'],
  ['serviceprincipal', 'service-principal'],
]);

/**
 * The row for people; null when it is over. What a scope inherits keeps the scope where it is held, since only there it can be
 * changed. Azure shows mail addresses, which are no sign-in names.
 */
export function toListed(
  { properties }: HeldRow,
  kind: ListedAssignment['kind'],
  { now, scopeId }: { readonly now: Temporal.Instant; readonly scopeId: string },
): ListedAssignment | null {
  const { endDateTime, expandedProperties, principalId } = properties;
  if (endDateTime !== null && Temporal.Instant.compare(endDateTime, now) <= 0) {
    return null;
  }
  return {
    ...roleOf(properties),
    principal: {
      id: principalId.toLowerCase(),
      name: expandedProperties?.principal?.displayName || principalId,
      kind: KINDS.get(properties.principalType ?? '') ?? 'unknown',
      userPrincipalName: null,
    },
    kind,
    assignmentType: properties.assignmentType === 'activated' ? 'activated' : 'assigned',
    memberType: memberTypeOf(properties, scopeId),
    startsAt: properties.startDateTime,
    endsAt: endDateTime,
  };
}

/** What we do not know is nothing that could be changed where it is listed. */
function memberTypeOf({ memberType, scope }: HeldRow['properties'], scopeId: string): ListedAssignment['memberType'] {
  const isHere = scopeKey(scope) === scopeKey(scopeId);
  return isHere && (memberType === 'direct' || memberType === 'group') ? memberType : 'inherited';
}
