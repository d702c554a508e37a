import type { Socket } from 'node:net';

import { Bell } from './bell.ts';
import type { SandboxClock } from './types.ts';

/** How long a change of time waits for those who follow the clock, in real milliseconds. */
const ACKNOWLEDGEMENT_MS = 3000;

/** What a follower of the clock is told. */
export interface ClockReading {
  readonly now: string;
  readonly version: number;
  /** The time goes on by itself; left out when it stands still. */
  readonly running?: true;
}

export interface ClockOptions {
  /** Defaults to the wall clock, cut to the whole second. */
  readonly now?: Temporal.Instant;
  /** Runs with the wall clock from there on; otherwise it stands still. */
  readonly running?: boolean;
}

/** Who asks for the next change of time: a name to be waited for, and the connection whose end means nobody is there. */
export interface Follower {
  readonly name?: string;
  readonly socket?: Socket;
}

/**
 * The clock of the sandbox. Followers poll it with the version they know; a change of time is over only when every
 * named follower has come back with the new version, has hung up, or three seconds have passed.
 */
export class ControlledClock implements SandboxClock {
  readonly #running: boolean;
  #instant: Temporal.Instant;
  #setAt = Temporal.Now.instant();
  #version = 1;
  readonly #changed = new Bell();
  readonly #acknowledged = new Bell();
  readonly #followers = new Map<string, { readonly known: number; readonly socket: Socket | undefined }>();
  readonly #watched = new WeakSet<Socket>();
  #closed = false;

  constructor(options: ClockOptions = {}) {
    this.#running = options.running ?? false;
    this.#instant = options.now ?? this.#setAt.round({ smallestUnit: 'second', roundingMode: 'floor' });
  }

  get version(): number {
    return this.#version;
  }

  get running(): boolean {
    return this.#running;
  }

  now(): Temporal.Instant {
    if (!this.#running) return this.#instant;
    return this.#instant.add(this.#setAt.until(Temporal.Now.instant()));
  }

  read(): ClockReading {
    return { now: this.now().toString(), version: this.#version, ...(this.#running && { running: true }) };
  }

  /** Moves time forward (or leaves it) and waits for the followers. Refuses to go back: rows written in the future would stay. */
  async set(instant: Temporal.Instant): Promise<void> {
    if (Temporal.Instant.compare(instant, this.now()) < 0 && !this.#running) {
      throw new RangeError(`The clock stands at ${this.now()} and cannot go back to ${instant}.`);
    }
    this.#instant = instant;
    this.#setAt = Temporal.Now.instant();
    this.#version += 1;
    this.#changed.ring();
    await this.#everybodyKnows(this.#version);
  }

  /** The first reading newer than that version, or null when there was none in time. Names acknowledge the version they bring. */
  async next(after: number, timeoutMs: number, follower: Follower = {}): Promise<ClockReading | null> {
    this.#enter(after, follower);
    const deadline = performance.now() + timeoutMs;
    while (this.#version <= after) {
      const awakening = await this.#changed.wait(Math.max(0, deadline - performance.now()), follower.socket);
      if (awakening !== 'rung') return null;
      if (this.#closed) return null;
    }
    return this.read();
  }

  /** Ends every wait. */
  close(): void {
    this.#closed = true;
    this.#followers.clear();
    this.#changed.ring();
    this.#acknowledged.ring();
  }

  #enter(after: number, { name, socket }: Follower): void {
    if (name === undefined) return;
    this.#followers.set(name, { known: after, socket });
    this.#acknowledged.ring();
    if (!socket || this.#watched.has(socket)) return;
    this.#watched.add(socket);
    socket.once('close', () => this.#leave(socket));
  }

  /** Forgets who was last heard on that connection; a follower that came back on another one stays. */
  #leave(socket: Socket): void {
    for (const [name, follower] of this.#followers) if (follower.socket === socket) this.#followers.delete(name);
    this.#acknowledged.ring();
  }

  async #everybodyKnows(version: number): Promise<void> {
    const deadline = performance.now() + ACKNOWLEDGEMENT_MS;
    while ([...this.#followers.values()].some(({ known }) => known < version)) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await this.#acknowledged.wait(left);
    }
    // Whoever did not answer is gone or stuck: it comes back by polling again, and must not slow every later change.
    for (const [name, { known }] of this.#followers) if (known < version) this.#followers.delete(name);
  }
}
