import type { World } from '../platform/types.ts';
import { groupsOf } from './membership.ts';
import type { Ask, Kind, Schedule, Subject, SurfaceName } from './model.ts';
import type { Policy } from './policy.ts';
import { Refusal } from './refusal.ts';
import { hasEnded, isLive } from './schedules.ts';
import type { PimState } from './state.ts';
import { type Surface, sameSubject } from './surface.ts';

/** What the steps of the engine share. */
export interface Core {
  readonly world: World;
  readonly state: PimState;
  surface(name: SurfaceName): Surface;
  surfaces(): readonly Surface[];
  policy(subject: Subject): Policy;
}

/** Schedules of a person's or group's own, with what is held outside PIM. */
export function ownSchedules(core: Core, principalId: string, kind: Kind): readonly Schedule[] {
  const own = core.state.schedulesOf(principalId).filter((schedule) => schedule.kind === kind);
  return kind === 'assignment' ? [...own, ...core.surfaces().flatMap((one) => one.standing?.(principalId) ?? [])] : own;
}

/** As `ownSchedules`, with what reaches the person through groups. */
export function reachingSchedules(core: Core, principalId: string, kind: Kind): readonly Schedule[] {
  const groups = [...groupsOf(core.world.tenant, principalId)];
  return [principalId, ...groups].flatMap((id) => ownSchedules(core, id, kind));
}

/** The one that has not ended, live or to come; live ones first. */
export function findUnended(core: Core, ask: Ask, kind: Kind): Schedule | undefined {
  const now = core.world.clock.now();
  const all = ownSchedules(core, ask.principalId, kind).filter(
    (schedule) => sameSubject(schedule.subject, ask.subject) && !hasEnded(schedule, now),
  );
  return all.find((schedule) => isLive(schedule, now)) ?? all[0];
}

/** The eligible assignment that allows this activation, own ones before those of groups. */
export function findEligible(core: Core, ask: Ask): Schedule | undefined {
  const now = core.world.clock.now();
  const surface = core.surface(ask.subject.surface);
  return reachingSchedules(core, ask.principalId, 'eligibility').find(
    (schedule) =>
      isLive(schedule, now) &&
      surface.covers(schedule.subject, ask.subject) &&
      (ask.eligibleScheduleId === undefined || ask.eligibleScheduleId === schedule.id),
  );
}

export function doesNotExist(core: Core, ask: Ask): Refusal {
  const surface = core.surface(ask.subject.surface);
  const { missingStatus } = surface;
  const other = surface.missing?.(ask) ?? null;
  if (other !== null) {
    return other;
  }
  return new Refusal('RoleAssignmentDoesNotExist', 'The Role assignment does not exist.', missingStatus);
}

export function exists(core: Core, ask: Ask): Refusal {
  const own = core.surface(ask.subject.surface).exists?.(ask);
  return own ?? new Refusal('RoleAssignmentExists', 'The Role assignment already exists.');
}
