import type {
  UnifiedRoleAssignmentSchedule,
  UnifiedRoleAssignmentScheduleInstance,
  UnifiedRoleAssignmentScheduleRequest,
  UnifiedRoleEligibilitySchedule,
  UnifiedRoleEligibilityScheduleInstance,
} from '@microsoft/microsoft-graph-types';
import type { PimRequest, Schedule, Subject } from '../pim/model.ts';
import { invalidRequest } from '../pim/refusal.ts';
import { ADMINISTRATORS, DIRECTORY_PERMISSIONS, holdsRole, READERS, requireRole } from './access.ts';
import { type Body, guid } from './body.ts';
import type { Filterable, Json } from './filter.ts';
import { leaf, type Row } from './list.ts';
import { objectRow } from './objects.ts';
import type { Plane } from './plane.ts';
import { notSimulated } from './problem.ts';
import { roleDefinitionRow } from './role-definition-row.ts';
import { instanceParts, requestParts, scheduleParts } from './row-parts.ts';
import type { Graph } from './tools.ts';

const COMMON: Filterable = {
  id: ['eq', 'ne'],
  principalId: ['eq', 'ne'],
  roleDefinitionId: ['eq', 'ne'],
  directoryScopeId: ['eq', 'ne'],
  appScopeId: ['eq', 'ne'],
};
const HELD: Filterable = { ...COMMON, memberType: ['eq', 'ne'] };
const REQUESTED: Filterable = {
  ...COMMON,
  status: ['eq', 'ne'],
  targetScheduleId: ['eq', 'ne'],
  createdBy: ['eq', 'ne'],
};
const OPTIONS = ['principal', 'createdBy', 'approver'];

/** Microsoft Entra roles (pim-api §2). */
export const directoryPlane: Plane = {
  surface: 'directory',
  base: 'roleManagement/directory',
  collections: {
    eligibility: {
      schedules: { name: 'roleEligibilitySchedules', type: 'unifiedRoleEligibilitySchedule', filterable: HELD },
      instances: {
        name: 'roleEligibilityScheduleInstances',
        type: 'unifiedRoleEligibilityScheduleInstance',
        filterable: { ...HELD, roleEligibilityScheduleId: ['eq', 'ne'] },
      },
    },
    assignment: {
      schedules: {
        name: 'roleAssignmentSchedules',
        type: 'unifiedRoleAssignmentSchedule',
        filterable: { ...HELD, assignmentType: ['eq', 'ne'] },
      },
      instances: {
        name: 'roleAssignmentScheduleInstances',
        type: 'unifiedRoleAssignmentScheduleInstance',
        filterable: {
          ...HELD,
          assignmentType: ['eq', 'ne'],
          roleAssignmentOriginId: ['eq', 'ne'],
          roleAssignmentScheduleId: ['eq', 'ne'],
        },
      },
    },
  },
  requests: {
    eligibility: { name: 'roleEligibilityScheduleRequests', filterable: REQUESTED, options: OPTIONS },
    assignment: { name: 'roleAssignmentScheduleRequests', filterable: REQUESTED, options: OPTIONS },
  },
  permissions: DIRECTORY_PERMISSIONS,
  approvals: {
    name: 'roleAssignmentApprovals',
    paths: [{ version: 'beta', segments: ['steps'], property: 'steps' }],
    options: ['approver'],
    isListed: false,
  },
  policies: {
    scopeType: 'DirectoryRole',
    list: (graph, scopeId) =>
      scopeId === null || scopeId === '/'
        ? [...graph.roles.definitions.keys()].map((role) =>
            graph.pim.policy({ surface: 'directory', role, scope: '/' }),
          )
        : [],
    prefix: (graph) => `DirectoryRole_${graph.world.tenant.id}`,
    guid: (_graph, policy) => policy.guid,
    isAppAllowed: false,
    mayChange: (graph, caller) => holdsRole(graph, caller, ADMINISTRATORS),
  },
  properties: ['appScopeId', 'directoryScopeId', 'roleDefinitionId'],
  parseSubject(body) {
    if (body.appScopeId != null) {
      throw notSimulated('assignments at an app scope');
    }
    return { surface: 'directory', role: guid(body.roleDefinitionId), scope: scopeOf(body) };
  },
  checkList: (graph, call) => requireRole(graph, call.caller, READERS),
  maySeeOthers: (graph, caller) => holdsRole(graph, caller, READERS),
  requestJson: (request: PimRequest): Json =>
    ({ ...requestParts(request), ...place(request.subject) }) satisfies UnifiedRoleAssignmentScheduleRequest,
  scheduleJson,
  instanceJson,
  links,
};

function scheduleJson(schedule: Schedule, principalId: string): Json {
  const common = {
    ...scheduleParts(schedule, principalId),
    ...place(schedule.subject),
    memberType: memberType(schedule, principalId),
  } satisfies UnifiedRoleEligibilitySchedule;
  if (schedule.kind === 'eligibility') {
    return common;
  }
  return { ...common, assignmentType: schedule.assignmentType } satisfies UnifiedRoleAssignmentSchedule;
}

function instanceJson(schedule: Schedule, principalId: string): Json {
  const common = {
    ...instanceParts(schedule, principalId),
    ...place(schedule.subject),
    memberType: memberType(schedule, principalId),
  };
  if (schedule.kind === 'eligibility') {
    const entity = {
      ...common,
      roleEligibilityScheduleId: schedule.id,
    } satisfies UnifiedRoleEligibilityScheduleInstance;
    return { '@odata.type': '#microsoft.graph.unifiedRoleEligibilityScheduleInstance', ...entity };
  }
  const entity = {
    ...common,
    assignmentType: schedule.assignmentType,
    roleAssignmentOriginId: schedule.instanceId,
    roleAssignmentScheduleId: schedule.id,
  } satisfies UnifiedRoleAssignmentScheduleInstance;
  return { '@odata.type': '#microsoft.graph.unifiedRoleAssignmentScheduleInstance', ...entity };
}

function links(graph: Graph, subject: Subject, principalId: string): Row['links'] {
  return {
    roleDefinition: () => {
      const role = graph.roles.definitions.get(subject.role);
      return role === undefined ? null : roleDefinitionRow(graph.roles, role);
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

function scopeOf({ directoryScopeId }: Body): string {
  if (typeof directoryScopeId !== 'string' || !directoryScopeId.startsWith('/')) {
    throw invalidRequest();
  }
  return directoryScopeId;
}
