import type { Answer, AppRegistration, Exchange, User } from '../platform/types.ts';
import { readClaims } from './claims-request.ts';
import { needsMfa, refuseBlocked } from './conditional-access.ts';
import { EntraError } from './entra-error.ts';
import type { GrantContext } from './grants.ts';
import { readScopes } from './scopes.ts';
import { noteSignIn } from './sign-in-log.ts';
import { refusalPage, signInPage } from './sign-in-page.ts';
import { findApp, findPerson } from './tenant.ts';

const CODE_LIFETIME = Temporal.Duration.from({ minutes: 10 });

/**
 * The authorize endpoint: authorization code with PKCE, answered by a page on which one picks a person, or at once when
 * the query says `sandbox_person=HANDLE` (with `sandbox_mfa=1`, or `sandbox_deny=1`).
 * What is wrong with client or redirect, and what no sign-in can mend, is told here; all else is told to the redirect.
 */
export function authorize(context: GrantContext, { query, path }: Exchange): Answer {
  const { tenant } = context.world;
  const clientId = query.get('client_id') ?? '';
  const app = findApp(tenant, clientId);
  if (!app) throw new EntraError('no_app', { client: clientId });
  const redirect = readRedirect(app, query.get('redirect_uri') ?? '');
  if (!['query', null].includes(query.get('response_mode'))) {
    const message = 'The sandbox knows response_mode=query only.';
    return { status: 501, body: { error: 'not_implemented', error_description: message } };
  }
  try {
    checkRequest(context, query);
    const name = query.get('sandbox_person');
    if (query.get('sandbox_deny') === '1') throw new EntraError('access_denied');
    if (name === null) {
      if (query.get('prompt') === 'none') throw new EntraError('login_required');
      return signInPage({ tenant, app, path, query });
    }
    const person = findPerson(tenant, name);
    if (!person) throw new EntraError('no_person');
    return logged(context, { app, person, query, redirect });
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    if (error.row.staysOnPage) return refusalPage(error.message);
    return sendBack(redirect, query, { error: error.row.error, error_description: error.message });
  }
}

interface SignIn {
  readonly app: AppRegistration;
  readonly person: User;
  readonly query: URLSearchParams;
  readonly redirect: string;
}

/** Who failed is in the log of sign-ins as well as who did not. */
function logged(context: GrantContext, wanted: SignIn): Answer {
  const { app, person } = wanted;
  const at = { appId: app.clientId, appName: app.displayName };
  try {
    const answer = signIn(context, wanted);
    noteSignIn(context.world, person, { ...at, errorCode: 0 });
    return answer;
  } catch (error) {
    if (error instanceof EntraError) noteSignIn(context.world, person, { ...at, errorCode: error.row.number });
    throw error;
  }
}

function signIn(context: GrantContext, { app, person, query, redirect }: SignIn): Answer {
  const { tenant, clock } = context.world;
  const hasMfa = query.get('sandbox_mfa') === '1';
  const scope = query.get('scope') ?? '';
  const claims = query.get('claims');
  const { resource } = readScopes(tenant, scope);
  const { acrs, idTokenAcrs, mfa } = readClaims(claims);
  const isMfaAsked = mfa || acrs.length + idTokenAcrs.length > 0 || needsMfa(context, person.id, resource.key);
  if (isMfaAsked && !hasMfa) throw new EntraError('mfa_failed');
  refuseBlocked(context, person.id);
  if (app === tenant.apps.admin && tenant.withoutAdminConsent.has(person.id)) throw new EntraError('admin_consent');
  // The page asks for consent and going on gives it.
  if (app === tenant.apps.selfService) tenant.withoutConsent.delete(person.id);
  const nonce = query.get('nonce');
  const code = context.sessions.addCode({
    clientId: app.clientId,
    personId: person.id,
    redirectUri: redirect,
    challenge: query.get('code_challenge') ?? '',
    scope,
    claims,
    ...(nonce !== null && { nonce }),
    hasMfa,
    expiresAt: clock.now().add(CODE_LIFETIME),
  });
  const by = { principalId: person.id, appId: app.clientId, kind: 'delegated' } as const;
  return { ...sendBack(redirect, query, { code }), by };
}

function checkRequest(context: GrantContext, query: URLSearchParams): void {
  const type = query.get('response_type') ?? '';
  if (type !== 'code') throw new EntraError('unsupported_response_type', { type });
  if (!query.get('code_challenge') || query.get('code_challenge_method') !== 'S256') {
    throw new EntraError('pkce_required');
  }
  readScopes(context.world.tenant, query.get('scope'));
  readClaims(query.get('claims'));
}

/** The redirect as it was sent, if it is registered. A user name in it would let a prefix lie about the host. */
function readRedirect(app: AppRegistration, redirect: string): string {
  const url = URL.canParse(redirect) ? new URL(redirect) : null;
  const isRegistered = app.redirectPrefixes?.some((prefix) => redirect.startsWith(prefix)) ?? false;
  if (url && isRegistered && url.username === '' && url.password === '' && url.hash === '') return redirect;
  throw new EntraError('redirect_not_registered', { redirect, client: app.clientId });
}

function sendBack(redirect: string, query: URLSearchParams, values: Readonly<Record<string, string>>): Answer {
  const url = new URL(redirect);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) url.searchParams.set('state', state);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' } };
}
