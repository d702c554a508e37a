import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { RunningSandbox, SandboxOptions } from '../../../sandbox/start.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { createGraphRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import type { SignInPageSettings } from '../../../src/adapters/identity/sign-in-page.ts';
import { createSignInPage } from '../../../src/adapters/identity/sign-in-page.ts';
import type { PersonalTokens } from '../../../src/adapters/identity/sign-ins.ts';
import { createSignIns } from '../../../src/adapters/identity/sign-ins.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { contextClaims } from '../../../src/domain/page-sign-in.ts';
import { AccessError } from '../../../src/errors.ts';
import type { PageIdentity, RedeemOrder, SignInPage } from '../../../src/ports/identity.ts';
import type { RoleManagement } from '../../../src/ports/role-management.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { silentLog } from '../graph/graph-bench.ts';

export type SignIn = RedeemOrder['signIn'];

/** What a browser has after it was sent to Entra. */
export interface Begun {
  readonly signIn: SignIn;
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Who sits before the browser, and whether they do MFA. */
export interface Browser {
  readonly person?: string;
  readonly hasMfa?: boolean;
}

/** The sign-in page and the people's tokens before a fresh sandbox. Nobody is signed in. */
export interface PageBench {
  readonly sandbox: RunningSandbox;
  readonly signIns: PersonalTokens;
  readonly page: SignInPage;
  readonly roles: RoleManagement;
  idOf(handle: string): PrincipalId;
  /** A page of the same sandbox with other settings. */
  pageWith(settings: Partial<SignInPageSettings>): SignInPage;
  /** A sign-in of the on-call lead for the context `c1` and Graph, kept for the turn. */
  signIn(changes?: Partial<SignIn>): SignIn;
  begin(signIn: SignIn): Promise<Begun>;
  /** Signs in at the sandbox's login; the query that comes back to the callback. */
  browse(url: URL, browser?: Browser): Promise<URLSearchParams>;
  /** What the callback has in its hands after all went well in the browser. */
  order(signIn: SignIn, browser?: Browser): Promise<RedeemOrder>;
  /** The whole flow. */
  complete(signIn: SignIn, browser?: Browser): Promise<PageIdentity>;
  advance(duration: Temporal.DurationLike): Promise<void>;
  close(): Promise<void>;
}

export const PUBLIC_URL = 'http://127.0.0.1:3978';
const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

export async function createPageBench(options: SandboxOptions = {}): Promise<PageBench> {
  const sandbox = await startSandbox({ now: START, ...options });
  trustCertificateAuthority(sandbox.caPem);
  const { clock, urls, tenantId, apps } = sandbox;
  const settings = { clock, tenantId, loginUrl: urls.login };
  const selfService = appOf(apps.selfService);
  const signIns = createSignIns({ ...settings, ...selfService });
  const pageSettings: SignInPageSettings = {
    ...settings,
    selfService,
    admin: appOf(apps.admin),
    redirectUri: () => `${PUBLIC_URL}/auth/callback`,
    keeper: signIns,
  };
  const page = createSignInPage(pageSettings);
  const idOf = (handle: string) => principalId(sandbox.people[handle]?.id ?? assert.fail(handle));
  const begin = async (signIn: SignIn): Promise<Begun> => {
    const [codeVerifier, state, nonce] = [randomText(), randomText(), randomText()];
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const url = new URL(await page.authorizeUrl({ signIn, state, nonce, codeChallenge }));
    return { signIn, url, state, nonce, codeVerifier };
  };
  const order = async (signIn: SignIn, browser?: Browser): Promise<RedeemOrder> => {
    const { url, nonce, codeVerifier } = await begin(signIn);
    const query = await browse(url, browser);
    return { signIn, nonce, codeVerifier, code: query.get('code') ?? assert.fail(String(query)) };
  };
  return {
    sandbox,
    signIns,
    page,
    roles: createGraphRoleManagement({ graphUrl: urls.graph, clock, log: silentLog, tokens: signIns }),
    idOf,
    pageWith: (changes) => createSignInPage({ ...pageSettings, ...changes }),
    signIn: (changes = {}) => ({
      id: 'page-1',
      principalId: idOf('oncall'),
      app: 'self-service',
      claims: contextClaims('c1'),
      requiredContext: null,
      resources: ['graph'],
      keep: 'turn',
      purpose: { kind: 'requests', requestIds: [] },
      ...changes,
    }),
    begin,
    browse,
    order,
    complete: async (signIn, browser) => page.redeem(await order(signIn, browser)),
    advance: (duration) => clock.set(clock.now().add(duration)),
    close: () => sandbox.close(),
  };
}

function appOf({ clientId, secret }: { readonly clientId: string; readonly secret: string }) {
  return { clientId, credential: { secret: new Secret(secret) } };
}

async function browse(url: URL, { person = 'oncall', hasMfa = true }: Browser = {}): Promise<URLSearchParams> {
  const there = new URL(url);
  there.searchParams.set('sandbox_person', person);
  there.searchParams.set('sandbox_mfa', hasMfa ? '1' : '0');
  const response = await fetch(there, { redirect: 'manual' });
  await response.body?.cancel();
  return new URL(response.headers.get('location') ?? assert.fail(String(response.status))).searchParams;
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** The refusal of work that must not succeed. */
export async function refusal(work: Promise<unknown>): Promise<AccessError> {
  const error: unknown = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AccessError, String(error));
  return error;
}

/** A token as the sandbox wrote it. The product itself never looks into one. */
export function claimsOf(token: string): Record<string, unknown> {
  return decodeJwt(token);
}
