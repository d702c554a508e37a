import type { World } from '../platform/types.ts';
import type { RoleManagement } from './engine.ts';
import type { Approvers, Kind, Schedule, Subject } from './model.ts';
import type { ActivationSettings } from './policy.ts';
import { guidOf } from './state.ts';

/** When an administrator gave everything that is there from the start. */
const SEEDED_AT = Temporal.Instant.from('2026-01-05T08:00:00Z');

/** Settings as the seeds write them. */
export interface SeedSettings {
  readonly maximumDuration: string;
  readonly enabledRules: readonly string[];
  readonly authenticationContext?: string;
  readonly approvedByGroup?: string;
  readonly approvedByPerson?: string;
}

export interface Given {
  readonly kind: Kind;
  readonly principalId: string;
  readonly subject: Subject;
}

/** Gives something for good, with the ids named; without this they come from who has what. */
export function give(pim: RoleManagement, given: Given, ids: Pick<Schedule, 'id' | 'instanceId'> = idsOf(given)): void {
  const { kind, principalId, subject } = given;
  pim.state.addSchedule({
    ...ids,
    kind,
    subject,
    principalId,
    assignmentType: 'Assigned',
    createdAt: SEEDED_AT,
    createdUsing: guidOf(`request ${ids.id}`),
    activatedUsing: null,
    modifiedAt: SEEDED_AT,
    start: SEEDED_AT,
    end: null,
    expiration: { type: 'noExpiration' },
    endedAt: null,
  });
}

/** The same GUID every time for the same gift. */
export function guidOfGift({ kind, principalId, subject }: Given): string {
  return guidOf(`${kind} ${principalId} ${subject.role} ${subject.scope}`);
}

export function settingsOf(world: World, settings: SeedSettings): ActivationSettings {
  const approvers: Approvers = {
    userIds: settings.approvedByPerson === undefined ? [] : [personId(world, settings.approvedByPerson)],
    groupIds: settings.approvedByGroup === undefined ? [] : [groupId(world, settings.approvedByGroup)],
  };
  const needsApproval = approvers.userIds.length + approvers.groupIds.length > 0;
  return {
    maximumDuration: settings.maximumDuration,
    enabledRules: settings.enabledRules,
    authenticationContext: settings.authenticationContext ?? null,
    approval: needsApproval ? { approvers, isApproverJustificationRequired: true } : null,
  };
}

export function personId(world: World, handle: string): string {
  return idOf(world.tenant.users.values(), (user) => user.handle === handle, handle);
}

export function groupId(world: World, name: string): string {
  return idOf(world.tenant.groups.values(), (group) => group.displayName === name, name);
}

export function unitId(world: World, name: string): string {
  return idOf(world.tenant.administrativeUnits.values(), (unit) => unit.displayName === name, name);
}

function idsOf(given: Given): Pick<Schedule, 'id' | 'instanceId'> {
  const id = guidOfGift(given);
  const opaque = Buffer.from(guidOf(`instance ${id}`).replaceAll('-', '') + id.replaceAll('-', ''), 'hex');
  return { id, instanceId: `${opaque.toString('base64url')}-1${given.kind === 'eligibility' ? '-e' : ''}` };
}

function idOf<T extends { readonly id: string }>(
  things: Iterable<T>,
  matches: (thing: T) => boolean,
  name: string,
): string {
  for (const thing of things) {
    if (matches(thing)) {
      return thing.id;
    }
  }
  throw new Error(`The seeded tenant has no ${name}`);
}
