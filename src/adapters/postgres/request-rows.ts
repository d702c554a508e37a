import type { ActivationRequest, EndReason, RequestState } from '../../domain/activation.ts';
import { roleKey, type Surface } from '../../domain/assignment.ts';
import { principalId, pullId, requestId, roleDefinitionId, scheduleRequestId } from '../../domain/ids.ts';
import { selected } from './selected.ts';
import { readStored, storedNextActivation, writtenItem } from './stored-json.ts';

/** A row of `pimlico.activation_requests`. */
export interface RequestRow {
  readonly id: string;
  readonly surface: Surface;
  readonly role_definition_id: string;
  readonly role_name: string;
  readonly scope_id: string;
  readonly scope_name: string;
  readonly requester_id: string;
  readonly requester_name: string;
  readonly state: RequestState;
  readonly requested_at: Temporal.Instant;
  readonly starts_at: Temporal.Instant | null;
  readonly duration: string;
  readonly justification: string;
  readonly ticket: string | null;
  readonly is_approval_required: boolean;
  readonly is_approver_justification_required: boolean;
  readonly schedule_request_id: string | null;
  readonly marker: string;
  readonly active_from: Temporal.Instant | null;
  readonly active_until: Temporal.Instant | null;
  readonly end_reason: EndReason | null;
  readonly ended_at: Temporal.Instant | null;
  readonly intended_outcome: ActivationRequest['intendedOutcome'];
  readonly decided_by: string | null;
  readonly decided_by_name: string | null;
  readonly decided_at: Temporal.Instant | null;
  readonly decision_justification: string | null;
  readonly continues: string | null;
  readonly leads_to: unknown;
  readonly through: string | null;
  readonly pull_id: string | null;
  readonly usable_at: Temporal.Instant | null;
  readonly wish: ActivationRequest['wish'];
  readonly wish_duration: string | null;
  readonly wish_justification: string | null;
  readonly reminded_approvers_at: Temporal.Instant | null;
  readonly step_ups: number;
  readonly is_duration_known: boolean;
  readonly learned_after: string | null;
  readonly intended_at: Temporal.Instant | null;
  readonly version: number;
}

/** What a request's row is read from. */
export const REQUEST_COLUMNS = selected<RequestRow>({
  id: true,
  surface: true,
  role_definition_id: true,
  role_name: true,
  scope_id: true,
  scope_name: true,
  requester_id: true,
  requester_name: true,
  state: true,
  requested_at: true,
  starts_at: true,
  duration: true,
  justification: true,
  ticket: true,
  is_approval_required: true,
  is_approver_justification_required: true,
  schedule_request_id: true,
  marker: true,
  active_from: true,
  active_until: true,
  end_reason: true,
  ended_at: true,
  intended_outcome: true,
  decided_by: true,
  decided_by_name: true,
  decided_at: true,
  decision_justification: true,
  continues: true,
  leads_to: true,
  through: true,
  pull_id: true,
  usable_at: true,
  wish: true,
  wish_duration: true,
  wish_justification: true,
  reminded_approvers_at: true,
  step_ups: true,
  is_duration_known: true,
  learned_after: true,
  intended_at: true,
  version: true,
});

const optional = <From, To>(value: From | null, read: (value: From) => To): To | null =>
  value === null ? null : read(value);

/** Reads a request from a row. */
export function requestOf(row: RequestRow): ActivationRequest {
  return {
    id: requestId(row.id),
    role: {
      surface: row.surface,
      roleDefinitionId: roleDefinitionId(row.role_definition_id),
      roleName: row.role_name,
      scope: { id: row.scope_id, name: row.scope_name },
    },
    requesterId: principalId(row.requester_id),
    requesterName: row.requester_name,
    state: row.state,
    requestedAt: row.requested_at,
    startsAt: row.starts_at,
    duration: Temporal.Duration.from(row.duration),
    justification: row.justification,
    ticket: row.ticket,
    isApprovalRequired: row.is_approval_required,
    isApproverJustificationRequired: row.is_approver_justification_required,
    scheduleRequestId: optional(row.schedule_request_id, scheduleRequestId),
    marker: row.marker,
    activeFrom: row.active_from,
    activeUntil: row.active_until,
    endReason: row.end_reason,
    endedAt: row.ended_at,
    intendedOutcome: row.intended_outcome,
    decidedBy: optional(row.decided_by, principalId),
    decidedByName: row.decided_by_name,
    decidedAt: row.decided_at,
    decisionJustification: row.decision_justification,
    continues: optional(row.continues, requestId),
    leadsTo: optional(row.leads_to, (value) => readStored(storedNextActivation, value, 'what an activation leads to')),
    through: optional(row.through, requestId),
    pull: optional(row.pull_id, pullId),
    usableAt: row.usable_at,
    wish: row.wish,
    wishDuration: optional(row.wish_duration, Temporal.Duration.from),
    wishJustification: row.wish_justification,
    remindedApproversAt: row.reminded_approvers_at,
    stepUps: row.step_ups,
    isDurationKnown: row.is_duration_known,
    intendedAt: row.intended_at,
    learnedAfter: optional(row.learned_after, Temporal.Duration.from),
    version: row.version,
  };
}

/** Columns of every field that a change may name; `id` and `version` are not among them. */
const SIMPLE_COLUMNS = {
  requesterId: 'requester_id',
  requesterName: 'requester_name',
  state: 'state',
  requestedAt: 'requested_at',
  startsAt: 'starts_at',
  duration: 'duration',
  justification: 'justification',
  ticket: 'ticket',
  isApprovalRequired: 'is_approval_required',
  isApproverJustificationRequired: 'is_approver_justification_required',
  scheduleRequestId: 'schedule_request_id',
  marker: 'marker',
  activeFrom: 'active_from',
  activeUntil: 'active_until',
  endReason: 'end_reason',
  endedAt: 'ended_at',
  intendedOutcome: 'intended_outcome',
  decidedBy: 'decided_by',
  decidedByName: 'decided_by_name',
  decidedAt: 'decided_at',
  decisionJustification: 'decision_justification',
  continues: 'continues',
  through: 'through',
  pull: 'pull_id',
  usableAt: 'usable_at',
  wish: 'wish',
  wishDuration: 'wish_duration',
  wishJustification: 'wish_justification',
  remindedApproversAt: 'reminded_approvers_at',
  stepUps: 'step_ups',
  isDurationKnown: 'is_duration_known',
  learnedAfter: 'learned_after',
  intendedAt: 'intended_at',
} as const satisfies Partial<Record<keyof ActivationRequest, string>>;

/** One column and what to write there. */
export type ColumnValue = readonly [column: string, value: unknown];

/** Says which columns a (partial) request writes, always in the same order, so that one shape is one prepared statement. */
export function columnsOf(change: Partial<ActivationRequest>): readonly ColumnValue[] {
  const simple = Object.entries(SIMPLE_COLUMNS).flatMap(([field, column]): ColumnValue[] => {
    const value = change[field as keyof typeof SIMPLE_COLUMNS];
    return value === undefined ? [] : [[column, written(value)]];
  });
  const { role, leadsTo } = change;
  const roleColumns: readonly ColumnValue[] =
    role === undefined
      ? []
      : [
          ['surface', role.surface],
          ['role_definition_id', role.roleDefinitionId],
          ['role_name', role.roleName],
          ['scope_id', role.scope.id],
          ['scope_name', role.scope.name],
          ['role_key', roleKey(role)],
        ];
  const next: readonly ColumnValue[] =
    leadsTo === undefined ? [] : [['leads_to', leadsTo === null ? null : JSON.stringify(writtenItem(leadsTo))]];
  return [...roleColumns, ...simple, ...next];
}

function written(value: string | number | boolean | Temporal.Instant | Temporal.Duration | null): unknown {
  return value instanceof Temporal.Instant || value instanceof Temporal.Duration ? value.toString() : value;
}
