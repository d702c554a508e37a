import type { World } from '../platform/types.ts';
import seeds from '../seeds/directory.json' with { type: 'json' };
import { type DirectoryRoles, directorySurface, type RoleDefinition } from './directory-surface.ts';
import { RoleManagement } from './engine.ts';
import type { Approvers, Kind } from './model.ts';
import { Policy } from './policy.ts';
import { guidOf } from './state.ts';

/** When an administrator gave everything that is there from the start. */
const SEEDED_AT = Temporal.Instant.from('2026-01-05T08:00:00Z');

interface Given {
  readonly kind: Kind;
  readonly principalId: string;
  readonly role: string;
  readonly scope: string;
}

interface Settings {
  readonly role: string;
  readonly maximumDuration: string;
  readonly enabledRules: readonly string[];
  readonly authenticationContext?: string;
  readonly approvedByGroup?: string;
  readonly approvedByPerson?: string;
}

/** The directory part of the seeded tenant: an engine, and the roles it knows. */
export function seedDirectory(world: World): { readonly pim: RoleManagement; readonly roles: DirectoryRoles } {
  const pim = new RoleManagement(world);
  const roles = directoryRoles(world, pim);
  pim.addSurface(directorySurface(world, roles));
  const names = new Map(seeds.roleDefinitions.map((role) => [role.displayName, role.id]));
  for (const row of seeds.eligibilities) {
    const unit = 'administrativeUnit' in row ? unitId(world, row.administrativeUnit ?? '') : null;
    const scope = unit === null ? '/' : `/administrativeUnits/${unit}`;
    give(pim, { kind: 'eligibility', principalId: personId(world, row.person), role: found(names, row.role), scope });
  }
  for (const row of seeds.assignments) {
    give(pim, { kind: 'assignment', principalId: groupId(world, row.group), role: found(names, row.role), scope: '/' });
  }
  for (const settings of seeds.settings as readonly Settings[]) {
    pim.addPolicy(policyOf(world, found(names, settings.role), settings));
  }
  return { pim, roles };
}

function directoryRoles(world: World, pim: RoleManagement): DirectoryRoles {
  const definitions = new Map<string, RoleDefinition>(seeds.roleDefinitions.map((role) => [role.id, role]));
  const holdsAny = (personId: string, roleIds: readonly string[]): boolean =>
    pim
      .liveSchedules(personId, 'assignment')
      .some(
        ({ subject }) => subject.surface === 'directory' && subject.scope === '/' && roleIds.includes(subject.role),
      );
  return {
    definitions,
    holdsAny,
    holders: (roleIds) => [...world.tenant.users.keys()].filter((id) => holdsAny(id, roleIds)),
  };
}

function give(pim: RoleManagement, given: Given): void {
  const { kind, principalId, role, scope } = given;
  const id = guidOf(`${kind} ${principalId} ${role} ${scope}`);
  const opaque = Buffer.from(guidOf(`instance ${id}`).replaceAll('-', '') + id.replaceAll('-', ''), 'hex');
  pim.state.addSchedule({
    id,
    instanceId: `${opaque.toString('base64url')}-1${kind === 'eligibility' ? '-e' : ''}`,
    kind,
    subject: { surface: 'directory', role, scope },
    principalId,
    assignmentType: 'Assigned',
    createdAt: SEEDED_AT,
    createdUsing: guidOf(`request ${id}`),
    activatedUsing: null,
    modifiedAt: SEEDED_AT,
    start: SEEDED_AT,
    end: null,
    expiration: { type: 'noExpiration' },
    endedAt: null,
  });
}

function policyOf(world: World, role: string, settings: Settings): Policy {
  const approvers: Approvers = {
    userIds: settings.approvedByPerson === undefined ? [] : [personId(world, settings.approvedByPerson)],
    groupIds: settings.approvedByGroup === undefined ? [] : [groupId(world, settings.approvedByGroup)],
  };
  const needsApproval = approvers.userIds.length + approvers.groupIds.length > 0;
  return new Policy(
    guidOf(`policy ${role}`),
    { surface: 'directory', role, scope: '/' },
    {
      maximumDuration: settings.maximumDuration,
      enabledRules: settings.enabledRules,
      authenticationContext: settings.authenticationContext ?? null,
      approval: needsApproval ? { approvers, isApproverJustificationRequired: true } : null,
    },
  );
}

function personId(world: World, handle: string): string {
  return idOf(world.tenant.users.values(), (user) => user.handle === handle, handle);
}

function groupId(world: World, name: string): string {
  return idOf(world.tenant.groups.values(), (group) => group.displayName === name, name);
}

function unitId(world: World, name: string): string {
  return idOf(world.tenant.administrativeUnits.values(), (unit) => unit.displayName === name, name);
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

function found(names: ReadonlyMap<string, string>, name: string): string {
  const id = names.get(name);
  if (id === undefined) {
    throw new Error(`The seeds name an unknown role ${name}`);
  }
  return id;
}
