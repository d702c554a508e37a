import { principalId, requestId } from '../../domain/ids.ts';
import type { ApprovalAsk, Approvals } from '../../ports/store.ts';
import type { Database } from './database.ts';

interface AskRow {
  readonly request_id: string;
  readonly approver_id: string;
  readonly approver_name: string;
  readonly reach: ApprovalAsk['reach'];
}

// A second ask of the same approver (a reminder, a run after a crash) updates the first.
const INSERT = {
  name: 'approvals.insert-asks',
  text: `
    insert into pimlico.approval_asks (request_id, approver_id, approver_name, reach)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
    on conflict (request_id, approver_id) do update set approver_name = excluded.approver_name, reach = excluded.reach`,
};
const LIST = {
  name: 'approvals.list-asks',
  text: `
    select request_id, approver_id, approver_name, reach from pimlico.approval_asks
    where request_id = $1 order by position`,
};
const MARK_UNREACHABLE = {
  name: 'approvals.mark-unreachable',
  text: `update pimlico.approval_asks set reach = 'unreachable' where request_id = $1 and approver_id = $2`,
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
      ]);
    },
    async listAsks(id) {
      const rows = await database.run<AskRow>(LIST, [id]);
      return rows.map((row) => ({
        requestId: requestId(row.request_id),
        approverId: principalId(row.approver_id),
        approverName: row.approver_name,
        reach: row.reach,
      }));
    },
    async markUnreachable(id, approver) {
      await database.run(MARK_UNREACHABLE, [id, approver]);
    },
  };
}
