import type { ActivationRequest, NextActivation } from '../domain/activation.ts';
import { isSameRole, type RoleAtScope } from '../domain/assignment.ts';
import type { ActivationFormNotice, ErrorNotice } from '../domain/notice.ts';
import { AccessError, type ErrorCode } from '../errors.ts';
import { formFor } from './activation-form.ts';
import type { ActivationTarget } from './activation-target.ts';
import { waitForMembership } from './chain-activation.ts';
import { errorNotice, postAnswer } from './error-card.ts';
import { iso } from './facts.ts';
import { type ActivationAsk, type ActivationPlan, isMendable, type Refusal } from './plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { settleAnswer } from './settle-request.ts';
import type { Submission } from './submit-activation.ts';
import { planWaves } from './waves.ts';

/** What became of one ask: sent to PIM, waiting for a sign-in, asked back on a form, or refused. */
export interface Attempt {
  readonly outcome: 'submitted' | 'step-up' | 'form' | 'refused';
  readonly cards: Posted;
}

/** What PIM said to an ask that needed no stronger sign-in. */
export type PimAnswer = Exclude<Submission, { readonly kind: 'step-up' }>;

/** An ask beside what was planned of it. */
export interface PlannedAsk {
  readonly target: ActivationTarget;
  readonly plan: ActivationPlan;
  readonly ask: ActivationAsk;
}

/** A membership that is on or asked for already, and what it leads to. */
export interface Chain {
  readonly group: RoleAtScope;
  readonly leadsTo: NextActivation;
}

/** What a person sees of PIM's answer to their ask: its cards, a form where they can mend it, or the reason. */
export async function answerSubmission(
  services: Services,
  asker: Asker,
  asked: PlannedAsk,
  done: PimAnswer,
): Promise<Attempt> {
  if (done.kind === 'told') {
    return { outcome: 'submitted', cards: done.cards };
  }
  const held = await takeUpHeld(services, asker, asked.plan, done);
  if (held !== null) {
    return { outcome: 'submitted', cards: held };
  }
  const { leadsTo } = done.request;
  if (done.error.code === 'activation.already_active' && leadsTo !== null) {
    // Activated elsewhere, such as in the portal: what it leads to is waited for all the same.
    return await joinChain(services, { ...asker, spend: null }, { group: asked.plan.role, leadsTo });
  }
  return await askBack(services, asker, await pimRefusalNotice(services, asker, asked, done.error));
}

/** PIM has an open request for the role that our records do not know: made elsewhere, or by an ask whose answer was lost. */
export const HELD: ReadonlySet<ErrorCode> = new Set(['activation.already_pending', 'activation.already_active']);

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
  const open = await services.roles.of(plan.role).listOpenRequests(actorOf(asker));
  const held = open.find((item) => isSameRole(item.role, plan.role));
  if (held === undefined) {
    return null;
  }
  const { startsAt, justification, ticket } = held;
  const request = { ...refused.request, startsAt, justification, ticket, duration: held.duration ?? plan.duration };
  const asks = await planWaves(services, request, plan.approvers);
  return await services.store.transaction(async (stores) => {
    const { duration } = request;
    await stores.requests.change(request.id, ['failed'], { startsAt, duration, justification, ticket });
    return await settleAnswer(services, stores, request, { answer: held, asks });
  });
}

/** Asks for what is missing, or says why it cannot be done. */
export async function askBack(
  services: Services,
  asker: Asker,
  notice: ActivationFormNotice | ErrorNotice,
): Promise<Attempt> {
  const cards = await postAnswer(services, asker, notice);
  return { outcome: notice.card === 'activation-form' ? 'form' : 'refused', cards };
}

/** What a person sees of a plan that cannot go on: a form where they can mend it, else the reason. */
export function refusalNotice(
  services: Services,
  { target, plan, ask }: PlannedAsk,
): ActivationFormNotice | ErrorNotice {
  const hard = plan.refusals.find((refusal) => !isMendable([refusal]));
  if (hard !== undefined) {
    return errorNotice(services, new AccessError(hard.code, 'refused by plan', { facts: hard.facts }));
  }
  return formFor(target, plan, ask, plan.refusals);
}

/** PIM refused what our copy of the settings allowed: the form when it can be mended, else the reason. */
async function pimRefusalNotice(
  services: Services,
  asker: Asker,
  { target, plan, ask }: PlannedAsk,
  error: AccessError,
): Promise<ActivationFormNotice | ErrorNotice> {
  const refusal: Refusal = { code: error.code, facts: error.facts };
  if (isMendable([refusal])) {
    return formFor(target, plan, ask, [refusal]);
  }
  if (error.code === 'activation.already_active') {
    return errorNotice(services, await withEnd(services, asker, plan.role, error));
  }
  return errorNotice(services, error);
}

/** "Already active" says until when, also when the activation was made elsewhere. */
async function withEnd(services: Services, asker: Asker, role: RoleAtScope, error: AccessError): Promise<AccessError> {
  const active = await services.roles.of(role).listActive(actorOf(asker));
  const same = active.find((item) => isSameRole(item, role));
  const until = same?.endsAt == null ? {} : { until: iso(same.endsAt) };
  const facts = { ...error.facts, roleName: role.roleName, scopeName: role.scope.name, ...until };
  return new AccessError(error.code, error.message, { cause: error, facts });
}

/** Waits for a membership instead of asking for it again. */
export async function joinChain(services: Services, asker: Asker, chain: Chain): Promise<Attempt> {
  return { outcome: 'submitted', cards: await waitForMembership(services, asker, chain) };
}
