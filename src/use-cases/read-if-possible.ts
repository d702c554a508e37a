import type { EligibleAssignment, RoleAtScope } from '../domain/assignment.ts';
import type { RolePolicy } from '../domain/policy.ts';
import { asAccessError } from '../errors.ts';
import { type ActivationTarget, listWays } from './activation-target.ts';
import type { Services } from './services.ts';

/*
 * What makes an answer fuller, and without which it is still right: whatever keeps it from being read is noted and left out. Plans
 * and decisions do not read like this.
 */

/** The settings of a role; null when they cannot be read now. */
export async function readPolicyIfPossible(services: Services, role: RoleAtScope): Promise<RolePolicy | null> {
  try {
    return await services.reader.readPolicy(role);
  } catch (thrown) {
    services.log.warn('policy.unreadable', { code: asAccessError(thrown).code });
    return null;
  }
}

/** What groups lead to; nothing when that cannot be read now. */
export async function listWaysIfPossible(
  services: Services,
  eligible: readonly EligibleAssignment[],
): Promise<readonly ActivationTarget[]> {
  try {
    return await listWays(services, eligible);
  } catch (thrown) {
    services.log.warn('group.roles_unknown', { code: asAccessError(thrown).code });
    return [];
  }
}
