import type {
  RequestSchedule,
  UnifiedRoleAssignmentSchedule,
  UnifiedRoleAssignmentScheduleInstance,
  UnifiedRoleAssignmentScheduleRequest,
  UnifiedRoleDefinition,
  UnifiedRoleEligibilitySchedule,
  UnifiedRoleEligibilityScheduleInstance,
} from '@microsoft/microsoft-graph-types';
import type { RoleDefinition } from '../pim/directory-surface.ts';
import type { PimRequest, Schedule, ScheduleInfo, Subject } from '../pim/model.ts';
import { leaf, type Row } from './list.ts';
import { objectRow } from './objects.ts';
import type { Graph } from './tools.ts';

export function requestRow(graph: Graph, request: PimRequest): Row {
  const { principalId, appId } = request.createdBy;
  const entity = {
    id: request.id,
    status: request.status,
    createdDateTime: request.createdAt.toString(),
    completedDateTime: request.completedAt?.toString() ?? null,
    approvalId: request.approvalId,
    customData: request.customData,
    action: request.action,
    principalId: request.principalId,
    ...place(request.subject),
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
  } satisfies UnifiedRoleAssignmentScheduleRequest;
  const { schedules } = graph.pim.state;
  return {
    json: entity,
    links: {
      ...subjectLinks(graph, request.subject, request.principalId),
      targetSchedule: () => scheduleOrNull(graph, schedules.get(request.targetScheduleId ?? '')),
      ...(request.kind === 'assignment'
        ? { activatedUsing: () => scheduleOrNull(graph, schedules.get(request.activatedUsing ?? '')) }
        : {}),
    },
  };
}

/** A row of the schedule lists; `viewerId` is whose list it is, who may hold it through a group. */
export function scheduleRow(graph: Graph, schedule: Schedule, viewerId: string | null = null): Row {
  const principalId = viewerId ?? schedule.principalId;
  const common = {
    id: schedule.id,
    principalId,
    ...place(schedule.subject),
    createdUsing: schedule.createdUsing,
    createdDateTime: schedule.createdAt.toString(),
    modifiedDateTime: schedule.modifiedAt.toString(),
    status: 'Provisioned',
    scheduleInfo: scheduleInfo({ start: schedule.start, expiration: schedule.expiration }),
    memberType: memberType(schedule, principalId),
  } satisfies UnifiedRoleEligibilitySchedule;
  if (schedule.kind === 'eligibility') {
    return { json: common, links: subjectLinks(graph, schedule.subject, principalId) };
  }
  const entity = { ...common, assignmentType: schedule.assignmentType } satisfies UnifiedRoleAssignmentSchedule;
  const activatedUsing = () => scheduleOrNull(graph, graph.pim.state.schedules.get(schedule.activatedUsing ?? ''));
  return { json: entity, links: { ...subjectLinks(graph, schedule.subject, principalId), activatedUsing } };
}

export function instanceRow(graph: Graph, schedule: Schedule, viewerId: string | null = null): Row {
  const principalId = viewerId ?? schedule.principalId;
  const common = {
    id: schedule.instanceId,
    principalId,
    ...place(schedule.subject),
    startDateTime: schedule.start?.toString() ?? null,
    endDateTime: schedule.end?.toString() ?? null,
    memberType: memberType(schedule, principalId),
  };
  const links = subjectLinks(graph, schedule.subject, principalId);
  if (schedule.kind === 'eligibility') {
    const entity = {
      ...common,
      roleEligibilityScheduleId: schedule.id,
    } satisfies UnifiedRoleEligibilityScheduleInstance;
    return { json: { '@odata.type': '#microsoft.graph.unifiedRoleEligibilityScheduleInstance', ...entity }, links };
  }
  const entity = {
    ...common,
    assignmentType: schedule.assignmentType,
    roleAssignmentOriginId: schedule.instanceId,
    roleAssignmentScheduleId: schedule.id,
  } satisfies UnifiedRoleAssignmentScheduleInstance;
  const activatedUsing = (): Row | null => {
    const eligible = graph.pim.state.schedules.get(schedule.activatedUsing ?? '');
    return eligible === undefined ? null : instanceRow(graph, eligible);
  };
  return {
    json: { '@odata.type': '#microsoft.graph.unifiedRoleAssignmentScheduleInstance', ...entity },
    links: { ...links, activatedUsing },
  };
}

export function roleDefinitionRow(role: RoleDefinition): Row {
  const entity = {
    id: role.id,
    description: role.description,
    displayName: role.displayName,
    isBuiltIn: role.isBuiltIn,
    isEnabled: true,
    resourceScopes: ['/'],
    templateId: role.id,
    version: '1',
    rolePermissions: [{ allowedResourceActions: [...role.allowedResourceActions], condition: null }],
  } satisfies UnifiedRoleDefinition;
  return { json: entity, links: { inheritsPermissionsFrom: () => [] } };
}

function subjectLinks(graph: Graph, subject: Subject, principalId: string): Row['links'] {
  return {
    roleDefinition: () => {
      const role = graph.roles.definitions.get(subject.role);
      return role === undefined ? null : roleDefinitionRow(role);
    },
    principal: () => objectRow(graph, principalId),
    directoryScope: () => scopeRow(graph, subject.scope),
    appScope: () => null,
  };
}

function scopeRow(graph: Graph, scope: string): Row | null {
  const id = scope.slice(scope.lastIndexOf('/') + 1);
  const unit = graph.world.tenant.administrativeUnits.get(id);
  if (unit !== undefined) {
    const { displayName } = unit;
    return leaf({ '@odata.type': '#microsoft.graph.administrativeUnit', id, displayName });
  }
  return id === '' ? null : objectRow(graph, id);
}

function place(subject: Subject): { roleDefinitionId: string; directoryScopeId: string; appScopeId: null } {
  return { roleDefinitionId: subject.role, directoryScopeId: subject.scope, appScopeId: null };
}

function memberType(schedule: Schedule, principalId: string): 'Direct' | 'Group' {
  return schedule.principalId === principalId ? 'Direct' : 'Group';
}

function scheduleOrNull(graph: Graph, schedule: Schedule | undefined): Row | null {
  return schedule === undefined ? null : scheduleRow(graph, schedule);
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
  const isOpen = request.approvalId !== null && request.completedAt === null;
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
