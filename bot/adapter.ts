import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type Activity as SdkActivity } from 'botbuilder';
import {
  AuthenticationConfiguration,
  AuthenticationError,
  type Claim,
  type ConnectorClient,
  ConnectorFactory,
  type ServiceClientCredentials,
  ServiceClientCredentialsFactory,
  UserTokenClient,
} from 'botframework-connector';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import type { Log } from '../src/ports/log.ts';
import { createEndorsementCheck } from './channel-keys.ts';

/** Reserved by RFC 2606: the emulator's way in (teams-platform §1.5) leads nowhere. */
const NOWHERE = 'https://emulator.invalid/';

const SCHEME = 'Bearer ';

/** What the channel signs with; the SDK would refuse others too, after writing the key to the console. */
const ALGORITHMS: ReadonlySet<unknown> = new Set(['RS256', 'RS384', 'RS512']);

/** The SDK fetches keys without a timeout: a request waits no longer than this for its token to be judged. */
const AUTHENTICATION_MS = 10_000;

export interface AdapterOptions {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly loginUrl: string;
  readonly channelMetadataUrl: string;
  /** Who signs what Teams sends in this cloud. */
  readonly channelIssuer: string;
  readonly log: Log;
}

/** How a request ended that carried an activity. */
export interface Verdict {
  readonly status: number;
  readonly body?: unknown;
}

/** Refuses every token that is not the connector's for this bot (teams-platform §1.4). Called for each way in. */
export function channelTokenGuard(botAppId: string, channelIssuer: string): (claims: Claim[]) => Promise<void> {
  return async (claims) => {
    const claim = (type: string): unknown => claims.find((candidate) => candidate.type === type)?.value;
    if (claim('iss') !== channelIssuer || claim('aud') !== botAppId || !claim('serviceurl')) {
      // Any other class of error would be answered 500 by the SDK.
      throw new AuthenticationError('not a channel token', 401);
    }
  };
}

/** The SDK wants credentials for sending; it gets none, as everything leaves through the outbox. */
class NoCredentials extends ServiceClientCredentialsFactory {
  readonly #botAppId: string;

  constructor(botAppId: string) {
    super();
    this.#botAppId = botAppId;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#botAppId;
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }

  override createCredentials(): Promise<ServiceClientCredentials> {
    return Promise.reject(new AuthenticationError('the SDK never sends', 500));
  }
}

class NoConnector extends ConnectorFactory {
  override async create(): Promise<ConnectorClient> {
    return {} as ConnectorClient;
  }
}

/** Checks inbound tokens, and has no way out: no client, no token, nowhere for a forged service URL to lead. */
class InboundOnly extends ConfigurationBotFrameworkAuthentication {
  /** Set after construction, as the SDK's own constructor takes what it takes. */
  isEndorsed: (kid: string) => Promise<boolean> = async () => false;

  override async authenticateRequest(activity: SdkActivity, authHeader: string) {
    const result = await super.authenticateRequest(activity, authHeader);
    const { kid = '' } = decodeProtectedHeader(authHeader.slice(SCHEME.length));
    if (!(await this.isEndorsed(kid))) {
      throw new AuthenticationError('not a key for Teams', 401);
    }
    return { ...result, connectorFactory: new NoConnector() };
  }

  override createConnectorFactory(): ConnectorFactory {
    return new NoConnector();
  }

  override async createUserTokenClient(): Promise<UserTokenClient> {
    return Object.create(UserTokenClient.prototype) as UserTokenClient;
  }
}

/**
 * Bot Framework's adapter, for what comes in. It judges the token and runs the turn; a refused token is a 401, a failure
 * a 500 or 503, and neither says why.
 */
export class TeamsAdapter extends CloudAdapter {
  readonly #botAppId: string;
  readonly #channelIssuer: string;
  readonly #log: Log;

  constructor({ botAppId, tenantId, loginUrl, channelMetadataUrl, channelIssuer, log }: AdapterOptions) {
    const authentication = new InboundOnly(
      {
        // One value given means that all come from here: a missing one would be a public default.
        MicrosoftAppId: botAppId,
        MicrosoftAppTenantId: tenantId,
        ToChannelFromBotLoginUrl: `${loginUrl}/${tenantId}`,
        ToChannelFromBotOAuthScope: channelIssuer,
        ToBotFromChannelTokenIssuer: channelIssuer,
        OAuthUrl: NOWHERE,
        ToBotFromChannelOpenIdMetadataUrl: channelMetadataUrl,
        ToBotFromEmulatorOpenIdMetadataUrl: NOWHERE,
        CallerId: 'urn:botframework:azure',
      },
      new NoCredentials(botAppId),
      new AuthenticationConfiguration([], channelTokenGuard(botAppId, channelIssuer)),
    );
    authentication.isEndorsed = createEndorsementCheck(channelMetadataUrl);
    super(authentication);
    this.#botAppId = botAppId;
    this.#channelIssuer = channelIssuer;
    this.#log = log;
    this.onTurnError = async (_context, error) => {
      log.error('turn.failed', { error });
    };
  }

  /** Authenticates the request and runs `turn` for its activity. Never throws. */
  async receive(authorization: string, activity: object, turn: () => Promise<Verdict>): Promise<Verdict> {
    // Looked at before the SDK does: reading a foreign issuer alone makes it remember that tenant (teams-platform §1.5).
    if (!this.#claimsToBeChannel(authorization)) {
      this.#log.warn('activity.refused', { reason: 'token-not-of-channel' });
      return UNAUTHORIZED;
    }
    const started = Promise.withResolvers<void>();
    let verdict: Verdict = UNAVAILABLE;
    const whole = this.#run(authorization, activity as SdkActivity, async () => {
      started.resolve();
      verdict = INTERNAL;
      verdict = await turn();
    }).then((refused) => refused ?? verdict);
    const timer = setTimeout(
      () => started.reject(new AuthenticationError('keys did not come', 503)),
      AUTHENTICATION_MS,
    );
    try {
      await Promise.race([whole, started.promise]);
      return await whole;
    } catch (error) {
      this.#log.error('channel-keys.unavailable', { error });
      return UNAVAILABLE;
    } finally {
      clearTimeout(timer);
      started.resolve();
    }
  }

  async #run(authorization: string, activity: SdkActivity, logic: () => Promise<void>): Promise<Verdict | null> {
    let isAuthenticated = false;
    const run = (): Promise<void> => {
      isAuthenticated = true;
      return logic();
    };
    try {
      // What the SDK would answer is not used: 501 for every invoke that left nothing in its turn state.
      await this.processActivity(authorization, activity, run);
      return null;
    } catch (error) {
      if (isAuthenticated) {
        this.#log.error('turn.failed', { error });
        return INTERNAL;
      }
      if (isRefusal(error)) {
        this.#log.warn('activity.refused', { reason: 'token-invalid' });
        return UNAUTHORIZED;
      }
      this.#log.error('channel-keys.unavailable', { error });
      return UNAVAILABLE;
    }
  }

  #claimsToBeChannel(authorization: string): boolean {
    const [scheme, token, ...rest] = authorization.split(' ');
    if (scheme !== 'Bearer' || !token || rest.length > 0) {
      return false;
    }
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      const { iss, aud, exp, tid, appid, azp } = decodeJwt(token);
      const isSignedLikeOne = ALGORITHMS.has(alg) && typeof kid === 'string';
      // A token without an end would be taken by the SDK for ever.
      const isForUs = iss === this.#channelIssuer && aud === this.#botAppId && typeof exp === 'number';
      // Claims of Entra's tokens, of which the channel's has none: they send the SDK down its emulator and skill paths.
      const isOfEntra = [tid, appid, azp].some((claim) => claim !== undefined);
      return isSignedLikeOne && isForUs && !isOfEntra;
    } catch {
      return false;
    }
  }
}

/** What jsonwebtoken says about a token, as the SDK lets it through. */
const TOKEN_ERRORS = new Set(['JsonWebTokenError', 'NotBeforeError', 'TokenExpiredError']);

/** Tells a bad token from keys that could not be had. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AuthenticationError) {
    return error.statusCode === 401;
  }
  return error instanceof Error && TOKEN_ERRORS.has(error.name);
}

const UNAUTHORIZED: Verdict = { status: 401, body: { code: 'Unauthorized', message: 'The token is not accepted.' } };
const INTERNAL: Verdict = { status: 500, body: { code: 'Internal', message: 'Something went wrong.' } };
const UNAVAILABLE: Verdict = { status: 503, body: { code: 'Unavailable', message: 'Not ready; try again later.' } };
