import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';

import { ClientSecretCredential, OnBehalfOfCredential, type OnBehalfOfCredentialOptions } from '@azure/identity';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';

import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const NOW = '2026-11-23T08:00:00Z';
const VERIFIER = 'a-verifier-that-is-long-enough-to-be-one-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const REDIRECT = 'http://127.0.0.1:3978/auth/callback';
const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const C1 = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('the login service of the sandbox', () => {
  let sandbox: RunningSandbox;
  let base: string;

  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from(NOW), rooms: [] });
    trustCertificateAuthority(sandbox.caPem);
    base = `${sandbox.urls.login}/${sandbox.tenantId}`;
  });

  after(() => sandbox.close());

  afterEach(() => {
    sandbox.faults.clear();
    sandbox.world.tenant.withoutConsent.clear();
  });

  const idOf = (handle: string): string => sandbox.people[handle]?.id ?? assert.fail(handle);

  async function post(form: Record<string, string>, path = base): Promise<Reply> {
    const response = await fetch(`${path}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  function selfService(): { client_id: string; client_secret: string } {
    const { clientId, secret } = sandbox.apps.selfService;
    return { client_id: clientId, client_secret: secret };
  }

  async function exchange(form: Record<string, string> = {}): Promise<Reply> {
    const assertion = form.assertion ?? (await sandbox.issuer.ssoToken(idOf('engineer')));
    const scope = 'https://graph.microsoft.com/.default';
    const fixed = { grant_type: ON_BEHALF_OF, requested_token_use: 'on_behalf_of' };
    return post({ ...selfService(), ...fixed, scope, ...form, assertion });
  }

  async function authorize(query: Record<string, string> = {}): Promise<Response> {
    const fixed = {
      client_id: sandbox.apps.selfService.clientId,
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope: 'https://management.azure.com/user_impersonation openid',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      state: 'st-1',
      nonce: 'n-1',
    };
    const search = new URLSearchParams({ ...fixed, ...query });
    for (const [name, value] of Object.entries(query)) if (value === '') search.delete(name);
    return fetch(`${base}/oauth2/v2.0/authorize?${search}`, { redirect: 'manual' });
  }

  async function signIn(query: Record<string, string> = {}): Promise<URLSearchParams> {
    const response = await authorize({ sandbox_person: 'engineer', ...query });
    assert.equal(response.status, 302);
    const location = response.headers.get('location') ?? '';
    assert.ok(location.startsWith(`${REDIRECT}?`), location);
    return new URL(location).searchParams;
  }

  async function redeem(code: string | null, form: Record<string, string> = {}): Promise<Reply> {
    const fixed = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code_verifier: VERIFIER };
    const scope = 'https://management.azure.com/user_impersonation openid';
    return post({ ...selfService(), ...fixed, scope, code: code ?? '', ...form });
  }

  function refused({ status, body }: Reply): unknown[] {
    return [status, body.error, (body.error_codes as number[])[0]];
  }

  describe('metadata', () => {
    it('names its issuer, endpoints and keys under the tenant', async () => {
      const response = await fetch(`${base}/v2.0/.well-known/openid-configuration`);
      const metadata = (await response.json()) as Record<string, string>;
      assert.equal(metadata.issuer, `${base}/v2.0`);
      assert.equal(metadata.token_endpoint, `${base}/oauth2/v2.0/token`);
      assert.equal(metadata.authorization_endpoint, `${base}/oauth2/v2.0/authorize`);
      assert.equal(metadata.jwks_uri, `${base}/discovery/v2.0/keys`);
    });

    it('refuses a tenant it is not', async () => {
      const response = await fetch(`${sandbox.urls.login}/fabrikam/v2.0/.well-known/openid-configuration`);
      assert.equal(response.status, 400);
      assert.deepEqual(((await response.json()) as { error_codes: number[] }).error_codes, [90002]);
    });

    it('publishes the channel key with its endorsement, and no key for the emulator', async () => {
      const read = async (path: string): Promise<{ jwks_uri: string; keys: { endorsements?: string[] }[] }> =>
        (await fetch(path)).json() as never;
      const channel = await read(`${sandbox.urls.openid}/v1/.well-known/openidconfiguration`);
      const emulator = await read(`${sandbox.urls.openid}/emulator/.well-known/openidconfiguration`);
      assert.deepEqual((await read(channel.jwks_uri)).keys[0]?.endorsements, ['msteams']);
      assert.deepEqual((await read(emulator.jwks_uri)).keys, []);
    });
  });

  describe('tokens made without a sign-in', () => {
    it('gives a Teams SSO token that verifies against the published keys', async () => {
      const keys = createRemoteJWKSet(new URL(`${base}/discovery/v2.0/keys`));
      const token = await sandbox.issuer.ssoToken(idOf('engineer'));
      const { payload } = await jwtVerify(token, keys, {
        issuer: `${base}/v2.0`,
        audience: sandbox.apps.selfService.clientId,
        currentDate: new Date(NOW),
      });
      assert.equal(payload.oid, idOf('engineer'));
      assert.equal(payload.azp, '1fec8e78-bce4-4aaf-ab1b-5451cc387264');
      assert.equal(payload.scp, 'access_as_user');
      assert.equal(payload.preferred_username, 'alexw@contoso.onmicrosoft.com');
      assert.equal(Number(payload.exp) - Number(payload.iat), 4500);
      assert.equal(payload.roles, undefined);
    });

    it('puts the app roles of an administrator into the SSO token', async () => {
      const claims = decodeJwt(await sandbox.issuer.ssoToken(idOf('admin')));
      assert.deepEqual(claims.roles, ['Pimlico.Admin', 'Pimlico.Auditor']);
    });

    it('signs channel tokens for the bot in wall time', async () => {
      const keys = createRemoteJWKSet(new URL(`${sandbox.urls.openid}/v1/.well-known/keys`));
      const token = await sandbox.issuer.channelToken('http://127.0.0.1:1/');
      const audience = sandbox.botAppId;
      const { payload } = await jwtVerify(token, keys, { issuer: 'https://api.botframework.com', audience });
      assert.equal(payload.serviceurl, 'http://127.0.0.1:1/');
    });

    it('knows a token only at its own service', async () => {
      const { issuer, apps } = sandbox;
      const personId = idOf('engineer');
      const token = await issuer.accessToken({
        app: apps.selfService,
        audience: 'https://graph.microsoft.com',
        personId,
      });
      assert.equal(issuer.verify(token, 'graph')?.principalId, personId);
      assert.equal(issuer.verify(token, 'arm'), null);
      assert.equal(issuer.verify(`${token.slice(0, -8)}AAAAAAAA`, 'graph'), null);
    });

    it('lets Graph tokens end by the clock of the sandbox and connector tokens by whichever clock is later', async () => {
      const other = await startSandbox({ now: Temporal.Instant.from('2020-01-01T00:00:00Z'), rooms: [] });
      try {
        const { issuer, apps, clock } = other;
        const graph = await issuer.accessToken({ app: apps.reader, audience: 'https://graph.microsoft.com' });
        const bot = await issuer.accessToken({ app: apps.connector, audience: 'https://api.botframework.com' });
        assert.equal(issuer.verify(graph, 'graph')?.kind, 'application');
        await clock.set(Temporal.Instant.from('2020-01-01T01:00:00Z'));
        assert.equal(issuer.verify(graph, 'graph'), null);
        assert.equal(issuer.verify(bot, 'connector')?.appId, apps.connector.clientId);
      } finally {
        await other.close();
      }
    });
  });

  describe('client credentials', () => {
    it('serve ClientSecretCredential with the application permissions', async () => {
      const { clientId, secret } = sandbox.apps.reader;
      const options = { authorityHost: sandbox.urls.login, disableInstanceDiscovery: true };
      const credential = new ClientSecretCredential(sandbox.tenantId, clientId, secret, options);
      const { token } = await credential.getToken('https://graph.microsoft.com/.default');
      const caller = sandbox.issuer.verify(token, 'graph');
      assert.equal(caller?.kind, 'application');
      assert.equal(caller?.principalId, null);
      assert.ok(caller?.roles.includes('AuditLog.Read.All'));
    });

    it('are refused with the wrong secret, without any, for an unknown app, scope or resource', async () => {
      const { clientId } = sandbox.apps.reader;
      const form = { ...selfService(), client_id: clientId, grant_type: 'client_credentials' };
      const scope = 'https://graph.microsoft.com/.default';
      const bare = { client_id: clientId, grant_type: 'client_credentials', scope };
      const right = { ...form, client_secret: 'sandbox-reader-secret' };
      assert.deepEqual(refused(await post({ ...form, scope })), [401, 'invalid_client', 7000215]);
      assert.deepEqual(refused(await post(bare)), [401, 'invalid_client', 7000218]);
      assert.deepEqual(refused(await post({ ...form, scope, client_id: 'nobody' })), [
        400,
        'unauthorized_client',
        700016,
      ]);
      const explicit = { ...right, scope: 'https://graph.microsoft.com/User.Read' };
      assert.deepEqual(refused(await post(explicit)), [400, 'invalid_scope', 1002012]);
      const strange = { ...right, scope: 'https://vault.azure.net/.default' };
      assert.deepEqual(refused(await post(strange)), [400, 'invalid_resource', 500011]);
      assert.deepEqual(refused(await post({ ...right, scope: '' })), [400, 'invalid_scope', 70011]);
      const odd = { ...right, scope, grant_type: 'password' };
      assert.deepEqual(refused(await post(odd)), [400, 'unsupported_grant_type', 70003]);
    });

    it('accept a federated client assertion by its form, and refuse what is none', async () => {
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { aud: 'api://AzureADTokenExchange', iss: 'https://issuer.example', sub: 'x', exp: 4_000_000_000 };
      const form = {
        client_id: sandbox.apps.reader.clientId,
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      const header = encode({ alg: 'RS256' });
      const good = await post({ ...form, client_assertion: `${header}.${encode(claims)}.c2ln` });
      assert.equal(good.status, 200);
      for (const client_assertion of [
        'nonsense',
        `${encode({ alg: 'none' })}.${encode(claims)}.c2ln`,
        `${header}.${encode({ ...claims, exp: 1 })}.c2ln`,
        `${header}.${encode({ ...claims, aud: 'https://elsewhere.example' })}.c2ln`,
      ]) {
        assert.deepEqual(refused(await post({ ...form, client_assertion })), [401, 'invalid_client', 700027]);
      }
    });
  });

  describe('on-behalf-of', () => {
    it('serves OnBehalfOfCredential with the consented permissions of the person', async () => {
      // The constructor's types leave disableInstanceDiscovery out, its options type has it.
      const options: OnBehalfOfCredentialOptions = {
        tenantId: sandbox.tenantId,
        clientId: sandbox.apps.selfService.clientId,
        clientSecret: sandbox.apps.selfService.secret,
        userAssertionToken: await sandbox.issuer.ssoToken(idOf('engineer')),
        authorityHost: sandbox.urls.login,
        disableInstanceDiscovery: true,
      };
      const credential = new OnBehalfOfCredential(options);
      const arm = await credential.getToken('https://management.azure.com/.default', { enableCae: true });
      const caller = sandbox.issuer.verify(arm.token, 'arm');
      assert.equal(caller?.principalId, idOf('engineer'));
      assert.equal(caller?.appId, sandbox.apps.selfService.clientId);
      assert.deepEqual(caller?.scopes, ['user_impersonation']);
      assert.deepEqual(caller?.capabilities, ['cp1']);
    });

    it('gives a refresh token and an id token only when asked', async () => {
      const plain = await exchange();
      assert.deepEqual([plain.body.refresh_token, plain.body.id_token], [undefined, undefined]);
      const scope = 'https://graph.microsoft.com/User.Read openid offline_access';
      const full = await exchange({ scope });
      assert.equal(full.status, 200);
      assert.equal(typeof full.body.refresh_token, 'string');
      const again = await post({
        ...selfService(),
        grant_type: 'refresh_token',
        refresh_token: String(full.body.refresh_token),
        scope: 'https://management.azure.com/.default',
      });
      assert.equal(sandbox.issuer.verify(String(again.body.access_token), 'arm')?.principalId, idOf('engineer'));
    });

    it('refuses several resources, mixed scopes, and permissions nobody consented to', async () => {
      const two = 'https://graph.microsoft.com/.default https://management.azure.com/.default';
      assert.deepEqual(refused(await exchange({ scope: two })), [400, 'invalid_request', 28002]);
      const mixed = 'https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read';
      assert.deepEqual(refused(await exchange({ scope: mixed })), [400, 'invalid_scope', 70011]);
      const more = 'https://graph.microsoft.com/RoleManagement.ReadWrite.Directory';
      assert.deepEqual(refused(await exchange({ scope: more })), [400, 'invalid_grant', 65001]);
      const bot = 'https://api.botframework.com/.default';
      assert.deepEqual(refused(await exchange({ scope: bot })), [400, 'invalid_resource', 650057]);
    });

    it('refuses a person without consent until they sign in on the page', async () => {
      sandbox.world.tenant.withoutConsent.add(idOf('engineer'));
      const first = await exchange();
      assert.deepEqual(refused(first), [400, 'invalid_grant', 65001]);
      assert.equal(first.body.suberror, 'consent_required');
      await signIn();
      assert.equal((await exchange()).status, 200);
    });

    it('refuses an assertion that is forged, foreign, of an application, or no access token', async () => {
      const { issuer, apps } = sandbox;
      const sso = await issuer.ssoToken(idOf('engineer'));
      const personId = idOf('engineer');
      const graph = await issuer.accessToken({
        app: apps.selfService,
        audience: 'https://graph.microsoft.com',
        personId,
      });
      const idToken = await issuer.idToken({ clientId: apps.selfService.clientId, personId });
      for (const assertion of [`${sso.slice(0, -8)}AAAAAAAA`, 'nonsense', graph, idToken]) {
        assert.deepEqual(refused(await exchange({ assertion })), [400, 'invalid_grant', 50013]);
      }
      const channel = await issuer.channelToken('http://127.0.0.1:1/');
      assert.deepEqual(refused(await exchange({ assertion: channel })), [400, 'invalid_grant', 50013]);
    });

    it('refuses an assertion after its end', async () => {
      const other = await startSandbox({ now: Temporal.Instant.from(NOW), rooms: [] });
      try {
        trustCertificateAuthority(other.caPem);
        const assertion = await other.issuer.ssoToken(idOf('engineer'));
        await other.clock.set(Temporal.Instant.from('2026-11-23T09:15:00Z'));
        const form = { ...selfService(), grant_type: ON_BEHALF_OF, requested_token_use: 'on_behalf_of', assertion };
        const scope = 'https://graph.microsoft.com/.default';
        const reply = await post({ ...form, scope }, `${other.urls.login}/${other.tenantId}`);
        assert.deepEqual(refused(reply), [400, 'invalid_grant', 500133]);
      } finally {
        await other.close();
      }
    });

    it('asks for interaction, with claims, when conditional access or an authentication context wants more', async () => {
      sandbox.faults.add({ name: 'conditional-access', person: 'engineer', resource: 'arm' });
      const arm = await exchange({ scope: 'https://management.azure.com/.default' });
      assert.deepEqual(refused(arm), [400, 'interaction_required', 50076]);
      assert.match(String(arm.body.claims), /capolids/);
      assert.equal((await exchange()).status, 200);
      const stepUp = await exchange({ claims: C1 });
      assert.deepEqual(refused(stepUp), [400, 'interaction_required', 50076]);
      assert.equal(stepUp.body.claims, C1);
    });
  });

  describe('the authorization code flow', () => {
    it('gives a token that carries the context, the method and the capability that were asked for', async () => {
      const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}}}';
      const answer = await signIn({ claims, sandbox_mfa: '1' });
      assert.equal(answer.get('state'), 'st-1');
      const { body } = await redeem(answer.get('code'), { claims });
      const caller = sandbox.issuer.verify(String(body.access_token), 'arm');
      assert.deepEqual(caller?.acrs, ['c1']);
      assert.deepEqual(caller?.amr, ['pwd', 'mfa']);
      assert.deepEqual(caller?.capabilities, ['cp1']);
      const idToken = decodeJwt(String(body.id_token));
      assert.deepEqual([idToken.nonce, idToken.oid], ['n-1', idOf('engineer')]);
      assert.equal(body.refresh_token, undefined);
    });

    it('redeems a code once', async () => {
      const code = (await signIn()).get('code');
      assert.equal((await redeem(code)).status, 200);
      assert.deepEqual(refused(await redeem(code)), [400, 'invalid_grant', 54005]);
      assert.deepEqual(refused(await redeem('made-up')), [400, 'invalid_grant', 70000]);
    });

    it('binds a code to its verifier, redirect and client', async () => {
      const code = async (): Promise<string | null> => (await signIn()).get('code');
      const wrong = await redeem(await code(), { code_verifier: 'another' });
      assert.deepEqual(refused(wrong), [400, 'invalid_grant', 501481]);
      const elsewhere = await redeem(await code(), { redirect_uri: 'http://127.0.0.1:3978/other' });
      assert.deepEqual(refused(elsewhere), [400, 'invalid_client', 500112]);
      const { clientId, secret } = sandbox.apps.admin;
      const foreign = await redeem(await code(), { client_id: clientId, client_secret: secret });
      assert.deepEqual(refused(foreign), [400, 'invalid_grant', 70000]);
    });

    it('tells the redirect what was denied or is missing', async () => {
      const error = async (query: Record<string, string>): Promise<string | null> => (await signIn(query)).get('error');
      assert.equal(await error({ sandbox_deny: '1' }), 'access_denied');
      assert.equal(await error({ claims: C1 }), 'access_denied');
      assert.equal(await error({ code_challenge: '' }), 'invalid_request');
      assert.equal(await error({ code_challenge_method: 'plain' }), 'invalid_request');
      assert.equal(await error({ response_type: 'token' }), 'unsupported_response_type');
      assert.equal(await error({ sandbox_person: '', prompt: 'none' }), 'login_required');
    });

    it('never redirects to an address that is not registered', async () => {
      for (const redirect_uri of ['https://evil.example/', 'http://127.0.0.1:3978@evil.example/', 'javascript:1']) {
        const response = await authorize({ redirect_uri, sandbox_person: 'engineer' });
        assert.equal(response.status, 400);
        assert.match(await response.text(), /AADSTS50011/);
      }
    });

    it('shows a page on which the hinted person is picked and nothing of the query becomes markup', async () => {
      const response = await authorize({ login_hint: 'meganb@contoso.onmicrosoft.com', state: '"><script>' });
      const page = await response.text();
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(page, /value="approver" checked/);
      assert.ok(!page.includes('<script>'));
    });
  });
});
