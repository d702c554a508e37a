import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { inTransaction } from './database.ts';

const AT_A_TIME = 5_000;

const ALONE = {
  name: 'audit.prune-alone',
  text: `select pg_advisory_xact_lock(${ADVISORY_LOCKS['audit-retention']})`,
};
const PRUNE = {
  name: 'audit.prune',
  text: `
    with old as (
      select p.position, p.field from pimlico.audit_personal p join pimlico.audit a on a.position = p.position
      where a.at < $1 order by p.position limit ${AT_A_TIME}
    ), gone as (
      delete from pimlico.audit_personal p using old where p.position = old.position and p.field = old.field returning 1
    )
    select count(*)::integer as fields from gone`,
};

/**
 * Erases what records from before an instant tell of people. The records stay, and the chain with them. Some thousand fields at
 * a time, and one process at a time: another one waits and finds the rest. Gives how many fields went; safe to run again.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function pruneAudit(
  pool: Pool,
  before: Temporal.Instant,
  ending: AbortSignal = new AbortController().signal,
): Promise<number> {
  let all = 0;
  for (let isAll = false; !(isAll || ending.aborted); ) {
    const fields = await inTransaction(pool, async (database) => {
      await database.note(ALONE, []);
      const [row] = await database.run<{ fields: number }>(PRUNE, [before.toString()]);
      return row?.fields ?? 0;
    });
    all += fields;
    isAll = fields < AT_A_TIME;
  }
  return all;
}
