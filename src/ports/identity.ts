import type { PrincipalId } from '../domain/ids.ts';
import type { AppRole, PageApp, PageSignIn, TokenResource } from '../domain/page-sign-in.ts';

/**
 * People's delegated tokens, in the memory of this replica only, at most 60 minutes from receipt (a held one until its ask is
 * done). No token ever leaves the adapter.
 */
export interface SignIns {
  /** Whether this replica can act as the person now. */
  isSignedIn(principalId: PrincipalId): boolean;
  /** When the person's ordinary sign-in came in: its tokens may be as old. Null without one. */
  signedInAt(principalId: PrincipalId): Temporal.Instant | null;
  /**
   * Validates the assertion a Teams client sent (signature, issuer, audience, tenant, time, authorised party, scope, `oid`) and
   * proves with one exchange that it can be used, then remembers it.
   * @throws identity.token_invalid, identity.wrong_person (oid differs from `principalId`), identity.consent_missing,
   *   activation.step_up_required (fact `claims`), identity.device_blocked, identity.access_blocked
   */
  accept(principalId: PrincipalId, assertion: string): Promise<void>;
  /**
   * Keeps the person's token for one ask until `until`, beyond the usual hour.
   * @returns false when the token will not live that long.
   */
  hold(
    principalId: PrincipalId,
    holdId: string,
    until: Temporal.Instant,
    resources: readonly TokenResource[],
  ): Promise<boolean>;
  /** The same with what a turn has brought, and holds under this id of its sign-in page. */
  holdTurn(signInId: string, holdId: string, order: TurnHold): Promise<boolean>;
  /** Whether this replica holds a token of its own for the ask or the sign-in page. */
  isHeld(holdId: string): boolean;
  release(holdId: string): void;
  /** Forgets everything of a person; with `receivedBefore` only what was received earlier. */
  forget(principalId: PrincipalId, receivedBefore?: Temporal.Instant): void;
}

/** For how long tokens of a turn are kept beyond it, and whose they must be. */
export interface TurnHold {
  readonly principalId: PrincipalId;
  readonly until: Temporal.Instant;
  readonly resources: readonly TokenResource[];
}

/** Which tokens wait in other replicas. Only the id of what they wait for is ever shown, never the token. */
export interface TokensElsewhere {
  /** Whether another living replica shows that it holds a token for it. @throws internal.database_unavailable */
  isElsewhere(holdId: string): Promise<boolean>;
}

/** What a browser is sent to Entra with. The secrets behind `state`, `nonce` and `codeChallenge` stay with the browser. */
export interface AuthorizeOrder {
  readonly signIn: Pick<PageSignIn, 'principalId' | 'app' | 'claims' | 'resources'>;
  readonly state: string;
  readonly nonce: string;
  /** PKCE, S256. */
  readonly codeChallenge: string;
}

/** A code that came back to the page, with what the browser proved to have begun it. */
export interface RedeemOrder {
  readonly signIn: Pick<
    PageSignIn,
    'id' | 'principalId' | 'app' | 'claims' | 'resources' | 'keep' | 'requiredContext' | 'purpose'
  >;
  readonly code: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Who signed in, from the verified id token. */
export interface PageIdentity {
  readonly appRoles: readonly AppRole[];
}

/** Sign-ins on the bot's own page: authorization code with PKCE, for one of the bot's own apps. */
export interface SignInPage {
  /** Whether people can sign in to this app at all. */
  isAvailable(app: PageApp): boolean;
  /** The address at Entra that the browser goes to. @throws identity.admin_unavailable */
  authorizeUrl(order: AuthorizeOrder): Promise<string>;
  /**
   * Redeems the code, once, and keeps the tokens in this replica: one for each resource, under the sign-in's id (`turn`, until
   * it is released, five minutes at most) or as the person's ordinary sign-in (`session`). Nothing is kept unless the id token
   * is valid (signature, issuer, audience, tenant, time, nonce), of this person, and proves the required context.
   * @throws identity.token_invalid, identity.wrong_person, identity.consent_missing, identity.device_blocked,
   *   identity.access_blocked, activation.step_up_not_accepted, activation.step_up_required, graph.unavailable
   */
  redeem(order: RedeemOrder): Promise<PageIdentity>;
}
