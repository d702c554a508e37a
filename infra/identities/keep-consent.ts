import { UsageError } from '../../cli/command.ts';
import { ARM_APP, GRAPH_APP, type KnownPermissions } from './desired.ts';
import type { Directory, GraphObject } from './graph.ts';
import { type IdentityName, isOptional, permissionsOf, type Surface } from './permissions.ts';

interface Permission {
  readonly id: string;
  readonly value: string;
}

/** Graph and Azure Resource Manager as this tenant has them: ids of their permissions, and their own object ids. */
export interface Resources extends KnownPermissions {
  readonly graphId: string;
  /** Null where the tenant has no Azure. */
  readonly armId: string | null;
  nameOf(permissionId: string): string | null;
}

/** Reads what can be asked for. @throws {UsageError} when the token may not read the directory */
export async function readResources(directory: Directory): Promise<Resources> {
  const read = (appId: string) =>
    directory.read(`/servicePrincipals(appId='${appId}')?$select=id,appId,appRoles,oauth2PermissionScopes`);
  const [graph, arm] = await Promise.all([read(GRAPH_APP), read(ARM_APP)]);
  if (graph === null) {
    throw new UsageError('Microsoft Graph is not in this directory: is the token for this tenant?');
  }
  const list = (from: GraphObject | null, type: 'Scope' | 'Role'): readonly Permission[] =>
    (from?.[type === 'Role' ? 'appRoles' : 'oauth2PermissionScopes'] ?? []) as readonly Permission[];
  const all = [...list(graph, 'Role'), ...list(graph, 'Scope'), ...list(arm, 'Scope')];
  return {
    graphId: String(graph.id),
    armId: arm === null ? null : String(arm.id),
    nameOf: (id) => all.find((permission) => permission.id === id)?.value ?? null,
    idOf(identity, resource, type, name) {
      const from = resource === GRAPH_APP ? graph : arm;
      const id = list(from, type).find(({ value }) => value === name)?.id;
      if (id === undefined && from !== null && !isOptional(identity, name)) {
        throw new UsageError(`This cloud's ${resource === GRAPH_APP ? 'Graph' : 'Azure'} has no permission ${name}`);
      }
      return id ?? null;
    },
  };
}

/** What an administrator has consented to, against what is asked for. */
export interface Consent {
  readonly missing: readonly string[];
  readonly tooMuch: readonly string[];
}

interface Holder {
  readonly identity: IdentityName;
  readonly servicePrincipalId: string;
  readonly surfaces: readonly Surface[];
}

/** Permissions of an app itself: given one by one. Grants what is missing, and takes what is too much, only when told to. */
export async function keepAppPermissions(
  directory: Directory,
  { identity, servicePrincipalId, surfaces }: Holder,
  resources: Resources,
  isGranting: boolean,
): Promise<Consent> {
  const path = `/servicePrincipals/${servicePrincipalId}/appRoleAssignments`;
  const held = await directory.list(path);
  const wanted = permissionsOf(identity, 'application', surfaces)
    .map((name) => ({ name, appRoleId: resources.idOf(identity, GRAPH_APP, 'Role', name) }))
    .filter(({ appRoleId }) => appRoleId !== null);
  const names = wanted.map(({ name }) => name);
  const isWanted = ({ resourceId, appRoleId }: GraphObject): boolean =>
    resourceId === resources.graphId && names.includes(resources.nameOf(String(appRoleId)) ?? '');
  const isHeld = (wantedId: string | null): boolean =>
    held.some(({ resourceId, appRoleId }) => resourceId === resources.graphId && appRoleId === wantedId);
  const missing = wanted.filter(({ appRoleId }) => !isHeld(appRoleId));
  const extra = held.filter((one) => !isWanted(one));
  if (isGranting) {
    for (const { name, appRoleId } of missing) {
      const body = { principalId: servicePrincipalId, resourceId: resources.graphId, appRoleId };
      await directory.write({ why: `${identity}: grant ${name}`, method: 'POST', path, body });
    }
    for (const { id, appRoleId } of extra) {
      const why = `${identity}: take away ${resources.nameOf(String(appRoleId)) ?? String(appRoleId)}`;
      await directory.write({ why, method: 'DELETE', path: `${path}/${String(id)}` });
    }
  }
  return {
    missing: missing.map(({ name }) => name),
    tooMuch: extra.map(({ appRoleId }) => resources.nameOf(String(appRoleId)) ?? String(appRoleId)),
  };
}

/**
 * Permissions in the name of people: one grant for each resource, for everybody, with its scopes in one text. Any other grant is
 * too much: one for a single person, who consented alone, and one on a resource that nobody asked for.
 */
export async function keepDelegated(
  directory: Directory,
  holder: Holder,
  resources: Resources,
  isGranting: boolean,
): Promise<Consent> {
  const { identity, servicePrincipalId, surfaces } = holder;
  const filter = encodeURIComponent(`clientId eq '${servicePrincipalId}'`);
  const grants = await directory.list(`/oauth2PermissionGrants?$filter=${filter}`);
  const kinds = [
    { resourceId: resources.graphId, resource: GRAPH_APP, names: permissionsOf(identity, 'delegated', surfaces) },
    { resourceId: resources.armId, resource: ARM_APP, names: permissionsOf(identity, 'azure', surfaces) },
  ] as const;
  const wantedGrants = kinds
    .map(({ resourceId, resource, names }) => ({
      resourceId,
      wanted: names.filter((name) => resources.idOf(identity, resource, 'Scope', name) !== null),
    }))
    .filter(({ wanted }) => wanted.length > 0);
  const isWanted = ({ resourceId, consentType }: GraphObject): boolean =>
    consentType === 'AllPrincipals' && wantedGrants.some((one) => one.resourceId === resourceId);
  const tooMuch: string[] = [];
  for (const grant of grants.filter((one) => !isWanted(one))) {
    const what = await describeGrant(directory, resources, grant);
    tooMuch.push(what);
    if (isGranting) {
      const path = `/oauth2PermissionGrants/${String(grant.id)}`;
      await directory.write({ why: `${identity}: take away ${what}`, method: 'DELETE', path });
    }
  }
  const missing: string[] = [];
  for (const { resourceId, wanted } of wantedGrants) {
    const grant = grants.find((one) => isWanted(one) && one.resourceId === resourceId) ?? null;
    const held = scopesOf(grant);
    const lacking = wanted.filter((name) => !held.includes(name));
    const extra = held.filter((name) => !wanted.includes(name));
    missing.push(...lacking);
    tooMuch.push(...extra);
    if (isGranting && resourceId !== null && lacking.length + extra.length > 0) {
      await writeGrant(directory, holder, { resourceId, wanted, extra, grant });
    }
  }
  return { missing, tooMuch };
}

interface WantedGrant {
  readonly resourceId: string;
  readonly wanted: readonly string[];
  /** What the grant that is there holds besides, and loses. */
  readonly extra: readonly string[];
  readonly grant: GraphObject | null;
}

async function writeGrant(
  directory: Directory,
  { identity, servicePrincipalId }: Holder,
  { resourceId, wanted, extra, grant }: WantedGrant,
): Promise<void> {
  const scope = wanted.join(' ');
  const without = extra.length === 0 ? '' : `, and take away ${extra.join(' ')}`;
  const why = `${identity}: consent for everybody to ${scope}${without}`;
  const whole = { clientId: servicePrincipalId, consentType: 'AllPrincipals', resourceId, scope };
  await directory.write(
    grant === null
      ? { why, method: 'POST', path: '/oauth2PermissionGrants', body: whole }
      : { why, method: 'PATCH', path: `/oauth2PermissionGrants/${String(grant.id)}`, body: { scope } },
  );
}

function scopesOf(grant: GraphObject | null): readonly string[] {
  return String(grant?.scope ?? '')
    .split(' ')
    .filter(Boolean);
}

/** Says what a grant allows on which resource, and in whose name. */
async function describeGrant(directory: Directory, resources: Resources, grant: GraphObject): Promise<string> {
  const { resourceId, consentType, principalId } = grant;
  const whose = consentType === 'AllPrincipals' ? 'everybody' : `the person ${String(principalId)}`;
  const known = { [resources.graphId]: 'Microsoft Graph', [resources.armId ?? '']: 'Azure Resource Manager' };
  const id = String(resourceId);
  const read = async () => (await directory.read(`/servicePrincipals/${id}?$select=displayName`))?.displayName;
  const name = known[id] ?? (await read()) ?? id;
  return `${scopesOf(grant).join(' ')} of ${String(name)} in the name of ${whose}`;
}
