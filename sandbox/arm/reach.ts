import type { Scope, ScopeTree } from './scope-tree.ts';

/**
 * How far a list looks from its scope (pim-api §4.2, §4.3).
 *
 * `above`: the scope and what it inherits. `around`: also what lies below, but never from a management group (or the
 * tenant) into a subscription. `own`: as `above`, and from the tenant everything.
 */
export type Reach = 'above' | 'around' | 'own';

export function isInReach(tree: ScopeTree, from: Scope, rowScope: string, reach: Reach): boolean {
  if (tree.covers(rowScope, from.id)) {
    return true;
  }
  if (reach === 'own') {
    return from.kind === 'tenant';
  }
  if (reach === 'above' || !tree.covers(from.id, rowScope)) {
    return false;
  }
  const isInSubscription = tree.subscriptionOf(from) !== null;
  const row = tree.find(rowScope);
  return isInSubscription || row?.kind === 'managementgroup';
}
