import type { RoleAtScope } from '../../domain/assignment.ts';
import { roleKey } from '../../domain/assignment.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { ActivationOrder } from '../../ports/role-management.ts';
import { standingRefusal } from './standing.ts';
import type { RequestRow } from './wire.ts';

/**
 * Says of each order why it must not be sent, or null: reads the person's own requests for each role once, side by side.
 * What cannot be read is not sent either, and a role that stands there twice goes once.
 */
export async function refusalsOfRepeats(
  orders: readonly ActivationOrder[],
  read: (role: RoleAtScope) => Promise<readonly RequestRow[]>,
  now: Temporal.Instant,
): Promise<readonly (AccessError | null)[]> {
  const judged = new Map<string, Promise<AccessError | null>>();
  return await Promise.all(
    orders.map(async ({ role }) => {
      const key = roleKey(role);
      const earlier = judged.get(key);
      if (earlier !== undefined) {
        return (await earlier) ?? new AccessError('activation.already_pending', 'The role is asked for twice at once');
      }
      const refusal = refusalOf(role, read, now);
      judged.set(key, refusal);
      return await refusal;
    }),
  );
}

async function refusalOf(
  role: RoleAtScope,
  read: (role: RoleAtScope) => Promise<readonly RequestRow[]>,
  now: Temporal.Instant,
): Promise<AccessError | null> {
  try {
    return standingRefusal(await read(role), role, now);
  } catch (error) {
    return asAccessError(error);
  }
}
