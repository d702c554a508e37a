import type { SandboxClock } from '../platform/types.ts';

type Operation = 'reads' | 'writes' | 'deletes';

/** Tokens that a bucket holds, and that come back each second (pim-api §10). */
const BUCKETS: Readonly<Record<Operation, { readonly size: number; readonly perSecond: number }>> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};

interface Bucket {
  tokens: number;
  at: Temporal.Instant;
}

/** What one more request of a caller comes to. */
export interface Count {
  readonly header: string;
  readonly remaining: number;
  /** Seconds to wait; null when the request may go on. */
  readonly retryAfter: number | null;
}

/**
 * ARM's published token buckets, per subscription (or tenant) and principal, in sandbox time.
 *
 * They are told in headers always, but counted only when somebody asks for it: a clock that stands still refills nothing.
 */
export class RequestLimits {
  readonly #clock: SandboxClock;
  readonly #buckets = new Map<string, Bucket>();
  #isCounting = false;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Counts afresh from now, or not at all. */
  count(on: boolean): void {
    this.#isCounting = on;
    this.#buckets.clear();
  }

  take(method: string, principalId: string, subscription: string | null): Count {
    const operation: Operation = method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes';
    const header = `x-ms-ratelimit-remaining-${subscription === null ? 'tenant' : 'subscription'}-${operation}`;
    const { size, perSecond } = BUCKETS[operation];
    if (!this.#isCounting) {
      return { header, remaining: size - 1, retryAfter: null };
    }
    const bucket = this.#refilled(`${operation} ${principalId} ${subscription}`, size, perSecond);
    if (bucket.tokens < 1) {
      return { header, remaining: 0, retryAfter: Math.ceil((1 - bucket.tokens) / perSecond) };
    }
    bucket.tokens -= 1;
    return { header, remaining: Math.floor(bucket.tokens), retryAfter: null };
  }

  #refilled(key: string, size: number, perSecond: number): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: size, at: now };
    const seconds = (now.epochMilliseconds - bucket.at.epochMilliseconds) / 1000;
    bucket.tokens = Math.min(size, bucket.tokens + seconds * perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
