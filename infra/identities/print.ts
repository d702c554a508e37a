import type { Installation } from './desired.ts';
import type { Change } from './graph.ts';
import { NOT_YET } from './hands.ts';
import type { Outcome } from './keep.ts';
import { type IdentityName, isOptional, permissionsOf, rowsOf } from './permissions.ts';

/** What was done, or would be, a line each. */
export function printChanges(changes: readonly Change[], done: string): string {
  return changes.length === 0 ? 'Nothing to change.\n' : `${done}:\n${changes.map(({ why }) => `  ${why}\n`).join('')}`;
}

/** What is there or allowed, was not asked for, and stays: nobody is to think that it was taken away. */
export function printTooMuch({ tooMuch }: Outcome): string {
  return tooMuch.length === 0 ? '' : `Too much, and left as it is:\n${tooMuch.map((what) => `  ${what}\n`).join('')}`;
}

/**
 * What an administrator has to consent to, and why, with the way to do so. The way is the portal's page and not `/adminconsent`,
 * which would end at the bot's own address, where nobody waits for its answer; the connector has no address at all.
 */
export function printConsent({ unconsented, apps }: Outcome, { portalUrl }: Installation): string {
  if (unconsented.length === 0) {
    return 'Nothing is left to consent to.\n';
  }
  const identities = [...new Set(unconsented.map(({ identity }) => identity))];
  const lines = identities.flatMap((identity) => [`  ${identity}`, ...rowLines(identity, unconsented)]);
  const page = `${portalUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId`;
  const links = identities.flatMap((identity) => {
    const appId = identity === 'reader' ? undefined : apps[identity]?.appId;
    return appId === undefined || appId === NOT_YET ? [] : [`  ${identity}: ${page}/${appId}`];
  });
  return [
    'An administrator (Privileged Role Administrator, or Global Administrator) still has to consent to:',
    ...lines,
    ...(links.length === 0
      ? ['by running `apply` with --grant.']
      : [
          'either by running `apply` with --grant, or, for app registrations, with "Grant admin consent" at:',
          ...links,
        ]),
    '',
  ].join('\n');
}

function rowLines(identity: IdentityName, unconsented: Outcome['unconsented']): readonly string[] {
  const isOpen = (name: string): boolean =>
    unconsented.some((one) => one.identity === identity && one.permission === name);
  return rowsOf(identity).flatMap((row) => {
    const names = row.kind === 'azure-role' ? [] : row.permissions.filter(isOpen);
    return names.length === 0 ? [] : [`    ${names.join(', ')}${row.isOptional ? ' (optional)' : ''}: ${row.reason}`];
  });
}

/** Name of the reader's role on Azure. */
const AZURE_ROLE = 'Pimlico reader';

function groupScope(group: string): string {
  return `/providers/Microsoft.Management/managementGroups/${group}`;
}

/** The reader's role on Azure: Graph knows nothing of it, so the commands are for whoever owns the management group. */
export function printAzureRole(installation: Installation, managementGroup: string): string {
  if (!installation.surfaces.includes('azure')) {
    return '';
  }
  const scope = groupScope(managementGroup);
  const role = {
    Name: AZURE_ROLE,
    Description: "Reads PIM's settings and assignments",
    Actions: permissionsOf('reader', 'azure-role'),
    AssignableScopes: [scope],
  };
  return [
    'On Azure the reader needs a role of its own; whoever owns the management group runs:',
    `  az role definition create --role-definition '${JSON.stringify(role).replaceAll("'", "'\\''")}'`,
    `  az role assignment create --assignee-object-id ${readerOf(installation)} --assignee-principal-type ServicePrincipal --role '${AZURE_ROLE}' --scope ${scope}`,
    '',
  ].join('\n');
}

/** What `remove` leaves, and how to delete it: Azure refuses to delete a custom role that somebody still holds. */
export function printLeft(installation: Installation, managementGroup: string): string {
  const scope = groupScope(managementGroup);
  return [
    'Entra keeps deleted app registrations for 30 days.',
    ...(installation.managedIdentity === null
      ? ["The reader's permissions on Graph stay: run this again with --managed-identity GUID to take them away."]
      : []),
    'The role on Azure stays: whoever owns the management group deletes it, while the managed identity is still there, with',
    `  az role assignment delete --assignee ${readerOf(installation)} --role '${AZURE_ROLE}' --scope ${scope}`,
    `  az role definition delete --name '${AZURE_ROLE}' --scope ${scope}`,
    '',
  ].join('\n');
}

/** The settings that follow, as NAME=value, for standard output alone. */
export function printSettings({ apps }: Outcome): string {
  const names = { connector: 'BOT', 'self-service': 'SELF_SERVICE', admin: 'ADMIN' } as const;
  return Object.entries(names)
    .flatMap(([app, name]) => {
      const kept = apps[app as keyof typeof names];
      return kept === undefined ? [] : [`PIMLICO_${name}_APP_ID=${kept.appId}\n`];
    })
    .join('');
}

/** What is missing, what is too much, and what was not looked at. Optional consent that is missing is told, and is no fault. */
export function printFindings(
  changes: readonly Change[],
  { unconsented, tooMuch }: Outcome,
  installation: Installation,
  managementGroup: string,
) {
  const required = unconsented.filter(({ identity, permission }) => !isOptional(identity, permission));
  const optional = unconsented.filter(({ identity, permission }) => isOptional(identity, permission));
  const lines = [
    ...changes.map(({ why }) => `missing   ${why}`),
    ...required.map(({ identity, permission }) => `missing   ${identity}: nobody consented to ${permission}`),
    ...optional.map(({ identity, permission }) => `optional  ${identity}: nobody consented to ${permission}`),
    ...tooMuch.map((what) => `too much  ${what}`),
  ];
  const isRight = changes.length + required.length + tooMuch.length === 0;
  const head = isRight ? 'What was looked at is as it is to be.' : 'The identities are not as they are to be:';
  return { isRight, text: [head, ...lines, ...unseenLines(installation, managementGroup), ''].join('\n') };
}

/** What `verify` does not see, and how to see it. */
function unseenLines(installation: Installation, managementGroup: string): readonly string[] {
  const roles = installation.surfaces.includes('azure') ? `'${AZURE_ROLE}' and nothing else` : 'nothing';
  return [
    'Not looked at:',
    ...(installation.managedIdentity === null
      ? [
          "  the reader's permissions on Graph, and the federated credentials of the app registrations: run this again with",
          '    --managed-identity GUID',
        ]
      : []),
    `  the reader's role on Azure, of which Graph knows nothing: this is to show ${roles}`,
    `    az role assignment list --assignee ${readerOf(installation)} --scope ${groupScope(managementGroup)} --include-inherited --output table`,
  ];
}

function readerOf({ managedIdentity }: Installation): string {
  return managedIdentity ?? 'OBJECT-ID-OF-THE-MANAGED-IDENTITY';
}
