import type { PrincipalId } from '../../domain/ids.ts';
import type { TokenResource } from '../../domain/page-sign-in.ts';
import type { Clock } from '../../ports/clock.ts';
import { isReceivedBefore } from './receipts.ts';
import type { IssuedToken } from './token-cache.ts';

/** One token for each resource. */
export type TokenSet = ReadonlyMap<TokenResource, IssuedToken>;

/** Tokens of one person that serve one ask or one sign-in page, and nothing else. */
export interface HeldTokenSet {
  readonly principalId: PrincipalId;
  readonly receivedAt: Temporal.Instant;
  /** The last instant at which they are given out. */
  readonly keepUntil: Temporal.Instant;
  readonly tokens: TokenSet;
}

/** Tokens that are held beside a person's sign-in, by the id of what they are held for. Nothing renews them. */
export class HeldTokens {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sets = new Map<string, HeldTokenSet>();

  readonly #onRelease: (holdId: string) => void;

  constructor(clock: Pick<Clock, 'now'>, onRelease: (holdId: string) => void = () => undefined) {
    this.#clock = clock;
    this.#onRelease = onRelease;
  }

  put(holdId: string, set: HeldTokenSet): void {
    this.#sets.set(holdId, set);
  }

  /** Whether any of its tokens can still be used. */
  has(holdId: string): boolean {
    return this.#usable(holdId) !== null;
  }

  /** The token of this person for the resource, or null. */
  find(holdId: string, principalId: PrincipalId, resource: TokenResource): string | null {
    const set = this.#usable(holdId);
    return set?.principalId === principalId ? (set.tokens.get(resource)?.token ?? null) : null;
  }

  /** Everything that is held under this id for this person, or null. */
  all(holdId: string, principalId: PrincipalId): HeldTokenSet | null {
    const set = this.#usable(holdId);
    return set?.principalId === principalId ? set : null;
  }

  /** Drops one token, wherever it is held under this id. */
  reject(holdId: string, token: string): void {
    const set = this.#sets.get(holdId);
    if (set !== undefined) {
      this.put(holdId, { ...set, tokens: only(set.tokens, (issued) => issued.token !== token) });
      this.#usable(holdId);
    }
  }

  release(holdId: string): void {
    this.#sets.delete(holdId);
    this.#onRelease(holdId);
  }

  forget(principalId: PrincipalId, receivedBefore?: Temporal.Instant): void {
    for (const [holdId, set] of this.#sets) {
      if (set.principalId === principalId && isReceivedBefore(set, receivedBefore)) {
        this.release(holdId);
      }
    }
  }

  /** Removes what can no longer be used. */
  prune(): void {
    for (const holdId of this.#sets.keys()) {
      this.#usable(holdId);
    }
  }

  #usable(holdId: string): HeldTokenSet | null {
    const set = this.#sets.get(holdId);
    if (set === undefined) {
      return null;
    }
    const now = this.#clock.now();
    const tokens = only(set.tokens, ({ expiresAt }) => Temporal.Instant.compare(now, expiresAt) < 0);
    if (tokens.size > 0 && Temporal.Instant.compare(now, set.keepUntil) <= 0) {
      return { ...set, tokens };
    }
    this.release(holdId);
    return null;
  }
}

function only(tokens: TokenSet, isWanted: (issued: IssuedToken) => boolean): TokenSet {
  return new Map([...tokens].filter(([, issued]) => isWanted(issued)));
}
