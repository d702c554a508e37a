import type { Tenant } from '../platform/types.ts';
import type { Approvers } from './model.ts';

/** The groups a person or group belongs to, directly or through other groups. */
export function groupsOf(tenant: Tenant, memberId: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [memberId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const group of tenant.groups.values()) {
      if (!found.has(group.id) && group.memberIds.includes(id)) {
        found.add(group.id);
        open.push(group.id);
      }
    }
  }
  return found;
}

/** The members of a group with those of the groups in it; each once, in order of discovery, groups included. */
export function transitiveMemberIds(tenant: Tenant, groupId: string): readonly string[] {
  const found = new Set<string>();
  const open = [groupId];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    for (const memberId of tenant.groups.get(id)?.memberIds ?? []) {
      if (!found.has(memberId)) {
        found.add(memberId);
        open.push(memberId);
      }
    }
  }
  return [...found];
}

export function isNamed(tenant: Tenant, approvers: Approvers, personId: string): boolean {
  if (approvers.userIds.includes(personId)) {
    return true;
  }
  return approvers.groupIds.some((groupId) => transitiveMemberIds(tenant, groupId).includes(personId));
}
