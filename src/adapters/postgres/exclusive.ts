import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { asDatabaseError } from './database.ts';

/** Does a piece of work that only one replica does at a time: the others wait, and then do it again. One that dies lets go. */
export async function exclusively<T>(pool: Pool, name: 'catch-up', work: () => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asDatabaseError(error);
  });
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS[name]]);
    return await work();
  } finally {
    const failure = await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS[name]]).then(
      () => undefined,
      (error: Error) => error,
    );
    // Ending the connection drops the lock as well.
    client.release(failure);
  }
}
