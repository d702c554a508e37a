import type { PrincipalId, RequestId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SignIns } from '../../ports/identity.ts';
import type { Actor } from '../../ports/role-management.ts';
import type { AssertionCheck } from './sso-assertion.ts';
import { createAssertionCheck, TEAMS_CLIENTS } from './sso-assertion.ts';
import type { IssuedToken } from './token-cache.ts';
import { TokenCache } from './token-cache.ts';
import type { Authority } from './token-exchange.ts';
import { exchangeOnBehalfOf } from './token-exchange.ts';
import type { AppCredential, TokenSource } from './token-source.ts';

export interface SignInSettings {
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
  /** The resource Graph tokens are for; differs in national clouds only, never with the base URL. */
  readonly graphResource?: string;
}

interface Session {
  readonly assertion: string;
  readonly assertionExpiresAt: Temporal.Instant;
  readonly keepUntil: Temporal.Instant;
}

interface Held extends IssuedToken {
  readonly principalId: PrincipalId;
  readonly keepUntil: Temporal.Instant;
}

const KEEP = Temporal.Duration.from({ minutes: 60 });
const GRAPH = 'https://graph.microsoft.com';

/** Makes the people's sign-ins of this replica; adapters take the same object as their source of delegated tokens. */
export function createSignIns(settings: SignInSettings): SignIns & TokenSource {
  const check = createAssertionCheck({
    loginUrl: settings.loginUrl,
    tenantId: settings.tenantId,
    audiences: [settings.clientId, ...(settings.expectedAudiences ?? [])],
    allowedParties: settings.allowedParties ?? TEAMS_CLIENTS,
    clock: settings.clock,
  });
  return new MemorySignIns(settings, check);
}

class MemorySignIns implements SignIns, TokenSource {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #authority: Authority;
  readonly #resource: string;
  readonly #check: AssertionCheck;
  readonly #tokens: TokenCache;
  readonly #sessions = new Map<PrincipalId, Session>();
  readonly #held = new Map<RequestId, Held>();
  readonly #accepting = new Map<string, Promise<void>>();
  /** How often a person was forgotten, so that an exchange under way does not bring them back. */
  readonly #forgotten = new Map<PrincipalId, number>();

  constructor(settings: SignInSettings, check: AssertionCheck) {
    this.#clock = settings.clock;
    this.#authority = settings;
    this.#resource = settings.graphResource ?? GRAPH;
    this.#check = check;
    this.#tokens = new TokenCache(settings.clock);
  }

  isSignedIn(principalId: PrincipalId): boolean {
    const session = this.#session(principalId);
    return session !== null && (this.#canExchange(session) || this.#tokens.peek(this.#key(principalId)) !== null);
  }

  /** Several Teams clients of one person send the same assertion at once: one exchange answers them all. */
  accept(principalId: PrincipalId, assertion: string): Promise<void> {
    const flight = `${principalId} ${assertion}`;
    const running = this.#accepting.get(flight);
    if (running !== undefined) {
      return running;
    }
    const accepting = this.#accept(principalId, assertion).finally(() => this.#accepting.delete(flight));
    this.#accepting.set(flight, accepting);
    return accepting;
  }

  async hold(principalId: PrincipalId, requestId: RequestId, until: Temporal.Instant): Promise<boolean> {
    const issued = await this.#tokenLivingUntil(principalId, until);
    if (issued === null || isBefore(issued.expiresAt, until)) {
      return false;
    }
    this.#held.set(requestId, { ...issued, principalId, keepUntil: until });
    return true;
  }

  isHeld(requestId: RequestId): boolean {
    return this.#heldToken(requestId) !== null;
  }

  release(requestId: RequestId): void {
    this.#held.delete(requestId);
  }

  forget(principalId: PrincipalId): void {
    this.#forgotten.set(principalId, this.#timesForgotten(principalId) + 1);
    this.#sessions.delete(principalId);
    this.#tokens.drop(this.#key(principalId));
    for (const [requestId, held] of this.#held) {
      if (held.principalId === principalId) {
        this.#held.delete(requestId);
      }
    }
  }

  async graphToken(actor: Actor): Promise<string> {
    if (actor.heldFor === undefined) {
      return (await this.#issue(actor.principalId)).token;
    }
    const held = this.#heldToken(actor.heldFor);
    if (held === null || held.principalId !== actor.principalId) {
      throw signInRequired();
    }
    return held.token;
  }

  rejectGraphToken(actor: Actor, token: string): void {
    this.#tokens.drop(this.#key(actor.principalId), token);
    if (actor.heldFor !== undefined && this.#held.get(actor.heldFor)?.token === token) {
      this.release(actor.heldFor);
    }
  }

  async #accept(principalId: PrincipalId, assertion: string): Promise<void> {
    const forgotten = this.#timesForgotten(principalId);
    const verified = await this.#check(assertion);
    if (verified.principalId !== principalId) {
      throw new AccessError('identity.wrong_person', 'The sign-in token is of somebody else');
    }
    const key = this.#key(principalId);
    if (this.#session(principalId)?.assertion === assertion && this.#tokens.peek(key) !== null) {
      return;
    }
    const keepUntil = this.#clock.now().add(KEEP);
    const issued = await this.#exchange(assertion).catch((error: unknown) => {
      throw error instanceof AccessError && error.code === 'identity.sign_in_required'
        ? new AccessError('identity.token_invalid', error.message)
        : error;
    });
    if (this.#timesForgotten(principalId) !== forgotten) {
      throw signInRequired();
    }
    this.#prune();
    this.#tokens.drop(key);
    this.#tokens.put(key, issued, keepUntil);
    this.#sessions.set(principalId, { assertion, assertionExpiresAt: verified.expiresAt, keepUntil });
  }

  async #issue(principalId: PrincipalId): Promise<IssuedToken> {
    const session = this.#session(principalId);
    if (session === null) {
      throw signInRequired();
    }
    const renew = async (): Promise<IssuedToken> => {
      if (!this.#canExchange(session)) {
        throw signInRequired();
      }
      return this.#exchange(session.assertion);
    };
    return this.#tokens.get(this.#key(principalId), renew, session.keepUntil);
  }

  /** The kept token, or one more exchange when that one ends too early. */
  async #tokenLivingUntil(principalId: PrincipalId, until: Temporal.Instant): Promise<IssuedToken | null> {
    if (!this.isSignedIn(principalId)) {
      return null;
    }
    const kept = await this.#issue(principalId);
    const session = this.#session(principalId);
    if (!isBefore(kept.expiresAt, until) || session === null || !this.#canExchange(session)) {
      return kept;
    }
    this.#tokens.drop(this.#key(principalId), kept.token);
    return this.#issue(principalId);
  }

  #exchange(assertion: string): Promise<IssuedToken> {
    return exchangeOnBehalfOf(this.#authority, assertion, `${this.#resource}/.default`);
  }

  #session(principalId: PrincipalId): Session | null {
    const session = this.#sessions.get(principalId);
    if (session === undefined || isBefore(this.#clock.now(), session.keepUntil)) {
      return session ?? null;
    }
    this.#sessions.delete(principalId);
    return null;
  }

  #heldToken(requestId: RequestId): Held | null {
    const held = this.#held.get(requestId);
    if (held === undefined) {
      return null;
    }
    const now = this.#clock.now();
    if (!isBefore(held.keepUntil, now) && isBefore(now, held.expiresAt)) {
      return held;
    }
    this.#held.delete(requestId);
    return null;
  }

  #canExchange(session: Session): boolean {
    return isBefore(this.#clock.now(), session.assertionExpiresAt);
  }

  #key(principalId: PrincipalId): string {
    const { loginUrl, tenantId, clientId } = this.#authority;
    const claims = 'cp1';
    return [loginUrl, tenantId, clientId, principalId, this.#resource, claims].join('|');
  }

  #timesForgotten(principalId: PrincipalId): number {
    return this.#forgotten.get(principalId) ?? 0;
  }

  #prune(): void {
    this.#tokens.prune();
    for (const principalId of this.#sessions.keys()) {
      this.#session(principalId);
    }
    for (const requestId of this.#held.keys()) {
      this.#heldToken(requestId);
    }
  }
}

function signInRequired(): AccessError {
  return new AccessError('identity.sign_in_required', 'This replica holds no token for the person');
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
