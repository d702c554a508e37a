import { type Plan, planEnd } from './activation.ts';
import { adminEventName, record, window } from './audit.ts';
import { type Core, doesNotExist, exists, findUnended, ownSchedules } from './context.ts';
import type { Ask, PimRequest, Schedule } from './model.ts';
import { enact, endInTime, grantedStatus } from './provisioning.ts';
import { invalidRequest, Refusal } from './refusal.ts';
import { failedRules, policyFailure } from './rules.ts';
import { effectiveStart, endOf, hasEnded } from './schedules.ts';
import { sameSubject } from './surface.ts';

/** An administrator acts for others: a person with the right directory role, or an app with the permission alone. */
export function mayAdminister(core: Core, ask: Pick<Ask, 'by' | 'subject'>): boolean {
  const surface = core.surface(ask.subject.surface);
  const { principalId, appId } = ask.by;
  return principalId === null
    ? (surface.mayAppAdminister?.(appId, ask.subject) ?? true)
    : surface.mayAdminister(principalId, ask.subject);
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
    throw exists(core, ask);
  }
  core.surface(ask.subject.surface).checkAssignee?.(ask.principalId, ask.subject);
  checkRules(core, ask);
  const start = effectiveStart(ask.schedule, core.world.clock.now());
  return { status: grantedStatus(core, ask, start), carryOut: (request) => assign(core, request, start) };
}

function assign(core: Core, request: PimRequest, start: Temporal.Instant): void {
  const expiration = request.schedule?.expiration ?? { type: 'noExpiration' };
  request.schedule = { start, expiration };
  const asked = { at: request.createdAt, name: adminEventName(request, 'requested'), type: 'AssignRole' } as const;
  record(core.state, request, asked);
  enact(core, request, {
    start,
    end: endOf(start, expiration),
    assignmentType: 'Assigned',
    begun: (schedule, at) => {
      const name = adminEventName(request, 'completed');
      record(core.state, request, { at, name, type: 'AssignRole' }, window(schedule));
    },
  });
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
      // What is held outside PIM has no schedule that could end.
      if (isStanding(core, schedule)) {
        core.surface(schedule.subject.surface).removeStanding?.(schedule);
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
      'The sandbox does not change what is held outside PIM, it only removes it.',
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
      schedule.outlivesEnd = false;
      endInTime(core, schedule);
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
