import type { JWTPayload } from 'jose';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** Whose tokens are taken, and by which clock. */
export interface TokenRules {
  /** Origin of the login service, without a trailing slash. */
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** A token about a person that our tenant signed for us. */
export interface SignedToken {
  readonly principalId: PrincipalId;
  readonly expiresAt: Temporal.Instant;
  /** What the person signs in with, as far as the token says so. */
  readonly userName: string | null;
  readonly claims: JWTPayload;
}

export type SignedTokenCheck = (token: string, audiences: readonly string[]) => Promise<SignedToken>;

const SKEW_SECONDS = 5 * 60;
/** What jose says of the key endpoint, not of the token; a connection that fails is no error of jose's at all. */
const KEY_TROUBLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);
const LONGEST_TOKEN = 16_384;
const LONGEST_USER_NAME = 320;
/** The last instant there is, in seconds: a token may say any number. */
const LATEST_END = 8_640_000_000_000;

/**
 * Makes the check that every token about a person passes (teams-platform §8.5): signature by the tenant's keys, RS256, issuer,
 * one audience, times on our clock, tenant, and the object id of a person.
 *
 * @throws {AccessError} identity.token_invalid; graph.unavailable when the keys cannot be read
 */
export function createSignedTokenCheck({ loginUrl, tenantId, clock }: TokenRules): SignedTokenCheck {
  const tenant = tenantId.toLowerCase();
  const keys = createRemoteJWKSet(new URL(`${loginUrl}/${tenant}/discovery/v2.0/keys`), { timeoutDuration: 10_000 });
  return async (token, audiences) => {
    demand(token.length <= LONGEST_TOKEN, 'length');
    const claims = await verify(() =>
      jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: `${loginUrl}/${tenant}/v2.0`,
        audience: [...audiences],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(clock.now().epochMilliseconds),
        requiredClaims: ['exp', 'nbf', 'oid', 'tid'],
      }),
    );
    const { aud, exp, idtyp, oid, tid, preferred_username: userName } = claims;
    demand(typeof aud === 'string', 'several audiences');
    demand(typeof tid === 'string' && tid.toLowerCase() === tenant, 'tenant');
    demand(idtyp === undefined || idtyp === 'user', 'not of a person');
    demand(typeof oid === 'string' && isGuid(oid), 'object id');
    demand(exp !== undefined && exp <= LATEST_END, 'end');
    return {
      principalId: principalId(oid),
      expiresAt: Temporal.Instant.fromEpochMilliseconds(Math.floor(exp) * 1000),
      userName: typeof userName === 'string' && userName.length <= LONGEST_USER_NAME ? userName : null,
      claims,
    };
  };
}

/** Refuses a token for want of something, which the log names. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw invalid(what);
  }
}

async function verify(run: () => Promise<{ readonly payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await run()).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError && !KEY_TROUBLE.has(error.code)) {
      throw invalid(reasonOf(error));
    }
    throw new AccessError('graph.unavailable', 'The sign-in keys cannot be read', { retryable: true });
  }
}

function reasonOf(error: errors.JOSEError): string {
  const isClaim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
  return isClaim ? `${error.code} ${error.claim}` : error.code;
}

function invalid(what: string): AccessError {
  return new AccessError('identity.token_invalid', `The sign-in token was refused: ${what}`);
}
