import type { ProblemFacts } from '../../domain/card-facts.ts';
import { cardId } from '../../domain/ids.ts';
import type { RoleChangeItem } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import { asAdministrator } from '../administration/change-assignment.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import type { RolesCard } from './propose-roles.ts';
import { changeFacts, reviseRoles } from './role-change-record.ts';
import { findWritten } from './write-role.ts';

function inDoubt(facts: Readonly<Record<string, string>>): ProblemFacts {
  return { code: 'activation.in_doubt', facts };
}

/**
 * Does what is due for roles of which nothing was heard while they were written: the process died, and with it the token that could
 * look. The card then says of which one nobody knows, and which were not begun. Safe to run twice, early or late: a card that was
 * settled meanwhile has another nonce.
 */
export async function checkRoles(services: Services, subject: string): Promise<Posted> {
  const card = await services.store.now.cards.find(cardId(subject));
  const { notice } = card ?? {};
  if (card === null || notice?.card !== 'roles-change' || notice.phase !== 'changing') {
    return [];
  }
  const now = services.clock.now();
  const dueAt = Temporal.Instant.from(notice.expiresAt);
  const items = notice.items.map(abandoned);
  return await services.store.transaction(async (stores) => {
    if (isBefore(now, dueAt)) {
      await stores.timers.set({ kind: 'roles.check', subject, dueAt });
      return [];
    }
    if (!(await stores.cards.spendNonce(card.id, card.nonce, 'view'))) {
      return [];
    }
    // Their own words stand with what they confirmed.
    for (const item of items.filter(({ outcome }) => outcome === 'in-doubt')) {
      const facts = { ...changeFacts(item, { justification: '' }), code: 'activation.in_doubt' } as const;
      await stores.audit.roleDefinitionRefused({ at: now, actorId: null, facts });
    }
    return await reviseRoles(stores, card, { ...notice, phase: 'over', items });
  });
}

function abandoned(item: RoleChangeItem): RoleChangeItem {
  switch (item.outcome) {
    case 'writing':
      return { ...item, outcome: 'in-doubt', problem: inDoubt({}) };
    case 'planned':
      return { ...item, outcome: 'left' };
    default:
      return item;
  }
}

/**
 * Looks once more what became of roles that are in doubt, with the clicker's own token. A tenant that does not show it proves
 * nothing, so that the doubt stays; nothing is sent again.
 *
 * @throws {AccessError} card.malformed, card.stale, identity.admin_sign_in_required, identity.sign_in_required, graph.*
 */
export async function lookAtRoles(services: Services, asker: Asker, card: RolesCard): Promise<Posted> {
  const { notice } = card;
  const doubtful = notice.items.filter(({ outcome }) => outcome === 'in-doubt');
  if (notice.phase !== 'over' || doubtful.length === 0) {
    throw new AccessError('card.malformed', 'nothing is in doubt');
  }
  const found = await asAdministrator(asker, async () => await lookAtEach(services, asker, doubtful));
  const now = services.clock.now();
  const items = notice.items.map((item): RoleChangeItem => {
    if (item.outcome !== 'in-doubt') {
      return item;
    }
    return found.has(item.key)
      ? { ...item, outcome: 'done', problem: null }
      : { ...item, problem: inDoubt({ lookedAt: iso(now) }) };
  });
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    for (const item of doubtful.filter(({ key }) => found.has(key))) {
      const facts = { ...changeFacts(item, notice), found: 'tenant' } as const;
      await stores.audit.roleDefinitionChanged({ at: now, actorId: asker.person.id, facts });
    }
    return await reviseRoles(stores, card, { ...notice, items });
  });
}

/** Keys of those that the tenant shows as they were asked for. */
async function lookAtEach(
  services: Services,
  asker: Asker,
  items: readonly RoleChangeItem[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const item of items) {
    const role = await findWritten(services, asker, item);
    if ((role === null) === (item.action === 'delete')) {
      found.add(item.key);
    }
  }
  return found;
}
