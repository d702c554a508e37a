import { randomUUID } from 'node:crypto';
import type { AccessToken } from '../platform/types.ts';
import type { AuditEvent, PimRequest, Schedule, Subject } from './model.ts';
import type { PimState } from './state.ts';

export type AuditFacts = Partial<Pick<AuditEvent, 'result' | 'reason' | 'initiatorId' | 'start' | 'end'>>;

/** Writes one row of the audit log (names: pim-api §14.2). The row becomes readable later, by the audit delay. */
export function record(
  state: PimState,
  request: PimRequest,
  event: Pick<AuditEvent, 'at' | 'name' | 'type'>,
  facts: AuditFacts = {},
): void {
  state.audit.push({
    id: `PIM_${randomUUID()}_${randomUUID().slice(0, 5)}`,
    result: 'success',
    reason: request.justification,
    initiatorId: request.createdBy.principalId,
    start: null,
    end: null,
    request: {
      id: request.id,
      subject: request.subject,
      principalId: request.principalId,
      correlationId: request.correlationId,
      justification: request.justification,
    },
    ...facts,
    ...event,
  });
}

/** What an audit row needs of something that was done without a request: settings, an assignment outside PIM. */
export function deed(
  id: string,
  by: Pick<AccessToken, 'appId' | 'principalId'>,
  {
    subject,
    principalId,
    at,
  }: { readonly subject: Subject; readonly principalId: string; readonly at: Temporal.Instant },
): PimRequest {
  return {
    id,
    kind: 'assignment',
    action: 'adminUpdate',
    subject,
    principalId,
    createdBy: { principalId: by.principalId, appId: by.appId },
    createdAt: at,
    justification: null,
    ticket: { number: null, system: null },
    customData: null,
    isValidationOnly: false,
    correlationId: id,
    status: 'Provisioned',
    approvalId: null,
    completedAt: at,
    schedule: null,
    targetScheduleId: null,
    activatedUsing: null,
  };
}

/** The words in brackets behind an administrator's or an extension's rows. */
export function manner(request: PimRequest): string {
  switch (request.action) {
    case 'adminRenew':
    case 'selfRenew':
      return 'renew';
    case 'adminExtend':
    case 'selfExtend':
    case 'adminUpdate':
      return 'extend';
    default: {
      const type = request.schedule?.expiration.type;
      return type === 'afterDuration' || type === 'afterDateTime' ? 'timebound' : 'permanent';
    }
  }
}

/** Name of a row about an administrator's deed, e.g. `Add eligible member to role in PIM requested (timebound)`. */
export function adminEventName(request: PimRequest, stage: 'requested' | 'completed' | 'canceled'): string {
  const eligible = request.kind === 'eligibility' ? 'eligible member' : 'member';
  switch (request.action) {
    case 'adminRemove':
      return `Remove ${eligible} from role in PIM ${stage} (${manner(request)})`;
    case 'adminUpdate':
    case 'adminExtend':
    case 'selfExtend':
      return `Update ${eligible} in PIM ${stage} (extend)`;
    default:
      return `Add ${eligible} to role in PIM ${stage} (${manner(request)})`;
  }
}

export function window(schedule: Schedule): Pick<AuditEvent, 'start' | 'end'> {
  return { start: schedule.start, end: schedule.end };
}
