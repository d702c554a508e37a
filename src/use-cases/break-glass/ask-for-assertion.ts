import type { PullId } from '../../domain/ids.ts';
import { type Pull, SILENT_AFTER } from '../../domain/pull.ts';
import { asAccessError } from '../../errors.ts';
import { EVERY_RESOURCE, keepPageSignIn, newPageSignIn } from '../offer-sign-in.ts';
import { readPolicy } from '../plan-activation.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { needOfPolicy, type StepUpNeed } from '../step-up-need.ts';
import { confirmNotice } from './pull-facts.ts';

const ORDINARY: StepUpNeed = { why: 'entra', claims: null, requiredContext: null };

/**
 * Every pull asks who its puller is, whatever is known already: gives the page for clients that cannot answer by themselves. One
 * that stays silent gets the page on its card after five seconds.
 */
export async function askForAssertion(services: Services, asker: Asker, id: PullId): Promise<string> {
  const pull = await services.store.now.pulls.find(id);
  const signIn = await newSignIn(services, asker, pull);
  return await services.store.transaction(async (stores) => {
    await keepPageSignIn(stores, signIn);
    if (pull?.state === 'planned' && pull.puller.id === asker.person.id) {
      const dueAt = services.clock.now().add(SILENT_AFTER);
      await stores.timers.set({ kind: 'pull.silent', subject: id, dueAt });
    }
    return signIn.id;
  });
}

/** The client did not answer: the card that reads the pull back gets a link to the page, and one to the portal. */
export async function offerPageInstead(services: Services, pull: Pull): Promise<Posted> {
  const person = await services.store.now.people.find(pull.puller.id);
  if (pull.state !== 'planned' || person === null) {
    return [];
  }
  const signIn = await newSignIn(services, { person }, pull);
  return await services.store.transaction(async (stores) => {
    const current = await stores.pulls.lock(pull.id);
    if (current?.state !== 'planned') {
      return [];
    }
    await keepPageSignIn(stores, signIn);
    const notice = confirmNotice(pull, [], { phase: 'sign-in', pageSignInId: signIn.id });
    const card = await stores.cards.revise(pull.id, person.id, 'break-glass-confirm', notice);
    return card === null ? [] : [card];
  });
}

/** It proves at once what the settings demand, so that one sign-in is enough. */
async function newSignIn(services: Services, asker: Pick<Asker, 'person'>, pull: Pull | null) {
  const need = (await findNeed(services, pull)) ?? ORDINARY;
  const purpose = { kind: 'pull', pullId: pull?.id ?? ('' as PullId) } as const;
  return newPageSignIn(services, asker, { need, purpose, resources: EVERY_RESOURCE, story: null });
}

/** What cannot be read is asked for later, by PIM. */
async function findNeed(services: Services, pull: Pull | null): Promise<StepUpNeed | null> {
  try {
    const policies = await Promise.all((pull?.roles ?? []).map((role) => readPolicy(services, role)));
    return policies.map(needOfPolicy).find((one) => one !== null) ?? null;
  } catch (thrown) {
    services.log.warn('breakglass.settings_unread', { code: asAccessError(thrown).code });
    return null;
  }
}
