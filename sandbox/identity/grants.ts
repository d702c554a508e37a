import { createHash } from 'node:crypto';

import type { AppRegistration, Faults, Tenant, World } from '../platform/types.ts';
import { acrsChallenge, type ClaimsRequest, MFA_CHALLENGE, readClaims } from './claims-request.ts';
import { refuseBlocked, requireMfaByPolicy } from './conditional-access.ts';
import { EntraError } from './entra-error.ts';
import { readScopes, requireConsent, type ScopeRequest } from './scopes.ts';
import type { CodeGrant, SessionStore } from './sessions.ts';
import type { EntraTokenIssuer } from './token-issuer.ts';

export interface GrantContext {
  readonly world: World;
  readonly issuer: EntraTokenIssuer;
  readonly faults: Faults;
  readonly sessions: SessionStore;
}

/** One token request, its client already proven. */
export interface GrantRequest {
  readonly app: AppRegistration;
  readonly form: URLSearchParams;
}

/** What a grant came to: the body of the answer, and for whom. */
export interface Granted {
  readonly personId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Everything that decides what is in the token of a person. */
interface DelegatedGrant {
  readonly app: AppRegistration;
  readonly personId: string;
  readonly scopes: ScopeRequest;
  readonly amr: readonly string[];
  readonly acrs: readonly string[];
  readonly idTokenAcrs: readonly string[];
  readonly capabilities: readonly string[];
  readonly nonce?: string;
  readonly wantsClientInfo: boolean;
}

const EXPIRES_IN = 3599;

/** A token of the application itself, with every application permission an administrator granted. */
export async function clientCredentials(context: GrantContext, { app, form }: GrantRequest): Promise<Granted> {
  const scopes = readScopes(context.world.tenant, form.get('scope'));
  if (!scopes.isDefault) throw new EntraError('not_default_scope', { scope: form.get('scope') ?? '' });
  const { audience, key } = scopes.resource;
  if (!app.application[key]) throw new EntraError('resource_not_requested', { client: app.clientId, resource: key });
  const { capabilities } = readClaims(form.get('claims'));
  const token = await context.issuer.accessToken({ app, audience, capabilities });
  const body = { token_type: 'Bearer', expires_in: EXPIRES_IN, ext_expires_in: EXPIRES_IN, access_token: token };
  return { personId: null, body };
}

/** On-behalf-of: trades a token of the person for the calling app against one for another resource. It can never prompt. */
export async function onBehalfOf(context: GrantContext, { app, form }: GrantRequest): Promise<Granted> {
  const { tenant } = context.world;
  if (form.get('requested_token_use') !== 'on_behalf_of') {
    throw new EntraError('missing_parameter', { name: 'requested_token_use' });
  }
  const scopes = readScopes(tenant, form.get('scope'));
  const assertion = readAssertion(context, app, form.get('assertion'));
  const wanted = readClaims(form.get('claims'));
  refuseBlocked(context, assertion.personId);
  requireProof(wanted, { contexts: assertion.acrs, amr: assertion.amr }, scopes.resource.key);
  requireMfaByPolicy(context, assertion.personId, scopes.resource.key, assertion.amr);
  requireConsent(tenant, app, scopes, assertion.personId);
  return issue(context, {
    ...assertion,
    app,
    scopes,
    idTokenAcrs: [],
    capabilities: wanted.capabilities,
    wantsClientInfo: form.has('client_info'),
  });
}

/** Redeems a code of the authorize page, once, with its PKCE verifier. */
export async function authorizationCode(context: GrantContext, { app, form }: GrantRequest): Promise<Granted> {
  const grant = context.sessions.redeemCode(form.get('code') ?? '');
  checkCode(grant, app, form, context);
  const scopes = readScopes(context.world.tenant, form.get('scope') ?? grant.scope);
  const wanted = readClaims(form.get('claims') ?? grant.claims);
  const asked = readClaims(grant.claims);
  const amr = methods(grant.hasMfa);
  const idTokenAcrs = grant.hasMfa ? asked.idTokenAcrs : [];
  const contexts = grant.hasMfa ? [...asked.acrs, ...idTokenAcrs] : [];
  refuseBlocked(context, grant.personId);
  requireProof(wanted, { contexts, amr }, scopes.resource.key);
  requireConsent(context.world.tenant, app, scopes, grant.personId);
  return issue(context, {
    app,
    personId: grant.personId,
    scopes,
    amr,
    acrs: wanted.acrs,
    idTokenAcrs,
    capabilities: [...new Set([...wanted.capabilities, ...asked.capabilities])],
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    wantsClientInfo: form.has('client_info'),
  });
}

/** A later token of the same sign-in; authentication contexts must be asked for again. */
export async function refreshToken(context: GrantContext, { app, form }: GrantRequest): Promise<Granted> {
  const session = context.sessions.findRefreshToken(form.get('refresh_token') ?? '');
  if (!session || session.clientId !== app.clientId) throw new EntraError('bad_grant');
  const scopes = readScopes(context.world.tenant, form.get('scope'));
  const wanted = readClaims(form.get('claims'));
  const { personId } = session;
  const amr = methods(session.hasMfa);
  refuseBlocked(context, personId);
  const contexts = session.hasMfa ? [...wanted.acrs, ...wanted.idTokenAcrs] : [];
  requireProof(wanted, { contexts, amr }, scopes.resource.key);
  requireMfaByPolicy(context, personId, scopes.resource.key, amr);
  requireConsent(context.world.tenant, app, scopes, personId);
  return issue(context, { app, personId, scopes, amr, ...wanted, wantsClientInfo: form.has('client_info') });
}

/** What the sign-in has proven must reach for what the claims ask. */
function requireProof(
  wanted: ClaimsRequest,
  held: { readonly contexts: readonly string[]; readonly amr: readonly string[] },
  resource: string,
): void {
  const contexts = [...new Set([...wanted.acrs, ...wanted.idTokenAcrs])];
  if (!contexts.every((context) => held.contexts.includes(context))) {
    throw new EntraError('mfa_required', { resource }, acrsChallenge(contexts));
  }
  if (wanted.mfa && !held.amr.includes('mfa')) throw new EntraError('mfa_required', { resource }, MFA_CHALLENGE);
}

function readAssertion(
  { world, issuer }: GrantContext,
  app: AppRegistration,
  text: string | null,
): Pick<DelegatedGrant, 'personId' | 'amr' | 'acrs'> {
  const { tenant, clock } = world;
  if (!text) throw new EntraError('missing_parameter', { name: 'assertion' });
  const claims = issuer.readSigned(text);
  if (!claims) throw new EntraError('bad_assertion', { why: 'The key was not found' });
  if (claims.aud !== app.clientId && claims.aud !== app.identifierUri) {
    throw new EntraError('bad_assertion', {
      why: 'Assertion audience does not match the Client app presenting the assertion',
    });
  }
  if (claims.tid !== tenant.id) throw new EntraError('bad_assertion', { why: 'The tenant differs' });
  if (claims.idtyp === 'app') throw new EntraError('assertion_of_app', { client: app.clientId });
  if (typeof claims.scp !== 'string') throw new EntraError('bad_assertion', { why: 'It is not an access token' });
  if (Number(claims.exp) * 1000 <= clock.now().epochMilliseconds) throw new EntraError('assertion_expired');
  const personId = String(claims.oid);
  if (!tenant.users.has(personId)) throw new EntraError('no_person');
  return { personId, amr: words(claims.amr), acrs: words(claims.acrs) };
}

function checkCode(grant: CodeGrant, app: AppRegistration, form: URLSearchParams, { world }: GrantContext): void {
  if (grant.clientId !== app.clientId) throw new EntraError('bad_grant');
  if (grant.expiresAt.epochMilliseconds <= world.clock.now().epochMilliseconds) throw new EntraError('code_expired');
  const redirect = form.get('redirect_uri') ?? '';
  if (grant.redirectUri !== redirect) throw new EntraError('redirect_differs', { redirect });
  const verifier = form.get('code_verifier') ?? '';
  if (createHash('sha256').update(verifier).digest('base64url') !== grant.challenge) {
    throw new EntraError('bad_verifier');
  }
}

async function issue(context: GrantContext, grant: DelegatedGrant): Promise<Granted> {
  const { issuer, sessions, world } = context;
  const { app, personId, scopes, amr, acrs, idTokenAcrs, capabilities, nonce } = grant;
  const { audience, key } = scopes.resource;
  const granted = app.delegated[key] ?? [];
  const accessToken = await issuer.accessToken({ app, audience, personId, amr, acrs, capabilities });
  const session = { clientId: app.clientId, personId, hasMfa: amr.includes('mfa') };
  const idToken = { clientId: app.clientId, personId, amr, acrs: idTokenAcrs, ...(nonce !== undefined && { nonce }) };
  const body = {
    token_type: 'Bearer',
    scope: granted.map((name) => `${key}/${name}`).join(' '),
    expires_in: EXPIRES_IN,
    ext_expires_in: EXPIRES_IN,
    access_token: accessToken,
    ...(scopes.offline && { refresh_token: sessions.addRefreshToken(session) }),
    ...(scopes.openId && { id_token: await issuer.idToken(idToken) }),
    ...(grant.wantsClientInfo && { client_info: clientInfo(world.tenant, personId) }),
  };
  return { personId, body };
}

function clientInfo(tenant: Tenant, personId: string): string {
  return Buffer.from(JSON.stringify({ uid: personId, utid: tenant.id })).toString('base64url');
}

function methods(hasMfa: boolean): readonly string[] {
  return hasMfa ? ['pwd', 'mfa'] : ['pwd'];
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
