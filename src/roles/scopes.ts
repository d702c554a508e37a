import type { ScopeHierarchy } from '../domain/role-definition.ts';

const GROUPS = ['providers', 'microsoft.management', 'managementgroups'];

/**
 * Whether what is assigned at a scope holds at another one: the same, or one below it. Compared segment by segment without regard to
 * case, and a slash at the end does not count. Above a subscription the hierarchy decides: what it does not know holds nothing.
 *
 * An administrative unit, an application and other places of the directory are below `/` and hold nothing but themselves.
 */
export function covers(assignedAt: string, target: string, hierarchy: ScopeHierarchy): boolean {
  const [holder, held] = [segments(assignedAt), segments(target)];
  if (isPrefix(holder, held)) {
    return true;
  }
  const group = groupName(holder);
  return group !== null && groupsAbove(held, hierarchy).has(group);
}

function segments(scope: string): readonly string[] {
  return scope.trim().toLowerCase().split('/').filter(Boolean);
}

function isPrefix(start: readonly string[], of: readonly string[]): boolean {
  return start.length <= of.length && start.every((part, index) => part === of[index]);
}

/** A management group's name; null for any other scope. Its path has `providers` in it and is no resource. */
function groupName(parts: readonly string[]): string | null {
  return isPrefix(GROUPS, parts) && parts.length === GROUPS.length + 1 ? (parts.at(-1) ?? null) : null;
}

/** Names of the management groups that a scope is in, itself included. A circle in the hierarchy ends where it began. */
function groupsAbove(parts: readonly string[], { parentOfGroup, groupOfSubscription }: ScopeHierarchy): Set<string> {
  const above = new Set<string>();
  let next =
    groupName(parts) ?? (parts[0] === 'subscriptions' ? groupOfSubscription.get(parts[1] ?? '') : null) ?? null;
  while (next !== null && !above.has(next)) {
    above.add(next);
    next = parentOfGroup.get(next) ?? null;
  }
  return above;
}

/** How far down a scope is, for comparing: the root, management groups, subscription, resource group, resource. More is narrower. */
export function scopeDepth(scope: string, hierarchy: ScopeHierarchy): number {
  const parts = segments(scope);
  if (groupName(parts) !== null) {
    return groupsAbove(parts, hierarchy).size;
  }
  return parts.length === 0 ? 0 : BELOW_GROUPS + parts.length;
}

/** More levels than Azure lets management groups have. */
const BELOW_GROUPS = 100;
