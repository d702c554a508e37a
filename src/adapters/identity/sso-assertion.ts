import { createSignedTokenCheck, demand, type SignedToken, type TokenRules } from './signed-token.ts';

export interface AssertionRules extends TokenRules {
  /** What the token must be for: the app's client id, or its `api://botid-…`. */
  readonly audiences: readonly string[];
  /** Clients that may have asked for it (`azp`). */
  readonly allowedParties: readonly string[];
}

/** Who a verified assertion is of, and until when it can be exchanged. */
export type VerifiedAssertion = Pick<SignedToken, 'principalId' | 'expiresAt' | 'userName'>;

export type AssertionCheck = (assertion: string) => Promise<VerifiedAssertion>;

/** Teams on desktop and phones, Teams on the web. */
export const TEAMS_CLIENTS: readonly string[] = [
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346',
];

/**
 * Makes the check of Teams SSO tokens (teams-platform §8.5): everything of {@link createSignedTokenCheck}, and scope and
 * authorised party.
 *
 * @throws {AccessError} identity.token_invalid; graph.unavailable when the keys cannot be read
 */
export function createAssertionCheck(rules: AssertionRules): AssertionCheck {
  const check = createSignedTokenCheck(rules);
  return async (assertion) => {
    const { claims, principalId, expiresAt, userName } = await check(assertion, rules.audiences);
    const { scp, azp } = claims;
    demand(typeof scp === 'string' && scp.split(' ').includes('access_as_user'), 'scope');
    demand(typeof azp === 'string' && rules.allowedParties.includes(azp.toLowerCase()), 'authorised party');
    return { principalId, expiresAt, userName };
  };
}
