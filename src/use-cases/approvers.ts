import type { PrincipalId } from '../domain/ids.ts';
import type { ApproverReference, Person, RolePolicy } from '../domain/policy.ts';
import type { Services } from './services.ts';
import { unlessHidden } from './unless-hidden.ts';

/** Who may decide: `people` without the requester; `areKnown` is false when the tenant does not let us see them. */
export interface Approvers {
  readonly people: readonly Person[];
  readonly areKnown: boolean;
}

/**
 * Finds who may decide an ask of this person. The requester is never one of their own approvers. A rule that names nobody
 * means PIM's default approvers, whom we do not guess: unknown approvers are not no approvers.
 */
export async function findApprovers(
  services: Services,
  policy: RolePolicy | null,
  requesterId: PrincipalId,
): Promise<Approvers> {
  if (policy === null || !policy.isApprovalRequired || policy.approvers.length === 0) {
    return { people: [], areKnown: false };
  }
  const found = new Map<PrincipalId, Person>();
  let areKnown = true;
  for (const approver of policy.approvers) {
    const people = await expand(services, approver);
    areKnown = areKnown && people !== null;
    for (const person of people ?? []) {
      found.set(person.id, person);
    }
  }
  found.delete(requesterId);
  return { people: [...found.values()], areKnown };
}

/** The people behind one entry of the rule; null when the tenant does not show them. */
async function expand(services: Services, approver: ApproverReference): Promise<readonly Person[] | null> {
  return await unlessHidden(
    () => services.reader.expandApprovers([approver]),
    (code) => {
      services.log.warn('approvers.unknown', { approver: approver.id, code });
      return null;
    },
  );
}
