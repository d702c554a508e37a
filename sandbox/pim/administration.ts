import { type Plan, planEnd } from './activation.ts';
import { adminEventName, record, window } from './audit.ts';
import { type Core, doesNotExist, exists, findUnended, ownSchedules } from './context.ts';
import type { Ask, PimRequest, Schedule } from './model.ts';
import { invalidRequest, Refusal } from './refusal.ts';
import { failedRules, policyFailure } from './rules.ts';
import { effectiveStart, endOf, hasEnded } from './schedules.ts';
import { instanceId } from './state.ts';
import { sameSubject } from './surface.ts';
import { isBefore } from './time.ts';

/** An administrator acts for others: a person with the right directory role, or an app with the permission alone. */
export function mayAdminister(core: Core, ask: Ask): boolean {
  const { principalId } = ask.by;
  return principalId === null || core.surface(ask.subject.surface).mayAdminister(principalId, ask.subject);
}

/** adminAssign, adminUpdate, adminRemove, adminExtend, adminRenew. */
export function planAdministration(core: Core, ask: Ask): Plan {
  switch (ask.action) {
    case 'adminAssign':
      return planAssignment(core, ask);
    case 'adminRenew':
      if (findExpired(core, ask) === undefined) {
        throw doesNotExist(core, ask);
      }
      return planAssignment(core, ask);
    case 'adminRemove':
      return planRemoval(core, ask);
    case 'adminUpdate':
    case 'adminExtend':
      return planUpdate(core, ask);
    default:
      throw invalidRequest();
  }
}

/** selfExtend and selfRenew: an administrator decides in the portal; there is no API for that (pim-api §7.1). */
export function planExtension(core: Core, ask: Ask): Plan {
  const target = ask.action === 'selfExtend' ? findUnended(core, ask, ask.kind) : findExpired(core, ask);
  if (target === undefined || target.assignmentType !== 'Assigned' || target.end === null) {
    throw doesNotExist(core, ask);
  }
  checkRules(core, ask);
  return {
    status: 'PendingAdminDecision',
    carryOut: (request) => {
      request.targetScheduleId = target.id;
      const event = { at: request.createdAt, name: adminEventName(request, 'requested'), type: 'UpdateRole' } as const;
      record(core.state, request, event);
    },
  };
}

function planAssignment(core: Core, ask: Ask): Plan {
  if (findUnended(core, ask, ask.kind) !== undefined) {
    throw exists();
  }
  const group = core.world.tenant.groups.get(ask.principalId);
  if (group?.isAssignableToRole === false) {
    throw new Refusal('Request_BadRequest', 'The group is not assignable to a role.');
  }
  checkRules(core, ask);
  const now = core.world.clock.now();
  const start = effectiveStart(ask.schedule, now);
  const status = isBefore(now, start) ? core.world.settings.futureStartStatus : 'Provisioned';
  return { status, carryOut: (request) => assign(core, request, start) };
}

function assign(core: Core, request: PimRequest, start: Temporal.Instant): void {
  const { state } = core;
  const now = request.createdAt;
  const expiration = request.schedule?.expiration ?? { type: 'noExpiration' };
  request.schedule = { start, expiration };
  request.targetScheduleId = request.id;
  request.completedAt = start;
  const schedule: Schedule = {
    id: request.id,
    instanceId: instanceId(),
    kind: request.kind,
    subject: request.subject,
    principalId: request.principalId,
    assignmentType: 'Assigned',
    createdAt: now,
    createdUsing: request.id,
    activatedUsing: null,
    modifiedAt: now,
    start,
    end: endOf(start, expiration),
    expiration,
    endedAt: null,
  };
  state.addSchedule(schedule);
  record(state, request, { at: now, name: adminEventName(request, 'requested'), type: 'AssignRole' });
  const complete = (at: Temporal.Instant): void => {
    if (schedule.endedAt !== null) {
      return;
    }
    request.status = 'Provisioned';
    const name = adminEventName(request, 'completed');
    record(state, request, { at, name, type: 'AssignRole' }, window(schedule));
  };
  if (isBefore(now, start)) {
    state.timeline.add(start, complete);
    return;
  }
  complete(now);
}

function planRemoval(core: Core, ask: Ask): Plan {
  const schedule = findUnended(core, ask, ask.kind);
  if (schedule === undefined) {
    throw doesNotExist(core, ask);
  }
  const plan = planEnd(core, ask, schedule);
  return {
    ...plan,
    carryOut: (request) => {
      plan.carryOut(request);
      // A role held outside PIM has no schedule that could end.
      if (isStanding(core, schedule)) {
        core.world.tenant.directoryRoles.get(schedule.principalId)?.delete(schedule.subject.role);
      }
      for (const stage of ['requested', 'completed'] as const) {
        const event = { at: request.createdAt, name: adminEventName(request, stage), type: 'RemoveRole' } as const;
        record(core.state, request, event, window(schedule));
      }
    },
  };
}

function planUpdate(core: Core, ask: Ask): Plan {
  const schedule = findUnended(core, ask, ask.kind);
  if (schedule === undefined || schedule.assignmentType !== 'Assigned') {
    throw doesNotExist(core, ask);
  }
  if (isStanding(core, schedule)) {
    throw new Refusal(
      'NotImplemented',
      'The sandbox does not change roles held outside PIM, it only removes them.',
      501,
    );
  }
  checkRules(core, ask);
  return {
    status: 'Provisioned',
    carryOut: (request) => {
      const now = request.createdAt;
      const expiration = ask.schedule?.expiration ?? schedule.expiration;
      schedule.expiration = expiration;
      schedule.end = endOf(effectiveStart(ask.schedule, now), expiration);
      schedule.modifiedAt = now;
      request.targetScheduleId = schedule.id;
      request.completedAt = now;
      for (const stage of ['requested', 'completed'] as const) {
        const event = { at: now, name: adminEventName(request, stage), type: 'UpdateRole' } as const;
        record(core.state, request, event, window(schedule));
      }
    },
  };
}

function isStanding(core: Core, schedule: Schedule): boolean {
  return !core.state.schedules.has(schedule.id);
}

function checkRules(core: Core, ask: Ask): void {
  const policy = core.policy(ask.subject);
  const rules =
    ask.kind === 'eligibility'
      ? {
          expiration: policy.expiration('Expiration_Admin_Eligibility'),
          enabled: policy.enabled('Enablement_Admin_Eligibility'),
        }
      : {
          expiration: policy.expiration('Expiration_Admin_Assignment'),
          enabled: policy.enabled('Enablement_Admin_Assignment'),
        };
  const failed = failedRules(ask, rules, effectiveStart(ask.schedule, core.world.clock.now()));
  if (failed.length > 0) {
    throw policyFailure(failed, core.world.settings.policyFailureFormat);
  }
}

/** An assigned schedule that ran out; one that was removed cannot be renewed. */
function findExpired(core: Core, ask: Ask): Schedule | undefined {
  const now = core.world.clock.now();
  if (findUnended(core, ask, ask.kind) !== undefined) {
    return undefined;
  }
  return ownSchedules(core, ask.principalId, ask.kind).find(
    (schedule) =>
      sameSubject(schedule.subject, ask.subject) &&
      schedule.assignmentType === 'Assigned' &&
      schedule.endedAt === null &&
      hasEnded(schedule, now),
  );
}
