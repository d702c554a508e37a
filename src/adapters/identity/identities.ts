import { ManagedIdentityCredential } from '@azure/identity';
import type { Clock } from '../../ports/clock.ts';
import type { CallWatch } from '../../ports/telemetry.ts';
import { createConnectorTokens, createDatabaseTokens, createReaderTokens } from './app-tokens.ts';
import type { Secret } from './secret.ts';
import type { Authority } from './token-exchange.ts';
import type { AppCredential, BearerTokens } from './token-source.ts';

export interface IdentitySettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tenantId: string;
  /** Origin of Entra's login. */
  readonly loginUrl: string;
  /** Vouches for apps that have no secret; null where there is none. */
  readonly managedIdentityClientId: string | null;
  readonly watch: CallWatch;
  readonly cloud: CloudAudiences;
}

/** What tokens are for in a cloud; the addresses that are called may be others. */
interface CloudAudiences {
  readonly graphUrl: string;
  readonly armUrl: string;
  readonly connectorResource: string;
  /** What the managed identity's own token is for when it vouches for an app. */
  readonly exchangeAudience: string;
  readonly databaseResource: string;
}

/** Our app registrations, and what each proves itself with at Entra. */
export interface Identities {
  authority(clientId: string, secret: Secret | null): Authority;
  /** Tokens of the bot itself for the Bot Connector. */
  connectorTokens(clientId: string, secret: Secret | null): BearerTokens;
  /** Tokens of the managed identity itself, which a database takes for passwords. */
  databaseTokens(): BearerTokens;
  /** The reader's own tokens, one kind for each service. */
  readerTokens(clientId: string, secret: Secret | null): { readonly graph: BearerTokens; readonly arm: BearerTokens };
}

/** Puts the app registrations together with secrets, where there are any, or with the managed identity. */
export function createIdentities(settings: IdentitySettings): Identities {
  const { clock, tenantId, loginUrl, managedIdentityClientId, watch, cloud } = settings;
  const authority: Identities['authority'] = (clientId, secret) => ({
    clock,
    tenantId,
    loginUrl,
    watch,
    clientId,
    credential: credentialOf(settings, secret),
  });
  return {
    authority,
    connectorTokens: (clientId, secret) => createConnectorTokens(authority(clientId, secret), cloud.connectorResource),
    databaseTokens() {
      const tokenCredential = new ManagedIdentityCredential({ clientId: managedIdentityClientId ?? '' });
      return createDatabaseTokens({ clock, watch, tokenCredential }, cloud.databaseResource);
    },
    readerTokens(clientId, secret) {
      // The managed identity may be the reader itself: then there is no app registration between them.
      const reader =
        secret === null && clientId === managedIdentityClientId
          ? { clock, watch, tokenCredential: new ManagedIdentityCredential({ clientId }) }
          : authority(clientId, secret);
      return { graph: createReaderTokens(reader, cloud.graphUrl), arm: createReaderTokens(reader, cloud.armUrl) };
    },
  };
}

/** A secret where there is one; else the managed identity vouches for the app (federated credential). */
function credentialOf({ managedIdentityClientId, cloud }: IdentitySettings, secret: Secret | null): AppCredential {
  if (secret !== null) {
    return { secret };
  }
  const identity = new ManagedIdentityCredential({ clientId: managedIdentityClientId ?? '' });
  return { getAssertion: async () => (await identity.getToken(`${cloud.exchangeAudience}/.default`)).token };
}
