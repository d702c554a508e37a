import type { ActivationRequest } from '../domain/activation.ts';
import type { PageSignIn } from '../domain/page-sign-in.ts';
import { AccessError, asAccessError } from '../errors.ts';
import { eligibleBehind } from './activation-target.ts';
import { answerSubmission } from './answer-submission.ts';
import { holdForNext } from './chain-activation.ts';
import { postError } from './error-card.ts';
import { type ActivationAsk, planActivation } from './plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { recordRefusal, resubmitActivation } from './submit-activation.ts';

/**
 * Goes on with the activations that waited for a sign-in, each once, with its tokens alone. Everything is judged again: the
 * settings may have changed since. The caller drops the tokens afterwards.
 */
export async function completeStepUp(services: Services, asker: Asker, signIn: PageSignIn): Promise<Posted> {
  const ids = signIn.purpose.kind === 'requests' ? signIn.purpose.requestIds : [];
  const cards: Posted[] = [];
  for (const [index, id] of ids.entries()) {
    const request = await services.store.now.requests.find(id);
    if (request?.state === 'stepping-up' && request.requesterId === asker.person.id) {
      const part = index === 0 ? asker : { ...asker, turnId: `${asker.turnId}:${index}` };
      cards.push(await goOn(services, part, request));
    }
  }
  return cards.flat();
}

/** One that fails holds up no other. What PIM was asked for is settled by its own timer, whatever became of the answer. */
async function goOn(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  try {
    return await tryAgain(services, asker, request);
  } catch (thrown) {
    const error = asAccessError(thrown);
    services.log.warn('step-up.failed', { requestId: request.id, code: error.code, error });
    await recordRefusal(services, request, error, 'stepping-up');
    const now = await services.store.now.requests.find(request.id);
    return now?.state === 'failed' ? await postError(services, asker, error) : [];
  }
}

async function tryAgain(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  const eligible = await eligibleBehind(services, actorOf(asker), request.role);
  const ask: ActivationAsk = {
    duration: request.duration,
    until: null,
    start: request.startsAt,
    justification: request.justification,
    ticket: request.ticket,
    follows: request.id,
    ...(eligible !== null && { eligible }),
  };
  const plan = await planActivation(services, { person: asker.person, actor: actorOf(asker) }, request.role, ask);
  const refusal = plan.refusals[0];
  if (refusal !== undefined) {
    throw new AccessError(refusal.code, 'refused by plan', { facts: refusal.facts });
  }
  const done = await resubmitActivation(services, request, plan, actorOf(asker));
  if (done === null || done.kind === 'step-up') {
    return [];
  }
  if (done.kind === 'told' && request.leadsTo !== null) {
    await holdForNext(services, request);
  }
  const target = { role: request.role, eligible, next: null };
  return (await answerSubmission(services, asker, { target, plan, ask }, done)).cards;
}
