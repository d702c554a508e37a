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
