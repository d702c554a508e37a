import type { Core } from './context.ts';
import type { PimRequest, Schedule } from './model.ts';
import { hasEnded } from './schedules.ts';
import { instanceId } from './state.ts';
import { isBefore, plus } from './time.ts';

/** What a granted request comes to. */
export interface Grant {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant | null;
  readonly assignmentType: Schedule['assignmentType'];
  /** Told when it counts, and when its time is over. */
  begun(schedule: Schedule, at: Temporal.Instant): void;
  over?(schedule: Schedule, at: Temporal.Instant): void;
}

const NONE = new Temporal.Duration();

/** How long this plane takes to write an assignment that was granted. */
export function provisioningTime(core: Core, request: Pick<PimRequest, 'kind' | 'subject'>): Temporal.Duration {
  return request.kind === 'eligibility' ? NONE : (core.surface(request.subject.surface).provisioning?.() ?? NONE);
}

/** The status of a request that was granted just now, before anything of it is written. */
export function grantedStatus(
  core: Core,
  request: Pick<PimRequest, 'kind' | 'subject'>,
  start: Temporal.Instant,
): PimRequest['status'] {
  if (isBefore(core.world.clock.now(), start)) {
    return core.world.settings.futureStartStatus;
  }
  return provisioningTime(core, request).blank ? 'Provisioned' : 'PendingProvisioning';
}

/** Makes the schedule of a granted request and lets it take effect: now, when it is due, or once it is provisioned. */
export function enact(core: Core, request: PimRequest, grant: Grant): void {
  const { state, world } = core;
  const now = world.clock.now();
  const { start, end } = grant;
  const surface = core.surface(request.subject.surface);
  const ids = surface.scheduleIds?.(request.subject, request.id) ?? { id: request.id, instanceId: instanceId() };
  const schedule: Schedule = {
    ...ids,
    kind: request.kind,
    subject: request.subject,
    principalId: request.principalId,
    assignmentType: grant.assignmentType,
    createdAt: now,
    createdUsing: request.id,
    activatedUsing: request.activatedUsing,
    modifiedAt: now,
    start,
    end,
    expiration: request.schedule?.expiration ?? { type: 'noExpiration' },
    endedAt: null,
    effectiveFrom: plus(start, provisioningTime(core, request)),
  };
  request.targetScheduleId = schedule.id;
  request.completedAt = start;
  request.status = grantedStatus(core, request, start);
  state.addSchedule(schedule);
  endInTime(core, schedule, grant);
  if (isBefore(now, start)) {
    state.timeline.add(start, (at) => provision(core, request, { schedule, grant, at }));
    return;
  }
  provision(core, request, { schedule, grant, at: now });
}

/** Lets a schedule end by itself when its time is over, unless its end has been moved by then. */
export function endInTime(core: Core, schedule: Schedule, grant: Pick<Grant, 'over'> = {}): void {
  const { end } = schedule;
  if (end === null) {
    return;
  }
  core.state.timeline.add(end, (at) => {
    if (schedule.endedAt !== null || schedule.end === null || !schedule.end.equals(end)) {
      return;
    }
    const surface = core.surface(schedule.subject.surface);
    if (surface.endsInTime?.(schedule) === false) {
      schedule.outlivesEnd = true;
      return;
    }
    surface.ended?.(schedule);
    grant.over?.(schedule, at);
  });
}

/** Ends a schedule before its time. */
export function endNow(core: Core, schedule: Schedule, now: Temporal.Instant): void {
  schedule.endedAt = now;
  schedule.modifiedAt = now;
  core.surface(schedule.subject.surface).ended?.(schedule);
}

interface Beginning {
  readonly schedule: Schedule;
  readonly grant: Grant;
  readonly at: Temporal.Instant;
}

function provision(core: Core, request: PimRequest, { schedule, grant, at }: Beginning): void {
  if (hasEnded(schedule, at)) {
    return;
  }
  const done = schedule.effectiveFrom ?? at;
  if (!isBefore(at, done)) {
    begin(core, request, { schedule, grant, at });
    return;
  }
  request.status = 'PendingProvisioning';
  request.completedAt = null;
  core.state.timeline.add(done, (then) => {
    request.completedAt = then;
    begin(core, request, { schedule, grant, at: then });
  });
}

function begin(core: Core, request: PimRequest, { schedule, grant, at }: Beginning): void {
  if (hasEnded(schedule, at)) {
    return;
  }
  request.status = 'Provisioned';
  if (schedule.kind === 'assignment') {
    core.surface(schedule.subject.surface).began?.(schedule);
  }
  grant.begun(schedule, at);
}
