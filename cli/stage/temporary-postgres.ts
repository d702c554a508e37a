import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { silentLog } from '../../src/ports/log.ts';

interface TemporaryPostgresOptions {
  /** Of the folder's name, so that what a killed process leaves can be told apart. */
  readonly prefix: string;
  /** Whether what was committed outlives a crash of the machine. */
  readonly durable: boolean;
}

/** A PostgreSQL server in a temporary folder. */
export interface TemporaryPostgres {
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  /** Stops the server and removes the folder, unless it is to be kept. */
  close(options?: { readonly isKept: boolean }): Promise<void>;
}

export async function openTemporaryPostgres({ prefix, durable }: TemporaryPostgresOptions): Promise<TemporaryPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  try {
    // The server's own user must be able to reach it.
    chmodSync(folder, 0o755);
    const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), durable, log: silentLog });
    return {
      url: server.url,
      pid: server.pid,
      folder,
      async close({ isKept } = { isKept: false }) {
        await server.stop();
        if (!isKept) {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
