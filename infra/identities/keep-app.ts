import { randomUUID } from 'node:crypto';
import { UsageError } from '../../cli/command.ts';
import { covers } from './covers.ts';
import {
  APP_ROLES,
  type AppName,
  desiredApp,
  desiredCredential,
  type Installation,
  type KnownPermissions,
  tagOf,
} from './desired.ts';
import type { Directory, GraphObject } from './graph.ts';
import { keepApi, keepNoApi } from './keep-api.ts';

/** An app registration as it is kept: its ids, and what is on it that nobody asked for. */
export interface KeptApp {
  readonly appId: string;
  readonly servicePrincipalId: string;
  readonly tooMuch: readonly string[];
}

export interface KeepOptions {
  readonly directory: Directory;
  readonly installation: Installation;
  readonly known: KnownPermissions;
}

/** Brings one app registration to what it is to be, writing only what differs. `botAppId` is known once the connector is kept. */
export async function keepApp(options: KeepOptions, app: AppName, botAppId: string | null): Promise<KeptApp> {
  const { directory, installation, known } = options;
  const wanted = desiredApp(installation, app, known);
  const found = await findApp(directory, installation, app);
  const current = found ?? (await create(directory, app, wanted));
  const id = String(current.id);
  if (found !== null) {
    const { tags: _, ...settings } = wanted;
    const different = Object.entries(settings).filter(([key, value]) => !covers(found[key], value));
    if (different.length > 0) {
      const names = different.map(([key]) => key).join(', ');
      const body = Object.fromEntries(different);
      await directory.write({ why: `${app}: set ${names}`, method: 'PATCH', path: `/applications/${id}`, body });
    }
  }
  if (app === 'self-service') {
    await keepApi(directory, current, botAppId ?? '');
  } else {
    await keepNoApi(directory, app, current);
  }
  if (app === 'admin') {
    await keepAppRoles(directory, current);
  }
  const enterprise = await keepServicePrincipal(directory, app, String(current.appId));
  const strangers = installation.managedIdentity === null ? [] : await keepCredential(options, app, id);
  const secrets = [...secretsOf(`${app}:`, current), ...secretsOf(`${app}: its enterprise application`, enterprise)];
  return {
    appId: String(current.appId),
    servicePrincipalId: String(enterprise.id),
    tooMuch: [...secrets, ...strangers],
  };
}

const FIELDS = [
  ...['id', 'appId', 'displayName', 'signInAudience', 'tags', 'isFallbackPublicClient', 'web', 'spa', 'publicClient'],
  ...['requiredResourceAccess', 'identifierUris', 'api', 'appRoles', 'passwordCredentials', 'keyCredentials'],
].join(',');

/** Finds the app registration by its label. @throws {UsageError} when there are two: neither may be touched by guess */
export async function findApp(
  directory: Directory,
  installation: Installation,
  app: AppName,
): Promise<GraphObject | null> {
  const filter = encodeURIComponent(`tags/any(t:t eq '${tagOf(installation, app)}')`);
  const found = await directory.list(`/applications?$filter=${filter}&$select=${FIELDS}`);
  if (found.length > 1) {
    const ids = found.map(({ appId }) => String(appId)).join(', ');
    throw new UsageError(
      `There are ${found.length} app registrations with the tag ${tagOf(installation, app)}: ${ids}`,
    );
  }
  return found[0] ?? null;
}

async function create(directory: Directory, app: AppName, wanted: object): Promise<GraphObject> {
  // Version 2 of tokens comes first: with it the identifier URI may name the bot instead of the app itself.
  const api = app === 'self-service' ? { api: { requestedAccessTokenVersion: 2 } } : {};
  const why = `${app}: create the app registration`;
  return await directory.write({ why, method: 'POST', path: '/applications', body: { ...wanted, ...api } });
}

/** Roles of others stay: Graph deletes none that is enabled, and people may hold them. */
async function keepAppRoles(directory: Directory, current: GraphObject): Promise<void> {
  const held = (current.appRoles ?? []) as readonly { id: string; value: string }[];
  const wanted = Object.entries(APP_ROLES).map(([value, description]) => ({
    id: held.find((role) => role.value === value)?.id ?? randomUUID(),
    value,
    displayName: value,
    description,
    allowedMemberTypes: ['User'],
    isEnabled: true,
  }));
  if (wanted.every((role) => held.some((other) => covers(other, role)))) {
    return;
  }
  const others = held.filter(({ value }) => !Object.hasOwn(APP_ROLES, value));
  const body = { appRoles: [...others, ...wanted] };
  const path = `/applications/${String(current.id)}`;
  await directory.write({ why: 'admin: define Pimlico.Admin and Pimlico.Auditor', method: 'PATCH', path, body });
}

/** Nobody without a role of the admin app gets as far as its sign-in. */
async function keepServicePrincipal(directory: Directory, app: AppName, appId: string): Promise<GraphObject> {
  const settings = { appRoleAssignmentRequired: app === 'admin' };
  const fields = 'id,appId,appRoleAssignmentRequired,passwordCredentials,keyCredentials';
  const found = await directory.read(`/servicePrincipals(appId='${appId}')?$select=${fields}`);
  if (found === null) {
    const why = `${app}: make it an enterprise application of this tenant`;
    const body = { appId, ...settings };
    return await directory.write({ why, method: 'POST', path: '/servicePrincipals', body });
  }
  if (!covers(found, settings)) {
    const why = `${app}: assignment required: ${settings.appRoleAssignmentRequired ? 'yes' : 'no'}`;
    await directory.write({ why, method: 'PATCH', path: `/servicePrincipals/${String(found.id)}`, body: settings });
  }
  return found;
}

/** Gives the credentials of strangers, which are told and not removed: somebody may rely on one. */
async function keepCredential(options: KeepOptions, app: AppName, id: string): Promise<readonly string[]> {
  const { directory, installation } = options;
  const path = `/applications/${id}/federatedIdentityCredentials`;
  const wanted = desiredCredential(installation);
  const held = await directory.list(path);
  const own = held.find(({ name }) => name === wanted.name);
  const why = `${app}: trust the managed identity`;
  if (own === undefined) {
    await directory.write({ why, method: 'POST', path, body: wanted });
  } else if (!covers(own, wanted)) {
    await directory.write({ why, method: 'PATCH', path: `${path}/${String(own.id)}`, body: wanted });
  }
  return held
    .filter(({ name }) => name !== wanted.name)
    .map(({ name }) => `${app}: also trusts the federated credential "${String(name)}"`);
}

/** Secrets are told and not removed, on the registration and on its enterprise application: either signs in as the app. */
function secretsOf(holder: string, { passwordCredentials, keyCredentials }: GraphObject): readonly string[] {
  const count = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return [
    ...(count(passwordCredentials) > 0 ? [`${holder} has ${count(passwordCredentials)} secret(s)`] : []),
    ...(count(keyCredentials) > 0 ? [`${holder} has ${count(keyCredentials)} certificate(s)`] : []),
  ];
}
