import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** A port somebody asked for, and the setting that names it. */
export interface WantedPort {
  readonly port: number;
  readonly what: string;
  readonly setting: string;
}

/** Reads a port from a setting; 0 takes a free one. */
export function readPort(setting: string, text: string | undefined, fallback: number): number {
  const port = Number(text ?? fallback);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${setting}: "${text}" is not a port (0 to 65535).`);
  }
  return port;
}

/** Says of every busy port which it is and how to choose another; empty when all are free. */
export async function findBusyPorts(wanted: readonly WantedPort[]): Promise<readonly string[]> {
  const problems = await Promise.all(wanted.map(problemOf));
  return problems.filter((problem) => problem !== null);
}

/** Below the range from which the system takes ports for outgoing connections: a port given back is not lost to one of those. */
const CHOICE = { from: 20_000, to: 30_000 } as const;
const TRIES = 50;

/** Finds a free port that somebody can listen on again and again, also after a while without. */
export async function findLastingPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(CHOICE.from, CHOICE.to);
    if ((await problemOf({ port, what: '', setting: '' })) === null) return port;
  }
  throw new Error(`No free port was found between ${CHOICE.from} and ${CHOICE.to}.`);
}

async function problemOf({ port, what, setting }: WantedPort): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const probe = createServer();
  probe.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    const why = code === 'EADDRINUSE' ? 'is busy' : `cannot be listened on (${code ?? message})`;
    resolve(`Port ${port} for ${what} ${why}. End what uses it, or choose another with ${setting}.`);
  });
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(null)));
  return promise;
}
