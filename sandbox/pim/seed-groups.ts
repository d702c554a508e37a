import type { World } from '../platform/types.ts';
import seeds from '../seeds/groups.json' with { type: 'json' };
import type { DirectoryRoles } from './directory-surface.ts';
import type { RoleManagement } from './engine.ts';
import { GroupSurface, groupPolicy } from './group-surface.ts';
import type { Subject } from './model.ts';
import { Policy } from './policy.ts';
import { type Given, give, groupId, guidOfGift, personId, type SeedSettings, settingsOf } from './seeding.ts';
import { guidOf } from './state.ts';

type GroupSettings = SeedSettings & { readonly group: string; readonly access: string };

/** Adds PIM for Groups to an engine: who is eligible for which group, and its settings. */
export function seedGroups(world: World, pim: RoleManagement, roles: DirectoryRoles): GroupSurface {
  const groups = new GroupSurface(world, roles, pim.state);
  pim.addSurface(groups);
  const subjectOf = (group: string, access: string): Subject => {
    const scope = groupId(world, group);
    groups.onboard(scope);
    return { surface: 'group', role: access, scope };
  };
  for (const { person, group, access } of seeds.eligibilities) {
    const subject = subjectOf(group, access);
    const given: Given = { kind: 'eligibility', principalId: personId(world, person), subject };
    give(pim, given, groups.scheduleIds(subject, guidOfGift(given)));
  }
  for (const settings of seeds.settings as readonly GroupSettings[]) {
    const subject = subjectOf(settings.group, settings.access);
    const guid = guidOf(`policy ${subject.scope} ${subject.role}`);
    pim.addPolicy(groupPolicy(new Policy(guid, subject, settingsOf(world, settings))));
  }
  return groups;
}
