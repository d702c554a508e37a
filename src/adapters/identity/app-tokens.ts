import type { TokenCredential } from '@azure/identity';
import type { Clock } from '../../ports/clock.ts';
import type { CallWatch } from '../../ports/telemetry.ts';
import { TokenCache } from './token-cache.ts';
import { issue, issueAppToken } from './token-exchange.ts';
import type { AppCredential, BearerTokens } from './token-source.ts';

/** An app that asks for its own tokens, by its registration or by a credential such as a managed identity. */
export type AppTokenSettings = { readonly clock: Pick<Clock, 'now'>; readonly watch?: CallWatch } & (
  | {
      readonly loginUrl: string;
      readonly tenantId: string;
      readonly clientId: string;
      readonly credential: AppCredential;
    }
  | { readonly tokenCredential: TokenCredential }
);

/** Tokens of the reader for a resource such as `https://graph.microsoft.com`; what it is called differs from cloud to cloud. */
export function createReaderTokens(settings: AppTokenSettings, resource: string): BearerTokens {
  return createAppTokens(settings, `${resource}/.default`);
}

/** Tokens of the connector app for Graph, where it may install itself and nothing else. */
export function createInstallerTokens(settings: AppTokenSettings, graphResource: string): BearerTokens {
  return createAppTokens(settings, `${graphResource}/.default`);
}

/** Tokens of the connector app for the Bot Connector, from our own tenant's authority. */
export function createConnectorTokens(settings: AppTokenSettings, connectorResource: string): BearerTokens {
  return createAppTokens(settings, `${connectorResource}/.default`);
}

/** Tokens of the managed identity for Azure Database for PostgreSQL, which takes them for passwords. */
export function createDatabaseTokens(settings: AppTokenSettings, databaseResource: string): BearerTokens {
  return createAppTokens(settings, `${databaseResource}/.default`);
}

/** Tokens of the managed identity for blobs. */
export function createStorageTokens(settings: AppTokenSettings): BearerTokens {
  return createAppTokens(settings, 'https://storage.azure.com/.default');
}

function createAppTokens(settings: AppTokenSettings, scope: string): BearerTokens {
  const cache = new TokenCache(settings.clock);
  const issueToken = () =>
    'tokenCredential' in settings ? issue(settings, settings.tokenCredential, scope) : issueAppToken(settings, scope);
  return {
    token: async () => (await cache.get(scope, issueToken)).token,
    reject: (token) => cache.drop(scope, token),
  };
}
