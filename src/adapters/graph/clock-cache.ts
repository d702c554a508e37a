import type { Clock } from '../../ports/clock.ts';

interface Entry<T> {
  readonly value: T;
  readonly keepUntil: Temporal.Instant;
}

const MOST_ENTRIES = 10_000;

/** Answers kept for a while on the Clock port's time; one question at a time for each key, the oldest leave first. */
export class ClockCache<T> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #life: Temporal.Duration;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #asking = new Map<string, Promise<T>>();

  constructor(clock: Pick<Clock, 'now'>, life: Temporal.DurationLike, most = MOST_ENTRIES) {
    this.#clock = clock;
    this.#life = Temporal.Duration.from(life);
    this.#most = most;
  }

  /** The kept answer, or what `ask` finds; failures and null are not kept. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && Temporal.Instant.compare(this.#clock.now(), entry.keepUntil) < 0) {
      return Promise.resolve(entry.value);
    }
    const running = this.#asking.get(key);
    if (running !== undefined) {
      return running;
    }
    const isCurrent = (): boolean => this.#asking.get(key) === asking;
    const asking: Promise<T> = this.#keep(key, ask, isCurrent).finally(() => {
      if (isCurrent()) {
        this.#asking.delete(key);
      }
    });
    this.#asking.set(key, asking);
    return asking;
  }

  /** Keeps the answer no longer; one that is being asked for may be as old, and is not kept either. */
  forget(key: string): void {
    this.#entries.delete(key);
    this.#asking.delete(key);
  }

  async #keep(key: string, ask: () => Promise<T>, isCurrent: () => boolean): Promise<T> {
    const keepUntil = this.#clock.now().add(this.#life);
    const value = await ask();
    if (!isCurrent()) {
      return value;
    }
    this.#entries.delete(key);
    if (value !== null) {
      this.#entries.set(key, { value, keepUntil });
    }
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > this.#most && !oldest.done) {
      this.#entries.delete(oldest.value);
    }
    return value;
  }
}
