import type { Pool } from 'pg';
import { requestId } from '../../domain/ids.ts';
import { auditOf } from '../../ports/audit.ts';
import { postgresAudit } from './audit.ts';
import { inTransaction, type NotingDatabase, poolDatabase } from './database.ts';

/** A message that was given up. Ids and codes only: what it says is nobody's business here. */
export interface DeadLetter {
  /** Of the card. */
  readonly id: string;
  readonly diedAt: Temporal.Instant;
  /** Which card, such as `approval-request`. */
  readonly card: string;
  /** The request, or the turn that it answers. */
  readonly story: string;
  /** A person's object id, or a conversation. */
  readonly recipient: string;
  readonly operation: 'send' | 'update' | 'delete';
  readonly reason: string;
  readonly attempts: number;
  /** An attempt may have arrived. */
  readonly isAmbiguous: boolean;
  /** Nobody needs it any more: it was retired or withdrawn. */
  readonly isOver: boolean;
}

/** What became of one that was named: `waiting` is due by itself, `over` is of no use to anybody any more. */
export type Verdict = 'replayed' | 'dropped' | 'waiting' | 'over' | 'unknown';

export interface DeadLetters {
  /** The oldest first. */
  list(): Promise<readonly DeadLetter[]>;
  find(id: string): Promise<DeadLetter | null>;
  /** Makes it due again, as it is now; a running bot sends it. Safe to repeat. Recorded in the audit trail. */
  replay(id: string, now: Temporal.Instant): Promise<Verdict>;
  /** Forgets that it was not sent; the card stays. Recorded in the audit trail. */
  drop(id: string, now: Temporal.Instant): Promise<Verdict>;
}

interface Row {
  readonly id: string;
  readonly state: 'due' | 'dead';
  readonly died_at: Temporal.Instant;
  readonly card: string;
  readonly story: string;
  readonly request_id: string | null;
  readonly recipient: string;
  readonly operation: DeadLetter['operation'];
  readonly reason: string | null;
  readonly attempts: number;
  readonly is_ambiguous: boolean;
  readonly is_over: boolean;
}

// Rows of before the time of death was kept show when they were due.
const COLUMNS = `
    select c.id, o.state, coalesce(o.died_at, o.due_at) as died_at, c.notice ->> 'card' as card, c.story,
      (select r.id from pimlico.activation_requests r where r.id = c.story) as request_id, c.recipient,
      case when c.is_withdrawn then 'delete' when c.activity_id is null then 'send' else 'update' end as operation,
      o.reason, o.attempts, o.is_ambiguous or o.reason = 'ambiguous' as is_ambiguous,
      c.is_retired or c.is_withdrawn as is_over
    from pimlico.outbox o join pimlico.cards c on c.id = o.card_id`;
const LIST = { name: 'dead-letters.list', text: `${COLUMNS} where o.state = 'dead' order by died_at, c.id` };
const FIND = { name: 'dead-letters.find', text: `${COLUMNS} where o.card_id = $1` };
const LOCK = { name: 'dead-letters.lock', text: `${COLUMNS} where o.card_id = $1 for update of o` };
// It was due when it died, so it is due by any clock; the promoter of a running bot finds it.
const REPLAY = {
  name: 'dead-letters.replay',
  text: `
    update pimlico.outbox set state = 'due', attempts = 0, look_at = due_at, not_before = null, died_at = null,
      is_ambiguous = is_ambiguous or reason = 'ambiguous', reason = null
    where card_id = $1`,
};
const DROP = { name: 'dead-letters.drop', text: 'delete from pimlico.outbox where card_id = $1' };

/** Reads and settles dead letters in PostgreSQL, beside running bots. */
export function postgresDeadLetters(pool: Pool): DeadLetters {
  const database = poolDatabase(pool);
  const settle = (
    id: string,
    work: (database: NotingDatabase, row: Row) => Promise<Extract<Verdict, 'replayed' | 'dropped' | 'over'>>,
    now: Temporal.Instant,
  ): Promise<Verdict> =>
    inTransaction(pool, async (within) => {
      const [row] = await within.run<Row>(LOCK, [id]);
      if (row === undefined || row.state === 'due') {
        return row === undefined ? 'unknown' : 'waiting';
      }
      const verdict = await work(within, row);
      if (verdict !== 'over') {
        const audit = auditOf(postgresAudit(within, () => ({})));
        const settled = {
          at: now,
          actorId: null,
          requestId: row.request_id === null ? null : requestId(row.request_id),
          facts: { cardId: row.id, card: row.card, recipient: row.recipient, reason: row.reason ?? '' },
        };
        await (verdict === 'replayed' ? audit.messageReplayed(settled) : audit.messageDropped(settled));
      }
      return verdict;
    });
  return {
    list: async () => (await database.run<Row>(LIST, [])).map(letterOf),
    async find(id) {
      const [row] = await database.run<Row>(FIND, [id]);
      return row?.state === 'dead' ? letterOf(row) : null;
    },
    replay: (id, now) =>
      settle(
        id,
        async (within, row) => {
          if (row.is_over) {
            return 'over';
          }
          await within.run(REPLAY, [id]);
          return 'replayed';
        },
        now,
      ),
    drop: (id, now) =>
      settle(
        id,
        async (within) => {
          await within.run(DROP, [id]);
          return 'dropped';
        },
        now,
      ),
  };
}

function letterOf(row: Row): DeadLetter {
  const { id, card, story, recipient, operation, attempts } = row;
  const [diedAt, isAmbiguous, isOver] = [row.died_at, row.is_ambiguous, row.is_over];
  return { id, diedAt, card, story, recipient, operation, reason: row.reason ?? '', attempts, isAmbiguous, isOver };
}
