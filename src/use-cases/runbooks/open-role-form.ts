import { formFor } from '../activation-form.ts';
import { findTarget } from '../activation-target.ts';
import { refusalNotice } from '../answer-submission.ts';
import { postAnswer } from '../error-card.ts';
import { isMendable, planActivation } from '../plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from '../services.ts';

/** What a card offers to activate: a target by its key, and for how long. */
export interface OfferedRole {
  readonly key: string;
  readonly duration: Temporal.Duration | null;
}

/**
 * Opens the activation form of one target with the time filled in, or says what stands against it. Nothing is asked of PIM.
 *
 * @throws {AccessError} activation.not_eligible, identity.sign_in_required, graph.*
 */
export async function openRoleForm(services: Services, asker: Asker, { key, duration }: OfferedRole): Promise<Posted> {
  const target = await findTarget(services, asker, key);
  const ask = {
    duration,
    until: null,
    start: null,
    justification: null,
    ticket: null,
    ...(target.eligible !== null && { eligible: target.eligible }),
  };
  const plan = await planActivation(services, { person: asker.person, actor: actorOf(asker) }, target.role, ask);
  const isOpen = plan.isAllowed || isMendable(plan.refusals);
  const tooLong = plan.refusals.filter(({ code }) => code === 'activation.too_long');
  // What is missing is what the form is for: only a time that the settings do not allow is a problem already.
  const notice = isOpen ? formFor(target, plan, ask, tooLong) : refusalNotice(services, { target, plan, ask });
  return await postAnswer(services, asker, notice);
}
