import type { AccessTokenRequest, AppRegistration, Tenant, TokenIssuer, User } from '../platform/types.ts';
import { findResource } from './resources.ts';
import { findPerson } from './tenant.ts';

type Body = Readonly<Record<string, unknown>>;

const SHORT_NAMES: Readonly<Record<string, string>> = {
  graph: 'https://graph.microsoft.com',
  arm: 'https://management.azure.com',
  connector: 'https://api.botframework.com',
};

/**
 * Makes the token that `POST /tokens` asks for, without any sign-in: for tests and for foreign clients.
 * `self-service` is what Teams SSO gives; `bot` what Teams sends with an activity.
 */
export async function makeToken(tenant: Tenant, issuer: TokenIssuer, body: Body): Promise<string> {
  const resource = String(body.resource);
  if (resource === 'bot') {
    if (typeof body.serviceUrl !== 'string') throw new RangeError('A token for the bot needs "serviceUrl".');
    return issuer.channelToken(body.serviceUrl);
  }
  const person = readPerson(tenant, body.person);
  if (resource === 'self-service') {
    if (!person) throw new RangeError('A self-service token needs "person".');
    return issuer.ssoToken(person.id);
  }
  const app = readApp(tenant, body.app, person);
  const audience = SHORT_NAMES[resource] ?? resource;
  const found = findResource(tenant, audience);
  if (!found) throw new RangeError(`There is no resource "${resource}".`);
  if (!(person ? app.delegated : app.application)[found.key]) {
    throw new RangeError(
      `${app.displayName} has no ${person ? 'delegated' : 'application'} permission for ${found.key}.`,
    );
  }
  return issuer.accessToken(readRequest(body, app, audience, person));
}

function readRequest(body: Body, app: AppRegistration, audience: string, person: User | undefined): AccessTokenRequest {
  const acrs = readWords(body.acrs);
  return {
    app,
    audience,
    ...(person && { personId: person.id, amr: readWords(body.amr) ?? ['pwd'] }),
    ...(acrs && { acrs }),
    // PIM honours acrs only in tokens of clients that declare cp1 (teams-platform §1.10).
    capabilities: readWords(body.capabilities) ?? (acrs ? ['cp1'] : []),
    ...(body.expiresIn !== undefined && { lifetime: readLifetime(body.expiresIn) }),
  };
}

function readPerson(tenant: Tenant, name: unknown): User | undefined {
  if (name === undefined || name === null) return undefined;
  const person = findPerson(tenant, String(name));
  if (!person) throw new RangeError(`There is nobody "${String(name)}".`);
  return person;
}

function readApp(tenant: Tenant, name: unknown, person: User | undefined): AppRegistration {
  if (name === undefined) {
    if (person) return tenant.apps.selfService;
    throw new RangeError('Give "person", or "app" for an application token.');
  }
  const found = Object.entries(tenant.apps).find(([key]) => key === name);
  if (!found) throw new RangeError(`There is no app "${String(name)}".`);
  return found[1];
}

function readWords(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : String(value).split(/[\s,]+/);
}

/** Seconds, or an ISO 8601 duration. */
function readLifetime(value: unknown): Temporal.Duration {
  if (typeof value === 'number') return Temporal.Duration.from({ seconds: value });
  return Temporal.Duration.from(String(value));
}
