import type { PrincipalId } from '../domain/ids.ts';
import type { Person, RolePolicy } from '../domain/policy.ts';
import type { Services } from './services.ts';

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
  const people = await services.reader.expandApprovers(policy.approvers);
  return { people: people.filter((person) => person.id !== requesterId), areKnown: true };
}
