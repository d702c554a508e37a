import type { RoleManagement } from '../pim/engine.ts';
import type { AccessToken, Exchange, Tools, World } from '../platform/types.ts';
import type { RequestLimits } from './limits.ts';
import type { Scope } from './scope-tree.ts';
import type { Azure } from './seed.ts';

/** What every endpoint of ARM works with. */
export interface Arm extends Azure {
  readonly world: World;
  readonly tools: Tools;
  readonly pim: RoleManagement;
  readonly limits: RequestLimits;
}

/** A request whose caller, scope and api-version are good. */
export interface Call {
  readonly exchange: Exchange;
  readonly caller: AccessToken;
  /** Object id of the person, or of the application's service principal. */
  readonly callerId: string;
  /** What stands before `/providers/Microsoft.Authorization`; the tenant elsewhere. */
  readonly scope: Scope;
  readonly params: Readonly<Record<string, string>>;
}
