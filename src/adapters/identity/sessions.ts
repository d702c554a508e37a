import type { PrincipalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { isReceivedBefore } from './receipts.ts';

/** A person's ordinary sign-in. */
export interface Session {
  readonly receivedAt: Temporal.Instant;
  readonly keepUntil: Temporal.Instant;
  /** What more tokens can be had with; null after a sign-in on our own page, whose tokens are all there are. */
  readonly assertion: { readonly text: string; readonly expiresAt: Temporal.Instant } | null;
  /** What its tokens were asked for with, besides the capability that each is asked for with. */
  readonly claims: string;
  /** What the person signs in with, for the sign-in page. */
  readonly userName: string | null;
}

/** Everybody's ordinary sign-ins in this replica, at most one each. */
export class Sessions {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sessions = new Map<PrincipalId, Session>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  find(principalId: PrincipalId): Session | null {
    const session = this.#sessions.get(principalId);
    if (session === undefined || Temporal.Instant.compare(this.#clock.now(), session.keepUntil) < 0) {
      return session ?? null;
    }
    this.#sessions.delete(principalId);
    return null;
  }

  put(principalId: PrincipalId, session: Session): void {
    this.#sessions.set(principalId, session);
  }

  /** Takes away what was received before, and says what that was. */
  forget(principalId: PrincipalId, receivedBefore?: Temporal.Instant): Session | null {
    const session = this.#sessions.get(principalId);
    if (session === undefined || !isReceivedBefore(session, receivedBefore)) {
      return null;
    }
    this.#sessions.delete(principalId);
    return session;
  }

  /** The assertion, while it can be exchanged. */
  assertionOf({ assertion }: Session): string | null {
    return assertion !== null && Temporal.Instant.compare(this.#clock.now(), assertion.expiresAt) < 0
      ? assertion.text
      : null;
  }

  /** Removes what is over. */
  prune(): void {
    for (const principalId of this.#sessions.keys()) {
      this.find(principalId);
    }
  }
}
