import type { JWTPayload } from 'jose';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

export interface AssertionRules {
  readonly loginUrl: string;
  readonly tenantId: string;
  /** What the token must be for: the app's client id, or its `api://botid-…`. */
  readonly audiences: readonly string[];
  /** Clients that may have asked for it (`azp`). */
  readonly allowedParties: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
}

/** Who a verified assertion is of, and until when it can be exchanged. */
export interface VerifiedAssertion {
  readonly principalId: PrincipalId;
  readonly expiresAt: Temporal.Instant;
}

export type AssertionCheck = (assertion: string) => Promise<VerifiedAssertion>;

/** Teams on desktop and phones, Teams on the web. */
export const TEAMS_CLIENTS: readonly string[] = [
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346',
];

const SKEW_SECONDS = 5 * 60;
/** What jose says of the key endpoint, not of the token; a connection that fails is no error of jose's at all. */
const KEY_TROUBLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);
const LONGEST_ASSERTION = 16_384;

/**
 * Makes the check of Teams SSO tokens (teams-platform §8.5): signature by the tenant's keys, RS256, issuer, audience, times on
 * our clock, tenant, scope, authorised party, and an object id.
 *
 * @throws {AccessError} identity.token_invalid; graph.unavailable when the keys cannot be read
 */
export function createAssertionCheck(rules: AssertionRules): AssertionCheck {
  const tenant = rules.tenantId.toLowerCase();
  const keys = createRemoteJWKSet(new URL(`${rules.loginUrl}/${tenant}/discovery/v2.0/keys`), {
    timeoutDuration: 10_000,
  });
  return async (assertion) => {
    const payload = await verify(assertion, rules, keys);
    const { oid, tid, scp, azp, exp } = payload;
    demand(typeof tid === 'string' && tid.toLowerCase() === tenant, 'tenant');
    demand(typeof scp === 'string' && scp.split(' ').includes('access_as_user'), 'scope');
    demand(typeof azp === 'string' && rules.allowedParties.includes(azp.toLowerCase()), 'authorised party');
    if (typeof oid !== 'string' || !isGuid(oid) || exp === undefined) {
      throw invalid('object id');
    }
    return { principalId: principalId(oid), expiresAt: Temporal.Instant.fromEpochMilliseconds(exp * 1000) };
  };
}

async function verify(
  assertion: string,
  { loginUrl, tenantId, audiences, clock }: AssertionRules,
  keys: ReturnType<typeof createRemoteJWKSet>,
): Promise<JWTPayload> {
  demand(assertion.length <= LONGEST_ASSERTION, 'length');
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['RS256'],
      issuer: `${loginUrl}/${tenantId.toLowerCase()}/v2.0`,
      audience: [...audiences],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(clock.now().epochMilliseconds),
      requiredClaims: ['exp', 'oid', 'tid', 'scp', 'azp'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError && !KEY_TROUBLE.has(error.code)) {
      throw invalid(error.code);
    }
    throw new AccessError('graph.unavailable', 'The sign-in keys cannot be read', { retryable: true });
  }
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw invalid(what);
  }
}

function invalid(what: string): AccessError {
  return new AccessError('identity.token_invalid', `The sign-in token was refused: ${what}`);
}
