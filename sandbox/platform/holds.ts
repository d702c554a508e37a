import type { Socket } from 'node:net';

import { Bell } from './bell.ts';
import type { Target } from './faults.ts';
import type { Fault } from './types.ts';

/** A request that is stopped: before it is carried out, or after, with its answer not yet sent. */
export interface Hold {
  readonly id: number;
  readonly at: 'before' | 'after';
  readonly fault: number;
  readonly call: Target;
}

const FOREVER_MS = 2 ** 31 - 1;

/** The requests that are being held, for whoever supervises the sandbox. */
export class HoldList {
  readonly #held = new Map<number, { readonly hold: Hold; readonly released: Bell }>();
  readonly #added = new Bell();
  #lastId = 0;
  #closed = false;

  list(): readonly Hold[] {
    return [...this.#held.values()].map(({ hold }) => hold);
  }

  /** The holds later than that id, as soon as there is one; none when there was none in time. */
  async next(after: number, timeoutMs: number, socket?: Socket): Promise<readonly Hold[]> {
    // Those that were released by now are nobody's business any more.
    const later = (): readonly Hold[] => this.list().filter((hold) => hold.id > after);
    if (later().length === 0 && !this.#closed) await this.#added.wait(timeoutMs, socket);
    return later();
  }

  /** Stops here until released, or until the client hangs up. */
  async stop(fault: Fault, call: Target, socket: Socket): Promise<'released' | 'closed'> {
    if (this.#closed) return 'released';
    this.#lastId += 1;
    const hold: Hold = { id: this.#lastId, at: fault.at === 'after' ? 'after' : 'before', fault: fault.id, call };
    const released = new Bell();
    this.#held.set(hold.id, { hold, released });
    this.#added.ring();
    const awakening = await released.wait(FOREVER_MS, socket);
    this.#held.delete(hold.id);
    return awakening === 'closed' ? 'closed' : 'released';
  }

  /** Lets a held request go on; false when there is no such hold. */
  release(id: number): boolean {
    const entry = this.#held.get(id);
    entry?.released.ring();
    return entry !== undefined;
  }

  close(): void {
    this.#closed = true;
    this.#added.ring();
    for (const { released } of this.#held.values()) released.ring();
  }
}
