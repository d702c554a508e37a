import type { PrincipalId } from '../../domain/ids.ts';
import { PAGE_SIGN_IN_LIFETIME, type TokenResource } from '../../domain/page-sign-in.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SignIns, TurnHold } from '../../ports/identity.ts';
import type { Actor } from '../../ports/role-management.ts';
import { HeldTokens, type TokenSet } from './held-tokens.ts';
import { type Receipt, Receipts } from './receipts.ts';
import { type Session, Sessions } from './sessions.ts';
import type { AssertionCheck } from './sso-assertion.ts';
import { createAssertionCheck, TEAMS_CLIENTS } from './sso-assertion.ts';
import type { IssuedToken } from './token-cache.ts';
import { TokenCache } from './token-cache.ts';
import type { Authority } from './token-exchange.ts';
import { exchangeOnBehalfOf } from './token-exchange.ts';
import type { TokenKeeper } from './token-keeper.ts';
import { createTokenResources, type ResourceSettings } from './token-resources.ts';
import type { AppCredential, ArmTokenSource, TokenSource } from './token-source.ts';

export interface SignInSettings extends ResourceSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tenantId: string;
  /** The self-service app: audience of the Teams SSO token. */
  readonly clientId: string;
  readonly credential: AppCredential;
  /** Origin of the login service, without a trailing slash. */
  readonly loginUrl: string;
  /** `aud` values besides the client id, such as `api://botid-…`. */
  readonly expectedAudiences?: readonly string[];
  /** Clients whose SSO tokens are taken; Teams' own two when not given. */
  readonly allowedParties?: readonly string[];
  /** Told what tokens of people wait for in this replica; those of the sign-in pages are not shown. */
  readonly holders?: ShownHolders;
}

/** Where other replicas see what this one holds tokens for. */
interface ShownHolders {
  show(holdId: string): Promise<void>;
  hide(holdId: string): void;
}

/** Everything that holds people's tokens in this replica. */
export type PersonalTokens = SignIns & TokenSource & ArmTokenSource & TokenKeeper;

const KEEP = Temporal.Duration.from({ minutes: 60 });
/** A token for Azure can do whatever the person can there: it is exchanged again rather than kept. */
const KEEP_EXCHANGED_ARM = Temporal.Duration.from({ minutes: 5 });

/** Makes the people's sign-ins of this replica; adapters take the same object as their source of delegated tokens. */
export function createSignIns(settings: SignInSettings): PersonalTokens {
  const check = createAssertionCheck({
    loginUrl: settings.loginUrl,
    tenantId: settings.tenantId,
    audiences: [settings.clientId, ...(settings.expectedAudiences ?? [])],
    allowedParties: settings.allowedParties ?? TEAMS_CLIENTS,
    clock: settings.clock,
  });
  return new MemorySignIns(settings, check);
}

class MemorySignIns implements PersonalTokens {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #authority: Authority;
  readonly #resources: Readonly<Record<TokenResource, string>>;
  readonly #check: AssertionCheck;
  readonly #tokens: TokenCache;
  readonly #sessions: Sessions;
  readonly #held: HeldTokens;
  readonly #holders: ShownHolders | undefined;
  readonly #receipts: Receipts;
  readonly #accepting = new Map<string, Promise<void>>();

  constructor(settings: SignInSettings, check: AssertionCheck) {
    this.#clock = settings.clock;
    this.#authority = settings;
    this.#resources = createTokenResources(settings);
    this.#check = check;
    this.#tokens = new TokenCache(settings.clock);
    this.#sessions = new Sessions(settings.clock);
    this.#holders = settings.holders;
    this.#held = new HeldTokens(settings.clock, (holdId) => this.#holders?.hide(holdId));
    this.#receipts = new Receipts(settings.clock);
  }

  isSignedIn(principalId: PrincipalId): boolean {
    const session = this.#sessions.find(principalId);
    return (
      session !== null &&
      (this.#sessions.assertionOf(session) !== null ||
        this.#keys(principalId, session).some((key) => this.#tokens.peek(key) !== null))
    );
  }

  signedInAt(principalId: PrincipalId): Temporal.Instant | null {
    return this.#sessions.find(principalId)?.receivedAt ?? null;
  }

  /** Several Teams clients of one person send the same assertion at once: one exchange answers them all. */
  accept(principalId: PrincipalId, assertion: string): Promise<void> {
    const flight = `${principalId} ${assertion}`;
    const running = this.#accepting.get(flight);
    if (running !== undefined) {
      return running;
    }
    const accepting = this.#receipts
      .during(principalId, (receipt) => this.#accept(receipt, assertion))
      .finally(() => this.#accepting.delete(flight));
    this.#accepting.set(flight, accepting);
    return accepting;
  }

  async hold(
    principalId: PrincipalId,
    holdId: string,
    until: Temporal.Instant,
    resources: readonly TokenResource[],
  ): Promise<boolean> {
    const session = this.#sessions.find(principalId);
    if (session === null || !this.isSignedIn(principalId)) {
      return false;
    }
    const tokens = new Map<TokenResource, IssuedToken>();
    for (const resource of resources) {
      tokens.set(resource, await this.#tokenLivingUntil(resource, { principalId, session, until }));
    }
    const isTooShort = [...tokens.values()].some(({ expiresAt }) => isBefore(expiresAt, until));
    // Forgotten meanwhile, or replaced: then the tokens are not of the sign-in that there is.
    if (isTooShort || this.#sessions.find(principalId) !== session) {
      return false;
    }
    this.#held.put(holdId, { principalId, receivedAt: session.receivedAt, keepUntil: until, tokens });
    await this.#holders?.show(holdId);
    return true;
  }

  async holdTurn(signInId: string, holdId: string, { principalId, until, resources }: TurnHold): Promise<boolean> {
    const held = this.#held.all(signInId, principalId);
    const tokens = new Map<TokenResource, IssuedToken>();
    for (const resource of resources) {
      const issued = held?.tokens.get(resource);
      if (issued === undefined || isBefore(issued.expiresAt, until)) {
        return false;
      }
      tokens.set(resource, issued);
    }
    if (held === null) {
      return false;
    }
    this.#held.put(holdId, { ...held, keepUntil: until, tokens });
    await this.#holders?.show(holdId);
    return true;
  }

  isHeld(holdId: string): boolean {
    return this.#held.has(holdId);
  }

  release(holdId: string): void {
    this.#held.release(holdId);
  }

  forget(principalId: PrincipalId, receivedBefore?: Temporal.Instant): void {
    this.#receipts.forget(principalId, receivedBefore);
    this.#held.forget(principalId, receivedBefore);
    const session = this.#sessions.forget(principalId, receivedBefore);
    if (session !== null) {
      this.#dropTokens(principalId, session);
    }
  }

  graphToken(actor: Actor): Promise<string> {
    return this.#token(actor, 'graph');
  }

  rejectGraphToken(actor: Actor, token: string): void {
    this.#reject(actor, token);
  }

  armToken(actor: Actor): Promise<string> {
    return this.#token(actor, 'arm');
  }

  rejectArmToken(actor: Actor, token: string): void {
    this.#reject(actor, token);
  }

  receive<T>(principalId: PrincipalId, prove: (receipt: Receipt) => Promise<T>): Promise<T> {
    return this.#receipts.during(principalId, prove);
  }

  userNameOf(principalId: PrincipalId): string | null {
    return this.#sessions.find(principalId)?.userName ?? null;
  }

  keepTurn(receipt: Receipt, holdId: string, tokens: TokenSet): void {
    this.#prune();
    const { principalId, receivedAt } = receipt;
    this.#held.put(holdId, {
      principalId,
      receivedAt,
      keepUntil: this.#clock.now().add(PAGE_SIGN_IN_LIFETIME),
      tokens,
    });
  }

  keepSession(receipt: Receipt, { claims, userName }: Pick<Session, 'claims' | 'userName'>, tokens: TokenSet): void {
    const { principalId, receivedAt } = receipt;
    const keepUntil = receivedAt.add(KEEP);
    const session: Session = { receivedAt, keepUntil, assertion: null, claims, userName };
    this.#replace(principalId, session, tokens);
  }

  async #accept(receipt: Receipt, assertion: string): Promise<void> {
    const { principalId, receivedAt } = receipt;
    const verified = await this.#check(assertion);
    if (verified.principalId !== principalId) {
      throw new AccessError('identity.wrong_person', 'The sign-in token is of somebody else');
    }
    const known = this.#sessions.find(principalId);
    if (known?.assertion?.text === assertion && this.#tokens.peek(this.#key(principalId, known, 'graph')) !== null) {
      return;
    }
    const graph = await this.#exchange(assertion, 'graph').catch((error: unknown) => {
      throw error instanceof AccessError && error.code === 'identity.sign_in_required'
        ? new AccessError('identity.token_invalid', error.message)
        : error;
    });
    if (receipt.isVoid) {
      throw signInRequired();
    }
    const session: Session = {
      receivedAt,
      keepUntil: receivedAt.add(KEEP),
      assertion: { text: assertion, expiresAt: verified.expiresAt },
      claims: '',
      userName: verified.userName,
    };
    this.#replace(principalId, session, new Map([['graph', graph]]));
  }

  /** Makes this the person's sign-in: nothing of the one before remains. */
  #replace(principalId: PrincipalId, session: Session, tokens: TokenSet): void {
    this.#prune();
    const former = this.#sessions.find(principalId);
    if (former !== null) {
      this.#dropTokens(principalId, former);
    }
    this.#dropTokens(principalId, session);
    for (const [resource, issued] of tokens) {
      this.#tokens.put(this.#key(principalId, session, resource), issued, session.keepUntil);
    }
    this.#sessions.put(principalId, session);
  }

  async #token({ principalId, heldFor }: Actor, resource: TokenResource): Promise<string> {
    if (heldFor === undefined) {
      return (await this.#issue(principalId, resource)).token;
    }
    const held = this.#held.find(heldFor, principalId, resource);
    if (held === null) {
      throw resource === 'arm' && this.#held.find(heldFor, principalId, 'graph') !== null
        ? notForAzure()
        : signInRequired();
    }
    return held;
  }

  #reject({ principalId, heldFor }: Actor, token: string): void {
    const session = this.#sessions.find(principalId);
    for (const key of session === null ? [] : this.#keys(principalId, session)) {
      this.#tokens.drop(key, token);
    }
    if (heldFor !== undefined) {
      this.#held.reject(heldFor, token);
    }
  }

  async #issue(principalId: PrincipalId, resource: TokenResource): Promise<IssuedToken> {
    const session = this.#sessions.find(principalId);
    if (session === null) {
      throw signInRequired();
    }
    const renew = async (): Promise<IssuedToken> => {
      const assertion = this.#sessions.assertionOf(session);
      if (assertion === null) {
        const graph = this.#tokens.peek(this.#key(principalId, session, 'graph'));
        // Of our own page all tokens came at once; what Teams proved is only too old, and Teams proves it anew.
        const isOfPage = session.assertion === null;
        throw resource === 'arm' && isOfPage && graph !== null ? notForAzure() : signInRequired();
      }
      return this.#exchange(assertion, resource);
    };
    return this.#tokens.get(this.#key(principalId, session, resource), renew, this.#keepUntil(session, resource));
  }

  #keepUntil({ keepUntil }: Session, resource: TokenResource): Temporal.Instant {
    const soon = this.#clock.now().add(KEEP_EXCHANGED_ARM);
    return resource === 'arm' && isBefore(soon, keepUntil) ? soon : keepUntil;
  }

  /** The kept token, or one more exchange when that one ends too early. */
  async #tokenLivingUntil(resource: TokenResource, { principalId, session, until }: Holding): Promise<IssuedToken> {
    const kept = await this.#issue(principalId, resource);
    if (!isBefore(kept.expiresAt, until) || this.#sessions.assertionOf(session) === null) {
      return kept;
    }
    this.#tokens.drop(this.#key(principalId, session, resource), kept.token);
    return this.#issue(principalId, resource);
  }

  #exchange(assertion: string, resource: TokenResource): Promise<IssuedToken> {
    return exchangeOnBehalfOf(this.#authority, assertion, `${this.#resources[resource]}/.default`);
  }

  #dropTokens(principalId: PrincipalId, session: Session): void {
    for (const key of this.#keys(principalId, session)) {
      this.#tokens.drop(key);
    }
  }

  #keys(principalId: PrincipalId, session: Session): readonly string[] {
    return [this.#key(principalId, session, 'graph'), this.#key(principalId, session, 'arm')];
  }

  #key(principalId: PrincipalId, { claims }: Session, resource: TokenResource): string {
    const { loginUrl, tenantId, clientId } = this.#authority;
    return [loginUrl, tenantId, clientId, principalId, this.#resources[resource], `cp1${claims}`].join('|');
  }

  #prune(): void {
    this.#tokens.prune();
    this.#sessions.prune();
    this.#held.prune();
  }
}

interface Holding {
  readonly principalId: PrincipalId;
  readonly session: Session;
  readonly until: Temporal.Instant;
}

/** The sign-in brought no token for Azure, and asking for the same again would bring none. */
function notForAzure(): AccessError {
  return new AccessError('identity.consent_missing', 'The sign-in is not for Azure');
}

function signInRequired(): AccessError {
  return new AccessError('identity.sign_in_required', 'This replica holds no token for the person');
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
