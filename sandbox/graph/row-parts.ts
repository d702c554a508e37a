import type { RequestSchedule } from '@microsoft/microsoft-graph-types';
import type { PimRequest, Schedule, ScheduleInfo } from '../pim/model.ts';

/** What a request says on every plane. */
export function requestParts(request: PimRequest) {
  const { principalId, appId } = request.createdBy;
  return {
    id: request.id,
    status: request.status,
    createdDateTime: request.createdAt.toString(),
    completedDateTime: request.completedAt?.toString() ?? null,
    approvalId: request.approvalId,
    customData: request.customData,
    action: request.action,
    principalId: request.principalId,
    isValidationOnly: request.isValidationOnly,
    targetScheduleId: request.targetScheduleId,
    justification: request.justification,
    createdBy: {
      application: principalId === null ? { displayName: null, id: appId } : null,
      device: null,
      user: principalId === null ? null : { displayName: null, id: principalId },
    },
    scheduleInfo: hasSchedule(request) ? requestSchedule(request) : null,
    ticketInfo: { ticketNumber: request.ticket.number, ticketSystem: request.ticket.system },
  };
}

export function scheduleParts(schedule: Schedule, principalId: string) {
  return {
    id: schedule.id,
    principalId,
    createdUsing: schedule.createdUsing,
    createdDateTime: schedule.createdAt.toString(),
    modifiedDateTime: schedule.modifiedAt.toString(),
    status: 'Provisioned',
    scheduleInfo: scheduleInfo({ start: schedule.start, expiration: schedule.expiration }),
  };
}

export function instanceParts(schedule: Schedule, principalId: string) {
  return {
    id: schedule.instanceId,
    principalId,
    startDateTime: schedule.start?.toString() ?? null,
    endDateTime: schedule.end?.toString() ?? null,
  };
}

function hasSchedule(request: PimRequest): boolean {
  return request.action !== 'selfDeactivate' && request.action !== 'adminRemove' && request.schedule !== null;
}

/** While a request waits for an approver its start is open, unless it lies ahead (pim-api §2.7). */
function requestSchedule(request: PimRequest): RequestSchedule | null {
  if (request.schedule === null) {
    return null;
  }
  const { start } = request.schedule;
  const isOpen = request.status === 'PendingApproval';
  const isPast = start !== null && Temporal.Instant.compare(start, request.createdAt) <= 0;
  return scheduleInfo(isOpen && isPast ? { ...request.schedule, start: null } : request.schedule);
}

function scheduleInfo(info: ScheduleInfo): RequestSchedule {
  const { expiration, start } = info;
  return {
    startDateTime: start?.toString() ?? null,
    recurrence: null,
    expiration: {
      type: expiration.type,
      endDateTime: expiration.type === 'afterDateTime' ? expiration.end.toString() : null,
      duration: expiration.type === 'afterDuration' ? expiration.duration.toString() : null,
    },
  };
}
