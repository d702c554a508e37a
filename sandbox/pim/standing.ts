import type { Tenant } from '../platform/types.ts';
import type { Schedule, Subject } from './model.ts';
import { guidOf } from './state.ts';

const SINCE_EVER = Temporal.Instant.from('2024-01-01T00:00:00Z');

/** The directory roles a person holds without PIM, as permanent assignments: no start, no end (pim-api §2.5). */
export function standingAssignments(tenant: Tenant, personId: string): readonly Schedule[] {
  return [...(tenant.directoryRoles.get(personId) ?? [])].map((role) => {
    const id = guidOf(`standing ${personId} ${role}`);
    const instanceId = `${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}-1`;
    return standingSchedule({ id, instanceId }, { surface: 'directory', role, scope: '/' }, personId);
  });
}

/** Something held since ever and for ever, which PIM did not give. */
export function standingSchedule(
  ids: { readonly id: string; readonly instanceId: string },
  subject: Subject,
  principalId: string,
): Schedule {
  return {
    ...ids,
    kind: 'assignment',
    subject,
    principalId,
    assignmentType: 'Assigned',
    createdAt: SINCE_EVER,
    createdUsing: ids.id,
    activatedUsing: null,
    modifiedAt: SINCE_EVER,
    start: null,
    end: null,
    expiration: { type: 'noExpiration' },
    endedAt: null,
  };
}
