import { CONFIRM_PULL_WITHIN, type Pull } from '../../domain/pull.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import { offerPullSignIn, offerStepUps, type WaitingActivation } from '../offer-sign-in.ts';
import type { ActivationPlan } from '../plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from '../services.ts';
import { finalRefusal, needOfRefusal, wasMet } from '../step-up-need.ts';
import { recordRefusal, submitActivations } from '../submit-activation.ts';
import type { PlannedPull } from './plan-pull.ts';
import { askSeconds } from './second-person.ts';
import { movePull } from './tell-pull.ts';

/**
 * Asks PIM for everything that a confirmed pull activates, once, with the puller's own token. A drill asks PIM whether it would, and
 * goes on as if it had. What PIM refuses is told on the pull's own cards.
 */
export async function carryOutPull(
  services: Services,
  asker: Asker,
  pull: Pull,
  { plans, seconds }: PlannedPull,
): Promise<Posted> {
  return pull.isDrill
    ? await rehearse(services, asker, pull, { plans, seconds })
    : await activateAll(services, asker, pull, plans);
}

async function activateAll(
  services: Services,
  asker: Asker,
  pull: Pull,
  plans: readonly ActivationPlan[],
): Promise<Posted> {
  const planned = plans.map((plan) => ({ plan, pull: pull.id }));
  const outcomes = await submitActivations(services, { ...asker, spend: null }, planned, actorOf(asker));
  const [unsent] = outcomes.flatMap((outcome) => (outcome instanceof AccessError ? [outcome] : []));
  if (unsent?.code === 'card.stale') {
    // Stood down meanwhile, or carried out by another page.
    return [];
  }
  const waiting: WaitingActivation[] = [];
  const cards: Posted[] = [];
  let problem: AccessError | null = unsent ?? null;
  for (const outcome of outcomes) {
    if (outcome instanceof AccessError) {
      continue;
    }
    if (outcome.kind === 'told') {
      cards.push(outcome.cards);
    } else if (outcome.kind === 'refused') {
      problem ??= outcome.error;
    } else if (wasMet(outcome.need, asker.steppedUp)) {
      const error = finalRefusal(new AccessError('activation.step_up_required', 'PIM wants more than was proved'));
      await recordRefusal(services, outcome.request, error);
      problem ??= error;
    } else {
      waiting.push({ request: outcome.request, need: outcome.need });
    }
  }
  cards.push(await offerStepUps(services, asker, waiting));
  const why = problem === null ? {} : { problem: { code: problem.code, facts: problem.facts } };
  const nothing = unsent === undefined ? {} : ({ state: 'dropped', endedAt: services.clock.now() } as const);
  const told = await services.store.transaction(
    async (stores) => await movePull(stores, pull.id, ['pulling', 'waiting', 'active'], { ...why, ...nothing }),
  );
  return [...new Set([...cards.flat(), ...(told ?? [])])];
}

/** The real call, which changes nothing; what PIM would refuse is told, and a sign-in that it wants is asked for, once. */
async function rehearse(
  services: Services,
  asker: Asker,
  pull: Pull,
  { plans, seconds }: Pick<PlannedPull, 'plans' | 'seconds'>,
): Promise<Posted> {
  const error = await validateAll(services, asker, plans);
  const need = error === null || asker.steppedUp !== undefined ? null : needOfRefusal(error);
  return await services.store.transaction(async (stores) => {
    if (error === null) {
      return (await beginDrill(services, stores, { pull, seconds })) ?? [];
    }
    if (need !== null) {
      return await offerPullSignIn(services, stores, asker, { pull, need });
    }
    const { code, facts } = finalRefusal(error);
    const dropped = { state: 'dropped', endedAt: services.clock.now(), problem: { code, facts } } as const;
    return (await movePull(stores, pull.id, ['pulling'], dropped)) ?? [];
  });
}

async function validateAll(
  services: Services,
  asker: Asker,
  plans: readonly ActivationPlan[],
): Promise<AccessError | null> {
  for (const { role, duration, justification, ticket } of plans) {
    const order = { role, startsAt: null, duration, justification, ticket, marker: services.newId() };
    try {
      await services.roles.of(role).validate(actorOf(asker), order);
    } catch (thrown) {
      return asAccessError(thrown);
    }
  }
  return null;
}

async function beginDrill(
  services: Services,
  stores: Stores,
  { pull, seconds }: { readonly pull: Pull; readonly seconds: PlannedPull['seconds'] },
): Promise<Posted | null> {
  const now = services.clock.now();
  if (!pull.needsSecondPerson) {
    const active = { state: 'active', activeFrom: now, activeUntil: now.add(pull.window) } as const;
    return await movePull(stores, pull.id, ['pulling'], active);
  }
  const waiting = { state: 'waiting', secondBy: now.add(CONFIRM_PULL_WITHIN) } as const;
  await askSeconds(stores, { ...pull, ...waiting }, seconds);
  return await movePull(stores, pull.id, ['pulling'], waiting);
}
