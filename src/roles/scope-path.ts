import type { ScopePart } from '../domain/approval-facts.ts';
import { MANAGEMENT_GROUPS, type Scope, type Surface } from '../domain/assignment.ts';
import type { ScopeHierarchy } from '../domain/role-definition.ts';

/** More levels than Azure lets management groups have. */
const DEEPEST = 20;

/**
 * Names where a role applies, from the top down: management groups as far as they are known, subscription, resource group and
 * resource of Azure, the administrative unit of the directory. Nothing for the whole tenant and for groups.
 */
export function scopePath(surface: Surface, scope: Scope, hierarchy: ScopeHierarchy): readonly ScopePart[] {
  if (surface === 'azure') {
    return azurePath(scope, hierarchy);
  }
  const isUnit = scope.id.toLowerCase().startsWith('/administrativeunits/');
  return surface === 'directory' && isUnit ? [{ kind: 'administrative-unit', name: scope.name }] : [];
}

function azurePath({ id }: Scope, hierarchy: ScopeHierarchy): readonly ScopePart[] {
  const { groupOfSubscription, nameOf } = hierarchy;
  if (id.toLowerCase().startsWith(MANAGEMENT_GROUPS)) {
    return groupsDownTo(id.slice(MANAGEMENT_GROUPS.length).replace(/\/+$/, ''), hierarchy);
  }
  const [, subscription = '', , group, ...below] = id.split('/').filter((part) => part !== '');
  if (subscription === '') {
    return [];
  }
  const holder = groupOfSubscription.get(subscription.toLowerCase());
  // `providers/{namespace}/{type}/{name}/…`: people know a resource by its types and names.
  const resource = below.slice(2).join('/');
  return [
    ...(holder === undefined ? [] : groupsDownTo(holder, hierarchy)),
    { kind: 'subscription', name: nameOf?.get(subscription.toLowerCase()) ?? subscription },
    ...(group === undefined ? [] : [{ kind: 'resource-group', name: group } as const]),
    ...(resource === '' ? [] : [{ kind: 'resource', name: resource } as const]),
  ];
}

/** A circle in the hierarchy ends where it began. */
function groupsDownTo(name: string, { nameOf, parentOfGroup }: ScopeHierarchy): readonly ScopePart[] {
  const path: ScopePart[] = [];
  let next: string | null = name;
  while (next !== null && path.length < DEEPEST) {
    const key: string = next.toLowerCase();
    path.unshift({ kind: 'management-group', name: nameOf?.get(key) ?? next });
    next = parentOfGroup.get(key) ?? null;
  }
  return path;
}
