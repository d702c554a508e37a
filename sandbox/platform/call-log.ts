import type { Socket } from 'node:net';

import { Bell } from './bell.ts';
import type { Call, CallLog, SandboxClock } from './types.ts';

const CAPACITY = 100_000;

/** Keeps the last 100,000 requests to login, Graph, ARM and the connector. */
export class RingCallLog implements CallLog {
  readonly #clock: SandboxClock;
  readonly #ring: Call[] = [];
  readonly #added = new Bell();
  #lastSeq = 0;
  #closed = false;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  add(call: Omit<Call, 'seq' | 'at'>): Call {
    this.#lastSeq += 1;
    const entry: Call = { seq: this.#lastSeq, at: this.#clock.now().toString(), ...call };
    this.#ring[(this.#lastSeq - 1) % CAPACITY] = entry;
    this.#added.ring();
    return entry;
  }

  since(seq: number): readonly Call[] {
    const calls: Call[] = [];
    for (let next = Math.max(seq, this.#lastSeq - CAPACITY) + 1; next <= this.#lastSeq; next += 1) {
      const call = this.#ring[(next - 1) % CAPACITY];
      if (call) calls.push(call);
    }
    return calls;
  }

  /** Calls after that number as soon as there is one; none when there was none in time. */
  async next(after: number, timeoutMs: number, socket?: Socket): Promise<readonly Call[]> {
    if (this.#lastSeq <= after && !this.#closed) await this.#added.wait(timeoutMs, socket);
    return this.since(after);
  }

  close(): void {
    this.#closed = true;
    this.#added.ring();
  }
}
