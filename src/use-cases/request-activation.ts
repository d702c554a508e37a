import type { NextActivation } from '../domain/activation.ts';
import type { BundleItem } from '../domain/administration.ts';
import type { EligibleAssignment, RoleAtScope } from '../domain/assignment.ts';
import { roleKey } from '../domain/assignment.ts';
import { AccessError, asAccessError } from '../errors.ts';
import { openForm } from './activation-form.ts';
import { type ActivationTarget, distinctChoices, findTarget, nameTarget, targetKey } from './activation-target.ts';
import {
  type Attempt,
  answerSubmission,
  askBack,
  type Chain,
  HELD,
  joinChain,
  type PimAnswer,
  type PlannedAsk,
  refusalNotice,
} from './answer-submission.ts';
import { holdForNext } from './chain-activation.ts';
import { checkDuties } from './check-duties.ts';
import { errorNotice, postAnswer, postError } from './error-card.ts';
import { offerStepUps, type WaitingActivation } from './offer-sign-in.ts';
import { arrangeOwnRoles } from './own-roles.ts';
import type { ActivationAsk, ActivationPlan, Refusal } from './plan-activation.ts';
import { askedFacts, planActivation } from './plan-activation.ts';
import { waitOf } from './postpone-sentence.ts';
import type { Listing } from './role-surfaces.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { refuseWhilePaused } from './serving/demand-running.ts';
import { demandServed, onlyServed } from './serving/find-unserved.ts';
import { needOfRefusal } from './step-up-need.ts';
import { type Submitted, submitActivations } from './submit-activation.ts';

/** Roles as somebody typed them, with the rest of the sentence. */
export interface SpokenAsk extends ActivationAsk {
  readonly roles: readonly string[];
  readonly scope: string | null;
}

/** One role of a turn: ready to be sent, or answered already. */
type Prepared =
  | { readonly kind: 'ready'; readonly asker: Asker; readonly ready: ReadyActivation }
  /** The first of two steps is on, or asked for, already. */
  | { readonly kind: 'under-way'; readonly asker: Asker; readonly chain: Chain }
  | { readonly kind: 'answered'; readonly attempt: Attempt };

type Outcome = Submitted | AccessError;
type Judgment = (error: AccessError) => boolean;

interface ReadyActivation extends PlannedAsk {
  readonly leadsTo: NextActivation | null;
  readonly gives: RoleAtScope | null;
}

/**
 * Activates what a sentence names, among what the asker is eligible for: asks back when it is unclear which role is meant or
 * when the role's settings want more, and never guesses. Each role succeeds or fails on its own; PIM is asked for all of them
 * at once.
 */
export async function requestActivation(services: Services, asker: Asker, ask: SpokenAsk): Promise<Posted> {
  const eligible = await services.eligibility.read(actorOf(asker));
  if (eligible.rows.length === 0) {
    throw eligible.errors[0] ?? new AccessError('activation.nothing_eligible', 'no eligible assignments');
  }
  if (ask.roles.length === 0) {
    await refuseWhilePaused(services, 'usual');
    const own = await arrangeOwnRoles(services, asker.person.id, eligible.rows);
    const [first] = eligible.rows;
    if (own.length === 0 && first !== undefined) {
      await demandServed(services, asker.person.id, first);
    }
    return await postAnswer(services, asker, openForm(own, ask));
  }
  const named = ask.roles.map(
    (words) => async (part: Asker) => await prepareWords(services, part, { words, ask, eligible }),
  );
  return await carryOutAll(services, asker, named);
}

/** Activates roles that are known, such as those of a bundle, each for its own time unless the ask says one. */
export async function requestKnown(
  services: Services,
  asker: Asker,
  items: readonly BundleItem[],
  ask: ActivationAsk,
): Promise<Posted> {
  const named = items.map(({ role, duration }) => async (part: Asker): Promise<Prepared> => {
    const target = await findTarget(services, part, roleKey(role));
    const isTimed = ask.duration !== null || ask.until !== null;
    return await prepare(services, part, target, isTimed ? ask : { ...ask, duration });
  });
  return await carryOutAll(services, asker, named);
}

/** Activates one target that is known: what a form or a choice named. */
export async function activateTarget(
  services: Services,
  asker: Asker,
  target: ActivationTarget,
  ask: ActivationAsk,
): Promise<Attempt> {
  const attempts = await sendAll(services, asker, [await prepare(services, asker, target, ask)], isOfSigningIn);
  const last = attempts.at(-1) ?? NOTHING_DONE;
  return { outcome: last.outcome, cards: attempts.flatMap(({ cards }) => cards) };
}

const NOTHING_DONE: Attempt = { outcome: 'refused', cards: [] };

/** A role that fails says so and holds up no other. Before anything is begun, signing in and waiting are matters of the whole turn. */
async function carryOutAll(
  services: Services,
  asker: Asker,
  roles: readonly ((part: Asker) => Promise<Prepared>)[],
): Promise<Posted> {
  const prepared: Prepared[] = [];
  for (const [index, prepareOne] of roles.entries()) {
    const part = index === 0 ? asker : { ...asker, turnId: `${asker.turnId}:${index}` };
    try {
      prepared.push(await prepareOne(part));
    } catch (thrown) {
      const error = asAccessError(thrown);
      if (isPutOff(error) && prepared.every(({ kind }) => kind !== 'answered')) {
        throw error;
      }
      prepared.push(answered('refused', await postError(services, part, error)));
    }
  }
  const attempts = await sendAll(services, asker, withoutDoubles(prepared), isPutOff);
  return attempts.flatMap(({ cards }) => cards);
}

function isOfSigningIn(error: AccessError): boolean {
  return error.code === 'identity.sign_in_required' || needOfRefusal(error) !== null;
}

/** A sentence goes on by itself after a wait, too; a card that was pressed is pressed again. */
const isPutOff: Judgment = (error) => isOfSigningIn(error) || waitOf(error) !== null;

/** A role that was named twice is asked for once. */
function withoutDoubles(prepared: readonly Prepared[]): readonly Prepared[] {
  const seen = new Set<string>();
  return prepared.filter((one) => {
    const key = one.kind === 'ready' ? targetKey(one.ready.target) : null;
    const isNew = key === null || !seen.has(key);
    if (key !== null) {
      seen.add(key);
    }
    return isNew;
  });
}

interface OneRole {
  readonly words: string;
  readonly ask: SpokenAsk;
  readonly eligible: Listing<EligibleAssignment>;
}

async function prepareWords(services: Services, asker: Asker, { words, ask, eligible }: OneRole): Promise<Prepared> {
  const named = await nameTarget(services, asker, { words, scope: ask.scope }, eligible.rows);
  if (named.kind === 'one') {
    return await prepare(services, asker, named.target, ask);
  }
  if (named.kind === 'several') {
    const offered = named.targets.filter(({ role, next }) => onlyServed(services, [next ?? role]).length > 0);
    const choices = distinctChoices(offered.length > 0 ? offered : named.targets);
    const notice = { card: 'choose-role', words, choices, purpose: 'activate', asked: askedFacts(ask) } as const;
    return answered('form', await postAnswer(services, asker, notice));
  }
  // What the words mean may be in the part that could not be read.
  const unread = eligible.errors[0];
  if (unread !== undefined) {
    throw unread;
  }
  if (named.misplaced !== null) {
    const facts = { roleName: named.misplaced.roleName, scope: ask.scope ?? '' };
    throw new AccessError('activation.scope_unknown', 'no such place below the eligible assignment', { facts });
  }
  const error = new AccessError('activation.role_unknown', 'no eligible role of that name', { facts: { words } });
  return answered('refused', await postAnswer(services, asker, errorNotice(services, error, named.nearest)));
}

function answered(outcome: Attempt['outcome'], cards: Posted): Prepared {
  return { kind: 'answered', attempt: { outcome, cards } };
}

/** Plans one target, and the role it leads to, so that what is missing is asked for before anything is sent. */
async function prepare(
  services: Services,
  asker: Asker,
  target: ActivationTarget,
  said: ActivationAsk,
): Promise<Prepared> {
  const ask = target.eligible === null ? said : { ...said, eligible: target.eligible };
  const planner = { person: asker.person, actor: actorOf(asker) };
  const given = target.next?.gives === 'active' ? target.next : null;
  const plan = withConflict(
    await planActivation(services, planner, target.role, ask),
    given === null ? null : await checkDuties(services, planner, given),
  );
  const next = target.next?.gives === 'eligible' ? target.next : null;
  if (next === null) {
    return plan.isAllowed
      ? { kind: 'ready', asker, ready: { target, ask, plan, leadsTo: null, gives: given } }
      : { kind: 'answered', attempt: await askBack(services, asker, refusalNotice(services, { target, plan, ask })) };
  }
  const nextPlan = await planActivation(services, planner, next, said);
  const leadsTo = nextActivation(nextPlan);
  const refusals = [...plan.refusals, ...nextPlan.refusals];
  if (HELD.has(plan.refusals[0]?.code ?? 'internal.unexpected') && nextPlan.isAllowed) {
    return { kind: 'under-way', asker, chain: { group: target.role, leadsTo } };
  }
  if (refusals.length > 0) {
    const joint = { ...plan, refusals, isAllowed: false };
    const attempt = await askBack(services, asker, refusalNotice(services, { target, plan: joint, ask }));
    return { kind: 'answered', attempt };
  }
  return { kind: 'ready', asker, ready: { target, ask, plan, leadsTo, gives: null } };
}

/** What a group gives at once is judged like what is activated, where it is what was named. */
function withConflict(plan: ActivationPlan, conflict: Refusal | null): ActivationPlan {
  return conflict === null ? plan : { ...plan, refusals: [...plan.refusals, conflict], isAllowed: false };
}

function nextActivation({ role, duration, justification, ticket }: ActivationPlan): NextActivation {
  const { surface, roleDefinitionId, roleName, scope } = role;
  return { role: { surface, roleDefinitionId, roleName, scope }, duration, justification, ticket };
}

/** Sends what is ready in one go, and offers one sign-in to all that need the same. */
async function sendAll(
  services: Services,
  asker: Asker,
  prepared: readonly Prepared[],
  isOfWhole: Judgment,
): Promise<readonly Attempt[]> {
  const ready = prepared.flatMap((one) => (one.kind === 'ready' ? [one] : []));
  const planned = ready.map(({ ready: { plan, leadsTo, gives } }) => ({
    plan,
    ...(leadsTo !== null && { leadsTo }),
    ...(gives !== null && { gives }),
  }));
  const outcomes = await submitActivations(services, asker, planned, actorOf(asker));
  refuseWhole(prepared, outcomes, isOfWhole);
  const waiting: WaitingActivation[] = [];
  const attempts: Attempt[] = [];
  for (const one of prepared) {
    if (one.kind === 'answered') {
      attempts.push(one.attempt);
      continue;
    }
    if (one.kind === 'under-way') {
      const part = ready.length === 0 ? one.asker : { ...one.asker, spend: null };
      const join = async () => await joinChain(services, part, one.chain);
      attempts.push(prepared.length === 1 ? await join() : await orRefused(services, part, join));
      continue;
    }
    const done = outcomes[ready.indexOf(one)];
    if (done === undefined || done instanceof AccessError) {
      const error = done ?? new AccessError('internal.unexpected', 'an ask without an outcome');
      attempts.push({ outcome: 'refused', cards: await postError(services, one.asker, error) });
    } else if (done.kind === 'step-up') {
      waiting.push({ request: done.request, need: done.need });
      attempts.push({ outcome: 'step-up', cards: done.replaced });
    } else {
      const attempt = await orRefused(services, one.asker, async () => await answerReady(services, one, done));
      attempts.push({ ...attempt, cards: [...attempt.cards, ...done.replaced] });
    }
  }
  const offered = await offerStepUps(services, asker, waiting);
  return offered.length === 0 ? attempts : [...attempts, { outcome: 'step-up', cards: offered }];
}

/** What was asked of PIM for the others is told, whatever goes wrong with one. */
async function orRefused(services: Services, asker: Asker, work: () => Promise<Attempt>): Promise<Attempt> {
  try {
    return await work();
  } catch (thrown) {
    return { outcome: 'refused', cards: await postError(services, asker, thrown) };
  }
}

async function answerReady(
  services: Services,
  { asker, ready }: Extract<Prepared, { readonly kind: 'ready' }>,
  done: PimAnswer,
): Promise<Attempt> {
  if (done.kind === 'told' && ready.leadsTo !== null) {
    await holdForNext(services, done.request);
  }
  try {
    return await answerSubmission(services, asker, ready, done);
  } catch (thrown) {
    // What PIM said is told, where more about it cannot be found out.
    services.log.warn('activation.answer_unexplained', {
      requestId: done.request.id,
      code: asAccessError(thrown).code,
    });
    return {
      outcome: 'refused',
      cards: await postError(services, asker, done.kind === 'refused' ? done.error : thrown),
    };
  }
}

/** When nothing at all came of a turn but that it must wait, for a sign-in or for Microsoft, it waits as a whole. */
function refuseWhole(prepared: readonly Prepared[], outcomes: readonly Outcome[], isOfWhole: Judgment): void {
  const errors = outcomes.map((outcome) => {
    if (outcome instanceof AccessError) {
      return outcome;
    }
    return outcome.kind === 'refused' ? outcome.error : null;
  });
  const [first] = errors;
  const isEverything = errors.length === prepared.length && errors.every((error) => error !== null);
  if (isEverything && first != null && isOfWhole(first)) {
    throw first;
  }
}
