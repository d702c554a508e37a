import type { AppRole, PageSignIn, PageSignInState } from '../domain/page-sign-in.ts';
import { AccessError, asAccessError, type ErrorCode } from '../errors.ts';
import { refuseSignIn } from './ask-to-sign-in.ts';
import { endSignIn, expireSignIn, type SignInEnd } from './end-sign-in.ts';
import { isBefore } from './facts.ts';
import type { Posted, Services } from './services.ts';

/** Why a link or a callback leads nowhere. */
export type ClosedReason = 'unknown' | 'used' | 'expired' | 'replaced' | 'not-started';

/** A sign-in that can still succeed, or why it cannot. */
export type FoundSignIn =
  | { readonly kind: 'open'; readonly signIn: PageSignIn }
  | { readonly kind: 'closed'; readonly why: ClosedReason };

/** What a person would see behind a link. Changes nothing. */
export async function findSignIn(services: Services, id: string): Promise<FoundSignIn> {
  const signIn = await services.store.now.pageSignIns.find(id);
  if (signIn === null) {
    return { kind: 'closed', why: 'unknown' };
  }
  if (signIn.state !== 'offered') {
    return { kind: 'closed', why: whyClosed(signIn.state) };
  }
  return isBefore(services.clock.now(), signIn.expiresAt)
    ? { kind: 'open', signIn }
    : { kind: 'closed', why: 'expired' };
}

function whyClosed(state: PageSignInState): ClosedReason {
  return state === 'expired' || state === 'replaced' ? state : 'used';
}

/** Begins a sign-in, once. */
export async function startSignIn(services: Services, id: string, stateHash: string): Promise<FoundSignIn> {
  const started = await services.store.now.pageSignIns.start(id, stateHash);
  if (started !== null) {
    return { kind: 'open', signIn: started };
  }
  const found = await findSignIn(services, id);
  return found.kind === 'closed' ? found : { kind: 'closed', why: 'used' };
}

/** What came back from Entra, with what the browser proved. */
export interface SignInCallback {
  readonly stateHash: string;
  readonly code: string | null;
  /** Entra's word for why there is no code. */
  readonly error: string | null;
  /** Null when this browser did not begin the sign-in. */
  readonly proof: { readonly nonce: string; readonly codeVerifier: string } | null;
}

export type RedeemedSignIn =
  | {
      readonly kind: 'done';
      readonly signIn: PageSignIn;
      readonly appRoles: readonly AppRole[];
      readonly cards: Posted;
    }
  | { readonly kind: 'closed'; readonly why: ClosedReason; readonly cards: Posted }
  | { readonly kind: 'ended'; readonly end: SignInEnd; readonly code: ErrorCode; readonly cards: Posted };

/**
 * Redeems what came back, once: a second callback, one without a start in this browser, one that is late, and one of another
 * person do nothing. The tokens are kept only when the sign-in is recorded as done.
 */
export async function redeemSignIn(services: Services, callback: SignInCallback): Promise<RedeemedSignIn> {
  const { pageSignIns } = services.store.now;
  const known = await pageSignIns.findByState(callback.stateHash);
  if (known === null) {
    return { kind: 'closed', why: 'unknown', cards: [] };
  }
  if (known.state !== 'started') {
    return { kind: 'closed', why: whyClosed(known.state), cards: [] };
  }
  if (callback.proof === null) {
    return { kind: 'closed', why: 'not-started', cards: [] };
  }
  if (!isBefore(services.clock.now(), known.expiresAt)) {
    return { kind: 'closed', why: 'expired', cards: await expireSignIn(services, known.id) };
  }
  const signIn = await beginRedeeming(services, known);
  if (signIn === null) {
    return { kind: 'closed', why: 'used', cards: [] };
  }
  try {
    if (callback.code === null) {
      throw refusalOf(callback.error);
    }
    const { appRoles } = await services.page.redeem({ signIn, code: callback.code, ...callback.proof });
    return await recordDone(services, signIn, appRoles);
  } catch (thrown) {
    return await recordFailure(services, signIn, asAccessError(thrown));
  }
}

/** A redemption that died with its process is over soon, so that a new link can be made. */
const REDEEM_WITHIN = Temporal.Duration.from({ seconds: 45 });

async function beginRedeeming(services: Services, { id, story, expiresAt }: PageSignIn): Promise<PageSignIn | null> {
  const dueAt = services.clock.now().add(REDEEM_WITHIN);
  return await services.store.transaction(async (stores) => {
    const signIn = await stores.pageSignIns.change(id, ['started'], 'redeeming');
    if (signIn !== null && story !== null && isBefore(dueAt, expiresAt)) {
      await stores.timers.set({ kind: 'sign-in.expire', subject: id, dueAt });
    }
    return signIn;
  });
}

function refusalOf(error: string | null): AccessError {
  switch (error) {
    case 'access_denied':
      return new AccessError('identity.sign_in_cancelled', 'the person cancelled');
    case 'consent_required':
      return new AccessError('identity.consent_missing', 'Entra wants consent');
    default:
      return new AccessError('identity.token_invalid', 'Entra sent no code');
  }
}

async function recordDone(
  services: Services,
  signIn: PageSignIn,
  appRoles: readonly AppRole[],
): Promise<RedeemedSignIn> {
  const { ended, cards } = await services.store.transaction(
    async (stores) => await endSignIn(services, stores, signIn.id, { from: ['redeeming'], to: 'done' }),
  );
  if (ended === null) {
    // It was ended meanwhile, by time or by a sign-out, which forgets the ordinary sign-ins by itself.
    services.signIns.release(signIn.id);
    return { kind: 'closed', why: 'expired', cards: [] };
  }
  return { kind: 'done', signIn: ended, appRoles, cards };
}

const ENDS: Partial<Record<ErrorCode, SignInEnd>> = {
  'identity.sign_in_cancelled': 'cancelled',
  'identity.wrong_person': 'wrong-person',
};

async function recordFailure(services: Services, signIn: PageSignIn, error: AccessError): Promise<RedeemedSignIn> {
  services.signIns.release(signIn.id);
  services.log.warn('sign-in-page.refused', { principalId: signIn.principalId, code: error.code, error });
  const end = ENDS[error.code] ?? 'refused';
  const problem = end === 'refused' ? { code: error.code, facts: {} } : null;
  const { ended, cards } = await services.store.transaction(
    async (stores) => await endSignIn(services, stores, signIn.id, { from: ['redeeming'], to: end, problem }),
  );
  const { purpose, story, claims } = signIn;
  if (ended === null || purpose.kind !== 'sentence' || purpose.signInId !== story) {
    return { kind: 'ended', end, code: error.code, cards };
  }
  // The card that asked for an ordinary sign-in has no button for a new link: it gets one by itself.
  const person = await services.store.now.people.find(signIn.principalId);
  const again = person === null ? [] : await refuseSignIn(services, { person }, { exchangeId: story, error, claims });
  return { kind: 'ended', end, code: error.code, cards: [...cards, ...again] };
}
