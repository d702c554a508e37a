import type { TenantPim } from '../pim/tenant-pim.ts';
import type { Tools, World } from '../platform/types.ts';

/** What every route of Graph works with. */
export interface Graph extends TenantPim {
  readonly world: World;
  readonly tools: Tools;
}
