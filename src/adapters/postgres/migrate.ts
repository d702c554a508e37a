import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import { AccessError } from '../../errors.ts';
import { asDatabaseError } from './database.ts';
import { quietJobLogger } from './job-logger.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const MIGRATION_LOCK = 7_463_000;

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
 * Replicas that start together wait for one another.
 *
 * @throws {AccessError} internal.database_unavailable; config.invalid when the database is newer than this program, or a file was changed after it was run
 */
export async function migrate(pool: Pool): Promise<MigrationReport> {
  const migrations = await readMigrations();
  try {
    return await migrateWith(pool, migrations);
  } catch (error) {
    throw asDatabaseError(error);
  }
}

async function migrateWith(pool: Pool, migrations: readonly Migration[]): Promise<MigrationReport> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const report = await bringUpToDate(client, migrations);
    await runMigrations({ pgPool: pool, logger: quietJobLogger });
    return report;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8');
      return { number: Number.parseInt(name, 10), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function bringUpToDate(client: PoolClient, migrations: readonly Migration[]): Promise<MigrationReport> {
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
    await runOne(client, migration);
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

async function runOne(client: PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into pimlico.migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new AccessError('config.invalid', `Migration ${migration.name} failed: ${String(cause)}`, { cause });
  }
}
