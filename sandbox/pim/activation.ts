import { randomUUID } from 'node:crypto';
import { record, window } from './audit.ts';
import { type Core, doesNotExist, exists, findEligible, findUnended } from './context.ts';
import type { Ask, PimRequest, Schedule } from './model.ts';
import type { ApprovalRule } from './policy.ts';
import { enact, endNow, grantedStatus } from './provisioning.ts';
import { Refusal } from './refusal.ts';
import { claimsChallenge, failedRules, meetsContext, policyFailure } from './rules.ts';
import { effectiveStart, endOf, isLive } from './schedules.ts';
import { isBefore, plus } from './time.ts';

/** What a request would come to: decided before anything is stored, carried out afterwards. */
export interface Plan {
  readonly status: PimRequest['status'];
  carryOut(request: PimRequest): void;
}

const APPROVAL_LIFE = Temporal.Duration.from({ hours: 24 });
const FLOOR = Temporal.Duration.from({ minutes: 5 });

/** selfActivate: steps 8 to 13 of pim-api §17.2, in that order. */
export function planActivation(core: Core, ask: Ask): Plan {
  const held = findUnended(core, ask, 'assignment');
  if (held !== undefined) {
    return planRepeat(core, ask, held);
  }
  const format = core.world.settings.policyFailureFormat;
  const eligible = findEligible(core, ask);
  if (eligible === undefined) {
    throw policyFailure(['EligibilityRule'], format);
  }
  const policy = core.policy(ask.subject);
  const claimValue = policy.authenticationContext;
  if (claimValue !== null && !meetsContext(ask, claimValue)) {
    throw claimsChallenge(claimValue);
  }
  const now = core.world.clock.now();
  const start = effectiveStart(ask.schedule, now);
  const rules = {
    expiration: policy.expiration('Expiration_EndUser_Assignment'),
    enabled: policy.enabled('Enablement_EndUser_Assignment'),
  };
  const failed = failedRules(ask, rules, start);
  if (failed.length > 0) {
    throw policyFailure(failed, format);
  }
  const { approval } = policy;
  return {
    status: approval === null ? grantedStatus(core, ask, start) : 'PendingApproval',
    carryOut: (request) => {
      request.activatedUsing = eligible.id;
      request.targetScheduleId = scheduleIdOf(core, request);
      record(core.state, request, {
        at: now,
        name: 'Add member to role requested (PIM activation)',
        type: 'ActivateRole',
      });
      if (approval === null) {
        activate(core, request, now);
        return;
      }
      awaitApproval(core, request, approval);
    },
  };
}

/** Makes the schedule of a granted activation; it counts from now or from the later start that was asked for. */
export function activate(core: Core, request: PimRequest, now: Temporal.Instant): void {
  const start = effectiveStart(request.schedule, now);
  const expiration = request.schedule?.expiration ?? { type: 'notSpecified' };
  const end = endOf(start, expiration);
  if (end === null || !isBefore(start, end)) {
    request.status = 'Failed';
    request.completedAt = now;
    return;
  }
  request.schedule = { start, expiration };
  enact(core, request, {
    start,
    end,
    assignmentType: 'Activated',
    begun: (schedule, at) => {
      const event = { at, name: 'Add member to role completed (PIM activation)', type: 'ActivateRole' } as const;
      record(core.state, request, event, window(schedule));
    },
    over: (schedule, at) => {
      const event = { at, name: 'Remove member from role (PIM activation expired)', type: 'DeactivateRole' } as const;
      record(core.state, request, event, { initiatorId: null, ...window(schedule) });
    },
  });
}

/** A second activation: there is one, or, while the first is being written, one that fails and may harm it (§19.23). */
function planRepeat(core: Core, ask: Ask, held: Schedule): Plan {
  const now = core.world.clock.now();
  const { repeatedActivation } = core.surface(ask.subject.surface);
  const isBeingWritten = held.effectiveFrom !== undefined && isBefore(now, held.effectiveFrom);
  const hasBegun = held.start !== null && !isBefore(now, held.start);
  if (repeatedActivation === undefined || ask.isValidationOnly || !isBeingWritten || !hasBegun) {
    throw exists(core, ask);
  }
  return {
    status: 'Failed',
    carryOut: (request) => {
      request.completedAt = now;
      request.targetScheduleId = scheduleIdOf(core, request);
      const event = { at: now, name: 'Add member to role requested (PIM activation)', type: 'ActivateRole' } as const;
      record(core.state, request, event, { result: 'failure' });
      const wait = repeatedActivation.damageAfter();
      if (wait !== null) {
        core.state.timeline.add(plus(now, wait), (at) => {
          if (held.endedAt === null) {
            endNow(core, held, at);
          }
        });
      }
    },
  };
}

function scheduleIdOf(core: Core, request: PimRequest): string {
  return core.surface(request.subject.surface).scheduleIds?.(request.subject, request.id).id ?? request.id;
}

/** selfDeactivate, also the removal of somebody's activation by an administrator. */
export function planEnd(core: Core, ask: Ask, schedule: Schedule): Plan {
  const now = core.world.clock.now();
  const isOther = ask.targetScheduleId !== null && ask.targetScheduleId !== schedule.id;
  if (isOther || !isLive(schedule, now)) {
    throw doesNotExist(core, ask);
  }
  if (schedule.start !== null) {
    refuseTooEarly(schedule.start, now);
  }
  core.surface(schedule.subject.surface).checkEnd?.(schedule);
  return {
    status: 'Revoked',
    carryOut: (request) => {
      endNow(core, schedule, now);
      request.targetScheduleId = schedule.id;
      request.completedAt = now;
    },
  };
}

export function planDeactivation(core: Core, ask: Ask): Plan {
  const schedule = findUnended(core, ask, 'assignment');
  if (schedule === undefined || schedule.assignmentType !== 'Activated') {
    throw doesNotExist(core, ask);
  }
  const plan = planEnd(core, ask, schedule);
  return {
    ...plan,
    carryOut: (request) => {
      plan.carryOut(request);
      const at = core.world.clock.now();
      const facts = window(schedule);
      for (const stage of ['requested', 'completed']) {
        const name = `Remove member from role ${stage} (PIM deactivate)`;
        record(core.state, request, { at, name, type: 'DeactivateRole' }, facts);
      }
    },
  };
}

function refuseTooEarly(start: Temporal.Instant, now: Temporal.Instant): void {
  if (isBefore(now, plus(start, FLOOR))) {
    throw new Refusal('ActiveDurationTooShort', 'The Active duration is too short. Miniumum Required is 5 minutes.');
  }
}

function awaitApproval(core: Core, request: PimRequest, rule: ApprovalRule): void {
  const named = rule.approvers.userIds.length + rule.approvers.groupIds.length > 0;
  const fallback = core.surface(request.subject.surface).defaultApproverIds();
  request.approvalId = request.id;
  core.state.approvals.set(request.id, {
    id: request.id,
    stepId: randomUUID(),
    approvers: named ? rule.approvers : { userIds: fallback, groupIds: [] },
    isJustificationRequired: rule.isApproverJustificationRequired,
    result: 'NotReviewed',
    status: 'InProgress',
    justification: '',
    reviewedBy: null,
    reviewedAt: null,
  });
  const name = 'Add member to role approval requested (PIM activation)';
  record(core.state, request, { at: request.createdAt, name, type: 'ActivateRole' });
  core.state.timeline.add(plus(request.createdAt, APPROVAL_LIFE), (at) => expire(core, request, at));
}

function expire(core: Core, request: PimRequest, at: Temporal.Instant): void {
  const approval = core.state.approvals.get(request.id);
  if (request.status !== 'PendingApproval' || approval === undefined) {
    return;
  }
  request.status = 'TimedOut';
  request.completedAt = at;
  approval.status = 'Expired';
  const event = { at, name: 'PIM activation request expired', type: 'ActivateRole' } as const;
  record(core.state, request, event, { result: 'timeout', initiatorId: null });
}
