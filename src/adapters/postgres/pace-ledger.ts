import type { Pool } from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { Limits, PacedCall } from '../../ports/pace.ts';
import { ALL, bookCalls, keyOf, type Marks, type Page } from '../pace/book.ts';
import type { Ledger } from '../pace/gate.ts';
import { inTransaction, poolDatabase, type Statement, WITHOUT_WAITING } from './database.ts';

interface PageRow {
  readonly key: string;
  readonly marks: Marks;
  readonly paused_until: Temporal.Instant | null;
}

// The row of the whole bot is asked for every time: who has it counts, and others wait for a round trip.
const READ: Statement = {
  name: 'pace.read',
  text: 'select key, marks, paused_until from pimlico.paces where key = any($1::text[]) order by key for update',
};
// What a crash of PostgreSQL forgets is a second's worth of calls.
const WRITE: Statement = {
  name: 'pace.write',
  text: `
    insert into pimlico.paces as p (key, marks, touched_at)
    select key, marks, $3 from unnest($1::text[], $2::jsonb[]) as page (key, marks)
    on conflict (key) do update set marks = excluded.marks, touched_at = excluded.touched_at
    returning ${WITHOUT_WAITING}`,
};
const PAUSE: Statement = {
  name: 'pace.pause',
  text: `
    insert into pimlico.paces as p (key, paused_until, touched_at) values ($1, $2, $3)
    on conflict (key) do update
      set paused_until = greatest(p.paused_until, excluded.paused_until), touched_at = excluded.touched_at`,
};

/** Counts calls in PostgreSQL, so that replicas count together. */
export function postgresPaceLedger({ pool, clock, limits }: { pool: Pool; clock: Clock; limits: Limits }): Ledger {
  return {
    book: (calls, aheadMs) =>
      inTransaction(pool, async (database) => {
        const keys = [...new Set([ALL, ...calls.map(keyOf)])];
        const rows = await database.run<PageRow>(READ, [keys]);
        const known = new Map(rows.map((row) => [row.key, pageOf(row)]));
        // Read when the row is ours: another replica may have counted while we waited for it.
        const now = clock.now();
        const nowMs = now.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' }).epochMilliseconds;
        const { verdicts, againAtMs, pages } = bookCalls(known, calls, { limits, nowMs, aheadMs });
        if (pages.size > 0) {
          const marks = [...pages.values()].map((page) => JSON.stringify(page.marks));
          await database.note(WRITE, [[...pages.keys()], marks, now.toString()]);
        }
        return { verdicts, againAtMs };
      }),
    async pause(call: PacedCall | null, until) {
      const key = call === null ? ALL : keyOf(call);
      await poolDatabase(pool).run(PAUSE, [key, until.toString(), clock.now().toString()]);
    },
  };
}

function pageOf({ marks, paused_until }: PageRow): Page {
  const pausedUntilMs =
    paused_until === null
      ? null
      : paused_until.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' }).epochMilliseconds;
  return { marks, pausedUntilMs };
}
