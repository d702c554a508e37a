import type { Clock } from '../../ports/clock.ts';

/** One token as it was issued. */
export interface IssuedToken {
  readonly token: string;
  /** When Microsoft stops taking it. */
  readonly expiresAt: Temporal.Instant;
}

/** A token this close to its end would not survive the call it is for. */
const MARGIN = Temporal.Duration.from({ minutes: 1 });

interface Entry {
  readonly issued: IssuedToken;
  readonly keepUntil: Temporal.Instant;
}

/**
 * Tokens by key in memory. The Clock port decides on expiry, because the libraries' own caches go by the machine's clock.
 * One issue at a time for each key; one that was dropped meanwhile is answered to its callers, but not kept.
 */
export class TokenCache {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #entries = new Map<string, Entry>();
  readonly #issuing = new Map<string, Promise<IssuedToken>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The kept token, or null when there is none that can still be used. */
  peek(key: string): IssuedToken | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return null;
    }
    if (this.#isUsable(entry)) {
      return entry.issued;
    }
    this.#entries.delete(key);
    return null;
  }

  /** The kept token, or a new one; `keepUntil` limits how long a new one is kept beside its own expiry. */
  async get(key: string, issue: () => Promise<IssuedToken>, keepUntil?: Temporal.Instant): Promise<IssuedToken> {
    const kept = this.peek(key);
    if (kept !== null) {
      return kept;
    }
    const running = this.#issuing.get(key);
    if (running !== undefined) {
      return running;
    }
    const issuing = issue();
    this.#issuing.set(key, issuing);
    try {
      const issued = await issuing;
      if (this.#issuing.get(key) === issuing) {
        this.put(key, issued, keepUntil);
      }
      return issued;
    } finally {
      if (this.#issuing.get(key) === issuing) {
        this.#issuing.delete(key);
      }
    }
  }

  put(key: string, issued: IssuedToken, keepUntil: Temporal.Instant = issued.expiresAt): void {
    this.#entries.set(key, { issued, keepUntil });
  }

  /** Drops what is kept under this key; with `token` only when it is still that one. */
  drop(key: string, token?: string): void {
    if (token !== undefined && this.#entries.get(key)?.issued.token !== token) {
      return;
    }
    this.#entries.delete(key);
    this.#issuing.delete(key);
  }

  /** Removes what can no longer be used, so that memory follows the people who are around. */
  prune(): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#isUsable(entry)) {
        this.#entries.delete(key);
      }
    }
  }

  #isUsable({ issued, keepUntil }: Entry): boolean {
    const now = this.#clock.now();
    return (
      Temporal.Instant.compare(now, keepUntil) < 0 && Temporal.Instant.compare(now.add(MARGIN), issued.expiresAt) < 0
    );
  }
}
