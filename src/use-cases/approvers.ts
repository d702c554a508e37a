import type { PrincipalId } from '../domain/ids.ts';
import type { ApproverReference, Person, RolePolicy } from '../domain/policy.ts';
import { AccessError, type ErrorCode } from '../errors.ts';
import type { Services } from './services.ts';

/** The reader may not see it, or it is not there: then we do not know, which is not the same as nobody. */
export const HIDDEN: ReadonlySet<ErrorCode> = new Set(['graph.forbidden', 'graph.not_found', 'graph.unauthorized']);

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
  try {
    return await services.reader.expandApprovers([approver]);
  } catch (thrown) {
    if (thrown instanceof AccessError && HIDDEN.has(thrown.code)) {
      services.log.warn('approvers.unknown', { approver: approver.id, code: thrown.code });
      return null;
    }
    throw thrown;
  }
}
