import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of ours that says in one JSON line that it is ready. */
export interface ReadyChild {
  readonly process: ChildProcess;
  readonly ready: Readonly<Record<string, unknown>>;
  /** What it printed last, for whoever has to say why it ended. */
  lastLines(): readonly string[];
}

export interface ChildOptions {
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Tells the ready line from the others. */
  isReady(line: Readonly<Record<string, unknown>>): boolean;
  readonly timeoutMs?: number;
  /** Gets every line it prints, on either stream. */
  onLine?(line: string): void;
}

const LAST_LINES = 40;

/**
 * Starts one of our command-line programs with the same Node and waits until it is ready.
 * Fails with what the program last said when it ends, or stays silent, before that.
 */
export async function startChild(options: ChildOptions): Promise<ReadyChild> {
  const child = spawn(process.execPath, [...options.args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const keep = (line: string): void => {
    options.onLine?.(line);
    said.push(line);
    said.splice(0, Math.max(0, said.length - LAST_LINES));
  };
  createInterface({ input: child.stderr }).on('line', keep);
  const lines = createInterface({ input: child.stdout });
  const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  const fail = (why: string): void => {
    child.kill('SIGKILL');
    reject(new Error(`${options.args.join(' ')} ${why}\n${said.join('\n')}`));
  };
  const timer = setTimeout(() => fail('was not ready in time'), options.timeoutMs ?? 30_000);
  child.once('error', reject);
  child.once('exit', (code) => fail(`ended with ${code ?? 'a signal'}`));
  lines.on('line', (line) => {
    keep(line);
    const parsed = parseLine(line);
    if (parsed !== null && options.isReady(parsed)) {
      resolve(parsed);
    }
  });
  try {
    return { process: child, ready: await promise, lastLines: () => said };
  } finally {
    clearTimeout(timer);
  }
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) {
    return null;
  }
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** Ends a child: asks first, insists after five seconds, or as many milliseconds as are given. */
export async function stopChild(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  insistAfterMs = 5_000,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), insistAfterMs);
  await exited;
  clearTimeout(insist);
}
