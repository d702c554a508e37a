import { randomUUID } from 'node:crypto';
import type { AuditEvent, PimRequest, Schedule } from './model.ts';
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
