import type { World } from '../platform/types.ts';
import type { DirectoryRoles } from './directory-surface.ts';
import type { RoleManagement } from './engine.ts';
import type { GroupSurface } from './group-surface.ts';
import { seedDirectory } from './seed.ts';
import { seedGroups } from './seed-groups.ts';

/** Role management of one tenant, with what its surfaces offer beside the common rules. */
export interface TenantPim {
  readonly pim: RoleManagement;
  readonly roles: DirectoryRoles;
  readonly groups: GroupSurface;
}

const made = new WeakMap<World, TenantPim>();

/**
 * The role management of this world, made and seeded when first asked for.
 *
 * Rooms share it: an activation through one service changes the groups that another one reads.
 */
export function tenantPim(world: World): TenantPim {
  const known = made.get(world);
  if (known !== undefined) {
    return known;
  }
  const { pim, roles } = seedDirectory(world);
  const tenant = { pim, roles, groups: seedGroups(world, pim, roles) };
  made.set(world, tenant);
  return tenant;
}
