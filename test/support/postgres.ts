import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openTemporaryPostgres, type TemporaryPostgres } from '../../cli/stage/temporary-postgres.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { silentLog } from '../../src/ports/log.ts';

const PREFIX = 'pimlico-test-';
const TEMPLATE = 'pimlico';

export interface FreshDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Makes it as it was given: without rows, calls to Teams or jobs. Connections stay. */
  empty(): Promise<void>;
  /** Keeps what the database holds now; what comes back puts it there again. Both end every connection to it. */
  backUp(): Promise<() => Promise<void>>;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

let running: Promise<{ server: TemporaryPostgres; admin: Pool; emptying: string }> | undefined;
let count = 0;

/** Gives a migrated database of its own, cloned from a template; the server starts with the first call of a run. */
export async function freshDatabase(): Promise<FreshDatabase> {
  running ??= start();
  const { server, admin, emptying } = await running;
  count += 1;
  const name = `test_${count}`;
  await admin.query(`create database ${name} template ${TEMPLATE}`);
  const url = withDatabase(server.url, name);
  const pool = createPostgresPool({ url, log: silentLog });
  return {
    url,
    pool,
    empty: async () => {
      await pool.query(emptying);
    },
    backUp: async () => {
      const hangUp = async (): Promise<void> => {
        await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      };
      await hangUp();
      await admin.query(`create database ${name}_backup template ${name}`);
      return async () => {
        await hangUp();
        await admin.query(`drop database ${name} with (force)`);
        await admin.query(`alter database ${name}_backup rename to ${name}`);
      };
    },
    drop: async () => {
      await pool.end();
      await admin.query(`drop database ${name} with (force)`);
    },
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function start(): Promise<{ server: TemporaryPostgres; admin: Pool; emptying: string }> {
  removeLeftovers();
  const server = await openTemporaryPostgres({ prefix: `${PREFIX}${process.pid}-`, durable: false });
  const pool = createPostgresPool({ url: server.url, log: silentLog, max: 2 });
  await migrate(pool);
  const emptying = await emptyingOf(pool);
  await pool.end();
  return {
    server,
    emptying,
    admin: createPostgresPool({ url: withDatabase(server.url, 'postgres'), log: silentLog, max: 2 }),
  };
}

/** Rows are deleted one table after the other: new files for every table, as truncate makes, cost more than the tests. */
async function emptyingOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'pimlico' and tablename not in ('migrations', 'paces')`,
  );
  return [
    'begin',
    // The trail refuses to be emptied while its triggers are on.
    'set local session_replication_role = replica',
    ...rows.map(({ name }) => `delete from pimlico.${name}`),
    `update pimlico.paces set marks = '[]', paused_until = null`,
    'delete from graphile_worker._private_jobs',
    'commit',
  ].join('; ');
}

// Read by a spec file, this registers with the root suite: one server for the whole run, whoever used it.
after(async () => {
  if (running !== undefined) {
    const { server, admin } = await running;
    await admin.end();
    await server.close();
  }
});

/** A run that was killed leaves its server and its folder behind. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    // Folders of other tests, which bear no number, are theirs.
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      const folder = join(tmpdir(), name);
      stopServerIn(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function stopServerIn(folder: string): void {
  try {
    const pidFile = readFileSync(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8');
    process.kill(Number(pidFile.split('\n')[0]), 'SIGQUIT');
  } catch {
    // No pid file, or nobody behind it: nothing to stop.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
