import type { Group, User } from '@microsoft/microsoft-graph-types';
import { leaf, type Row } from './list.ts';
import type { Graph } from './tools.ts';

/** A person or group in full, with its type; null when the tenant has no such object. */
export function objectRow(graph: Graph, id: string): Row | null {
  const user = userRow(graph, id);
  if (user !== null) {
    return { ...user, json: { '@odata.type': '#microsoft.graph.user', ...user.json } };
  }
  const group = groupRow(graph, id);
  return group === null ? null : leaf({ '@odata.type': '#microsoft.graph.group', ...group.json });
}

export function userRow(graph: Graph, id: string): Row | null {
  const user = graph.world.tenant.users.get(id);
  if (user === undefined) {
    return null;
  }
  const [givenName = null, ...rest] = user.displayName.split(' ');
  const entity = {
    businessPhones: [],
    displayName: user.displayName,
    givenName,
    jobTitle: null,
    mail: user.mail,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: rest.join(' '),
    userPrincipalName: user.userPrincipalName,
    id: user.id,
  } satisfies User;
  const { disabledAccounts, guests } = graph.world.tenant;
  const onSelect = { accountEnabled: !disabledAccounts.has(id), userType: guests.has(id) ? 'Guest' : 'Member' };
  return { ...leaf(entity), onSelect };
}

export function groupRow(graph: Graph, id: string): Row | null {
  const group = graph.world.tenant.groups.get(id);
  if (group === undefined) {
    return null;
  }
  const entity = {
    id: group.id,
    displayName: group.displayName,
    description: null,
    groupTypes: group.isDynamic ? ['DynamicMembership'] : [],
    isAssignableToRole: group.isAssignableToRole,
    mail: null,
    mailEnabled: false,
    onPremisesSyncEnabled: group.isSynced ? true : null,
    securityEnabled: true,
  } satisfies Group;
  return { ...leaf(entity), onSelect: { visibility: group.hidesMembers === true ? 'HiddenMembership' : null } };
}
