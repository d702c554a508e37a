import { randomUUID } from 'node:crypto';
import { covers } from './covers.ts';
import { type AppName, TEAMS_CLIENTS } from './desired.ts';
import type { Directory, GraphObject } from './graph.ts';

const ACCESS = {
  value: 'access_as_user',
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: 'Use Pimlico as the signed-in person',
  adminConsentDescription: 'Lets Teams sign people in to Pimlico, so that Pimlico acts with their own rights.',
  userConsentDisplayName: 'Use Pimlico as you',
  userConsentDescription: 'Lets Teams sign you in to Pimlico, so that Pimlico acts with your own rights.',
};

interface Api {
  readonly oauth2PermissionScopes?: readonly {
    readonly id: string;
    readonly value: string;
    readonly isEnabled: boolean;
  }[];
}

/** The scope first and Teams' clients in a write of their own: together Graph may not know the scope yet (teams-platform §7.1). */
export async function keepApi(directory: Directory, current: GraphObject, botAppId: string): Promise<void> {
  const path = `/applications/${String(current.id)}`;
  const api = (current.api ?? {}) as Api;
  const own = api.oauth2PermissionScopes?.find(({ value }) => value === ACCESS.value);
  const scope = { ...ACCESS, id: own?.id ?? randomUUID() };
  const base = { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] };
  const exposed = { identifierUris: [`api://botid-${botAppId}`], api: base };
  const isExposed = covers(current, exposed);
  if (!isExposed) {
    await disableOthers(directory, 'self-service', current, scope.id);
    await directory.write({ why: 'self-service: expose access_as_user', method: 'PATCH', path, body: exposed });
  }
  const preAuthorizedApplications = TEAMS_CLIENTS.map((appId) => ({ appId, delegatedPermissionIds: [scope.id] }));
  if (!(isExposed && covers(api, { preAuthorizedApplications }))) {
    const body = { api: { ...base, preAuthorizedApplications } };
    await directory.write({ why: 'self-service: let Teams sign people in silently', method: 'PATCH', path, body });
  }
}

/** The other apps expose nothing: with an API of theirs anybody could get tokens in which they are the audience. */
export async function keepNoApi(directory: Directory, app: AppName, current: GraphObject): Promise<void> {
  const api = (current.api ?? {}) as Api;
  const nothing = { oauth2PermissionScopes: [], preAuthorizedApplications: [] };
  if (covers(current, { identifierUris: [], api: nothing })) {
    return;
  }
  await disableOthers(directory, app, current, null);
  const uris = (current.identifierUris ?? []) as readonly string[];
  const names = [...uris, ...(api.oauth2PermissionScopes ?? []).map(({ value }) => value)];
  const what = names.length === 0 ? 'clients let in without asking' : names.join(', ');
  await directory.write({
    why: `${app}: expose no API (there is ${what})`,
    method: 'PATCH',
    path: `/applications/${String(current.id)}`,
    body: { identifierUris: [], api: { ...api, ...nothing } },
  });
}

/** Graph deletes no scope that is enabled, and none that a client is let in for: both end in a write before it. */
async function disableOthers(
  directory: Directory,
  app: AppName,
  current: GraphObject,
  ownId: string | null,
): Promise<void> {
  const api = (current.api ?? {}) as Api;
  const held = api.oauth2PermissionScopes ?? [];
  const others = held.filter(({ id, isEnabled }) => id !== ownId && isEnabled);
  if (others.length === 0) {
    return;
  }
  const oauth2PermissionScopes = held.map((scope) => (scope.id === ownId ? scope : { ...scope, isEnabled: false }));
  await directory.write({
    why: `${app}: disable ${others.map(({ value }) => value).join(', ')}`,
    method: 'PATCH',
    path: `/applications/${String(current.id)}`,
    body: { api: { ...api, oauth2PermissionScopes, preAuthorizedApplications: [] } },
  });
}
