import type { ConversationId } from '../domain/ids.ts';
import type { SignInNotice } from '../domain/notice.ts';
import type { AccessError, ErrorCode } from '../errors.ts';
import type { SignInRecord } from '../ports/store.ts';
import { EVERY_RESOURCE, keepPageSignIn, newPageSignIn } from './offer-sign-in.ts';
import type { Asker, Posted, Services } from './services.ts';
import { needOfRefusal } from './step-up-need.ts';

/**
 * Keeps the sentence and asks the person's client for a token. The client answers silently where it can; the sentence then
 * goes on by itself. The sentence is in the database, so that a restart in between loses nothing.
 */
export async function askToSignIn(
  services: Services,
  asker: Asker,
  waiting: { readonly text: string; readonly conversationId: ConversationId },
): Promise<Posted> {
  const id = services.newId();
  return await services.store.transaction(async (stores) => {
    await asker.spend?.(stores);
    await stores.signIns.insert({ id, principalId: asker.person.id, createdAt: services.clock.now(), ...waiting });
    const card = await stores.cards.post({
      story: id,
      recipient: asker.person.id,
      notice: { card: 'sign-in', exchangeId: id, reason: 'first-time', pageSignInId: null },
      delivery: 'now',
    });
    return [card];
  });
}

/** The client proved who the person is: takes the waiting sentence out, once, and takes the card away. */
export async function takeSignIn(
  services: Services,
  asker: Asker,
  exchangeId: string,
): Promise<{ readonly record: SignInRecord | null; readonly cards: Posted }> {
  return await services.store.transaction(async (stores) => {
    const record = await stores.signIns.take(exchangeId);
    if (record === null || record.principalId !== asker.person.id) {
      return { record: null, cards: [] };
    }
    // From here on the sentence is kept like one that was just received.
    await stores.inbox.accept(exchangeId, record);
    await stores.audit.personSignedIn({
      at: services.clock.now(),
      actorId: asker.person.id,
    });
    const cards = await stores.cards.findInStory(exchangeId, 'sign-in');
    for (const card of cards) {
      await stores.cards.withdraw(card.id);
    }
    return { record, cards: cards.map((card) => card.id) };
  });
}

/**
 * The token could not be used: the same card now says why, with a button to try again and a link to the bot's own page, where
 * Entra can ask for consent or for `claims`. A block is not mended by either.
 */
export async function refuseSignIn(
  services: Services,
  asker: Pick<Asker, 'person'>,
  refused: { readonly exchangeId: string; readonly error: AccessError; readonly claims?: string | null },
): Promise<Posted> {
  const { exchangeId, error, claims = null } = refused;
  const need = needOfRefusal(error) ?? { why: 'entra', claims, requiredContext: null };
  const purpose = { kind: 'sentence', signInId: exchangeId } as const;
  const reason = REASONS[error.code] ?? 'refused';
  return await services.store.transaction(async (stores) => {
    const waits = (await stores.signIns.find(exchangeId))?.principalId === asker.person.id;
    const signIn = newPageSignIn(services, asker, { need, purpose, resources: EVERY_RESOURCE, story: exchangeId });
    const isBlocked = reason === 'blocked' || reason === 'device';
    const pageSignInId = waits && !isBlocked ? signIn.id : null;
    if (pageSignInId !== null) {
      await keepPageSignIn(stores, signIn);
    }
    const notice = { card: 'sign-in', exchangeId: null, reason, pageSignInId } as const;
    const card = await stores.cards.revise(exchangeId, asker.person.id, 'sign-in', notice);
    return card === null ? [] : [card];
  });
}

const REASONS: Partial<Record<ErrorCode, SignInNotice['reason']>> = {
  'identity.consent_missing': 'consent-missing',
  'identity.device_blocked': 'device',
  'identity.access_blocked': 'blocked',
  'activation.step_up_required': 'stronger',
  'graph.unavailable': 'unavailable',
  'graph.throttled': 'unavailable',
};
