import { APP_ROLES, type AppRole } from '../../domain/page-sign-in.ts';
import { createSignedTokenCheck, demand, type SignedToken, type TokenRules } from './signed-token.ts';

/** What an id token must be for: the app that redeemed the code, and the browser that began. */
export interface IdTokenOrder {
  readonly clientId: string;
  readonly nonce: string;
}

/** Who signed in, and what that proved. */
export interface VerifiedIdToken extends Pick<SignedToken, 'principalId' | 'userName'> {
  readonly appRoles: readonly AppRole[];
  /** Authentication contexts that the sign-in satisfied (`acrs`). */
  readonly contexts: readonly string[];
}

export type IdTokenCheck = (idToken: string, order: IdTokenOrder) => Promise<VerifiedIdToken>;

/**
 * Makes the check of id tokens of a code flow: everything of {@link createSignedTokenCheck}, and the nonce. Roles that are not
 * ours are left out.
 *
 * @throws {AccessError} identity.token_invalid; graph.unavailable when the keys cannot be read
 */
export function createIdTokenCheck(rules: TokenRules): IdTokenCheck {
  const check = createSignedTokenCheck(rules);
  return async (idToken, { clientId, nonce }) => {
    const { claims, principalId, userName } = await check(idToken, [clientId]);
    demand(nonce !== '' && claims.nonce === nonce, 'nonce');
    const roles = words(claims.roles);
    return {
      principalId,
      userName,
      appRoles: APP_ROLES.filter((role) => roles.includes(role)),
      contexts: words(claims.acrs),
    };
  };
}

function words(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
