import type { PrincipalId, RequestId } from '../../../src/domain/ids.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { SignIns } from '../../../src/ports/identity.ts';
import type { Actor } from '../../../src/ports/role-management.ts';

const HOUR = Temporal.Duration.from({ hours: 1 });

/**
 * SignIns in memory. An assertion is simply the person's object id; `bad-…` is never valid. `now` is all it needs of a clock.
 */
export class FakeSignIns implements SignIns {
  /** People who have not consented yet: `accept` refuses them. */
  readonly withoutConsent = new Set<PrincipalId>();
  /** How long a token lives at Microsoft, which is what `hold` measures. */
  tokenLifetime = Temporal.Duration.from({ minutes: 75 });
  readonly #clock: Pick<Clock, 'now'>;
  readonly #receivedAt = new Map<PrincipalId, Temporal.Instant>();
  readonly #held = new Map<RequestId, { readonly principalId: PrincipalId; readonly until: Temporal.Instant }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Signs these people in without a client. */
  signIn(...people: readonly PrincipalId[]): this {
    for (const person of people) {
      this.#receivedAt.set(person, this.#clock.now());
    }
    return this;
  }

  isSignedIn(person: PrincipalId): boolean {
    const receivedAt = this.#receivedAt.get(person);
    return receivedAt !== undefined && Temporal.Instant.compare(this.#clock.now(), receivedAt.add(HOUR)) < 0;
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

  async hold(person: PrincipalId, requestId: RequestId, until: Temporal.Instant): Promise<boolean> {
    const receivedAt = this.#receivedAt.get(person);
    if (receivedAt === undefined || !this.isSignedIn(person)) {
      return false;
    }
    if (Temporal.Instant.compare(receivedAt.add(this.tokenLifetime), until) < 0) {
      return false;
    }
    this.#held.set(requestId, { principalId: person, until });
    return true;
  }

  isHeld(requestId: RequestId): boolean {
    const held = this.#held.get(requestId);
    return held !== undefined && Temporal.Instant.compare(this.#clock.now(), held.until) <= 0;
  }

  release(requestId: RequestId): void {
    this.#held.delete(requestId);
  }

  forget(person: PrincipalId): void {
    this.#receivedAt.delete(person);
    for (const [requestId, held] of this.#held) {
      if (held.principalId === person) {
        this.#held.delete(requestId);
      }
    }
  }

  /** Whether there is a token for this actor now. */
  hasTokenFor(actor: Actor): boolean {
    if (actor.heldFor === undefined) {
      return this.isSignedIn(actor.principalId);
    }
    return this.isHeld(actor.heldFor) && this.#held.get(actor.heldFor)?.principalId === actor.principalId;
  }
}
