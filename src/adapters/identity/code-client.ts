import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { AccessError } from '../../errors.ts';
import { createLoginHttp } from './login-http.ts';
import type { IssuedToken } from './token-cache.ts';
import { type Authority, type LibraryToken, receiveToken, TOKEN_TIMEOUT_MS } from './token-exchange.ts';

/** What a browser is sent to the authorize endpoint with, as far as MSAL does not add it. */
export interface AuthorizeParameters {
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly claims: string | null;
  readonly state: string;
  readonly nonce: string;
  readonly codeChallenge: string;
  readonly prompt: string | null;
  readonly loginHint: string | null;
}

export interface CodeParameters {
  readonly code: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly claims: string | null;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** The first answer to a code. The id token is not verified yet. */
export interface RedeemedCode {
  readonly issued: IssuedToken;
  readonly idToken: string;
  readonly account: AccountInfo | null;
}

interface LibraryAnswer extends LibraryToken {
  readonly result: AuthenticationResult;
}

/**
 * One authorization code flow with MSAL. Its cache holds a refresh token after `redeem`, so that it is made for one flow and
 * closed at its end. Endpoints are known, not discovered; every request declares the capability `cp1`.
 */
export class CodeClient {
  readonly #authority: Authority;
  readonly #app: ConfidentialClientApplication;

  constructor(authority: Authority) {
    this.#authority = authority;
    this.#app = createApp(authority);
  }

  authorizeUrl({ scopes, claims, prompt, loginHint, ...rest }: AuthorizeParameters): Promise<string> {
    return this.#app.getAuthCodeUrl({
      ...rest,
      scopes: [...scopes],
      responseMode: 'query',
      codeChallengeMethod: 'S256',
      ...(claims !== null && { claims }),
      ...(prompt !== null && { prompt }),
      ...(loginHint !== null && { loginHint }),
    });
  }

  /** Trades the code for its token. @throws what {@link receiveToken} does */
  async redeem({ scopes, claims, ...rest }: CodeParameters): Promise<RedeemedCode> {
    // No second argument: MSAL would read a state in it as its own format (teams-platform 1.11).
    const request = { ...rest, scopes: [...scopes], ...(claims !== null && { claims }) };
    const { token, expiresAt, result } = await this.#receive(() => this.#app.acquireTokenByCode(request));
    return { issued: { token, expiresAt }, idToken: result.idToken, account: result.account };
  }

  /** One more token of the same sign-in, for other scopes, with the claims asked again. */
  async also(account: AccountInfo, scopes: readonly string[], claims: string | null): Promise<IssuedToken> {
    const request = { account, scopes: [...scopes], forceRefresh: true, ...(claims !== null && { claims }) };
    const { token, expiresAt } = await this.#receive(() => this.#app.acquireTokenSilent(request));
    return { token, expiresAt };
  }

  /** Drops the refresh token and everything else. */
  close(): void {
    this.#app.clearCache();
  }

  #receive(request: () => Promise<AuthenticationResult>): Promise<LibraryAnswer & IssuedToken> {
    return receiveToken(this.#authority, async () => {
      const result = await request();
      if (result.accessToken === '' || result.expiresOn === null) {
        throw new AccessError('graph.unavailable', 'The sign-in service sent no token', { retryable: true });
      }
      return { result, token: result.accessToken, expiresOnTimestamp: result.expiresOn.getTime() };
    });
  }
}

function createApp({ loginUrl, tenantId, clientId, credential, timeoutMs }: Authority): ConfidentialClientApplication {
  const authority = `${loginUrl}/${tenantId}`;
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      authority,
      knownAuthorities: [new URL(loginUrl).host],
      authorityMetadata: JSON.stringify({
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      }),
      // Without it PIM does not honour `acrs` (teams-platform 1.10).
      clientCapabilities: ['cp1'],
      ...('secret' in credential
        ? { clientSecret: credential.secret.reveal() }
        : { clientAssertion: () => credential.getAssertion() }),
    },
    system: { networkClient: createLoginHttp(timeoutMs ?? TOKEN_TIMEOUT_MS), disableInternalRetries: true },
  });
}
