import type { Pool } from 'pg';
import { asDatabaseError } from './database.ts';

/** Locks of whole pieces of work; a replica that dies drops its own. */
const LOCKS = { 'catch-up': 7_463_003 } as const;

/** Does a piece of work that only one replica does at a time: the others wait, and then do it again. */
export async function exclusively<T>(pool: Pool, name: keyof typeof LOCKS, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asDatabaseError(error);
  });
  try {
    await client.query('select pg_advisory_lock($1)', [LOCKS[name]]);
    return await work();
  } finally {
    const failure = await client.query('select pg_advisory_unlock($1)', [LOCKS[name]]).then(
      () => undefined,
      (error: Error) => error,
    );
    // Ending the connection drops the lock as well.
    client.release(failure);
  }
}
