import { pullId } from '../../domain/ids.ts';
import type { Pull } from '../../domain/pull.ts';
import { asAccessError } from '../../errors.ts';
import type { DueTimer } from '../../ports/jobs.ts';
import type { Stores } from '../../ports/store.ts';
import { withdrawHeld } from '../cancel-request.ts';
import type { Posted, Services } from '../services.ts';
import { offerPageInstead } from './ask-for-assertion.ts';
import { confirmNotice } from './pull-facts.ts';
import { remindOfReview } from './review-pull.ts';
import { closeSeconds } from './second-person.ts';
import { movePull, nextDrawing, tellPull } from './tell-pull.ts';

/** How often it is tried to take back what nobody confirmed, and how long after one another. */
const MOST_WITHDRAWALS = 10;
const WITHDRAWN_EVERY = Temporal.Duration.from({ minutes: 1 });

/** Does what is due for a use of a pack. Each branch reads it again first, so that a timer may fire twice, or late. */
export async function firePullTimer(services: Services, timer: DueTimer): Promise<Posted> {
  const pull = await services.store.now.pulls.find(pullId(timer.subject));
  if (pull === null) {
    return [];
  }
  switch (timer.kind) {
    case 'pull.silent':
      return await offerPageInstead(services, pull);
    case 'pull.expire':
      return await expirePull(services, pull);
    case 'pull.second':
      return await endWaiting(services, pull, timer.attempt);
    case 'pull.tick':
      return await drawAgain(services, pull);
    case 'pull.review':
      return await remindOfReview(services, pull, timer.attempt);
    default:
      return [];
  }
}

/** Nobody confirmed it; or it was confirmed, and nothing was asked of PIM: the sign-in was not done, or the process died. */
async function expirePull(services: Services, pull: Pull): Promise<Posted> {
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    const current = await stores.pulls.lock(pull.id);
    if (current?.state === 'planned') {
      const dropped = await stores.pulls.change(pull.id, ['planned'], { state: 'dropped', endedAt: now });
      await stores.timers.clear('pull.silent', pull.id);
      const notice = confirmNotice(pull, [], { phase: 'late' });
      const card =
        dropped === null ? null : await stores.cards.revise(pull.id, pull.puller.id, 'break-glass-confirm', notice);
      return card === null ? [] : [card];
    }
    if (current?.state !== 'pulling' || (await stores.requests.listOfPull(pull.id)).length > 0) {
      return [];
    }
    const problem = { code: 'breakglass.confirm_over', facts: { pack: pull.pack } } as const;
    return (await movePull(stores, pull.id, ['pulling'], { state: 'dropped', endedAt: now, problem })) ?? [];
  });
}

/**
 * No second person confirmed in time: what waits in PIM is withdrawn with the token that was kept for it. Where that cannot be done
 * its puller is asked to; nobody can confirm it here any more.
 */
async function endWaiting(services: Services, { id }: Pull, attempt: number): Promise<Posted> {
  const told = await services.store.transaction(async (stores) => {
    const pull = await stores.pulls.lock(id);
    if (pull?.state !== 'waiting') {
      return null;
    }
    const problem = { code: 'breakglass.confirm_over', facts: { pack: pull.pack } } as const;
    if (pull.isDrill) {
      const dropped = { state: 'dropped', endedAt: services.clock.now(), problem } as const;
      await closeSeconds(stores, pull, 'late');
      return { pull, cards: (await movePull(stores, id, ['waiting'], dropped)) ?? [] };
    }
    await closeApprovals(stores, pull);
    const cards = (await movePull(stores, id, ['waiting'], { problem })) ?? [];
    return { pull, cards: attempt === 0 ? [...cards, ...(await tellPull(stores, id, 'news'))] : cards };
  });
  if (told === null || told.pull.isDrill) {
    return told?.cards ?? [];
  }
  return [...told.cards, ...(await withdraw(services, told.pull, attempt))];
}

async function withdraw(services: Services, { id, puller }: Pull, attempt: number): Promise<Posted> {
  const cards: Posted[] = [];
  for (const request of await services.store.now.requests.listOfPull(id)) {
    if (request.state !== 'pending') {
      continue;
    }
    try {
      cards.push(await withdrawHeld(services, request, { principalId: puller.id, heldFor: id }));
    } catch (thrown) {
      services.log.warn('breakglass.not_withdrawn', { pullId: id, attempt, code: asAccessError(thrown).code });
      if (attempt < MOST_WITHDRAWALS) {
        const dueAt = services.clock.now().add(WITHDRAWN_EVERY);
        await services.store.now.timers.set({ kind: 'pull.second', subject: id, dueAt, attempt: attempt + 1 });
      }
    }
  }
  return cards.flat();
}

/** What is left is told anew; a drill ends by itself, as the real thing does in PIM. */
async function drawAgain(services: Services, pull: Pull): Promise<Posted> {
  if (pull.state !== 'active') {
    return [];
  }
  const now = services.clock.now();
  const next = nextDrawing(pull, now);
  return await services.store.transaction(async (stores) => {
    if (next === null && pull.isDrill) {
      return (await movePull(stores, pull.id, ['active'], { state: 'over', endedAt: pull.activeUntil })) ?? [];
    }
    if (next !== null) {
      await stores.timers.set({ kind: 'pull.tick', subject: pull.id, dueAt: next });
    }
    return await tellPull(stores, pull.id, 'again');
  });
}

/** Nobody can confirm it here any more; what they are shown says so. */
async function closeApprovals(stores: Stores, pull: Pull): Promise<void> {
  for (const request of await stores.requests.listOfPull(pull.id)) {
    for (const card of await stores.cards.findInStory(request.id, 'approval-request')) {
      if (card.notice.card === 'break-glass-confirm') {
        await stores.cards.revise(card.story, card.recipient, card.slot, { ...card.notice, phase: 'late' });
      }
    }
  }
}
