import { timingSafeEqual } from 'node:crypto';

import type { AppRegistration, Tenant } from '../platform/types.ts';
import { EntraError } from './entra-error.ts';
import { decodeJwtPart } from './keys.ts';
import { findApp } from './tenant.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const FEDERATED_AUDIENCE = 'api://AzureADTokenExchange';

/** The app that a token request proves to be: by its secret, or by a client assertion of the right form. */
export function authenticateClient(tenant: Tenant, form: URLSearchParams, tokenUrl: string): AppRegistration {
  const clientId = form.get('client_id');
  if (!clientId) throw new EntraError('missing_parameter', { name: 'client_id' });
  const app = findApp(tenant, clientId);
  if (!app) throw new EntraError('no_app', { client: clientId });
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    checkAssertion(app, form.get('client_assertion_type'), assertion, tokenUrl);
    return app;
  }
  if (secret === null) throw new EntraError('no_secret');
  if (!equal(secret, app.secret)) throw new EntraError('bad_secret', { client: app.clientId });
  return app;
}

/**
 * Checks form, audience and time of an assertion. Its signature belongs to a certificate or a foreign issuer that the
 * sandbox does not have (`sandbox/README.md`).
 */
function checkAssertion(app: AppRegistration, type: string | null, assertion: string, tokenUrl: string): void {
  const refuse = (why: string): EntraError => new EntraError('bad_client_assertion', { why });
  if (type !== ASSERTION_TYPE) throw refuse('client_assertion_type is not jwt-bearer');
  const parts = assertion.split('.');
  const [header, claims] = [decodeJwtPart(parts[0] ?? ''), decodeJwtPart(parts[1] ?? '')];
  if (parts.length !== 3 || !parts[2] || !header || !claims) throw refuse('it is not a JWT');
  if (header.alg === 'none' || typeof header.alg !== 'string') throw refuse('it is not signed');
  const isFederated = claims.aud === FEDERATED_AUDIENCE;
  if (!isFederated && claims.aud !== tokenUrl) throw refuse('its audience is not the token endpoint');
  if (!isFederated && (claims.iss !== app.clientId || claims.sub !== app.clientId)) {
    throw refuse('issuer and subject are not the client');
  }
  // Client assertions are made by the client's own clock, which is the wall clock.
  if (Number(claims.exp ?? 0) * 1000 <= Temporal.Now.instant().epochMilliseconds) throw refuse('it has expired');
}

function equal(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
