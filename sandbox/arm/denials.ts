import { groupsOf } from '../pim/membership.ts';
import type { Tenant } from '../platform/types.ts';
import type { Permission } from './roles.ts';
import type { ScopeTree } from './scope-tree.ts';

/** A deny assignment: nobody makes one by hand at Microsoft, deployment stacks and managed applications do (rbac §4.5). */
export interface Denial {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly permission: Permission;
  /** Object ids; empty means everyone. */
  readonly principalIds: readonly string[];
  readonly excludedIds: readonly string[];
  readonly doesReachBelow: boolean;
}

/** The deny assignments of a tenant. There are none until the control sets some. */
export class Denials {
  readonly #tree: ScopeTree;
  readonly #tenant: Tenant;
  #all: readonly Denial[] = [];

  constructor(tree: ScopeTree, tenant: Tenant) {
    this.#tree = tree;
    this.#tenant = tenant;
  }

  all(): readonly Denial[] {
    return this.#all;
  }

  replace(denials: readonly Denial[]): void {
    this.#all = denials;
  }

  /** Those that hold for the principal at the scope: a role that allows what they deny does not help. */
  against(principalId: string, scopeId: string): readonly Permission[] {
    const selves = new Set([principalId, ...groupsOf(this.#tenant, principalId)]);
    return this.#all
      .filter(({ principalIds, excludedIds }) => {
        const isMeant = principalIds.length === 0 || principalIds.some((id) => selves.has(id));
        return isMeant && !excludedIds.some((id) => selves.has(id));
      })
      .filter(({ scope, doesReachBelow }) =>
        doesReachBelow ? this.#tree.covers(scope, scopeId) : this.#tree.isSame(scope, scopeId),
      )
      .map(({ permission }) => permission);
  }
}
