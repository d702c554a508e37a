import type {
  PrivilegedAccessGroupAssignmentSchedule,
  PrivilegedAccessGroupAssignmentScheduleInstance,
  PrivilegedAccessGroupAssignmentScheduleRequest,
  PrivilegedAccessGroupEligibilitySchedule,
  PrivilegedAccessGroupEligibilityScheduleInstance,
  PrivilegedAccessGroupRelationships,
} from '@microsoft/microsoft-graph-types';
import { ACCESS } from '../pim/group-surface.ts';
import type { PimRequest, Schedule, Subject } from '../pim/model.ts';
import { invalidRequest } from '../pim/refusal.ts';
import { guidOf } from '../pim/state.ts';
import type { AccessToken } from '../platform/types.ts';
import { GROUP_PERMISSIONS, holdsRole, READERS, requestDenied } from './access.ts';
import { type Body, guid } from './body.ts';
import type { Filterable, Json } from './filter.ts';
import type { Row } from './list.ts';
import { objectRow } from './objects.ts';
import type { Plane } from './plane.ts';
import { badRequest } from './problem.ts';
import type { Call } from './route.ts';
import { instanceParts, requestParts, scheduleParts } from './row-parts.ts';
import type { Graph } from './tools.ts';

const COMMON: Filterable = {
  id: ['eq', 'ne'],
  accessId: ['eq', 'ne'],
  groupId: ['eq', 'ne'],
  principalId: ['eq', 'ne'],
};
const HELD: Filterable = { ...COMMON, memberType: ['eq', 'ne'] };
const ASSIGNED: Filterable = { ...HELD, assignmentType: ['eq', 'ne'] };
const REQUESTED: Filterable = {
  ...COMMON,
  status: ['eq', 'ne'],
  targetScheduleId: ['eq', 'ne'],
  createdBy: ['eq', 'ne'],
};

/** PIM for Groups (pim-api §3). */
export const groupPlane: Plane = {
  surface: 'group',
  base: 'identityGovernance/privilegedAccess/group',
  collections: {
    eligibility: {
      schedules: {
        name: 'eligibilitySchedules',
        type: 'privilegedAccessGroupEligibilitySchedule',
        filterable: HELD,
      },
      instances: {
        name: 'eligibilityScheduleInstances',
        type: 'privilegedAccessGroupEligibilityScheduleInstance',
        filterable: { ...HELD, eligibilityScheduleId: ['eq', 'ne'] },
      },
    },
    assignment: {
      schedules: {
        name: 'assignmentSchedules',
        type: 'privilegedAccessGroupAssignmentSchedule',
        filterable: ASSIGNED,
      },
      instances: {
        name: 'assignmentScheduleInstances',
        type: 'privilegedAccessGroupAssignmentScheduleInstance',
        filterable: { ...ASSIGNED, assignmentScheduleId: ['eq', 'ne'] },
      },
    },
  },
  requests: {
    eligibility: { name: 'eligibilityScheduleRequests', filterable: REQUESTED, options: ['principal'] },
    assignment: {
      name: 'assignmentScheduleRequests',
      filterable: REQUESTED,
      options: ['principal', 'createdBy', 'approver'],
    },
  },
  permissions: GROUP_PERMISSIONS,
  approvals: {
    name: 'assignmentApprovals',
    // The type says stages, the documentation's page and beta say steps (pim-api §7.4).
    paths: [
      { version: 'v1.0', segments: ['stages', 'steps'], property: 'stages' },
      { version: 'beta', segments: ['stages', 'steps'], property: 'steps' },
    ],
    options: ['approver', 'createdBy', 'target'],
    isListed: true,
  },
  policies: {
    scopeType: 'Group',
    list: (graph, scopeId) =>
      [...graph.world.tenant.groups.keys()]
        .filter((scope) => scopeId === null || scope === scopeId.toLowerCase())
        .flatMap((scope) => ACCESS.map((role) => graph.pim.policy({ surface: 'group', role, scope }))),
    prefix: (_graph, { subject }) => `Group_${subject.scope}`,
    // Onboarding gives a group other ids.
    guid: (graph, { guid: after, subject }) =>
      graph.groups.isOnboarded(subject.scope) ? after : guidOf(`before onboarding ${after}`),
    isAppAllowed: true,
    mayChange: mayManage,
  },
  properties: ['accessId', 'groupId'],
  parseSubject: (body) => ({ surface: 'group', role: accessOf(body), scope: guid(body.groupId) }),
  checkList,
  maySeeOthers: (graph, caller, subject) => holdsRole(graph, caller, READERS) || mayManage(graph, caller, subject),
  requestJson: (request: PimRequest): Json =>
    ({ ...requestParts(request), ...place(request.subject) }) satisfies PrivilegedAccessGroupAssignmentScheduleRequest,
  scheduleJson,
  instanceJson,
  links: (graph, subject, principalId): Row['links'] => ({
    group: () => (graph.tools.faults.has('group-expand-null') ? null : objectRow(graph, subject.scope)),
    principal: () => objectRow(graph, principalId),
  }),
};

/** Plain lists need a filter that names a group or a principal, and a caller who may see what it names. */
function checkList(graph: Graph, { caller, exchange }: Call): void {
  const filter = exchange.query.get('$filter') ?? '';
  const groupId = /\bgroupId eq '([^']*)'/.exec(filter)?.[1];
  const principalId = /\bprincipalId eq '([^']*)'/.exec(filter)?.[1];
  if (groupId === undefined && principalId === undefined) {
    throw badRequest('The $filter must name groupId or principalId.');
  }
  const isOwn = caller.principalId !== null && principalId?.toLowerCase() === caller.principalId;
  const subject: Subject = { surface: 'group', role: 'member', scope: groupId?.toLowerCase() ?? '' };
  if (!isOwn && !groupPlane.maySeeOthers(graph, caller, subject)) {
    throw requestDenied();
  }
}

function mayManage(graph: Graph, caller: AccessToken, subject: Subject): boolean {
  return caller.principalId === null
    ? graph.groups.mayAppAdminister(caller.appId, subject)
    : graph.groups.mayAdminister(caller.principalId, subject);
}

function scheduleJson(schedule: Schedule, principalId: string): Json {
  const common = {
    ...scheduleParts(schedule, principalId),
    ...place(schedule.subject),
    memberType: memberType(schedule, principalId),
  } satisfies PrivilegedAccessGroupEligibilitySchedule;
  if (schedule.kind === 'eligibility') {
    return common;
  }
  return { ...common, assignmentType: assignmentType(schedule) } satisfies PrivilegedAccessGroupAssignmentSchedule;
}

function instanceJson(schedule: Schedule, principalId: string): Json {
  const common = {
    ...instanceParts(schedule, principalId),
    ...place(schedule.subject),
    memberType: memberType(schedule, principalId),
  };
  if (schedule.kind === 'eligibility') {
    return {
      ...common,
      eligibilityScheduleId: schedule.id,
    } satisfies PrivilegedAccessGroupEligibilityScheduleInstance;
  }
  return {
    ...common,
    assignmentType: assignmentType(schedule),
    assignmentScheduleId: schedule.id,
  } satisfies PrivilegedAccessGroupAssignmentScheduleInstance;
}

function place(subject: Subject): { accessId: PrivilegedAccessGroupRelationships; groupId: string } {
  return { accessId: subject.role === 'owner' ? 'owner' : 'member', groupId: subject.scope };
}

function accessOf({ accessId }: Body): string {
  const access = ACCESS.find((one) => one === String(accessId).toLowerCase());
  if (access === undefined) {
    throw invalidRequest();
  }
  return access;
}

/** Enumerations here, and so in small letters, where roles have plain strings (pim-api §1.3). */
function assignmentType(schedule: Schedule): 'activated' | 'assigned' {
  return schedule.assignmentType === 'Activated' ? 'activated' : 'assigned';
}

function memberType(schedule: Schedule, principalId: string): 'direct' | 'group' {
  return schedule.principalId === principalId ? 'direct' : 'group';
}
