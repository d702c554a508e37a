import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { startChild, stopChild } from './child.ts';

const JOINED = new URL('./joined-libraries.ts', import.meta.url).href;

export interface ReplicaOptions {
  /** The whole environment of the bot, its port among it. */
  readonly env: NodeJS.ProcessEnv;
  /** Gets every line that it prints, on either stream. */
  onLine?(line: string): void;
}

/** Longer than the bot takes to stop in order. */
const STOPS_WITHIN_MS = 15_000;

/** A bot that can be ended and started again at the same address. */
export class Replica {
  readonly #options: ReplicaOptions;
  #process: ChildProcess | null = null;
  #url = '';
  #instance = '';
  #lastLines: () => readonly string[] = () => [];

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  get isAlive(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get url(): string {
    return this.#url;
  }

  /** How the running process signs its claims in the database. */
  get instance(): string {
    return this.#instance;
  }

  get lastLines(): readonly string[] {
    return this.#lastLines();
  }

  async start(): Promise<void> {
    const { env, onLine } = this.#options;
    const child = await startChild({
      args: [...(process.env.STAGE_LIBRARIES === undefined ? [] : ['--import', JOINED]), 'cli/serve.ts'],
      env,
      isReady: (line) => line.event === 'ready',
      onLine: (line) => onLine?.(line),
    });
    this.#process = child.process;
    this.#lastLines = child.lastLines;
    this.#instance = String(child.ready.instance);
    this.#url = String(child.ready.url).replace(/\/$/, '');
  }

  /** Of a process that ended by itself; null while it runs, and after a signal that ended it. */
  get exitCode(): number | null {
    return this.#process?.exitCode ?? null;
  }

  /** Ends it: at once with SIGKILL, as a crash would; in order with SIGTERM. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#process !== null) {
      await stopChild(this.#process, signal, STOPS_WITHIN_MS);
    }
  }

  /** Resolves when it has ended by itself or was ended. */
  async exit(): Promise<void> {
    if (this.#process !== null && this.isAlive) {
      await once(this.#process, 'exit');
    }
  }

  async isWorking(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#url}/healthz`);
      const { inFlight } = (await answer.json()) as { inFlight?: number };
      return (inFlight ?? 0) > 0;
    } catch {
      // Not answering means that it died; the next look starts it again.
      return true;
    }
  }
}
