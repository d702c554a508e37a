import { type EligibleAssignment, isSameRole } from '../domain/assignment.ts';
import type { MyRolesNotice } from '../domain/notice.ts';
import type { RolePolicy } from '../domain/policy.ts';
import { asAccessError } from '../errors.ts';
import { isoDuration, isoOrNull, roleFacts } from './facts.ts';
import { readActive } from './list-active.ts';
import { type Asker, actorOf, type Services } from './services.ts';

/**
 * Shows what the asker may activate, with the limits of each role and what is on already.
 * Limits that the tenant does not let us read are left out, not guessed.
 */
export async function listMyRoles(services: Services, asker: Asker): Promise<MyRolesNotice> {
  services.eligibility.forget(asker.person.id);
  const [eligible, active, open] = await Promise.all([
    services.eligibility.read(actorOf(asker)),
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const policies = await Promise.all(eligible.map((role) => readPolicy(services, role)));
  const roles = eligible.map((role, index) => {
    const policy = policies[index] ?? null;
    const same = active.find((item) => isSameRole(item, role));
    const waiting = open.find((item) => item.state === 'pending' && isSameRole(item.role, role));
    return {
      ...roleFacts(role),
      maximumDuration: policy === null ? null : isoDuration(policy.maximumDuration),
      needsApproval: policy === null ? null : policy.isApprovalRequired,
      activeUntil: isoOrNull(same?.endsAt ?? null),
      pendingRequestId: waiting?.id ?? null,
    };
  });
  return { card: 'my-roles', roles };
}

async function readPolicy(services: Services, role: EligibleAssignment): Promise<RolePolicy | null> {
  try {
    return await services.reader.readPolicy(role);
  } catch (thrown) {
    services.log.warn('policy.unreadable', { code: asAccessError(thrown).code });
    return null;
  }
}
