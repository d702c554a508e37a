import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { runMigrations } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import { AccessError } from '../../errors.ts';
import { type Log, silentLog } from '../../ports/log.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { asDatabaseError } from './database.ts';
import { quietJobLogger } from './job-logger.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const LOOK_AGAIN_MS = 200;

/** A statement that waits for a lock makes everybody wait who comes after it: it gives way, and asks again. */
const LOCK_TIMEOUT_MS = 2_000;
const LONGEST_PAUSE_MS = 10_000;
/** Some ten minutes, with pauses in which running replicas go on. */
const MOST_TRIES = 60;
/** Lock not available, deadlock. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['55P03', '40P01']);

/** First line of a file whose statements run one by one, each safe to run twice; needed to build an index beside writers. */
const NO_TRANSACTION = '-- outside a transaction';

export interface MigrateOptions {
  readonly log?: Log;
  /** Where the files are; those of this program by default. */
  readonly folder?: URL;
  /** How long a statement may wait for a lock before it gives way; milliseconds, 2,000 by default. */
  readonly lockTimeoutMs?: number;
}

export interface MigrationReport {
  /** Names of the files that were run now. */
  readonly applied: readonly string[];
  readonly version: number;
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the schemas `pimlico` and `graphile_worker` up to date, forward only; does nothing when they are.
 * Replicas that start together wait for one another; those that run go on, as each statement that cannot have its lock at once
 * gives way and is tried again.
 *
 * @throws {AccessError} internal.database_unavailable; config.invalid when the database is newer than this program, a file was changed after it was run, or one fails
 */
export async function migrate(pool: Pool, options: MigrateOptions = {}): Promise<MigrationReport> {
  const migrations = await readMigrations(options.folder ?? FOLDER);
  try {
    return await migrateWith(pool, migrations, options);
  } catch (error) {
    throw asDatabaseError(error);
  }
}

async function migrateWith(
  pool: Pool,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<MigrationReport> {
  const client = await pool.connect();
  try {
    await lockOutOthers(client, options.log ?? silentLog);
    const report = await bringUpToDate(client, migrations, options);
    await runMigrations({ pgPool: pool, logger: quietJobLogger });
    return report;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS.migration]).catch(() => undefined);
    client.release();
  }
}

/** By asking again and again: whoever waits inside a statement is waited for by an index that is built beside writers. */
async function lockOutOthers(client: PoolClient, log: Log): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      ADVISORY_LOCKS.migration,
    ]);
    if (rows[0]?.mine === true) {
      return;
    }
    if (tries === 1) {
      log.info('migration.other_running');
    }
    await pause(LOOK_AGAIN_MS);
  }
}

async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { number: Number.parseInt(name, 10), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function bringUpToDate(
  client: PoolClient,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<MigrationReport> {
  await client.query(`
    create schema if not exists pimlico;
    create table if not exists pimlico.migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  const done = await client.query<{ number: number; name: string; checksum: string }>(
    'select number, name, checksum from pimlico.migrations order by number',
  );
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const row of done.rows) {
    refuseStranger(row, known.get(row.number));
  }
  const runBefore = new Set(done.rows.map((row) => row.number));
  const missing = migrations.filter((migration) => !runBefore.has(migration.number));
  for (const migration of missing) {
    await runOne(client, migration, options);
  }
  return { applied: missing.map((migration) => migration.name), version: migrations.at(-1)?.number ?? 0 };
}

function refuseStranger(row: { number: number; name: string; checksum: string }, ours: Migration | undefined): void {
  if (ours === undefined) {
    throw new AccessError(
      'config.invalid',
      `The database is newer than this program: it knows migration ${row.number} (${row.name}). Start the newer program.`,
    );
  }
  if (ours.checksum !== row.checksum) {
    throw new AccessError('config.invalid', `Migration ${ours.name} was changed after it was run on this database`);
  }
}

async function runOne(client: PoolClient, migration: Migration, options: MigrateOptions): Promise<void> {
  const { log = silentLog, lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const { name } = migration;
  const isAlone = migration.sql.startsWith(NO_TRANSACTION);
  log.info('migration.started', { name });
  for (let tries = 1; ; tries += 1) {
    try {
      // What runs by itself holds nobody up, however long it waits.
      await client.query(`set lock_timeout = ${isAlone ? 0 : lockTimeoutMs}`);
      await (isAlone ? runOneByOne(client, migration) : runTogether(client, migration));
      log.info('migration.finished', { name, tries });
      return;
    } catch (cause) {
      const isInTheWay = IN_THE_WAY.has((cause as { code?: string }).code ?? '');
      if (!isInTheWay || tries === MOST_TRIES) {
        throw new AccessError('config.invalid', `Migration ${name} failed: ${String(cause)}`, { cause });
      }
      log.warn('migration.gave_way', { name, tries });
      await pause(Math.min(LONGEST_PAUSE_MS, LOOK_AGAIN_MS * 2 ** tries));
    } finally {
      await client.query('reset lock_timeout').catch(() => undefined);
    }
  }
}

async function runTogether(client: PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await note(client, migration);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  }
}

/** A statement ends with a semicolon at the end of a line. One that was cut off is run again with those before it. */
async function runOneByOne(client: PoolClient, migration: Migration): Promise<void> {
  const statements = migration.sql.split(/;[ \t]*$/m).filter((statement) => statement.trim() !== '');
  for (const statement of statements) {
    await client.query(statement);
  }
  await note(client, migration);
}

async function note(client: PoolClient, { number, name, checksum }: Migration): Promise<void> {
  await client.query('insert into pimlico.migrations (number, name, checksum) values ($1, $2, $3)', [
    number,
    name,
    checksum,
  ]);
}
