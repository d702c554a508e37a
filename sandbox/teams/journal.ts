import type { SandboxClock } from '../platform/types.ts';

/** Something clients did or suffered that no card shows. */
export interface JournalEntry {
  readonly seq: number;
  /** Sandbox time, ISO 8601. */
  readonly at: string;
  /** An activity that the bot did not answer with HTTP 200, or a link that somebody opened. */
  readonly kind: 'failure' | 'opened';
  readonly [fact: string]: unknown;
}

/** How many entries are kept. */
const KEPT = 10_000;

/** Notes links that people opened and activities that the bot failed to answer. */
export class Journal {
  #entries: JournalEntry[] = [];
  #last = 0;
  readonly #clock: SandboxClock;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  get last(): number {
    return this.#last;
  }

  note(kind: JournalEntry['kind'], facts: Readonly<Record<string, unknown>>): void {
    this.#last += 1;
    this.#entries.push({ seq: this.#last, at: this.#clock.now().toString(), kind, ...facts });
    if (this.#entries.length >= 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
  }

  after(seq: number): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.seq > seq);
  }
}
