import type { Answer, Exchange, Faults, Route, Tenant, World } from '../platform/types.ts';
import { authorize } from './authorize.ts';
import { authenticateClient } from './client-authentication.ts';
import { EntraError } from './entra-error.ts';
import {
  authorizationCode,
  clientCredentials,
  type GrantContext,
  type Granted,
  type GrantRequest,
  onBehalfOf,
  refreshToken,
} from './grants.ts';
import type { SigningKey } from './keys.ts';
import { SessionStore } from './sessions.ts';
import { isTenantName } from './tenant.ts';
import type { EntraTokenIssuer } from './token-issuer.ts';

export interface LoginOptions {
  readonly world: World;
  readonly issuer: EntraTokenIssuer;
  readonly faults: Faults;
  readonly loginUrl: string;
  readonly entraKey: SigningKey;
}

type Grant = (context: GrantContext, request: GrantRequest) => Promise<Granted>;

const GRANTS: Readonly<Record<string, Grant>> = {
  client_credentials: clientCredentials,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': onBehalfOf,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
};

/** The login service: metadata, keys, the sign-in page, the token endpoint. */
export function loginRoutes(options: LoginOptions): Route[] {
  const { world, issuer, faults, loginUrl, entraKey } = options;
  const context: GrantContext = { world, issuer, faults, sessions: new SessionStore() };
  const { tenant, clock } = world;
  const guarded =
    (handler: (exchange: Exchange, name: string) => Answer | Promise<Answer>): Route['handle'] =>
    async (exchange, { tenant: name = '' }) => {
      try {
        if (!isTenantName(tenant, name)) throw new EntraError('no_tenant', { tenant: name });
        return await handler(exchange, name);
      } catch (error) {
        if (error instanceof EntraError) return error.toAnswer(clock, correlationId(exchange));
        throw error;
      }
    };
  return [
    { method: 'GET', pattern: '/common/discovery/instance', handle: () => ok(instance(loginUrl)) },
    {
      method: 'GET',
      pattern: '/:tenant/v2.0/.well-known/openid-configuration',
      handle: guarded((_exchange, name) => ok(metadata(tenant, loginUrl, name))),
    },
    {
      method: 'GET',
      pattern: '/:tenant/discovery/v2.0/keys',
      handle: guarded(() => ok({ keys: [entraKey.jwk] })),
    },
    {
      method: 'GET',
      pattern: '/:tenant/oauth2/v2.0/authorize',
      handle: guarded((exchange) => authorize(context, exchange)),
    },
    {
      method: 'POST',
      pattern: '/:tenant/oauth2/v2.0/token',
      handle: guarded((exchange, name) => token(context, exchange, `${loginUrl}/${name}/oauth2/v2.0/token`)),
    },
  ];
}

async function token(context: GrantContext, exchange: Exchange, tokenUrl: string): Promise<Answer> {
  const form = new URLSearchParams(exchange.text);
  const clientId = form.get('client_id');
  const kind = form.get('grant_type') === 'client_credentials' ? 'application' : 'delegated';
  try {
    const app = authenticateClient(context.world.tenant, form, tokenUrl);
    const grant = GRANTS[form.get('grant_type') ?? ''];
    if (!grant) throw new EntraError('unsupported_grant', { grant: form.get('grant_type') ?? '' });
    const { personId, body } = await grant(context, { app, form });
    return { status: 200, headers: { pragma: 'no-cache' }, body, by: { principalId: personId, appId: clientId, kind } };
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const answer = error.toAnswer(context.world.clock, correlationId(exchange));
    return { ...answer, by: { principalId: null, appId: clientId, kind } };
  }
}

function metadata(tenant: Tenant, loginUrl: string, name: string): unknown {
  const isAny = name === 'common' || name === 'organizations';
  const base = `${loginUrl}/${name}`;
  return {
    issuer: `${loginUrl}/${isAny ? '{tenantid}' : tenant.id}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    response_modes_supported: ['query'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver'],
    request_uri_parameter_supported: false,
    tenant_region_scope: null,
    cloud_instance_name: 'localhost',
  };
}

function instance(loginUrl: string): unknown {
  const { host } = new URL(loginUrl);
  return {
    tenant_discovery_endpoint: `${loginUrl}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function correlationId({ headers, query }: Exchange): string | undefined {
  const id = headers['client-request-id'] ?? query.get('client-request-id') ?? undefined;
  return id?.toString();
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
