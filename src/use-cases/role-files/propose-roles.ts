import type { RolesChangeNotice, RolesDriftNotice } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import type { CardOf } from '../administration/change-assignment.ts';
import { postAnswer } from '../error-card.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { refuseWhilePaused } from '../serving/demand-running.ts';
import { demandAdminSignIn } from '../settings/demand-admin.ts';
import { planApply, planDelete, type RolesPlan, type RolesWish } from './plan-change.ts';
import { showDrift } from './show-drift.ts';

export type RolesCard = CardOf<RolesChangeNotice>;

/**
 * Answers `roles apply [NAME…]`: reads back what would be created and changed. Nothing is sent yet, and nothing is ever deleted
 * because its file is gone.
 *
 * @throws {AccessError} identity.admin_sign_in_required, and what planning throws
 */
export async function proposeApply(services: Services, asker: Asker, wish: RolesWish): Promise<Posted> {
  await refuseWhilePaused(services, 'usual');
  demandAdminSignIn(asker);
  const plan = await planApply(services, asker, wish);
  // There is nothing to confirm: the same card as of a question says so.
  return plan === null ? await showDrift(services, asker, wish.names) : await postAnswer(services, asker, plan.notice);
}

/** The same for the button of a comparison, which is made again for this person now. */
export async function proposeApplyOf(
  services: Services,
  asker: Asker,
  { notice }: CardOf<RolesDriftNotice>,
): Promise<Posted> {
  const names = notice.about === null ? [] : notice.roles.map(({ name }) => name);
  return await proposeApply(services, asker, { names, justification: '' });
}

/** Answers `roles delete NAME`: who stands in the way, else the question whether to. Throws as {@link proposeApply}. */
export async function proposeDelete(services: Services, asker: Asker, wish: RolesWish): Promise<Posted> {
  await refuseWhilePaused(services, 'usual');
  demandAdminSignIn(asker);
  if (wish.names.length !== 1) {
    const text = 'One role at a time: “delete role NAME”.';
    throw new AccessError('command.problem', 'not one role', { facts: { text } });
  }
  const { notice } = await planDelete(services, asker, wish);
  return await postAnswer(services, asker, notice);
}

/** What the card would read back now; null when there is nothing left of it. */
export async function planAgain(
  services: Services,
  asker: Asker,
  notice: RolesChangeNotice,
): Promise<RolesPlan | null> {
  const plan = notice.action === 'apply' ? planApply : planDelete;
  return await plan(services, asker, notice);
}

/** Lets it be. */
export async function dropRoles(
  services: Services,
  asker: Asker,
  { story, recipient, slot, notice }: RolesCard,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const revised = await stores.cards.revise(story, recipient, slot, { ...notice, phase: 'dropped', problem: null });
    return revised === null ? [] : [revised];
  });
}
