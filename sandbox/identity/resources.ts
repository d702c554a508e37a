import type { ServiceName, Tenant } from '../platform/types.ts';

export const GRAPH = 'https://graph.microsoft.com';
export const ARM = 'https://management.azure.com';
export const BOT_FRAMEWORK = 'https://api.botframework.com';

const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
const ARM_CLASSIC = 'https://management.core.windows.net';

/** Something tokens are for. */
export interface Resource {
  /** `aud` of its tokens. */
  readonly audience: string;
  /** Its name in an app registration's permissions, and the prefix of its scopes. */
  readonly key: string;
}

/** The resource a scope's prefix, a client id or an `aud` names; undefined when the tenant has none of that name. */
export function findResource(tenant: Tenant, name: string): Resource | undefined {
  const bare = name.replace(/\/+$/, '').toLowerCase();
  if (bare === GRAPH || bare === GRAPH_APP_ID) return { audience: GRAPH, key: GRAPH };
  if (bare === ARM || bare === ARM_CLASSIC) return { audience: ARM, key: ARM };
  if (bare === BOT_FRAMEWORK) return { audience: BOT_FRAMEWORK, key: BOT_FRAMEWORK };
  const { selfService } = tenant.apps;
  const own = selfService.identifierUri ?? selfService.clientId;
  if (bare === own.toLowerCase() || bare === selfService.clientId) return { audience: selfService.clientId, key: own };
  return undefined;
}

/** The audience whose tokens a service takes; null for the services that take none. */
export function audienceOf(tenant: Tenant, service: ServiceName): string | null {
  const audiences: Partial<Record<ServiceName, string>> = {
    graph: GRAPH,
    arm: ARM,
    connector: BOT_FRAMEWORK,
    login: tenant.apps.selfService.clientId,
  };
  return audiences[service] ?? null;
}
