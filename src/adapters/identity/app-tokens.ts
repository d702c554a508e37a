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

/** Tokens of the reader for Graph. `graphResource` differs in national clouds only. */
export function createReaderTokens(
  settings: AppTokenSettings,
  graphResource = 'https://graph.microsoft.com',
): BearerTokens {
  return createAppTokens(settings, `${graphResource}/.default`);
}

/** The same for Azure Resource Manager. */
export function createArmReaderTokens(
  settings: AppTokenSettings,
  armResource = 'https://management.azure.com',
): BearerTokens {
  return createAppTokens(settings, `${armResource}/.default`);
}

/** Tokens of the connector app for the Bot Connector, from our own tenant's authority. */
export function createConnectorTokens(settings: AppTokenSettings): BearerTokens {
  return createAppTokens(settings, 'https://api.botframework.com/.default');
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
