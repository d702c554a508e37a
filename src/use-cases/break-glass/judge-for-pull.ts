import type { Pack } from '../../domain/break-glass.ts';
import { findingInWords, judgePack } from '../../domain/judge-pack.ts';
import type { Person } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import type { ActivationPlan } from '../plan-activation.ts';
import type { Services } from '../services.ts';

/**
 * Refuses a pack whose settings in PIM do not do what the rulebook says of it. Settings that nobody lets us read are PIM's own to
 * enforce, but for a second person: that one is demanded must be known, and who it can be. Who else is eligible is no matter of
 * this pull.
 *
 * @throws {AccessError} breakglass.pack_broken, oncall.*
 */
export async function judgeForPull(
  { onCall: source }: Services,
  pack: Pack,
  { puller, plans }: { readonly puller: Person; readonly plans: readonly ActivationPlan[] },
): Promise<void> {
  const unknown = plans.find(({ policy, approvers }) => policy?.isApprovalRequired !== false && !approvers.areKnown);
  if (unknown !== undefined && pack.needsSecondPerson) {
    const reason = `nobody can tell who has to confirm ${unknown.role.roleName}, since its settings or their people cannot be read.`;
    throw broken(pack, reason);
  }
  const onCall = await source.listEverybody(pack.pulledBy);
  const roles = plans.flatMap(({ role, policy, approvers }) =>
    // The plan leaves its puller out, who approves nothing of their own.
    policy === null ? [] : [{ role, policy, eligible: onCall, approvers: [...approvers.people, puller] }],
  );
  const [found] = judgePack({ pack, roles, onCall }).problems;
  if (found !== undefined) {
    throw broken(pack, findingInWords(found));
  }
}

function broken({ name: pack }: Pack, reason: string): AccessError {
  return new AccessError('breakglass.pack_broken', 'the settings do not agree with the rulebook', {
    facts: { pack, reason },
  });
}
