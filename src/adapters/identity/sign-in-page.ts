import type { TokenResource } from '../../domain/page-sign-in.ts';
import { MFA_CLAIMS, type PageApp } from '../../domain/page-sign-in.ts';
import { AccessError, type ErrorCode } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AuthorizeOrder, PageIdentity, RedeemOrder, SignInPage } from '../../ports/identity.ts';
import { CodeClient, type RedeemedCode } from './code-client.ts';
import type { TokenSet } from './held-tokens.ts';
import { createIdTokenCheck, type IdTokenCheck, type VerifiedIdToken } from './id-token.ts';
import type { Receipt } from './receipts.ts';
import type { IssuedToken } from './token-cache.ts';
import type { TokenKeeper } from './token-keeper.ts';
import { createTokenResources, type ResourceSettings } from './token-resources.ts';
import type { AppCredential } from './token-source.ts';

/** An app registration of ours that people sign in to. */
export interface PageAppSettings {
  readonly clientId: string;
  readonly credential: AppCredential;
}

export interface SignInPageSettings extends ResourceSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** Origin of the login service, without a trailing slash. */
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly selfService: PageAppSettings;
  /** Null when administrators cannot sign in. */
  readonly admin: PageAppSettings | null;
  /** Where Entra sends browsers back to; asked each time, since a port may be known late. */
  readonly redirectUri: () => string;
  /** Where the tokens go: the object of `createSignIns`. */
  readonly keeper: TokenKeeper;
  /** Longest wait for one token, in milliseconds; 10 seconds when not given. */
  readonly timeoutMs?: number;
}

/** Makes the sign-ins on the bot's own page (DESIGN §4). No refresh token outlives a redemption. */
export function createSignInPage(settings: SignInPageSettings): SignInPage {
  return new EntraSignInPage(settings);
}

class EntraSignInPage implements SignInPage {
  readonly #settings: SignInPageSettings;
  readonly #resources: Readonly<Record<TokenResource, string>>;
  readonly #check: IdTokenCheck;

  constructor(settings: SignInPageSettings) {
    this.#settings = settings;
    this.#resources = createTokenResources(settings);
    this.#check = createIdTokenCheck(settings);
  }

  isAvailable(app: PageApp): boolean {
    return this.#findApp(app) !== null;
  }

  async authorizeUrl({ signIn, state, nonce, codeChallenge }: AuthorizeOrder): Promise<string> {
    const { app, claims, principalId, resources } = signIn;
    return this.#open(app).authorizeUrl({
      scopes: this.#scopes(resources[0]),
      redirectUri: this.#settings.redirectUri(),
      claims,
      state,
      nonce,
      codeChallenge,
      // Entra does not document a way to ask for MFA alone (pim-api §12.3): a fresh sign-in gives its policies the occasion.
      prompt: claims === MFA_CLAIMS ? 'login' : null,
      loginHint: this.#settings.keeper.userNameOf(principalId),
    });
  }

  async redeem(order: RedeemOrder): Promise<PageIdentity> {
    const { app, keep, principalId } = order.signIn;
    if (app === 'admin' && keep === 'session') {
      throw new AccessError('internal.unexpected', 'Tokens of the admin app are never an ordinary sign-in');
    }
    const client = this.#open(app);
    try {
      return await this.#settings.keeper.receive(principalId, (receipt) => this.#redeem(client, order, receipt));
    } catch (error) {
      // What Entra calls an invalid grant is a code that is used up, late or not of this browser.
      throw error instanceof AccessError && error.code === 'identity.sign_in_required'
        ? new AccessError('identity.token_invalid', error.message)
        : error;
    } finally {
      client.close();
    }
  }

  async #redeem(client: CodeClient, order: RedeemOrder, receipt: Receipt): Promise<PageIdentity> {
    const { signIn, code, nonce, codeVerifier } = order;
    const { claims, resources } = signIn;
    const redeemed = await client.redeem({
      code,
      scopes: this.#scopes(resources[0]),
      redirectUri: this.#settings.redirectUri(),
      claims,
      nonce,
      codeVerifier,
    });
    const verified = await this.#verify(redeemed.idToken, order);
    const tokens = await this.#collect(client, signIn, redeemed);
    if (receipt.isVoid) {
      throw new AccessError('identity.sign_in_cancelled', 'The person signed out meanwhile');
    }
    const { keeper } = this.#settings;
    if (signIn.keep === 'turn') {
      keeper.keepTurn(receipt, signIn.id, tokens);
    } else {
      keeper.keepSession(receipt, { claims: claims ?? '', userName: verified.userName }, tokens);
    }
    return { appRoles: verified.appRoles };
  }

  async #verify(idToken: string, { signIn, nonce }: RedeemOrder): Promise<VerifiedIdToken> {
    const verified = await this.#check(idToken, { clientId: this.#app(signIn.app).clientId, nonce });
    if (verified.principalId !== signIn.principalId) {
      throw new AccessError('identity.wrong_person', 'Somebody else signed in on the page');
    }
    const { requiredContext } = signIn;
    if (requiredContext !== null && !verified.contexts.includes(requiredContext)) {
      throw new AccessError('activation.step_up_not_accepted', 'The id token does not prove the required context');
    }
    return verified;
  }

  /**
   * One token for each resource, all of this sign-in and with its claims. What a turn needs of them is not known before it is
   * carried out: beside the first, one that Entra does not give (no consent, a rule of that resource) is missed then.
   */
  async #collect(client: CodeClient, signIn: RedeemOrder['signIn'], first: RedeemedCode): Promise<TokenSet> {
    const tokens = new Map<TokenResource, IssuedToken>();
    for (const resource of signIn.resources) {
      if (tokens.size === 0) {
        tokens.set(resource, first.issued);
      } else if (!tokens.has(resource)) {
        if (first.account === null) {
          throw new AccessError('identity.token_invalid', 'The sign-in names no account');
        }
        const issued = await client
          .also(first.account, this.#scopes(resource), signIn.claims)
          .catch((error: unknown) => (signIn.purpose.kind === 'requests' ? Promise.reject(error) : orRefused(error)));
        if (issued !== null) {
          tokens.set(resource, issued);
        }
      }
    }
    return tokens;
  }

  #scopes(resource: TokenResource | undefined): readonly string[] {
    return resource === undefined ? [] : [`${this.#resources[resource]}/.default`];
  }

  #open(app: PageApp): CodeClient {
    const { loginUrl, tenantId, clock, timeoutMs } = this.#settings;
    return new CodeClient({
      loginUrl,
      tenantId,
      clock,
      ...this.#app(app),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  #app(app: PageApp): PageAppSettings {
    const found = this.#findApp(app);
    if (found === null) {
      throw new AccessError('identity.admin_unavailable', 'No admin app is configured');
    }
    return found;
  }

  #findApp(app: PageApp): PageAppSettings | null {
    return app === 'admin' ? this.#settings.admin : this.#settings.selfService;
  }
}

const OF_THE_RESOURCE: ReadonlySet<ErrorCode> = new Set([
  'identity.consent_missing',
  'identity.device_blocked',
  'identity.access_blocked',
  'activation.step_up_required',
]);

/** Null when Entra refused this resource; whatever else went wrong is thrown. */
function orRefused(error: unknown): null {
  if (error instanceof AccessError && OF_THE_RESOURCE.has(error.code)) {
    return null;
  }
  throw error;
}
