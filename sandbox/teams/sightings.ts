import type { SandboxClock } from '../platform/types.ts';

/** One thing a person saw, as conversation scripts print it. */
export interface Sighting {
  readonly seq: number;
  /** Sandbox time, ISO 8601. */
  readonly at: string;
  /** A handle, or `#channel`. */
  readonly to: string;
  readonly chat: 'personal' | 'channel';
  readonly event: 'send' | 'update' | 'delete' | 'reply' | 'toast';
  readonly card: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly buttons: readonly string[];
  readonly inputs: readonly string[];
  readonly activityId: string;
}

/** The log of what people saw, in order, read from any number on. It keeps the last 200,000 unless told otherwise. */
export class Sightings {
  #events: Sighting[] = [];
  #last = 0;
  readonly #clock: SandboxClock;
  readonly #kept: number;
  readonly #waiting = new Set<() => void>();

  constructor(clock: SandboxClock, kept = 200_000) {
    this.#clock = clock;
    this.#kept = kept;
  }

  get last(): number {
    return this.#last;
  }

  add(seen: Omit<Sighting, 'seq' | 'at'>): void {
    this.#last += 1;
    this.#events.push({ seq: this.#last, at: this.#clock.now().toString(), ...seen });
    if (this.#events.length >= 2 * this.#kept) this.#events = this.#events.slice(-this.#kept);
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits until something is seen, or the signal fires. */
  next(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    if (signal.aborted) return Promise.resolve();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    return promise;
  }

  after(seq: number): readonly Sighting[] {
    const first = this.#events[0]?.seq ?? 1;
    const oldest = Math.max(0, this.#events.length - this.#kept);
    return this.#events.slice(Math.max(oldest, seq + 1 - first));
  }
}
