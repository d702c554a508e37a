import type { Clock } from '../src/ports/clock.ts';

/** Holders that are remembered; who was forgotten starts anew with a full bucket. */
const MOST = 20_000;

/** A token in the measure that buckets are kept in, so that a millisecond brings a whole number of it. */
const TOKEN = 60_000;

interface Bucket {
  readonly level: number;
  readonly at: Temporal.Instant;
}

/** Counts what each holder does: at most `perMinute` at once, and as many a minute in the long run. Its memory is bounded. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Clock;
  readonly #perMinute: number;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Takes one token; null when there was one, else how long until there is one, in whole seconds. */
  take(holder: string): Temporal.Duration | null {
    const now = this.#clock.now();
    const level = this.#levelOf(holder, now);
    const isEnough = level >= TOKEN;
    // Put back at the end: the front is who was not heard of for the longest.
    this.#buckets.delete(holder);
    this.#buckets.set(holder, { level: isEnough ? level - TOKEN : level, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST && oldest !== undefined) {
      this.#buckets.delete(oldest);
    }
    const missing = Math.ceil((TOKEN - level) / this.#perMinute / 1_000);
    return isEnough ? null : Temporal.Duration.from({ seconds: missing });
  }

  #levelOf(holder: string, now: Temporal.Instant): number {
    const full = this.#perMinute * TOKEN;
    const bucket = this.#buckets.get(holder);
    if (bucket === undefined) {
      return full;
    }
    // A clock that was set back gives nothing, and takes nothing.
    const elapsedMs = Math.max(0, now.epochMilliseconds - bucket.at.epochMilliseconds);
    return Math.min(full, bucket.level + elapsedMs * this.#perMinute);
  }
}
