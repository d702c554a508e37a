import { setTimeout as pauseFor } from 'node:timers/promises';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** How one kind of caller may ask a service of Microsoft that throttles. */
export interface Pace {
  /**
   * Resolves when a call may be made; the function that is given back is called when it is over.
   * @throws graph.throttled, with the time to wait, when the service asked for more than two seconds
   */
  enter(): Promise<() => void>;
  /** The service answered 429. To be called before the call is over. */
  throttled(retryAfter: Temporal.Duration | null): void;
}

/** For callers that share nothing with others. */
export const FREE_PACE: Pace = { enter: async () => () => undefined, throttled: () => undefined };

export interface PlanePaceOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Hears until when the service must not be asked, for other replicas. */
  onClosed?(until: Temporal.Instant): void;
  /** Waits so many milliseconds; tests pass one that does not. */
  pause?(milliseconds: number): Promise<unknown>;
}

/** Callers are kept waiting so long; longer waits are for whoever asked to judge. */
const LONGEST_WAIT_MS = 2_000;
/** What a 429 without a time to wait stands for. */
const UNSAID = Temporal.Duration.from({ seconds: 5 });
/** A service that asks for more is tried again after this all the same. */
const LONGEST_CLOSING_MS = 300_000;
/** Calls at a time of the bot's own, that nobody waits for (pim-api §19.34). */
const MOST_BACKGROUND = 5;
/** Calls at a time right after a closing; each that goes well lets one more in, until nothing is limited any more. */
const FIRST_AGAIN = 2;
const MANY = 64;
/** Closings that differ by less are one, and not worth telling. */
const SAME_MS = 1_000;

type Kind = 'person' | 'background';

interface Waiting {
  readonly kind: Kind;
  readonly settled: PromiseWithResolvers<boolean>;
}

/**
 * What one replica knows about throttling by one service (Graph, or Azure Resource Manager). After a 429 nobody asks it until
 * the time that it named is over, in any replica; then calls come back a few at a time, people's first.
 */
export class PlanePace {
  readonly people: Pace = this.#paceOf('person');
  readonly background: Pace = this.#paceOf('background');
  readonly #options: PlanePaceOptions;
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  #closed: { readonly until: Temporal.Instant; readonly untilMs: number } | null = null;
  #most = Number.POSITIVE_INFINITY;
  #underWay = 0;
  #background = 0;
  #waiting: Waiting[] = [];

  constructor(options: PlanePaceOptions) {
    this.#options = options;
    this.#pause = options.pause ?? pauseFor;
  }

  /** Another replica was throttled. */
  close(until: Temporal.Instant): void {
    this.#close(this.#options.clock.now().until(until).total('milliseconds'));
  }

  #paceOf(kind: Kind): Pace {
    return { enter: () => this.#enter(kind), throttled: (retryAfter) => this.#throttled(retryAfter) };
  }

  async #enter(kind: Kind): Promise<() => void> {
    const closedMs = this.#closedForMs();
    if (closedMs > LONGEST_WAIT_MS) {
      throw this.#refusal(closedMs);
    }
    if (closedMs > 0) {
      await this.#pause(closedMs);
    }
    if (!(await this.#admitted(kind))) {
      throw this.#refusal(Math.max(this.#closedForMs(), LONGEST_WAIT_MS));
    }
    return () => this.#leave(kind);
  }

  /** False when the service was closed again, or a person would wait for too long. */
  async #admitted(kind: Kind): Promise<boolean> {
    if (this.#mayEnter(kind)) {
      this.#count(kind, 1);
      return true;
    }
    const waiting: Waiting = { kind, settled: Promise.withResolvers() };
    this.#waiting.push(waiting);
    if (kind === 'person') {
      // The answer of a write is looked for after half a minute: it must have left long before.
      void this.#pause(LONGEST_WAIT_MS).then(() => this.#turnAway(waiting));
    }
    return await waiting.settled.promise;
  }

  #turnAway(waiting: Waiting): void {
    if (this.#waiting.includes(waiting)) {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.settled.resolve(false);
    }
  }

  #mayEnter(kind: Kind): boolean {
    return this.#underWay < this.#most && (kind === 'person' || this.#background < MOST_BACKGROUND);
  }

  #count(kind: Kind, step: 1 | -1): void {
    this.#underWay += step;
    this.#background += kind === 'background' ? step : 0;
  }

  #leave(kind: Kind): void {
    this.#count(kind, -1);
    if (this.#closedForMs() === 0) {
      this.#most = this.#most < MANY ? this.#most + 1 : Number.POSITIVE_INFINITY;
      this.#letIn('person');
      this.#letIn('background');
    }
  }

  #letIn(kind: Kind): void {
    for (const waiting of this.#waiting.filter((one) => one.kind === kind)) {
      if (!this.#mayEnter(kind)) {
        return;
      }
      this.#count(kind, 1);
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.settled.resolve(true);
    }
  }

  #throttled(retryAfter: Temporal.Duration | null): void {
    const until = this.#close((retryAfter ?? UNSAID).total('milliseconds'));
    if (until !== null) {
      this.#options.onClosed?.(until);
    }
  }

  /** Gives the new end; null when it was closed about as long before. */
  #close(wantedMs: number): Temporal.Instant | null {
    const before = this.#closedForMs();
    const milliseconds = Math.min(Math.ceil(wantedMs), LONGEST_CLOSING_MS);
    if (milliseconds <= before) {
      return null;
    }
    const until = this.#options.clock.now().add({ milliseconds });
    this.#closed = { until, untilMs: performance.now() + milliseconds };
    this.#most = FIRST_AGAIN;
    for (const { settled } of this.#waiting.splice(0)) {
      settled.resolve(false);
    }
    return milliseconds < before + SAME_MS ? null : until;
  }

  /** By the clock, or by the machine's own: a clock that stands still must not keep a service closed. */
  #closedForMs(): number {
    if (this.#closed === null) {
      return 0;
    }
    const byClock = this.#options.clock.now().until(this.#closed.until).total('milliseconds');
    const left = Math.min(byClock, this.#closed.untilMs - performance.now());
    if (left > 0) {
      return Math.ceil(left);
    }
    this.#closed = null;
    return 0;
  }

  #refusal(closedMs: number): AccessError {
    const retryAfter = Temporal.Duration.from({ seconds: Math.ceil(closedMs / 1_000) });
    const why = 'Microsoft asked this or another replica to wait';
    return new AccessError('graph.throttled', why, { retryable: true, retryAfter });
  }
}
