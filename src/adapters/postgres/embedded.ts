import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { type EmbeddedPlace, findEmbeddedPlace } from './embedded-place.ts';

const run = promisify(execFile);
const DATABASE = 'pimlico';
const START_ATTEMPTS = 3;
const RESTART_AFTER_MS = 300;
const ORPHANS_END_WITHIN_MS = 500;
const ANSWER_WITHIN_MS = 10_000;

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** Shuts the server down; committed data is on the disk. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** False gives up safety for speed: only for data that is thrown away. Read when the folder is first set up. */
  readonly durable?: boolean;
}

interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts PostgreSQL in a folder of its own, on loopback and a free port, or adopts the server that a killed owner left there.
 *
 * The owner is known by a lock it holds in the server, so that it is free again the moment its process dies.
 *
 * @throws {AccessError} config.invalid when another living process uses the folder, or the server does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = await findEmbeddedPlace(options.dataDir, options.log);
  const cluster = join(place.home, 'data');
  const password = await initOnce(place, cluster, options);
  const found = await findRunning(cluster, password);
  const server = found ?? (await launch(place, cluster, password));
  const owner = await takeOwnership(server, password, place.home);
  options.log.info('postgres.started', { pid: server.pid, port: server.port, adopted: found !== null });
  // Stop must not find an owner connection that the server's shutdown has already broken.
  owner.on('error', () => undefined);
  await ensureDatabase(owner);
  return {
    url: urlOf(server.port, password, DATABASE),
    pid: server.pid,
    stop: async () => {
      await owner.end().catch(() => undefined);
      const mode = options.durable === false ? 'immediate' : 'fast';
      await asServerUser(place, place.pgCtl, ['stop', '-D', cluster, '-m', mode, '-w', '-t', '30']);
    },
  };
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://pimlico:${password}@127.0.0.1:${port}/${database}`;
}

/** Makes the cluster beside its place and moves it there when it is whole: a kill half-way leaves nothing that looks finished. */
async function initOnce(place: EmbeddedPlace, cluster: string, options: EmbeddedOptions): Promise<string> {
  const passwordFile = join(place.home, 'password');
  if (await exists(join(cluster, 'PG_VERSION'))) {
    return (await readFile(passwordFile, 'utf8')).trim();
  }
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user !== null) {
    await chown(passwordFile, place.user.uid, place.user.gid);
  }
  const unfinished = `${cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const isDurable = options.durable !== false;
  await asServerUser(place, place.initdb, [
    `--pgdata=${unfinished}`,
    '--username=pimlico',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(isDurable ? [] : ['--no-sync']),
    ...settings(isDurable).map((setting) => `--set=${setting}`),
  ]);
  await rename(unfinished, cluster);
  return password;
}

function settings(isDurable: boolean): readonly string[] {
  const common = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_checkpoints=off',
  ];
  return isDurable
    ? common
    : [...common, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'max_wal_size=4GB'];
}

/**
 * Finds the server that already runs in the folder. The pid file of a process that is gone is left to PostgreSQL, which makes
 * sure first that no orphan of it still writes; one whose number belongs to somebody else by now, it would believe.
 */
async function findRunning(cluster: string, password: string): Promise<RunningServer | null> {
  const pidFile = join(cluster, 'postmaster.pid');
  const deadline = Date.now() + ANSWER_WITHIN_MS;
  while (true) {
    const server = await readPidFile(pidFile);
    if (server === null || !isAlive(server.pid)) {
      return null;
    }
    if (!(await isRunningPostgres(server.pid))) {
      await pause(ORPHANS_END_WITHIN_MS);
      await rm(pidFile, { force: true });
      return null;
    }
    // Another server may have the port by now: only ours knows both the password and the folder.
    if ((await dataDirectoryAt(server.port, password)) === cluster) {
      return server;
    }
    if (Date.now() > deadline) {
      throw new AccessError('config.invalid', `${cluster} is used by process ${server.pid}, which does not answer`);
    }
    await pause(100);
  }
}

async function readPidFile(path: string): Promise<RunningServer | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  // Lines of postmaster.pid: pid, data directory, start time, port, socket directory, listen address, …
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number.isInteger(port) ? port : 0 } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * After a reboot the number in the pid file may be somebody else's, and in a container without an init process a killed server
 * stays as a zombie (state Z). Where it cannot be told, the answer is yes.
 */
async function isRunningPostgres(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat === null || /\(postgres\) [^Z]/.test(stat);
}

async function dataDirectoryAt(port: number, password: string): Promise<string | null> {
  const client = await connect(port, password).catch(() => null);
  if (client === null) {
    return null;
  }
  try {
    const answer = await client.query<{ data_directory: string }>('show data_directory');
    return answer.rows[0]?.data_directory ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(port: number, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: 2_000,
    application_name: 'pimlico-owner',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function launch(place: EmbeddedPlace, cluster: string, password: string): Promise<RunningServer> {
  const logFile = join(place.home, 'server.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await asServerUser(place, place.pgCtl, [
        'start',
        ...['-D', cluster, '-l', logFile, '-w', '-t', '60', '-o', `-p ${port}`],
      ]);
      break;
    } catch (error) {
      // The port may be gone, or another process was faster in this very folder.
      const other = await findRunning(cluster, password);
      if (other !== null) {
        return other;
      }
      if (attempt === START_ATTEMPTS) {
        throw error;
      }
      await pause(RESTART_AFTER_MS);
    }
  }
  const server = await readPidFile(join(cluster, 'postmaster.pid'));
  if (server === null) {
    throw new AccessError('config.invalid', `PostgreSQL ended right after its start: see ${logFile}`);
  }
  return server;
}

async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    probe.close(() => resolve(port));
  });
  return promise;
}

/** Holds the folder for this process; a killed owner's lock goes with its connection, which takes the server a moment. */
async function takeOwnership(server: RunningServer, password: string, home: string): Promise<pg.Client> {
  const client = await connect(server.port, password);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const answer = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      ADVISORY_LOCKS.owner,
    ]);
    if (answer.rows[0]?.taken === true) {
      return client;
    }
    await pause(50);
  }
  await client.end();
  throw new AccessError(
    'config.invalid',
    `${home} is used by another running Pimlico: stop it, or choose another folder`,
  );
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const answer = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (answer.rowCount === 0) {
    await client.query(`create database ${DATABASE}`);
  }
}

async function asServerUser(place: EmbeddedPlace, program: string, args: readonly string[]): Promise<void> {
  try {
    // The working folder may be closed to the server's user.
    await run(program, args, { ...(place.user ?? {}), cwd: place.home });
  } catch (cause) {
    const { stderr, stdout } = cause as { stderr?: string; stdout?: string };
    const said = (stderr || stdout || String(cause)).trim();
    throw new AccessError('config.invalid', `PostgreSQL: ${args[0]} failed: ${said}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
