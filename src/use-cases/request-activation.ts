import type { ActivationRequest } from '../domain/activation.ts';
import type { EligibleAssignment, RoleAtScope } from '../domain/assignment.ts';
import { isSameRole, roleKey } from '../domain/assignment.ts';
import type { ActivationFormNotice, ErrorNotice } from '../domain/notice.ts';
import { AccessError, asAccessError, type ErrorCode } from '../errors.ts';
import { matchRoles } from '../language/match.ts';
import { answer, errorNotice, postError } from './error-card.ts';
import { iso, isoDuration, isoOrNull, roleChoice } from './facts.ts';
import { offerStepUps, type WaitingActivation } from './offer-sign-in.ts';
import type { ActivationAsk, ActivationPlan, Refusal } from './plan-activation.ts';
import { askedFacts, isMendable, planActivation } from './plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { settleAnswer } from './settle-request.ts';
import { needOfRefusal } from './step-up-need.ts';
import { type Submission, submitActivation } from './submit-activation.ts';

/** Roles as somebody typed them, with the rest of the sentence. */
export interface SpokenAsk extends ActivationAsk {
  readonly roles: readonly string[];
  readonly scope: string | null;
}

/**
 * Activates what a sentence names, among what the asker is eligible for: asks back when it is unclear which role is meant or
 * when the role's settings want more, and never guesses. Each role succeeds or fails on its own.
 */
export async function requestActivation(services: Services, asker: Asker, ask: SpokenAsk): Promise<Posted> {
  const eligible = await services.eligibility.read(actorOf(asker));
  if (eligible.length === 0) {
    const error = new AccessError('activation.nothing_eligible', 'no eligible assignments');
    return await post(services, asker, errorNotice(services, error));
  }
  if (ask.roles.length === 0) {
    return await post(services, asker, openForm(eligible, ask));
  }
  const attempts: Attempt[] = [];
  for (const [index, words] of ask.roles.entries()) {
    const part = index === 0 ? asker : { ...asker, turnId: `${asker.turnId}:${index}` };
    attempts.push(await tryOne(services, part, { ask, words, eligible, isFirst: index === 0 }));
  }
  // One sign-in serves all roles of the sentence that need the same.
  const waiting = attempts.flatMap(({ waiting: part }) => (part === null ? [] : [part]));
  return [...attempts.flatMap(({ cards }) => cards), ...(await offerStepUps(services, asker, waiting))];
}

interface OneRole {
  readonly ask: SpokenAsk;
  readonly words: string;
  readonly eligible: readonly EligibleAssignment[];
  readonly isFirst: boolean;
}

/** A role that fails says so and holds up no other. Before anything is begun, signing in is a matter of the whole sentence. */
async function tryOne(services: Services, asker: Asker, one: OneRole): Promise<Attempt> {
  try {
    return await requestOne(services, asker, one);
  } catch (thrown) {
    const error = asAccessError(thrown);
    const isOfSigningIn = error.code === 'identity.sign_in_required' || needOfRefusal(error) !== null;
    if (isOfSigningIn && one.isFirst) {
      throw error;
    }
    return { outcome: 'refused', cards: await postError(services, asker, error), waiting: null };
  }
}

async function requestOne(services: Services, asker: Asker, { ask, words, eligible }: OneRole): Promise<Attempt> {
  const found = matchRoles(words, eligible.map(candidate), ask.scope);
  if (found.kind === 'one') {
    const role = eligible.find((item) => roleKey(item) === found.match.id);
    if (role !== undefined) {
      return await attemptRole(services, asker, role, ask);
    }
  }
  if (found.kind === 'several') {
    const keys = new Set(found.matches.map((match) => match.id));
    const notice = {
      card: 'choose-role',
      words,
      choices: eligible.filter((item) => keys.has(roleKey(item))).map(roleChoice),
      purpose: 'activate',
      asked: askedFacts(ask),
    } as const;
    return { outcome: 'form', cards: await post(services, asker, notice), waiting: null };
  }
  const nearest = found.kind === 'none' ? found.nearest.map((match) => match.name) : [];
  const error = new AccessError('activation.role_unknown', 'no eligible role of that name', { facts: { words } });
  return {
    outcome: 'refused',
    cards: await post(services, asker, errorNotice(services, error, nearest)),
    waiting: null,
  };
}

/** A role as the language matches it. */
export function candidate(role: RoleAtScope) {
  return { id: roleKey(role), name: role.roleName, scopeName: role.scope.name, scopeId: role.scope.id };
}

/** What became of one ask: sent to PIM, waiting for a sign-in, asked back on a form, or refused. */
export interface Attempt {
  readonly outcome: 'submitted' | 'step-up' | 'form' | 'refused';
  readonly cards: Posted;
  /** Set when it waits for a sign-in that nobody has offered yet. */
  readonly waiting: WaitingActivation | null;
}

/**
 * Activates one known role: plans, asks for what is missing on the form, submits what is complete, and sends the asker to sign
 * in where PIM wants that.
 */
export async function activateRole(
  services: Services,
  asker: Asker,
  role: RoleAtScope,
  ask: ActivationAsk,
): Promise<Attempt> {
  const attempt = await attemptRole(services, asker, role, ask);
  if (attempt.waiting === null) {
    return attempt;
  }
  return { outcome: 'step-up', cards: await offerStepUps(services, asker, [attempt.waiting]), waiting: null };
}

async function attemptRole(services: Services, asker: Asker, role: RoleAtScope, ask: ActivationAsk): Promise<Attempt> {
  const plan = await planActivation(services, asker, role, ask);
  if (!plan.isAllowed) {
    return await askBack(services, asker, refusalNotice(services, plan, ask));
  }
  const done = await submitActivation(services, asker, plan, {
    actor: actorOf(asker),
    continues: null,
  });
  const { request } = done;
  const attempt =
    done.kind === 'step-up'
      ? { outcome: 'step-up' as const, cards: [], waiting: { request, need: done.need } }
      : await answerSubmission(services, asker, plan, { ask, done });
  return { ...attempt, cards: [...attempt.cards, ...done.replaced] };
}

/** What a person sees of PIM's answer to their ask: its cards, a form where they can mend it, or the reason. */
export async function answerSubmission(
  services: Services,
  asker: Asker,
  plan: ActivationPlan,
  { ask, done }: { readonly ask: ActivationAsk; readonly done: Exclude<Submission, { readonly kind: 'step-up' }> },
): Promise<Attempt> {
  if (done.kind === 'told') {
    return { outcome: 'submitted', cards: done.cards, waiting: null };
  }
  const held = await takeUpHeld(services, asker, plan, done);
  if (held !== null) {
    return { outcome: 'submitted', cards: held, waiting: null };
  }
  return await askBack(services, asker, await pimRefusalNotice(services, asker, plan, { ask, error: done.error }));
}

/** PIM has an open request for the role that our records do not know: made elsewhere, or by an ask whose answer was lost. */
const HELD: ReadonlySet<ErrorCode> = new Set(['activation.already_pending', 'activation.already_active']);

/** Takes such a request into the record that was just refused, as PIM holds it, so that it has its cards and its approvers. */
async function takeUpHeld(
  services: Services,
  asker: Asker,
  plan: ActivationPlan,
  refused: { readonly request: ActivationRequest; readonly error: AccessError },
): Promise<Posted | null> {
  if (!HELD.has(refused.error.code)) {
    return null;
  }
  const open = await services.roles.listOpenRequests(actorOf(asker));
  const held = open.find((item) => isSameRole(item.role, plan.role));
  if (held === undefined) {
    return null;
  }
  const { startsAt, justification, ticket } = held;
  const request = { ...refused.request, startsAt, justification, ticket, duration: held.duration ?? plan.duration };
  return await services.store.transaction(async (stores) => {
    const { duration } = request;
    await stores.requests.change(request.id, ['failed'], { startsAt, duration, justification, ticket });
    return await settleAnswer(services, stores, request, { answer: held, approvers: plan.approvers });
  });
}

async function askBack(services: Services, asker: Asker, notice: ActivationFormNotice | ErrorNotice): Promise<Attempt> {
  const cards = await post(services, asker, notice);
  return { outcome: notice.card === 'activation-form' ? 'form' : 'refused', cards, waiting: null };
}

/** What a person sees of a plan that cannot go on: a form where they can mend it, else the reason. */
export function refusalNotice(
  services: Services,
  plan: ActivationPlan,
  ask: ActivationAsk,
): ActivationFormNotice | ErrorNotice {
  const hard = plan.refusals.find((refusal) => !isMendable([refusal]));
  if (hard !== undefined) {
    return errorNotice(services, new AccessError(hard.code, 'refused by plan', { facts: hard.facts }));
  }
  return formFor(plan, ask, plan.refusals);
}

/** PIM refused what our copy of the settings allowed: the form when it can be mended, else the reason. */
async function pimRefusalNotice(
  services: Services,
  asker: Asker,
  plan: ActivationPlan,
  refused: { readonly ask: ActivationAsk; readonly error: AccessError },
): Promise<ActivationFormNotice | ErrorNotice> {
  const { error, ask } = refused;
  const refusal: Refusal = { code: error.code, facts: error.facts };
  if (isMendable([refusal])) {
    return formFor(plan, ask, [refusal]);
  }
  if (error.code === 'activation.already_active') {
    return errorNotice(services, await withEnd(services, asker, plan.role, error));
  }
  return errorNotice(services, error);
}

/** "Already active" says until when, also when the activation was made elsewhere. */
async function withEnd(services: Services, asker: Asker, role: RoleAtScope, error: AccessError): Promise<AccessError> {
  const active = await services.roles.listActive(actorOf(asker));
  const same = active.find((item) => isSameRole(item, role));
  const until = same?.endsAt == null ? {} : { until: iso(same.endsAt) };
  const facts = { ...error.facts, roleName: role.roleName, scopeName: role.scope.name, ...until };
  return new AccessError(error.code, error.message, { cause: error, facts });
}

/** The form with every eligible role to choose from. */
export function openForm(eligible: readonly RoleAtScope[], ask: ActivationAsk): ActivationFormNotice {
  const only = eligible.length === 1 ? eligible[0] : undefined;
  return {
    card: 'activation-form',
    roles: eligible.map(roleChoice),
    chosenKey: only === undefined ? null : roleKey(only),
    values: formValues(ask, ask.duration),
    maximumDuration: null,
    isJustificationRequired: false,
    isTicketRequired: false,
    needsApproval: false,
    problems: [],
    asked: askedFacts(ask),
  };
}

function formFor(plan: ActivationPlan, ask: ActivationAsk, problems: readonly Refusal[]): ActivationFormNotice {
  const isTooLong = problems.some((problem) => problem.code === 'activation.too_long');
  const fits = isTooLong && plan.policy !== null ? plan.policy.maximumDuration : plan.duration;
  return {
    card: 'activation-form',
    roles: [roleChoice(plan.role)],
    chosenKey: roleKey(plan.role),
    values: formValues(ask, fits),
    maximumDuration: plan.policy === null ? null : isoDuration(plan.policy.maximumDuration),
    isJustificationRequired: plan.policy?.isJustificationRequired ?? true,
    isTicketRequired: plan.policy?.isTicketRequired ?? false,
    needsApproval: plan.policy?.isApprovalRequired ?? false,
    problems,
    asked: askedFacts(ask),
  };
}

function formValues(ask: ActivationAsk, duration: Temporal.Duration | null) {
  return {
    duration: duration === null || duration.sign <= 0 ? '' : isoDuration(duration),
    start: isoOrNull(ask.start),
    justification: ask.justification ?? '',
    ticket: ask.ticket ?? '',
  };
}

async function post(services: Services, asker: Asker, notice: Parameters<typeof answer>[1]): Promise<Posted> {
  return [await services.store.now.cards.post(answer(asker, notice))];
}
