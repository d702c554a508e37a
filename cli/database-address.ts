import { cloudOrPublic } from '../bot/clouds.ts';
import type { Environment } from '../bot/config.ts';
import { createSystemClock } from '../src/adapters/clock/system-clock.ts';
import { createIdentities } from '../src/adapters/identity/identities.ts';
import type { DatabaseAddress } from '../src/adapters/postgres/address.ts';
import { noTelemetry } from '../src/ports/telemetry.ts';

/**
 * Where a command finds the database: the URL, or the one of the environment; null without either. With
 * `PIMLICO_DATABASE_AUTH=entra` the one of the environment takes a token of the managed identity, as it does for the bot.
 */
export function databaseAddress(given: string | undefined, env: Environment): DatabaseAddress | null {
  const url = given ?? env.PIMLICO_DATABASE_URL ?? '';
  if (url === '') {
    return null;
  }
  if (given !== undefined || env.PIMLICO_DATABASE_AUTH !== 'entra') {
    return url;
  }
  const { PIMLICO_CLOUD: name = 'public', PIMLICO_TENANT_ID: tenantId = '' } = env;
  const cloud = cloudOrPublic(name);
  const identities = createIdentities({
    clock: createSystemClock(),
    watch: noTelemetry.callsOf('bot'),
    tenantId,
    loginUrl: cloud.loginUrl,
    managedIdentityClientId: env.PIMLICO_MANAGED_IDENTITY_CLIENT_ID ?? null,
    cloud,
  });
  return { url, token: identities.databaseTokens().token };
}
