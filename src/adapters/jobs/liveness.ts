import type { Pool, PoolClient } from 'pg';
import type { Log } from '../../ports/log.ts';
import { ADVISORY_LOCKS } from '../postgres/advisory-locks.ts';
import { poolDatabase } from '../postgres/database.ts';
import { repeat } from '../repeat.ts';

const CHECK_EVERY_MS = 2_000;

/*
 * graphile-worker leaves the jobs of a killed process locked for four hours. Each of our worker pools therefore holds a lock that
 * PostgreSQL drops with its connection: whoever gets the lock of a pool that holds jobs knows that it is dead, at once and
 * without asking any clock.
 */
const UNLOCK_DEAD = {
  name: 'jobs.unlock-dead',
  text: `
    with dead as (
      select locked_by from (
        select distinct locked_by from graphile_worker.jobs where locked_by is not null offset 0
      ) owners
      where pg_try_advisory_xact_lock(${ADVISORY_LOCKS.liveness}, hashtext(locked_by))
    ), freed as (
      select graphile_worker.force_unlock_workers(array_agg(locked_by)) from dead having count(*) > 0
    )
    select locked_by as owner, pg_notify('jobs:insert', '{"count":1000}'), (select count(*) from freed) from dead`,
};

export interface Liveness {
  /** Takes the lock of a worker pool and drops that of the one before; when that fails now, the next check does it. */
  hold(workerPoolId: string): void;
  stop(): Promise<void>;
}

/** Gives jobs of dead worker pools back, now and every two seconds, and shows that ours is alive. */
export async function startLiveness(pool: Pool, log: Log): Promise<Liveness> {
  let wanted: string | null = null;
  let locked: string | null = null;
  let client: PoolClient | null = null;
  // One after another: a connection runs one statement at a time.
  let busy: Promise<void> = Promise.resolve();

  const connect = async (): Promise<PoolClient> => {
    if (client !== null) {
      return client;
    }
    const fresh = await pool.connect();
    fresh.on('error', () => {
      if (client === fresh) {
        client = null;
        locked = null;
        fresh.release(true);
      }
    });
    client = fresh;
    return fresh;
  };
  const lockWanted = async (): Promise<void> => {
    const connection = await connect();
    if (locked !== wanted) {
      // Only the newest pool lives: what an ended one left locked is to be given back.
      await connection.query('select pg_advisory_unlock_all()');
      await connection.query('select pg_advisory_lock_shared($1, hashtext($2))', [ADVISORY_LOCKS.liveness, wanted]);
      locked = wanted;
    }
  };
  const unlockDead = async (): Promise<void> => {
    const dead = await poolDatabase(pool).run<{ owner: string }>(UNLOCK_DEAD, []);
    if (dead.length > 0) {
      log.warn('jobs.dead_worker_unlocked', { owners: dead.map((row) => row.owner) });
    }
  };
  const check = (): Promise<void> => {
    busy = busy
      .then(lockWanted)
      .then(unlockDead)
      .catch((error: unknown) => log.warn('jobs.liveness_failed', { reason: String(error) }));
    return busy;
  };
  await check();
  const checks = repeat(CHECK_EVERY_MS, check);
  return {
    hold(workerPoolId) {
      wanted = workerPoolId;
      busy = busy
        .then(lockWanted)
        .catch((error: unknown) => log.warn('jobs.liveness_failed', { reason: String(error) }));
    },
    async stop() {
      await checks.stop();
      // Ending the connection drops its locks.
      client?.release(true);
      client = null;
    },
  };
}
