import type { Route } from '../platform/types.ts';
import type { SigningKey } from './keys.ts';

/** The Bot Framework's metadata, as login.botframework.com has it; the emulator's has the same shape and no keys at all. */
export function openIdRoutes(openIdUrl: string, channelKey: SigningKey): Route[] {
  const metadata = (base: string): unknown => ({
    issuer: 'https://api.botframework.com',
    authorization_endpoint: 'https://invalid.botframework.com',
    jwks_uri: `${openIdUrl}${base}/.well-known/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  });
  const get = (pattern: string, body: unknown): Route => ({
    method: 'GET',
    pattern,
    handle: () => ({ status: 200, body }),
  });
  return [
    get('/v1/.well-known/openidconfiguration', metadata('/v1')),
    get('/v1/.well-known/keys', { keys: [channelKey.jwk] }),
    get('/emulator/.well-known/openidconfiguration', metadata('/emulator')),
    get('/emulator/.well-known/keys', { keys: [] }),
  ];
}
