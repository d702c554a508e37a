import type { GetTokenOptions, TokenCredential } from '@azure/identity';
import { ClientAssertionCredential, ClientSecretCredential, OnBehalfOfCredential } from '@azure/identity';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { type CallWatch, noTelemetry } from '../../ports/telemetry.ts';
import { tokenRefusal } from './sign-in-errors.ts';
import type { IssuedToken } from './token-cache.ts';
import type { AppCredential } from './token-source.ts';

/** Where tokens come from, and for which app. */
export interface Authority {
  /** Origin of the login service, without a trailing slash. */
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: AppCredential;
  readonly clock: Pick<Clock, 'now'>;
  /** Longest wait for one token, in milliseconds; 10 seconds when not given. */
  readonly timeoutMs?: number;
  readonly watch?: CallWatch;
}

/** A token as a library hands it over: it ends in milliseconds of the machine's clock. */
export interface LibraryToken {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}

export const TOKEN_TIMEOUT_MS = 10_000;

/** What is needed to wait for a token of a library. */
type Waiting = Pick<Authority, 'clock' | 'timeoutMs' | 'watch'>;

const UNWATCHED = noTelemetry.callsOf('bot');

// Declaring cp1 makes Entra put `xms_cc` into the token, without which PIM does not honour `acrs` (teams-platform 1.10).
const CP1: GetTokenOptions = { enableCae: true };

/** Exchanges a person's assertion for a token of the resource. A new credential each time: the library's cache knows no clock. */
export function exchangeOnBehalfOf(authority: Authority, assertion: string, scope: string): Promise<IssuedToken> {
  const common = { ...libraryOptions(authority), userAssertionToken: assertion };
  const credential =
    'secret' in authority.credential
      ? new OnBehalfOfCredential({ ...common, clientSecret: authority.credential.secret.reveal() })
      : new OnBehalfOfCredential({ ...common, getAssertion: authority.credential.getAssertion });
  return issue(authority, credential, scope);
}

/** Asks for the app's own token. */
export function issueAppToken(authority: Authority, scope: string): Promise<IssuedToken> {
  const options = libraryOptions(authority);
  const { tenantId, clientId } = authority;
  const credential =
    'secret' in authority.credential
      ? new ClientSecretCredential(tenantId, clientId, authority.credential.secret.reveal(), options)
      : new ClientAssertionCredential(tenantId, clientId, authority.credential.getAssertion, options);
  return issue(authority, credential, scope);
}

/** Asks a credential for a token and says until when it lives on our clock. */
export async function issue(settings: Waiting, credential: TokenCredential, scope: string): Promise<IssuedToken> {
  const { token, expiresAt } = await receiveToken(settings, async () => {
    const answer = await credential.getToken(scope, CP1);
    if (answer === null) {
      throw new AccessError('identity.token_invalid', 'The credential gave no token');
    }
    return answer;
  });
  return { token, expiresAt };
}

/**
 * Waits for a token of a library, not for ever, and says until when it lives on our clock. What else came with it is kept.
 *
 * @throws {AccessError} whatever `tokenRefusal` makes of a failure
 */
export async function receiveToken<Answer extends LibraryToken>(
  { clock, timeoutMs = TOKEN_TIMEOUT_MS, watch = UNWATCHED }: Waiting,
  request: () => Promise<Answer>,
): Promise<Answer & IssuedToken> {
  const receivedAt = clock.now();
  // The library adds the lifetime to the machine's clock: only what it added is of use.
  const machineStart = Temporal.Now.instant();
  const answer = await watch.call({ plane: 'login', name: 'token' }, () => withTimeout(request(), timeoutMs), taken);
  const lifetime = Temporal.Instant.fromEpochMilliseconds(answer.expiresOnTimestamp).since(machineStart);
  return { ...answer, expiresAt: receivedAt.add(lifetime) };
}

/** The library does not say how the service answered; a refusal is thrown. */
const taken = () => ({ status: 200, requestId: null });

function libraryOptions({ loginUrl, tenantId, clientId }: Authority) {
  return {
    tenantId,
    clientId,
    authorityHost: loginUrl,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
  };
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(new AccessError('graph.unavailable', 'The sign-in service did not answer in time', { retryable: true })),
    timeoutMs,
  );
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    throw tokenRefusal(error);
  } finally {
    clearTimeout(timer);
  }
}
