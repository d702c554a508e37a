import type { World } from '../platform/types.ts';
import seeds from '../seeds/directory.json' with { type: 'json' };
import { type DirectoryRoles, directorySurface, type RoleDefinition } from './directory-surface.ts';
import { RoleManagement } from './engine.ts';
import { Policy } from './policy.ts';
import { give, groupId, personId, type SeedSettings, settingsOf, unitId } from './seeding.ts';
import { guidOf } from './state.ts';

/** The directory part of the seeded tenant: an engine, and the roles it knows. */
export function seedDirectory(world: World): { readonly pim: RoleManagement; readonly roles: DirectoryRoles } {
  const pim = new RoleManagement(world);
  const roles = directoryRoles(world, pim);
  pim.addSurface(directorySurface(world, roles));
  const names = new Map(seeds.roleDefinitions.map((role) => [role.displayName, role.id]));
  const subjectOf = (name: string, scope = '/') => ({ surface: 'directory', role: found(names, name), scope }) as const;
  for (const row of seeds.eligibilities) {
    const unit = 'administrativeUnit' in row ? unitId(world, row.administrativeUnit ?? '') : null;
    const scope = unit === null ? '/' : `/administrativeUnits/${unit}`;
    const principalId = personId(world, row.person);
    give(pim, { kind: 'eligibility', principalId, subject: subjectOf(row.role, scope) });
  }
  for (const row of seeds.assignments) {
    const principalId = row.group === undefined ? personId(world, row.person) : groupId(world, row.group);
    give(pim, { kind: 'assignment', principalId, subject: subjectOf(row.role) });
  }
  for (const settings of seeds.settings as readonly (SeedSettings & { readonly role: string })[]) {
    const subject = subjectOf(settings.role);
    pim.addPolicy(new Policy(guidOf(`policy ${subject.role}`), subject, settingsOf(world, settings)));
  }
  return { pim, roles };
}

function directoryRoles(world: World, pim: RoleManagement): DirectoryRoles {
  const definitions = new Map(seeds.roleDefinitions.map((role) => [role.id, definitionOf(role)]));
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

function definitionOf({ allowedResourceActions, ...role }: (typeof seeds.roleDefinitions)[number]): RoleDefinition {
  return { ...role, isEnabled: true, templateId: role.id, version: '1', permissions: [allowedResourceActions] };
}

function found(names: ReadonlyMap<string, string>, name: string): string {
  const id = names.get(name);
  if (id === undefined) {
    throw new Error(`The seeds name an unknown role ${name}`);
  }
  return id;
}
