import type { Tenant } from '../platform/types.ts';
import type { Schedule } from './model.ts';
import { guidOf } from './state.ts';

const SINCE_EVER = Temporal.Instant.from('2024-01-01T00:00:00Z');

/** The directory roles a person holds without PIM, as permanent assignments: no start, no end (pim-api §2.5). */
export function standingAssignments(tenant: Tenant, personId: string): readonly Schedule[] {
  return [...(tenant.directoryRoles.get(personId) ?? [])].map((role) => {
    const id = guidOf(`standing ${personId} ${role}`);
    return {
      id,
      instanceId: `${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}-1`,
      kind: 'assignment',
      subject: { surface: 'directory', role, scope: '/' },
      principalId: personId,
      assignmentType: 'Assigned',
      createdAt: SINCE_EVER,
      createdUsing: id,
      activatedUsing: null,
      modifiedAt: SINCE_EVER,
      start: null,
      end: null,
      expiration: { type: 'noExpiration' },
      endedAt: null,
    };
  });
}
