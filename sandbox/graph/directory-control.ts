import { Refusal } from '../pim/refusal.ts';
import type { Answer, Exchange, Group, Route, Tenant } from '../platform/types.ts';
import { isRecord } from './body.ts';
import { personCalled, refusing } from './refusing.ts';
import { json } from './route.ts';
import type { Graph } from './tools.ts';

/** For tests and scripts: what an administrator of the directory does to accounts and groups. */
export function directoryControl({ world: { tenant } }: Graph): Route[] {
  return [
    { method: 'POST', pattern: '/directory/account', handle: refusing((exchange) => changeAccount(tenant, exchange)) },
    { method: 'POST', pattern: '/directory/group', handle: refusing((exchange) => changeGroup(tenant, exchange)) },
  ];
}

/** `{person, enabled?, guest?}`: what is left out stays as it is. */
function changeAccount(tenant: Tenant, { json: body }: Exchange): Answer {
  const { person, enabled, guest } = record(body);
  const { id } = personCalled(tenant, person);
  put(tenant.disabledAccounts, id, enabled === undefined ? undefined : !truth('enabled', enabled));
  put(tenant.guests, id, guest === undefined ? undefined : truth('guest', guest));
  return json(200, { person, enabled: !tenant.disabledAccounts.has(id), guest: tenant.guests.has(id) });
}

/** `{name, members?, hidden?}`: members are handles. A group that is not there is made. */
function changeGroup(tenant: Tenant, { json: body }: Exchange): Answer {
  const { name, members, hidden } = record(body);
  if (typeof name !== 'string' || name === '') {
    throw new Refusal('BadRequest', '"name" is the name of a group.');
  }
  if (members !== undefined && !Array.isArray(members)) {
    throw new Refusal('BadRequest', '"members" is a list of handles.');
  }
  const known = [...tenant.groups.values()].find(({ displayName }) => displayName === name);
  const group: Group = {
    ...(known ?? { id: crypto.randomUUID(), displayName: name, isAssignableToRole: false, ownerIds: [] }),
    memberIds: members?.map((member) => personCalled(tenant, member).id) ?? known?.memberIds ?? [],
    hidesMembers: hidden === undefined ? (known?.hidesMembers ?? false) : truth('hidden', hidden),
  };
  tenant.groups.set(group.id, group);
  return json(200, { id: group.id, name, members: group.memberIds.length, hidden: group.hidesMembers });
}

function put(set: Set<string>, id: string, isIn: boolean | undefined): void {
  if (isIn === true) {
    set.add(id);
  }
  if (isIn === false) {
    set.delete(id);
  }
}

function truth(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new Refusal('BadRequest', `"${name}" is true or false.`);
  }
  return value;
}

function record(body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) {
    throw new Refusal('BadRequest', 'Send a JSON object.');
  }
  return body;
}
