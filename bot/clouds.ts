/**
 * Where Microsoft's services are in one cloud, and what tokens are asked for there.
 *
 * Sources, seen 2026-11-22: login, Bot Framework, Graph and Teams' hosts: `CloudEnvironment` of Microsoft's Teams SDK, which
 * agrees with `GovernmentConstants` of botframework-connector; Azure Resource Manager and portals: Microsoft's pages on national
 * clouds. `exchangeAudience` and `databaseResource` outside the public cloud are UNVERIFIED, and no tenant there has been tried.
 */
export interface Cloud {
  readonly loginUrl: string;
  readonly graphUrl: string;
  readonly armUrl: string;
  /** Where the keys are found that sign what Teams sends, and who signs. */
  readonly channelMetadataUrl: string;
  readonly channelIssuer: string;
  /** What the connector's tokens are for. */
  readonly connectorResource: string;
  /** Teams' own hosts. Exact: anybody can register a name under trafficmanager.net. The first is that of proactive messages. */
  readonly serviceHosts: readonly [string, ...string[]];
  /** Host of the Bot Framework's token service. */
  readonly tokenHost: string;
  /** Where people find PIM without the bot. */
  readonly portalUrl: string;
  /** What a managed identity's token is for that a federated credential takes. */
  readonly exchangeAudience: string;
  /** What tokens for Azure Database for PostgreSQL are for. */
  readonly databaseResource: string;
}

const US_GOVERNMENT = {
  loginUrl: 'https://login.microsoftonline.us',
  armUrl: 'https://management.usgovcloudapi.net',
  channelMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  channelIssuer: 'https://api.botframework.us',
  connectorResource: 'https://api.botframework.us',
  portalUrl: 'https://portal.azure.us',
  exchangeAudience: 'api://AzureADTokenExchangeUSGov',
  databaseResource: 'https://ossrdbms-aad.database.usgovcloudapi.net',
} as const;

export const CLOUD_NAMES = ['public', 'gcch', 'dod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** The clouds by the names of `PIMLICO_CLOUD`. GCC is part of the public one: only its service host is its own. */
export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  public: {
    loginUrl: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    armUrl: 'https://management.azure.com',
    channelMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    channelIssuer: 'https://api.botframework.com',
    connectorResource: 'https://api.botframework.com',
    serviceHosts: [
      'smba.trafficmanager.net',
      'smba.onyx.prod.teams.trafficmanager.net',
      'smba.infra.gcc.teams.microsoft.com',
    ],
    tokenHost: 'token.botframework.com',
    portalUrl: 'https://entra.microsoft.com',
    exchangeAudience: 'api://AzureADTokenExchange',
    databaseResource: 'https://ossrdbms-aad.database.windows.net',
  },
  gcch: {
    ...US_GOVERNMENT,
    graphUrl: 'https://graph.microsoft.us',
    serviceHosts: ['smba.infra.gov.teams.microsoft.us'],
    tokenHost: 'tokengcch.botframework.azure.us',
  },
  dod: {
    ...US_GOVERNMENT,
    graphUrl: 'https://dod-graph.microsoft.us',
    serviceHosts: ['smba.infra.dod.teams.microsoft.us'],
    // Host names are compared in lower case; Microsoft writes apiDoD.
    tokenHost: 'apidod.botframework.azure.us',
  },
  china: {
    loginUrl: 'https://login.partner.microsoftonline.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    armUrl: 'https://management.chinacloudapi.cn',
    channelMetadataUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
    channelIssuer: 'https://api.botframework.azure.cn',
    connectorResource: 'https://api.botframework.azure.cn',
    serviceHosts: ['frontend.botapi.msg.infra.teams.microsoftonline.cn'],
    tokenHost: 'token.botframework.azure.cn',
    portalUrl: 'https://portal.azure.cn',
    exchangeAudience: 'api://AzureADTokenExchangeChina',
    databaseResource: 'https://ossrdbms-aad.database.chinacloudapi.cn',
  },
};

/** What people's tokens are for in a cloud: Graph and ARM are called there what they are called by URL. */
export function audiencesOf({ graphUrl, armUrl }: Cloud) {
  return { graphResource: graphUrl, armResource: armUrl };
}

export function isCloudName(text: string): text is CloudName {
  return Object.hasOwn(CLOUDS, text);
}

/** The cloud of this name; the public one for a name that somebody else refuses. */
export function cloudOrPublic(name: string): Cloud {
  return CLOUDS[isCloudName(name) ? name : 'public'];
}
