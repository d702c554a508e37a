import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';

import { decodeJwt } from 'jose';

import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const VERIFIER = 'a-verifier-that-is-long-enough-to-be-one-0123456789';
const REDIRECT = 'http://127.0.0.1:3978/auth/callback';
const GRAPH = 'https://graph.microsoft.com';
const ARM = 'https://management.azure.com';
const C1 = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const BOTH =
  '{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}},"id_token":{"acrs":{"essential":true,"value":"c1"}}}';
const MFA = '{"access_token":{"amr":{"essential":true,"values":["mfa"]}}}';

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

type Form = Readonly<Record<string, string>>;
type AppName = 'selfService' | 'admin';

describe('a step-up at the login service of the sandbox', () => {
  let sandbox: RunningSandbox;
  let base: string;

  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z'), rooms: [] });
    trustCertificateAuthority(sandbox.caPem);
    base = `${sandbox.urls.login}/${sandbox.tenantId}/oauth2/v2.0`;
  });
  after(() => sandbox.close());
  afterEach(() => {
    sandbox.faults.clear();
    sandbox.world.tenant.withoutAdminConsent.clear();
  });

  const idOf = (handle: string): string => sandbox.people[handle]?.id ?? assert.fail(handle);

  async function post(app: AppName, form: Form): Promise<Reply> {
    const { clientId, secret } = sandbox.apps[app];
    const body = new URLSearchParams({ client_id: clientId, client_secret: secret, ...form });
    const response = await fetch(`${base}/token`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  function authorize(app: AppName, query: Form): Promise<Response> {
    const search = new URLSearchParams({
      client_id: sandbox.apps[app].clientId,
      response_type: 'code',
      redirect_uri: REDIRECT,
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      sandbox_person: 'oncall',
      ...query,
    });
    return fetch(`${base}/authorize?${search}`, { redirect: 'manual' });
  }

  async function signIn(app: AppName, query: Form): Promise<URLSearchParams> {
    const response = await authorize(app, query);
    assert.equal(response.status, 302);
    return new URL(response.headers.get('location') ?? '').searchParams;
  }

  async function redeem(app: AppName, query: Form, form: Form = {}): Promise<Reply> {
    const code = (await signIn(app, query)).get('code') ?? '';
    const fixed = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code_verifier: VERIFIER, code };
    return post(app, { ...fixed, ...form });
  }

  async function exchange(form: Form = {}): Promise<Reply> {
    const assertion = await sandbox.issuer.ssoToken(idOf('oncall'));
    const fixed = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', requested_token_use: 'on_behalf_of' };
    return post('selfService', { ...fixed, assertion, scope: `${GRAPH}/.default`, ...form });
  }

  const refresh = (reply: Reply, form: Form, app: AppName = 'selfService'): Promise<Reply> =>
    post(app, { grant_type: 'refresh_token', refresh_token: String(reply.body.refresh_token), ...form });

  const refused = ({ status, body }: Reply): unknown[] => [status, body.error, (body.error_codes as number[])[0]];
  const accessToken = ({ body }: Reply, service: 'graph' | 'arm' = 'graph') =>
    sandbox.issuer.verify(String(body.access_token), service);
  const idToken = ({ body }: Reply): Record<string, unknown> => decodeJwt(String(body.id_token));

  const scope = `${GRAPH}/.default openid`;

  describe('claims', () => {
    it('put the context into both tokens when both are asked for it', async () => {
      const reply = await redeem('selfService', { scope, claims: BOTH, sandbox_mfa: '1' }, { claims: BOTH });
      assert.deepEqual(accessToken(reply)?.acrs, ['c1']);
      assert.deepEqual(accessToken(reply)?.capabilities, ['cp1']);
      assert.deepEqual(idToken(reply).acrs, ['c1']);
    });

    it('put it into the access token alone when only that is asked for it, and the other way round', async () => {
      const access = await redeem('selfService', { scope, claims: C1, sandbox_mfa: '1' }, { claims: C1 });
      assert.deepEqual([accessToken(access)?.acrs, idToken(access).acrs], [['c1'], undefined]);
      const claims = '{"id_token":{"acrs":{"essential":true,"value":"c1"}}}';
      const id = await redeem('selfService', { scope, claims, sandbox_mfa: '1' });
      assert.deepEqual([accessToken(id)?.acrs, idToken(id).acrs], [[], ['c1']]);
    });

    it('are in the log of sign-ins, met or not', async () => {
      const { signIns } = sandbox.world.tenant;
      const before = signIns.length;
      await signIn('selfService', { scope, claims: C1, sandbox_mfa: '1' });
      await signIn('selfService', { scope, claims: C1 });
      const { displayName: appName, clientId: appId } = sandbox.apps.selfService;
      assert.deepEqual(
        signIns.slice(before).map(({ id, at, ...record }) => record),
        [
          { personId: idOf('oncall'), appId, appName, errorCode: 0 },
          { personId: idOf('oncall'), appId, appName, errorCode: 500121 },
        ],
      );
    });

    for (const claims of [BOTH, C1, MFA, '{"id_token":{"acrs":{"value":"c1"}}}']) {
      it(`are not met without MFA: ${claims}`, async () => {
        assert.equal((await signIn('selfService', { scope, claims })).get('error'), 'access_denied');
      });
    }

    it('cannot be added when the code is redeemed', async () => {
      const query = { scope, sandbox_mfa: '1' };
      const reply = await redeem('selfService', query, { claims: BOTH });
      assert.deepEqual(refused(reply), [400, 'interaction_required', 50076]);
      assert.equal(reply.body.claims, C1);
      const other = C1.replace('c1', 'c2');
      const swapped = await redeem('selfService', { ...query, claims: C1 }, { claims: other });
      assert.deepEqual(refused(swapped), [400, 'interaction_required', 50076]);
    });

    it('ask for plain MFA by amr, which the token then shows', async () => {
      const reply = await redeem('selfService', { scope, claims: MFA, sandbox_mfa: '1' }, { claims: MFA });
      assert.deepEqual(accessToken(reply)?.amr, ['pwd', 'mfa']);
      const silent = await exchange({ claims: MFA });
      assert.deepEqual(refused(silent), [400, 'interaction_required', 50076]);
      assert.equal(silent.body.claims, MFA);
    });

    it('are met again by a refresh that asks for them, for Graph and for ARM', async () => {
      const query = { scope: `${scope} offline_access`, claims: C1, sandbox_mfa: '1' };
      const reply = await redeem('selfService', query, { claims: C1 });
      const graph = await refresh(reply, { scope: `${GRAPH}/.default`, claims: BOTH });
      const arm = await refresh(reply, { scope: `${ARM}/.default`, claims: BOTH });
      assert.deepEqual([accessToken(graph)?.acrs, accessToken(graph)?.amr], [['c1'], ['pwd', 'mfa']]);
      assert.deepEqual([accessToken(arm, 'arm')?.acrs, accessToken(arm, 'arm')?.capabilities], [['c1'], ['cp1']]);
      const plain = await refresh(reply, { scope: `${ARM}/.default` });
      assert.deepEqual(accessToken(plain, 'arm')?.acrs, []);
    });

    it('are refused at a refresh of a sign-in without MFA', async () => {
      const reply = await redeem('selfService', { scope: `${scope} offline_access` });
      for (const claims of [C1, MFA]) {
        const again = await refresh(reply, { scope: `${ARM}/.default`, claims });
        assert.deepEqual(refused(again), [400, 'interaction_required', 50076]);
        assert.equal(again.body.claims, claims);
      }
      assert.equal((await refresh(reply, { scope: `${ARM}/.default` })).status, 200);
    });
  });

  it('refuses a disabled account with 50057 by every grant, and takes it again when it is enabled', async () => {
    const before = await redeem('selfService', { scope: `${scope} offline_access` });
    const id = sandbox.people.oncall?.id ?? '';
    sandbox.world.tenant.disabledAccounts.add(id);
    for (const reply of [await exchange(), await refresh(before, { scope: `${ARM}/.default` })]) {
      assert.deepEqual(refused(reply), [400, 'invalid_grant', 50057]);
    }
    sandbox.world.tenant.disabledAccounts.delete(id);
    assert.equal((await refresh(before, { scope: `${ARM}/.default` })).status, 200);
  });

  describe('a blocked device', () => {
    const codes: readonly [code: number, text: RegExp][] = [
      [53000, /AADSTS53000: Device is not in required device state: compliant/],
      [53001, /AADSTS53001: Device is not in required device state: domain_joined/],
      [53002, /AADSTS53002: The app used is not an approved app/],
      [53003, /AADSTS53003: Access has been blocked by Conditional Access policies/],
      [530032, /AADSTS530032: The tenant admin has configured a security policy/],
    ];
    for (const [code, text] of codes) {
      it(`is refused with ${code} by every grant, without claims, and keeps the browser on the page`, async () => {
        const query = { scope: `${scope} offline_access`, sandbox_mfa: '1' };
        const before = await redeem('selfService', query);
        const issued = (await signIn('selfService', query)).get('code') ?? '';
        sandbox.faults.add({ name: 'device-blocked', person: 'oncall', code });
        const form = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code_verifier: VERIFIER };
        const replies = [
          await exchange(),
          await refresh(before, { scope: `${ARM}/.default` }),
          await post('selfService', { ...form, code: issued }),
        ];
        for (const reply of replies) {
          assert.deepEqual(refused(reply), [400, 'interaction_required', code]);
          assert.deepEqual([reply.body.suberror, reply.body.claims], ['message_only', undefined]);
          assert.match(String(reply.body.error_description), text);
        }
        const page = await authorize('selfService', query);
        assert.deepEqual([page.status, page.headers.get('location')], [200, null]);
        assert.match(await page.text(), text);
      });
    }

    it('is 53003 when no code is said, for everybody when nobody is named, for others when somebody else is', async () => {
      sandbox.faults.add({ name: 'device-blocked' });
      assert.deepEqual(refused(await exchange()), [400, 'interaction_required', 53003]);
      sandbox.faults.clear();
      sandbox.faults.add({ name: 'device-blocked', person: 'engineer' });
      assert.equal((await exchange()).status, 200);
    });
  });

  describe('consent', () => {
    const adminScopes = [
      'RoleManagement.ReadWrite.Directory',
      'RoleEligibilitySchedule.ReadWrite.Directory',
      'RoleManagementPolicy.ReadWrite.Directory',
      'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
      'RoleManagementPolicy.ReadWrite.AzureADGroup',
      'User.Read.All',
      'AdministrativeUnit.Read.All',
      'Policy.Read.ConditionalAccess',
    ];

    it('names in this list what the admin app has beyond the self-service app', () => {
      const { selfService, admin } = sandbox.apps;
      const own = selfService.delegated[GRAPH] ?? [];
      assert.deepEqual(
        (admin.delegated[GRAPH] ?? []).filter((name) => !own.includes(name)).toSorted(),
        adminScopes.toSorted(),
      );
    });

    for (const name of adminScopes) {
      it(`refuses ${name} to the self-service app, in every grant, even for an administrator`, async () => {
        const wanted = `${GRAPH}/${name}`;
        const assertion = await sandbox.issuer.ssoToken(idOf('admin'));
        assert.deepEqual(refused(await exchange({ scope: wanted, assertion })), [400, 'invalid_grant', 65001]);
        const person = { sandbox_person: 'admin', sandbox_mfa: '1' };
        const code = await redeem('selfService', { ...person, scope: `${wanted} openid` });
        assert.deepEqual(refused(code), [400, 'invalid_grant', 65001]);
        const session = await redeem('selfService', { ...person, scope: `${scope} offline_access` });
        assert.deepEqual(refused(await refresh(session, { scope: wanted })), [400, 'invalid_grant', 65001]);
      });
    }

    it('keeps admin scopes out of every token of the self-service app, and gives them to the admin app', async () => {
      const person = { sandbox_person: 'admin', sandbox_mfa: '1' };
      const own = await redeem('selfService', { ...person, scope: `${scope} offline_access` });
      const assertion = await sandbox.issuer.ssoToken(idOf('admin'));
      const replies = [own, await refresh(own, { scope: `${GRAPH}/.default` }), await exchange({ assertion })];
      for (const reply of replies) {
        const scopes = accessToken(reply)?.scopes ?? assert.fail();
        assert.ok(scopes.includes('RoleAssignmentSchedule.ReadWrite.Directory'));
        assert.deepEqual(
          scopes.filter((name) => adminScopes.includes(name)),
          [],
        );
      }
      const admin = await redeem('admin', { ...person, scope });
      assert.ok(accessToken(admin)?.scopes.includes('RoleManagement.ReadWrite.Directory'));
      assert.deepEqual(idToken(admin).roles, ['Pimlico.Admin', 'Pimlico.Auditor']);
      assert.equal(idToken(admin).aud, sandbox.apps.admin.clientId);
    });

    it('to the admin app is an administrator’s: without it the page leads nowhere and a refresh is refused', async () => {
      const query = { scope: `${scope} offline_access`, sandbox_mfa: '1' };
      const session = await redeem('admin', query);
      assert.equal(session.status, 200);
      const response = await fetch(`${sandbox.urls.control}/consent`, {
        method: 'POST',
        body: JSON.stringify({ person: 'oncall', consented: false, app: 'admin' }),
      });
      assert.equal(response.status, 200);
      const page = await authorize('admin', query);
      assert.deepEqual([page.status, page.headers.get('location')], [200, null]);
      assert.match(await page.text(), /AADSTS90094/);
      assert.deepEqual(refused(await refresh(session, { scope }, 'admin')), [400, 'invalid_grant', 65001]);
      assert.equal((await redeem('selfService', query)).status, 200);
    });
  });
});
