import { PlanePace } from '../../src/adapters/pace/pace.ts';
import { normal } from './arrivals.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * What Graph allows one app in one large tenant (pim-api §10). Which bucket PIM belongs to is not published: it is taken to be
 * the one of identity and access.
 */
const BUCKETS = {
  write: { size: 3_000, perSecond: 3_000 / 150 },
  read: { size: 8_000, perSecond: 8_000 / 10 },
} as const;

/** What a 429 asks for at least. Microsoft's own words are not published. */
const LEAST_RETRY_AFTER_S = 5;
/** Spread of the time of an answer, as the exponent of a logarithmic normal distribution. */
const SPREAD = 0.35;

export interface Graph {
  /** What each replica keeps about throttling: the product's own code. */
  readonly paces: readonly PlanePace[];
  /** One call; a number is a 429 with what it asks to wait, in seconds, which the pace of the replica was told of. */
  call(kind: 'read' | 'write', replica: number, random: () => number): Promise<number | null>;
  readonly throttled: () => number;
}

/** Makes a Graph that answers after `medianMs`, and throttles as published. */
export function createGraph(time: VirtualTime, replicas: number, medianMs: number): Graph {
  const buckets = { write: new Bucket(BUCKETS.write), read: new Bucket(BUCKETS.read) };
  let throttled = 0;
  const paces: PlanePace[] = [];
  for (let replica = 0; replica < replicas; replica += 1) {
    const tellOthers = (until: Temporal.Instant): void => {
      for (const [other, pace] of paces.entries()) {
        if (other !== replica) {
          pace.close(until);
        }
      }
    };
    paces.push(new PlanePace({ clock: time.clock, onClosed: tellOthers, pause: time.pause }));
  }
  return {
    paces,
    throttled: () => throttled,
    async call(kind, replica, random) {
      const waitS = buckets[kind].take(time.nowMs());
      await time.pause(medianMs * Math.exp(SPREAD * normal(random)));
      if (waitS === null) {
        return null;
      }
      throttled += 1;
      const seconds = Math.max(LEAST_RETRY_AFTER_S, Math.ceil(waitS));
      paces[replica]?.people.throttled(Temporal.Duration.from({ seconds }));
      return seconds;
    },
  };
}

class Bucket {
  readonly #size: number;
  readonly #perSecond: number;
  #level: number;
  #atMs: number | null = null;

  constructor({ size, perSecond }: { readonly size: number; readonly perSecond: number }) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#level = size;
  }

  /** Null when there was one; else the seconds until there is. */
  take(nowMs: number): number | null {
    const passedS = (nowMs - (this.#atMs ?? nowMs)) / 1_000;
    this.#atMs = nowMs;
    this.#level = Math.min(this.#size, this.#level + passedS * this.#perSecond);
    if (this.#level < 1) {
      return (1 - this.#level) / this.#perSecond;
    }
    this.#level -= 1;
    return null;
  }
}
