import type { PrincipalId } from '../../../src/domain/ids.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { AppRole, PageApp } from '../../../src/domain/page-sign-in.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type {
  AuthorizeOrder,
  PageIdentity,
  RedeemOrder,
  SignInPage,
  SignIns,
  TurnHold,
} from '../../../src/ports/identity.ts';
import type { Actor } from '../../../src/ports/role-management.ts';

const HOUR = Temporal.Duration.from({ hours: 1 });

/** What a token proves, as PIM would read it. */
export interface TokenProof {
  readonly contexts: ReadonlySet<string>;
  readonly hasMfa: boolean;
}

/** What Teams' silent sign-in proves: nothing beyond the person. */
export const PLAIN_PROOF: TokenProof = { contexts: new Set(), hasMfa: false };

interface Received {
  readonly receivedAt: Temporal.Instant;
  readonly proof: TokenProof;
}

interface Held extends Received {
  readonly principalId: PrincipalId;
  readonly until: Temporal.Instant;
}

/**
 * SignIns in memory. An assertion is simply the person's object id; `bad-…` is never valid. `now` is all it needs of a clock.
 */
export class FakeSignIns implements SignIns {
  /** People who have not consented yet: `accept` refuses them. */
  readonly withoutConsent = new Set<PrincipalId>();
  /** How long a token lives at Microsoft, which is what `hold` measures. */
  tokenLifetime = Temporal.Duration.from({ minutes: 75 });
  readonly #clock: Pick<Clock, 'now'>;
  readonly #received = new Map<PrincipalId, Received>();
  readonly #held = new Map<string, Held>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Signs these people in without a client. */
  signIn(...people: readonly PrincipalId[]): this {
    for (const person of people) {
      this.keepSession(person);
    }
    return this;
  }

  /** As a sign-in page with `keep: 'session'` does. */
  keepSession(person: PrincipalId, proof: TokenProof = PLAIN_PROOF): void {
    this.#received.set(person, { receivedAt: this.#clock.now(), proof });
  }

  /** As a sign-in page with `keep: 'turn'` does. */
  keepTurn(person: PrincipalId, holdId: string, proof: TokenProof = PLAIN_PROOF): void {
    const receivedAt = this.#clock.now();
    this.#held.set(holdId, { principalId: person, receivedAt, until: receivedAt.add({ minutes: 5 }), proof });
  }

  isSignedIn(person: PrincipalId): boolean {
    const received = this.#received.get(person);
    return received !== undefined && Temporal.Instant.compare(this.#clock.now(), received.receivedAt.add(HOUR)) < 0;
  }

  signedInAt(person: PrincipalId): Temporal.Instant | null {
    return this.isSignedIn(person) ? (this.#received.get(person)?.receivedAt ?? null) : null;
  }

  async accept(person: PrincipalId, assertion: string): Promise<void> {
    if (assertion.startsWith('bad-')) {
      throw new AccessError('identity.token_invalid', 'The assertion is not valid');
    }
    if (principalId(assertion) !== person) {
      throw new AccessError('identity.wrong_person', 'The assertion is of somebody else');
    }
    if (this.withoutConsent.has(person)) {
      throw new AccessError('identity.consent_missing', 'The person has not consented');
    }
    this.signIn(person);
  }

  async hold(person: PrincipalId, holdId: string, until: Temporal.Instant): Promise<boolean> {
    return this.#keep(this.isSignedIn(person) ? this.#received.get(person) : undefined, holdId, {
      principalId: person,
      until,
    });
  }

  async holdTurn(signInId: string, holdId: string, { principalId: person, until }: TurnHold): Promise<boolean> {
    const held = this.isHeld(signInId) ? this.#held.get(signInId) : undefined;
    return this.#keep(held?.principalId === person ? held : undefined, holdId, { principalId: person, until });
  }

  #keep(
    received: Received | undefined,
    holdId: string,
    { principalId: person, until }: Pick<TurnHold, 'principalId' | 'until'>,
  ): boolean {
    if (received === undefined) {
      return false;
    }
    if (Temporal.Instant.compare(received.receivedAt.add(this.tokenLifetime), until) < 0) {
      return false;
    }
    this.#held.set(holdId, { ...received, principalId: person, until });
    return true;
  }

  isHeld(holdId: string): boolean {
    const held = this.#held.get(holdId);
    return held !== undefined && Temporal.Instant.compare(this.#clock.now(), held.until) <= 0;
  }

  release(holdId: string): void {
    this.#held.delete(holdId);
  }

  forget(person: PrincipalId, receivedBefore?: Temporal.Instant): void {
    const isMeant = ({ receivedAt }: Received): boolean =>
      receivedBefore === undefined || Temporal.Instant.compare(receivedAt, receivedBefore) < 0;
    const received = this.#received.get(person);
    if (received !== undefined && isMeant(received)) {
      this.#received.delete(person);
    }
    for (const [holdId, held] of this.#held) {
      if (held.principalId === person && isMeant(held)) {
        this.#held.delete(holdId);
      }
    }
  }

  /** Whether there is a token for this actor now. */
  hasTokenFor(actor: Actor): boolean {
    return this.proofFor(actor) !== null;
  }

  /** What the token of this actor proves; null when there is none. */
  proofFor({ principalId: person, heldFor }: Actor): TokenProof | null {
    if (heldFor === undefined) {
      return this.isSignedIn(person) ? (this.#received.get(person)?.proof ?? null) : null;
    }
    const held = this.#held.get(heldFor);
    return this.isHeld(heldFor) && held?.principalId === person ? held.proof : null;
  }
}

/** How the next sign-ins on the page go. What is not said goes well. */
export interface PageBehaviour {
  /** Who sits before the browser; the person the link is for when not given. */
  readonly person?: PrincipalId;
  readonly appRoles?: readonly AppRole[];
  /** Authentication contexts that the sign-in satisfies; those that were asked for when not given. */
  readonly contexts?: readonly string[];
  /** Whether MFA was done; when not given, if anything was asked for beyond an ordinary sign-in. */
  readonly hasMfa?: boolean;
  /** What `redeem` throws. */
  readonly failure?: AccessError;
}

/**
 * A sign-in page without HTTP: `authorizeUrl` names the state, `redeem` takes any code once and leaves the tokens with
 * FakeSignIns, under the sign-in's id or as the person's ordinary sign-in, with what they prove.
 */
export class FakeSignInPage implements SignInPage {
  readonly authorized: AuthorizeOrder[] = [];
  readonly redeemed: RedeemOrder[] = [];
  isAdminAvailable = true;
  #behaviour: PageBehaviour = {};
  readonly #signIns: FakeSignIns;
  readonly #onProof: (person: PrincipalId, proof: TokenProof) => void;

  /** `onProof` is told what each kept token proves, for fakes that go by the person and not by the token. */
  constructor(signIns: FakeSignIns, onProof: (person: PrincipalId, proof: TokenProof) => void = () => {}) {
    this.#signIns = signIns;
    this.#onProof = onProof;
  }

  /** Says how sign-ins go from now on; nothing said before remains. */
  behave(behaviour: PageBehaviour): this {
    this.#behaviour = behaviour;
    return this;
  }

  isAvailable(app: PageApp): boolean {
    return app === 'self-service' || this.isAdminAvailable;
  }

  async authorizeUrl(order: AuthorizeOrder): Promise<string> {
    this.#demandApp(order.signIn.app);
    this.authorized.push(order);
    return `https://login.example/authorize?state=${encodeURIComponent(order.state)}`;
  }

  async redeem(order: RedeemOrder): Promise<PageIdentity> {
    const { signIn } = order;
    if (signIn.app === 'admin' && signIn.keep === 'session') {
      throw new AccessError('internal.unexpected', 'Tokens of the admin app are never an ordinary sign-in');
    }
    this.#demandApp(signIn.app);
    if (this.redeemed.some(({ code }) => code === order.code)) {
      throw new AccessError('identity.token_invalid', 'The code was used before');
    }
    this.redeemed.push(order);
    const { appRoles = [], failure, person = signIn.principalId } = this.#behaviour;
    if (failure !== undefined) {
      throw failure;
    }
    if (person !== signIn.principalId) {
      throw new AccessError('identity.wrong_person', 'Somebody else signed in');
    }
    const proof = this.#proofOf(signIn.claims);
    if (signIn.requiredContext !== null && !proof.contexts.has(signIn.requiredContext)) {
      throw new AccessError('activation.step_up_not_accepted', 'The required context is not proven');
    }
    if (signIn.keep === 'turn') {
      this.#signIns.keepTurn(person, signIn.id, proof);
    } else {
      this.#signIns.keepSession(person, proof);
    }
    this.#onProof(person, proof);
    return { appRoles };
  }

  #proofOf(claims: string | null): TokenProof {
    const { contexts = askedContexts(claims), hasMfa = claims !== null } = this.#behaviour;
    return { contexts: new Set(contexts), hasMfa };
  }

  #demandApp(app: PageApp): void {
    if (!this.isAvailable(app)) {
      throw new AccessError('identity.admin_unavailable', 'There is no admin app');
    }
  }
}

/** The contexts that a `claims` parameter asks of the access token. */
function askedContexts(claims: string | null): readonly string[] {
  const asked = claims === null ? {} : (JSON.parse(claims) as { access_token?: { acrs?: { value?: string } } });
  const context = asked.access_token?.acrs?.value;
  return context === undefined ? [] : [context];
}
