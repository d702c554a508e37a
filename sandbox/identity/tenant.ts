import type { AppRegistration, Group, Tenant, User } from '../platform/types.ts';
import apps from '../seeds/apps.json' with { type: 'json' };
import seed from '../seeds/people.json' with { type: 'json' };

/** Names of the seeded subscriptions and their ids. */
export const SUBSCRIPTIONS: Readonly<Record<string, string>> = seed.subscriptions;

/** The tenant as it is seeded: people, groups, administrative units, apps. Every call makes a new one. */
export function createTenant(): Tenant {
  const users = seed.users.map(({ id, handle, name, alias }): User => {
    const address = `${alias}@${seed.tenant.domain}`;
    return { id, handle, displayName: name, userPrincipalName: address, mail: address };
  });
  const byHandle = new Map(users.map((user) => [user.handle, user.id]));
  const idOf = (handle: string): string => {
    const id = byHandle.get(handle);
    if (id === undefined) throw new Error(`The seed names nobody "${handle}".`);
    return id;
  };
  const groups = seed.groups.map(
    (group): Group => ({
      id: group.id,
      displayName: group.name,
      isAssignableToRole: group.isAssignableToRole ?? false,
      memberIds: group.members.map(idOf),
      ownerIds: [],
    }),
  );
  return {
    id: seed.tenant.id,
    users: new Map(users.map((user) => [user.id, user])),
    groups: new Map(groups.map((group) => [group.id, group])),
    administrativeUnits: new Map(seed.administrativeUnits.map((unit) => [unit.id, unit])),
    apps,
    directoryRoles: new Map(),
    withoutConsent: new Set(),
    withoutAdminConsent: new Set(),
    disabledAccounts: new Set(),
    guests: new Set(),
    signIns: [],
    appRoles: new Map(Object.entries(seed.appRoles).map(([handle, roles]) => [idOf(handle), roles])),
  };
}

/** Whether a path or a `tid` names this tenant: its id, its domain, or one of Entra's words for "any". */
export function isTenantName(tenant: Tenant, name: string): boolean {
  return [tenant.id, seed.tenant.domain, 'common', 'organizations'].includes(name.toLowerCase());
}

export function findApp(tenant: Tenant, clientId: string): AppRegistration | undefined {
  return Object.values(tenant.apps).find((app) => app.clientId === clientId.toLowerCase());
}

/** A person by handle, object id or user principal name. */
export function findPerson(tenant: Tenant, name: string): User | undefined {
  const wanted = name.toLowerCase();
  return [...tenant.users.values()].find(
    (user) => user.handle === wanted || user.id === wanted || user.userPrincipalName.toLowerCase() === wanted,
  );
}
