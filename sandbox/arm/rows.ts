import type { Expiration, Kind, PimRequest, Schedule, ScheduleInfo, Subject } from '../pim/model.ts';
import { servicePrincipalId } from './rights.ts';
import { roleIdAt } from './roles.ts';
import { prefixOf, type Scope } from './scope-tree.ts';
import type { Arm } from './tools.ts';

export type Json = Readonly<Record<string, unknown>>;

export const COLLECTIONS = {
  assignment: {
    requests: 'roleAssignmentScheduleRequests',
    schedules: 'roleAssignmentSchedules',
    instances: 'roleAssignmentScheduleInstances',
  },
  eligibility: {
    requests: 'roleEligibilityScheduleRequests',
    schedules: 'roleEligibilitySchedules',
    instances: 'roleEligibilityScheduleInstances',
  },
} as const;

const ACTIVE = 'RoleAssignmentSchedule';
const ELIGIBLE = 'RoleEligibilitySchedule';

/** Whose list a row is in: group rows and rows from above are marked in it. */
export interface View {
  readonly scope: Scope;
  /** The caller of `asTarget()`. */
  readonly viewerId: string | null;
}

export function requestRow(arm: Arm, request: PimRequest): Json {
  const { kind, schedule, subject } = request;
  const target = kind === 'assignment' ? ACTIVE : ELIGIBLE;
  const { principalId, appId } = request.createdBy;
  const isEnd = request.action === 'selfDeactivate' || request.action === 'adminRemove';
  return resource(arm, subject, COLLECTIONS[kind].requests, request.id, {
    [`target${target}Id`]: request.targetScheduleId,
    [`target${target}InstanceId`]: null,
    ...(kind === 'assignment' && {
      linkedRoleEligibilityScheduleId: scheduleIdOf(arm, 'eligibility', request.activatedUsing),
    }),
    ...common(arm, subject, request.principalId),
    requestType: `${request.action.charAt(0).toUpperCase()}${request.action.slice(1)}`,
    status: request.status,
    approvalId:
      request.approvalId === null
        ? null
        : `/providers/Microsoft.Authorization/roleAssignmentApprovals/${request.approvalId}`,
    scheduleInfo: isEnd || schedule === null ? null : scheduleInfo(shownSchedule(request, schedule)),
    ticketInfo: { ticketNumber: request.ticket.number, ticketSystem: request.ticket.system },
    justification: request.justification,
    requestorId: principalId ?? servicePrincipalId(appId),
    createdOn: request.createdAt.toString(),
  });
}

export function scheduleRow(arm: Arm, schedule: Schedule, view: View): Json {
  const { kind, subject } = schedule;
  const hasBegun = schedule.start === null || isPast(arm, schedule.start);
  return resource(arm, subject, COLLECTIONS[kind].schedules, schedule.id, {
    [kind === 'assignment' ? 'roleAssignmentScheduleRequestId' : 'roleEligibilityScheduleRequestId']: idAt(
      arm,
      subject,
      {
        collection: COLLECTIONS[kind].requests,
        name: schedule.createdUsing,
      },
    ),
    ...(kind === 'assignment' && {
      assignmentType: schedule.assignmentType,
      linkedRoleEligibilityScheduleId: scheduleIdOf(arm, 'eligibility', schedule.activatedUsing),
    }),
    ...held(arm, schedule, view),
    status: hasBegun ? 'Provisioned' : arm.world.settings.futureStartStatus,
    updatedOn: schedule.modifiedAt.toString(),
  });
}

export function instanceRow(arm: Arm, schedule: Schedule, view: View): Json {
  const { kind, subject } = schedule;
  const activatedUsing = arm.pim.state.schedules.get(schedule.activatedUsing ?? '');
  const own = idAt(arm, subject, { collection: COLLECTIONS[kind].schedules, name: schedule.id });
  return resource(arm, subject, COLLECTIONS[kind].instances, schedule.instanceId, {
    ...(kind === 'eligibility'
      ? { roleEligibilityScheduleId: own }
      : {
          roleAssignmentScheduleId: own,
          originRoleAssignmentId: idAt(arm, subject, {
            collection: 'roleAssignments',
            name: roleAssignmentName(schedule),
          }),
          assignmentType: schedule.assignmentType,
          linkedRoleEligibilityScheduleId: scheduleIdOf(arm, 'eligibility', schedule.activatedUsing),
          linkedRoleEligibilityScheduleInstanceId:
            activatedUsing === undefined
              ? null
              : idAt(arm, activatedUsing.subject, {
                  collection: COLLECTIONS.eligibility.instances,
                  name: activatedUsing.instanceId,
                }),
        }),
    ...held(arm, schedule, view),
    status: 'Provisioned',
  });
}

/** The assignment of Azure RBAC behind an active assignment of PIM has a name of its own, which is the instance's. */
export function roleAssignmentName(schedule: Schedule): string {
  return schedule.instanceId;
}

export function expandedScope(scope: Scope): Json {
  const { id, displayName, kind, resourceType } = scope;
  return { id, displayName, type: kind === 'resource' ? resourceType : kind };
}

export function expandedRole(arm: Arm, subject: Subject): Json {
  const role = arm.roles.get(subject.role);
  return {
    id: roleIdAt(arm.tree, scopeOf(arm, subject), subject.role),
    displayName: role?.roleName ?? null,
    type: role?.isBuiltIn === false ? 'CustomRole' : 'BuiltInRole',
  };
}

export function principalType(arm: Arm, principalId: string): 'User' | 'Group' | 'ServicePrincipal' {
  if (arm.world.tenant.users.has(principalId)) {
    return 'User';
  }
  return arm.world.tenant.groups.has(principalId) ? 'Group' : 'ServicePrincipal';
}

export function scopeOf(arm: Arm, { scope }: Pick<Subject, 'scope'>): Scope {
  return arm.tree.resolve(scope);
}

function held(arm: Arm, schedule: Schedule, view: View): Json {
  return {
    ...common(arm, schedule.subject, schedule.principalId),
    startDateTime: (schedule.start ?? schedule.createdAt).toString(),
    ...(schedule.end !== null && { endDateTime: schedule.end.toString() }),
    memberType: memberType(arm, schedule, view),
    createdOn: schedule.createdAt.toString(),
  };
}

function memberType(arm: Arm, schedule: Schedule, { scope, viewerId }: View): 'Direct' | 'Group' | 'Inherited' {
  if (viewerId !== null && viewerId !== schedule.principalId) {
    return 'Group';
  }
  const isFromAbove =
    !arm.tree.isSame(scope.id, schedule.subject.scope) && arm.tree.covers(schedule.subject.scope, scope.id);
  return isFromAbove ? 'Inherited' : 'Direct';
}

function common(arm: Arm, subject: Subject, principalId: string): Json {
  const scope = scopeOf(arm, subject);
  return {
    scope: scope.id,
    roleDefinitionId: roleIdAt(arm.tree, scope, subject.role),
    principalId,
    principalType: principalType(arm, principalId),
    condition: null,
    conditionVersion: null,
    expandedProperties: {
      scope: expandedScope(scope),
      roleDefinition: expandedRole(arm, subject),
      principal: expandedPrincipal(arm, principalId),
    },
  };
}

function expandedPrincipal(arm: Arm, id: string): Json {
  const { apps, groups, users } = arm.world.tenant;
  const user = users.get(id);
  const app = Object.values(apps).find((one) => servicePrincipalId(one.clientId) === id);
  return {
    id,
    displayName: user?.displayName ?? groups.get(id)?.displayName ?? app?.displayName ?? null,
    email: user?.mail ?? null,
    type: principalType(arm, id),
  };
}

function resource(arm: Arm, subject: Subject, ...[collection, name, properties]: [string, string, Json]): Json {
  return {
    properties,
    name,
    id: idAt(arm, subject, { collection, name }),
    type: `Microsoft.Authorization/${collection}`,
  };
}

function idAt(arm: Arm, subject: Subject, part: { readonly collection: string; readonly name: string }): string {
  return `${prefixOf(scopeOf(arm, subject))}/providers/Microsoft.Authorization/${part.collection}/${part.name}`;
}

function scheduleIdOf(arm: Arm, kind: Kind, id: string | null): string | null {
  const schedule = arm.pim.state.schedules.get(id ?? '');
  return schedule === undefined
    ? null
    : idAt(arm, schedule.subject, { collection: COLLECTIONS[kind].schedules, name: schedule.id });
}

/** While a request waits for an approver its start is open, unless it lies ahead. */
function shownSchedule(request: PimRequest, schedule: ScheduleInfo): ScheduleInfo {
  const isOpen = request.approvalId !== null && request.completedAt === null;
  const { start } = schedule;
  const isAhead = start !== null && Temporal.Instant.compare(start, request.createdAt) > 0;
  return isOpen && !isAhead ? { ...schedule, start: null } : schedule;
}

function scheduleInfo({ start, expiration }: ScheduleInfo): Json {
  return {
    startDateTime: start?.toString() ?? null,
    expiration: {
      type: expirationType(expiration),
      endDateTime: expiration.type === 'afterDateTime' ? expiration.end.toString() : null,
      duration: expiration.type === 'afterDuration' ? expiration.duration.toString() : null,
    },
  };
}

function expirationType({ type }: Expiration): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function isPast(arm: Arm, instant: Temporal.Instant): boolean {
  return Temporal.Instant.compare(instant, arm.world.clock.now()) <= 0;
}
