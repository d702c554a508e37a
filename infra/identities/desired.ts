import { type IdentityName, permissionsOf, type Surface } from './permissions.ts';

/** What an installation is: everything else follows from it. */
export interface Installation {
  readonly tenantId: string;
  /** Public host name of the bot. */
  readonly domain: string;
  readonly loginUrl: string;
  readonly portalUrl: string;
  /** What a managed identity's token is for when it vouches for an app in this cloud. */
  readonly exchangeAudience: string;
  /** Object id of the managed identity, which is the reader and vouches for the apps; null before it exists. */
  readonly managedIdentity: string | null;
  readonly hasAdminApp: boolean;
  /** What it is to serve; nothing is asked for the others. */
  readonly surfaces: readonly Surface[];
}

export type AppName = Exclude<IdentityName, 'reader'>;

const DISPLAY_NAMES: Readonly<Record<AppName, string>> = {
  connector: 'Pimlico',
  'self-service': 'Pimlico self-service',
  admin: 'Pimlico administration',
};

/** Teams on desktop and phones, and Teams in the browser (teams-platform §7.1). */
export const TEAMS_CLIENTS = ['1fec8e78-bce4-4aaf-ab1b-5451cc387264', '5e3ce6c0-2b1f-4285-8d4b-75ee78787346'] as const;

export const GRAPH_APP = '00000003-0000-0000-c000-000000000000';
/** Azure Service Management, as Azure Resource Manager is called in Entra. */
export const ARM_APP = '797f4846-ba00-4fd7-ba43-dac1f8f63013';

export type ResourceApp = typeof GRAPH_APP | typeof ARM_APP;

export const APP_ROLES = {
  'Pimlico.Admin': 'Administers the bot: signs people out, pauses it, chooses whom and what it serves.',
  'Pimlico.Auditor': "Reads the bot's audit trail.",
} as const;

export function appNamesOf({ hasAdminApp }: Installation): readonly AppName[] {
  return hasAdminApp ? ['connector', 'self-service', 'admin'] : ['connector', 'self-service'];
}

/** By this label an app registration is found again, whatever it is renamed to. */
export function tagOf({ domain }: Installation, app: AppName): string {
  return `pimlico/${app}/${domain}`;
}

/** Ids of permissions by resource and name, as the tenant has them. */
export interface KnownPermissions {
  /** Null for what is unknown and optional there. @throws {UsageError} for what the identity cannot go without */
  idOf(identity: IdentityName, resource: ResourceApp, type: 'Scope' | 'Role', name: string): string | null;
}

/** What an app registration is, but for what needs its own id. Everything that is off is named, so that drift shows. */
export function desiredApp(installation: Installation, app: AppName, known: KnownPermissions) {
  const hasPages = app !== 'connector';
  return {
    displayName: DISPLAY_NAMES[app],
    signInAudience: 'AzureADMyOrg',
    tags: [tagOf(installation, app)],
    // With a public client, or tokens handed to a browser, anybody could get a token in which client and audience are the bot.
    isFallbackPublicClient: false,
    web: {
      redirectUris: hasPages ? [`https://${installation.domain}/auth/callback`] : [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    },
    spa: { redirectUris: [] },
    publicClient: { redirectUris: [] },
    requiredResourceAccess: accessOf(installation, app, known),
  };
}

function accessOf({ surfaces }: Installation, app: AppName, known: KnownPermissions) {
  const of = (resource: ResourceApp, type: 'Scope' | 'Role', names: readonly string[]) =>
    names.flatMap((name) => {
      const id = known.idOf(app, resource, type, name);
      return id === null ? [] : [{ id, type }];
    });
  const graph = [
    ...of(GRAPH_APP, 'Role', permissionsOf(app, 'application', surfaces)),
    ...of(GRAPH_APP, 'Scope', permissionsOf(app, 'delegated', surfaces)),
  ];
  const arm = of(ARM_APP, 'Scope', permissionsOf(app, 'azure', surfaces));
  return [
    ...(graph.length === 0 ? [] : [{ resourceAppId: GRAPH_APP, resourceAccess: graph }]),
    ...(arm.length === 0 ? [] : [{ resourceAppId: ARM_APP, resourceAccess: arm }]),
  ];
}

/** The managed identity vouches for an app: nothing is kept that could be stolen. Its subject is the object id, not the client id. */
export function desiredCredential({ loginUrl, tenantId, managedIdentity, exchangeAudience }: Installation) {
  return {
    name: 'pimlico-managed-identity',
    issuer: `${loginUrl}/${tenantId}/v2.0`,
    subject: managedIdentity,
    audiences: [exchangeAudience],
  };
}
