import type { AssignmentChangeNotice } from '../../domain/administration-notice.ts';
import { cardId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { type ChangeCard, lookForOutcome, orderFacts, orderOf, recordChange, revise } from './assignment-outcome.ts';
import { asAdministrator } from './change-assignment.ts';

/**
 * Does what is due for a change that was confirmed and of which nothing was heard since: its process died, and with it the token
 * that could look. The card then says that nobody knows, never that it was refused. Safe to run twice, early or late: a card
 * that was settled meanwhile has another nonce.
 */
export async function checkAssignment(services: Services, subject: string): Promise<Posted> {
  const card = await services.store.now.cards.find(cardId(subject));
  const { notice } = card ?? {};
  if (card === null || notice?.card !== 'assignment-change' || notice.phase !== 'changing') {
    return [];
  }
  const now = services.clock.now();
  const dueAt = Temporal.Instant.from(notice.expiresAt);
  return await services.store.transaction(async (stores) => {
    if (isBefore(now, dueAt)) {
      await stores.timers.set({ kind: 'assignment.check', subject, dueAt });
      return [];
    }
    if (!(await stores.cards.spendNonce(card.id, card.nonce, 'view'))) {
      return [];
    }
    // Their own words stand with what they confirmed.
    const { justification: _, ticket: __, ...order } = orderFacts(orderOf(notice));
    await stores.audit.assignmentRefused({
      at: now,
      actorId: null,
      facts: { ...order, code: 'activation.in_doubt' },
    });
    return await revise(stores, card, { ...notice, phase: 'refused', outcome: null, problem: inDoubt({}) });
  });
}

function inDoubt(facts: Readonly<Record<string, string>>): AssignmentChangeNotice['problem'] {
  return { code: 'activation.in_doubt', facts };
}

/**
 * Looks once more what became of a change that is in doubt, with the clicker's own token. A list that does not show it proves
 * nothing, so that the doubt stays; nothing is sent again.
 *
 * @throws {AccessError} card.malformed, card.stale, identity.admin_sign_in_required, identity.sign_in_required, graph.*
 */
export async function lookAtAssignment(services: Services, asker: Asker, card: ChangeCard): Promise<Posted> {
  const { notice } = card;
  if (notice.phase !== 'refused' || notice.problem?.code !== 'activation.in_doubt') {
    throw new AccessError('card.malformed', 'nothing is in doubt');
  }
  const order = orderOf(notice);
  const outcome = await asAdministrator(asker, async () => await lookForOutcome(services, asker, card, order));
  if (outcome !== null) {
    return await recordChange(services, asker, card, { order, outcome, how: { found: 'list' } });
  }
  const problem = inDoubt({ lookedAt: iso(services.clock.now()) });
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    return await revise(stores, card, { ...notice, problem });
  });
}
