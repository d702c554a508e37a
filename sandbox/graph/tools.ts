import type { DirectoryRoles } from '../pim/directory-surface.ts';
import type { RoleManagement } from '../pim/engine.ts';
import type { Tools, World } from '../platform/types.ts';

/** What every route of Graph works with. */
export interface Graph {
  readonly world: World;
  readonly tools: Tools;
  readonly pim: RoleManagement;
  readonly roles: DirectoryRoles;
}
