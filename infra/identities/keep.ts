import { UsageError } from '../../cli/command.ts';
import { type AppName, appNamesOf, type Installation } from './desired.ts';
import type { Directory } from './graph.ts';
import { findApp, type KeptApp, keepApp } from './keep-app.ts';
import { keepAppPermissions, keepDelegated, type Resources, readResources } from './keep-consent.ts';
import { type IdentityName, permissionsOf } from './permissions.ts';

/** How the identities of an installation stand once they were looked at, or put right. */
export interface Outcome {
  readonly apps: Readonly<Partial<Record<AppName, KeptApp>>>;
  /** What nobody consented to, by identity. */
  readonly unconsented: readonly { readonly identity: IdentityName; readonly permission: string }[];
  /** What is there or allowed, and nobody asked for. */
  readonly tooMuch: readonly string[];
}

/**
 * Brings all identities to what they are to be. Safe to run again: what is right is not written. Consent is given only when
 * asked for, as it takes an administrator who may; else what lacks it is told.
 *
 * @throws {UsageError} for a token of another tenant, and for whatever Graph refuses
 */
export async function keepIdentities(
  directory: Directory,
  installation: Installation,
  isGranting: boolean,
): Promise<Outcome> {
  await demandTenant(directory, installation);
  const resources = await readResources(directory);
  const options = { directory, installation, known: resources };
  const apps: Partial<Record<AppName, KeptApp>> = {};
  for (const app of appNamesOf(installation)) {
    apps[app] = await keepApp(options, app, apps.connector?.appId ?? null);
  }
  const { surfaces } = installation;
  const holders = [
    ...Object.entries(apps).map(([app, { servicePrincipalId }]) => ({
      identity: app as AppName,
      servicePrincipalId,
      surfaces,
    })),
    ...(installation.managedIdentity === null
      ? []
      : [{ identity: 'reader' as const, servicePrincipalId: installation.managedIdentity, surfaces }]),
  ];
  const unconsented: { identity: IdentityName; permission: string }[] = [];
  const tooMuch = Object.values(apps).flatMap((app) => app.tooMuch);
  if (!installation.hasAdminApp) {
    tooMuch.push(...(await findLeftAdminApp(directory, installation)));
  }
  for (const holder of holders) {
    for (const keep of [keepAppPermissions, keepDelegated]) {
      const consent = await keep(directory, holder, resources, isGranting);
      const { identity } = holder;
      unconsented.push(...(isGranting ? [] : consent.missing.map((permission) => ({ identity, permission }))));
      tooMuch.push(...(isGranting ? [] : consent.tooMuch.map((name) => `${identity}: may also ${name}`)));
    }
  }
  return { apps, unconsented, tooMuch };
}

/** An admin app that was made before it was left out keeps what it may: nothing of it is kept right any more. */
async function findLeftAdminApp(directory: Directory, installation: Installation): Promise<readonly string[]> {
  const found = await findApp(directory, installation, 'admin');
  return found === null
    ? []
    : [
        `admin: the app registration ${String(found.appId)} is there, and --without-admin leaves it out: ` +
          'delete it with `remove --only-admin --yes`',
      ];
}

/** Deletes the admin app and nothing else. */
export async function removeAdminApp(directory: Directory, installation: Installation): Promise<void> {
  await demandTenant(directory, installation);
  await removeApp(directory, installation, 'admin');
}

async function removeApp(directory: Directory, installation: Installation, app: AppName): Promise<void> {
  const found = await findApp(directory, installation, app);
  if (found !== null) {
    const path = `/applications/${String(found.id)}`;
    await directory.write({ why: `${app}: delete the app registration`, method: 'DELETE', path });
  }
}

/** Deletes the app registrations, and takes from the managed identity what was given to it; it stays itself. */
export async function removeIdentities(directory: Directory, installation: Installation): Promise<void> {
  await demandTenant(directory, installation);
  const resources = await readResources(directory);
  for (const app of ['admin', 'self-service', 'connector'] as const) {
    await removeApp(directory, installation, app);
  }
  if (installation.managedIdentity !== null) {
    await takeFromReader(directory, installation.managedIdentity, resources);
  }
}

async function takeFromReader(directory: Directory, managedIdentity: string, resources: Resources): Promise<void> {
  const path = `/servicePrincipals/${managedIdentity}/appRoleAssignments`;
  const ours = permissionsOf('reader', 'application');
  for (const { id, appRoleId } of await directory.list(path)) {
    const name = resources.nameOf(String(appRoleId)) ?? '';
    if (ours.includes(name)) {
      await directory.write({ why: `reader: take away ${name}`, method: 'DELETE', path: `${path}/${String(id)}` });
    }
  }
}

/** A token for another tenant would make the right things in the wrong place. */
async function demandTenant(directory: Directory, { tenantId }: Installation): Promise<void> {
  const [organization] = await directory.list('/organization?$select=id');
  if (organization?.id !== tenantId) {
    throw new UsageError(`The token is for the tenant ${String(organization?.id)}, not for ${tenantId}`);
  }
}
