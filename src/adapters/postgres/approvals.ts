import { MOST_NAMED, namedOf, type UnreachableWhy } from '../../domain/approver.ts';
import { principalId, requestId } from '../../domain/ids.ts';
import type { ApprovalAsk, Approvals } from '../../ports/approvals.ts';
import type { Database } from './database.ts';

interface AskRow {
  readonly request_id: string;
  readonly approver_id: string;
  readonly approver_name: string;
  readonly reach: ApprovalAsk['reach'];
  readonly unreachable_why: UnreachableWhy | null;
  readonly ask_at: Temporal.Instant | null;
}

const COLUMNS = 'request_id, approver_id, approver_name, reach, unreachable_why, ask_at';

interface SummaryRow extends Pick<AskRow, 'approver_name' | 'reach' | 'unreachable_why' | 'ask_at'> {
  readonly total: number;
}

// A second ask of the same approver (a reminder, a run after a crash) updates the first.
const INSERT = {
  name: 'approvals.insert-asks',
  text: `
    insert into pimlico.approval_asks (request_id, approver_id, approver_name, reach, unreachable_why, ask_at)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    on conflict (request_id, approver_id) do update set approver_name = excluded.approver_name, reach = excluded.reach,
      unreachable_why = excluded.unreachable_why, ask_at = excluded.ask_at`,
};
const LIST = {
  name: 'approvals.list-asks',
  text: `
    select ${COLUMNS} from pimlico.approval_asks
    where request_id = $1 order by position`,
};
const FIND = {
  name: 'approvals.find-ask',
  text: `select ${COLUMNS} from pimlico.approval_asks where request_id = $1 and approver_id = $2`,
};
// Of each kind the first by name, and each with the number of its kind.
const SUMMARIZE = {
  name: 'approvals.summarize-asks',
  text: `
    select approver_name, reach, unreachable_why, total, ask_at from (
      select approver_name, reach, unreachable_why, position, row_number() over (partition by reach order by position) as place,
        (count(*) over (partition by reach))::integer as total, min(ask_at) over (partition by reach) as ask_at
      from pimlico.approval_asks where request_id = $1
    ) as asks
    where place <= $2 order by position`,
};
const TAKE_WAITING = {
  name: 'approvals.take-waiting',
  text: `
    with taken as (
      update pimlico.approval_asks set reach = 'asked', ask_at = null
      where request_id = $1 and approver_id in (
        select approver_id from pimlico.approval_asks where request_id = $1 and reach = 'waiting' order by position limit $2)
      returning ${COLUMNS}, position
    )
    select ${COLUMNS} from taken order by position`,
};
const MARK_UNREACHABLE = {
  name: 'approvals.mark-unreachable',
  text: `
    update pimlico.approval_asks set reach = 'unreachable', unreachable_why = $3, ask_at = null
    where request_id = $1 and approver_id = $2`,
};

const MARK_REACHED = {
  name: 'approvals.mark-reached',
  text: `
    update pimlico.approval_asks set reach = 'asked', unreachable_why = null
    where request_id = $1 and approver_id = $2 and reach = 'unreachable'
      and unreachable_why is distinct from 'not-served' returning approver_id`,
};

/** Keeps in PostgreSQL who was asked to approve what. */
export function postgresApprovals(database: Database): Approvals {
  return {
    async insertAsks(asks) {
      if (asks.length === 0) {
        return;
      }
      await database.run(INSERT, [
        asks.map((ask) => ask.requestId),
        asks.map((ask) => ask.approverId),
        asks.map((ask) => ask.approverName),
        asks.map((ask) => ask.reach),
        asks.map((ask) => ask.why ?? null),
        asks.map((ask) => ask.askAt?.toString() ?? null),
      ]);
    },
    async listAsks(id) {
      const rows = await database.run<AskRow>(LIST, [id]);
      return rows.map(askOf);
    },
    async findAsk(id, approver) {
      const [row] = await database.run<AskRow>(FIND, [id, approver]);
      return row === undefined ? null : askOf(row);
    },
    async summarizeAsks(id) {
      const rows = await database.run<SummaryRow>(SUMMARIZE, [id, MOST_NAMED]);
      const counts = { asked: 0, waiting: 0, unreachable: 0 };
      for (const { reach, total } of rows) {
        counts[reach] = total;
      }
      const approvers = rows.map(({ approver_name: name, reach, unreachable_why: why }) =>
        why === null ? { name, reach } : { name, reach, why },
      );
      const nextAskAt = rows.find(({ reach }) => reach === 'waiting')?.ask_at ?? null;
      return { ...namedOf(approvers, counts), counts, nextAskAt };
    },
    async takeWaiting(id, limit) {
      return (await database.run<AskRow>(TAKE_WAITING, [id, limit])).map(askOf);
    },
    async markUnreachable(id, approver, why) {
      await database.run(MARK_UNREACHABLE, [id, approver, why]);
    },
    async markReached(id, approver) {
      return (await database.run(MARK_REACHED, [id, approver])).length === 1;
    },
  };
}

function askOf(row: AskRow): ApprovalAsk {
  return {
    requestId: requestId(row.request_id),
    approverId: principalId(row.approver_id),
    approverName: row.approver_name,
    reach: row.reach,
    ...(row.unreachable_why !== null && { why: row.unreachable_why }),
    ...(row.ask_at !== null && { askAt: row.ask_at }),
  };
}
