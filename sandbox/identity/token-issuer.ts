import { randomUUID } from 'node:crypto';

import type { ServiceError } from '../platform/envelopes.ts';
import type { BearerCheck } from '../platform/pipeline.ts';
import type {
  AccessToken,
  AccessTokenRequest,
  SandboxClock,
  ServiceName,
  Tenant,
  TokenIssuer,
  User,
} from '../platform/types.ts';
import refusals from './bearer-refusals.json' with { type: 'json' };
import { type Claims, readJwt, type SigningKey, signJwt } from './keys.ts';
import { audienceOf, BOT_FRAMEWORK, findResource } from './resources.ts';

export interface TokenIssuerOptions {
  readonly clock: SandboxClock;
  readonly tenant: Tenant;
  /** Origin of the login service: the issuer of version 2 tokens begins with it. */
  readonly loginUrl: string;
  readonly entraKey: SigningKey;
  readonly channelKey: SigningKey;
}

export interface IdTokenRequest {
  readonly clientId: string;
  readonly personId: string;
  readonly nonce?: string;
  readonly amr?: readonly string[];
  readonly acrs?: readonly string[];
}

/** How a bearer token is refused. */
export type BearerProblem = 'missing' | 'invalid' | 'expired' | 'audience';

const TEAMS_DESKTOP = '1fec8e78-bce4-4aaf-ab1b-5451cc387264';
/** Entra draws 60 to 90 minutes at random; one fixed value in between keeps runs repeatable. */
const SSO_LIFETIME = Temporal.Duration.from({ minutes: 75 });
const ACCESS_LIFETIME = Temporal.Duration.from({ minutes: 60 });
const CHANNEL_LIFETIME_SECONDS = 3600;
const REMEMBERED_TOKENS = 50_000;

/** The issuer with what only the login service and the pipeline need. */
export interface EntraTokenIssuer extends TokenIssuer, BearerCheck {
  idToken(request: IdTokenRequest): Promise<string>;
  /** The claims of a token that Entra signed, whatever its audience and time; null when it did not. */
  readSigned(token: string): Claims | null;
}

/** Makes the issuer of one sandbox. */
export function createTokenIssuer(options: TokenIssuerOptions): EntraTokenIssuer {
  return new SandboxTokenIssuer(options);
}

class SandboxTokenIssuer implements EntraTokenIssuer {
  readonly #options: TokenIssuerOptions;
  /** Claims by token text, null for a bad signature; RSA would otherwise dominate every bench. */
  readonly #read = new Map<string, { readonly claims: Claims; readonly token: AccessToken } | null>();

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
  }

  channelToken(serviceUrl: string): Promise<string> {
    const { tenant, channelKey } = this.#options;
    const now = seconds(Temporal.Now.instant());
    return signJwt(channelKey, {
      iss: BOT_FRAMEWORK,
      aud: tenant.apps.connector.clientId,
      serviceurl: serviceUrl,
      nbf: now,
      iat: now,
      exp: now + CHANNEL_LIFETIME_SECONDS,
    });
  }

  async ssoToken(personId: string): Promise<string> {
    const { selfService } = this.#options.tenant.apps;
    return signJwt(this.#options.entraKey, {
      ...this.#lifetime(SSO_LIFETIME),
      ...this.#versionTwo(selfService.clientId, personId),
      ...this.#appRoles(personId),
      azp: TEAMS_DESKTOP,
      azpacr: '0',
      scp: 'access_as_user',
    });
  }

  async accessToken(request: AccessTokenRequest): Promise<string> {
    const { tenant, entraKey } = this.#options;
    const resource = findResource(tenant, request.audience);
    if (!resource) throw new Error(`There is no resource ${request.audience}.`);
    const { audience, key } = resource;
    const permissions = request.personId === undefined ? request.app.application : request.app.delegated;
    const granted = permissions[key];
    if (!granted) throw new Error(`${request.app.displayName} has no permission for ${key}.`);
    const isOwnApi = audience === tenant.apps.selfService.clientId;
    const identity = isOwnApi
      ? { ...this.#versionTwo(audience, request.personId), azp: request.app.clientId, azpacr: '1' }
      : { ...this.#versionOne(audience, request.personId), appid: request.app.clientId, appidacr: '1' };
    return signJwt(entraKey, {
      ...this.#lifetime(request.lifetime ?? ACCESS_LIFETIME),
      ...identity,
      ...(request.personId === undefined && { oid: request.app.clientId, sub: request.app.clientId }),
      ...(request.personId === undefined ? { roles: granted } : { scp: granted.join(' ') }),
      ...(isOwnApi && request.personId !== undefined && this.#appRoles(request.personId)),
      ...(request.amr && { amr: request.amr }),
      ...(request.acrs && request.acrs.length > 0 && { acrs: request.acrs }),
      ...(request.capabilities && request.capabilities.length > 0 && { xms_cc: request.capabilities }),
      // The Bot Framework SDK keeps connector tokens by the wall clock, whatever the sandbox's clock does meanwhile.
      ...(audience === BOT_FRAMEWORK && { sandbox_wall_exp: seconds(Temporal.Now.instant()) + 3600 }),
    });
  }

  async idToken({ clientId, personId, nonce, amr, acrs }: IdTokenRequest): Promise<string> {
    return signJwt(this.#options.entraKey, {
      ...this.#lifetime(ACCESS_LIFETIME),
      ...this.#versionTwo(clientId, personId),
      ...this.#appRoles(personId),
      ...(nonce !== undefined && { nonce }),
      ...(amr && { amr }),
      ...(acrs && acrs.length > 0 && { acrs }),
    });
  }

  readSigned(token: string): Claims | null {
    return this.#load(token)?.claims ?? null;
  }

  verify(token: string, service: ServiceName): AccessToken | null {
    const checked = this.#judge(token, service);
    return typeof checked === 'string' ? null : checked;
  }

  check(authorization: string | undefined, service: ServiceName): AccessToken | ServiceError {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7).trim() : '';
    const checked = token === '' ? 'missing' : this.#judge(token, service);
    if (typeof checked !== 'string') return checked;
    const texts = service === 'arm' ? refusals.arm : service === 'connector' ? refusals.connector : refusals.graph;
    const uri = `${this.#options.loginUrl}/${this.#options.tenant.id}/oauth2/authorize`;
    const headers = { 'www-authenticate': `Bearer realm="", authorization_uri="${uri}", error="invalid_token"` };
    return { status: 401, ...texts[checked], headers };
  }

  #judge(text: string, service: ServiceName): AccessToken | BearerProblem {
    const loaded = this.#load(text);
    const { tenant, clock } = this.#options;
    if (!loaded || loaded.token.tenantId !== tenant.id) return 'invalid';
    const { token, claims } = loaded;
    if (token.audience !== audienceOf(tenant, service)) return 'audience';
    if (token.expiresAt.epochMilliseconds > clock.now().epochMilliseconds) return token;
    const wall = service === 'connector' ? Number(claims.sandbox_wall_exp ?? 0) : 0;
    return wall > 0 && wall > seconds(Temporal.Now.instant()) ? token : 'expired';
  }

  #load(text: string): { readonly claims: Claims; readonly token: AccessToken } | null {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const claims = readJwt(this.#options.entraKey, text);
    const entry = claims && { claims, token: toAccessToken(claims) };
    if (this.#read.size >= REMEMBERED_TOKENS) this.#read.clear();
    this.#read.set(text, entry);
    return entry;
  }

  #lifetime(lifetime: Temporal.Duration): Claims {
    const now = this.#options.clock.now();
    return { iat: seconds(now), nbf: seconds(now), exp: seconds(now.add(lifetime)), uti: randomUUID() };
  }

  #versionOne(audience: string, personId: string | undefined): Claims {
    const { tenant } = this.#options;
    const shared = { aud: audience, iss: `https://sts.windows.net/${tenant.id}/`, tid: tenant.id, ver: '1.0' };
    if (personId === undefined) return { ...shared, idtyp: 'app' };
    const { id, displayName, userPrincipalName } = this.#person(personId);
    return { ...shared, idtyp: 'user', oid: id, sub: id, name: displayName, upn: userPrincipalName };
  }

  #versionTwo(audience: string, personId: string | undefined): Claims {
    const { tenant, loginUrl } = this.#options;
    const shared = { aud: audience, iss: `${loginUrl}/${tenant.id}/v2.0`, tid: tenant.id, ver: '2.0' };
    if (personId === undefined) return { ...shared, idtyp: 'app' };
    const { id, displayName, userPrincipalName } = this.#person(personId);
    return { ...shared, oid: id, sub: id, name: displayName, preferred_username: userPrincipalName };
  }

  #person(id: string): User {
    const user = this.#options.tenant.users.get(id);
    if (!user) throw new Error(`The tenant has nobody with the id ${id}.`);
    return user;
  }

  #appRoles(personId: string): Claims {
    const roles = this.#options.tenant.appRoles?.get(personId);
    return roles ? { roles } : {};
  }
}

function seconds(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}

function toAccessToken(claims: Claims): AccessToken {
  const isApplication = claims.idtyp === 'app';
  return {
    kind: isApplication ? 'application' : 'delegated',
    audience: String(claims.aud),
    tenantId: String(claims.tid),
    appId: String(claims.appid ?? claims.azp ?? claims.aud),
    principalId: isApplication ? null : String(claims.oid),
    scopes: typeof claims.scp === 'string' ? claims.scp.split(' ') : [],
    roles: strings(claims.roles),
    amr: strings(claims.amr),
    acrs: strings(claims.acrs),
    capabilities: strings(claims.xms_cc),
    expiresAt: Temporal.Instant.fromEpochMilliseconds(Number(claims.exp) * 1000),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
