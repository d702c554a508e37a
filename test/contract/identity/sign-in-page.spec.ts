import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { EligibleAssignment } from '../../../src/domain/assignment.ts';
import { contextClaims, MFA_CLAIMS, provenContextClaims } from '../../../src/domain/page-sign-in.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import { claimsOf, createPageBench, type PageBench, PUBLIC_URL, refusal } from './page-bench.ts';

describe('createSignInPage', () => {
  let bench: PageBench;

  beforeEach(async () => {
    bench = await createPageBench();
  });

  afterEach(async () => {
    await bench.close();
  });

  async function activate(actor: Actor, roleName: string): Promise<string> {
    const eligible = await bench.roles.listEligible(actor);
    const role: EligibleAssignment =
      eligible.find(({ roleName: name }) => name === roleName) ?? assert.fail(JSON.stringify(eligible));
    const { state } = await bench.roles.activate(actor, {
      role,
      startsAt: null,
      duration: Temporal.Duration.from({ minutes: 30 }),
      justification: 'INC-42 drill',
      ticket: 'INC-42',
      marker: `pimlico:${roleName}`,
    });
    return state;
  }

  const oncall = () => bench.idOf('oncall');
  const held = (): Actor => ({ principalId: oncall(), heldFor: 'page-1' });

  async function acceptOncall(): Promise<void> {
    await bench.signIns.accept(oncall(), await bench.sandbox.issuer.ssoToken(oncall()));
  }

  describe('authorizeUrl', () => {
    it('asks for a code with PKCE, the raw state, the nonce and the claims merged with cp1', async () => {
      const calls = bench.sandbox.calls.since(0).length;
      const { url, state, nonce } = await bench.begin(bench.signIn());
      const { login } = bench.sandbox.urls;
      assert.equal(`${url.origin}${url.pathname}`, `${login}/${bench.sandbox.tenantId}/oauth2/v2.0/authorize`);
      const query = url.searchParams;
      assert.equal(query.get('client_id'), bench.sandbox.apps.selfService.clientId);
      assert.equal(query.get('response_type'), 'code');
      assert.equal(query.get('response_mode'), 'query');
      assert.equal(query.get('redirect_uri'), `${PUBLIC_URL}/auth/callback`);
      assert.equal(query.get('state'), state);
      assert.equal(query.get('nonce'), nonce);
      assert.equal(query.get('code_challenge_method'), 'S256');
      assert.equal(query.get('code_challenge')?.length, 43);
      assert.equal(query.get('prompt'), null);
      assert.equal(query.get('login_hint'), null);
      assert.deepEqual(
        new Set(query.get('scope')?.split(' ')),
        new Set(['https://graph.microsoft.com/.default', 'openid', 'profile', 'offline_access']),
      );
      assert.deepEqual(JSON.parse(query.get('claims') ?? '').access_token, {
        acrs: { essential: true, value: 'c1' },
        xms_cc: { values: ['cp1'] },
      });
      assert.equal(bench.sandbox.calls.since(0).length, calls);
    });

    it('keeps what is asked of the id token', async () => {
      const acrs = { essential: true, value: 'c2' };
      const claims = JSON.stringify({ access_token: { acrs }, id_token: { acrs } });
      const { url } = await bench.begin(bench.signIn({ claims }));
      assert.deepEqual(JSON.parse(url.searchParams.get('claims') ?? '').id_token.acrs, acrs);
    });

    it('asks for the first resource that the sign-in is for', async () => {
      const { url } = await bench.begin(bench.signIn({ resources: ['arm', 'graph'] }));
      assert.ok(url.searchParams.get('scope')?.startsWith('https://management.azure.com/.default '));
    });

    it('asks for a fresh sign-in where only that can bring MFA', async () => {
      const { url } = await bench.begin(bench.signIn({ claims: MFA_CLAIMS }));
      assert.equal(url.searchParams.get('prompt'), 'login');
    });

    it('names the person where a verified assertion said what they sign in with', async () => {
      await acceptOncall();
      const { url } = await bench.begin(bench.signIn());
      assert.equal(url.searchParams.get('login_hint'), bench.sandbox.people.oncall?.upn);
      const other = await bench.begin(bench.signIn({ principalId: bench.idOf('engineer') }));
      assert.equal(other.url.searchParams.get('login_hint'), null);
    });

    it('sends administrators to the admin app, if there is one', async () => {
      const signIn = bench.signIn({ app: 'admin', claims: null });
      const { url } = await bench.begin(signIn);
      assert.equal(url.searchParams.get('client_id'), bench.sandbox.apps.admin.clientId);
      assert.equal(bench.page.isAvailable('admin'), true);
      const without = bench.pageWith({ admin: null });
      assert.deepEqual([without.isAvailable('self-service'), without.isAvailable('admin')], [true, false]);
      const order = { signIn, state: 's', nonce: 'n', codeChallenge: 'c' };
      assert.equal((await refusal(without.authorizeUrl(order))).code, 'identity.admin_unavailable');
    });
  });

  describe('a step-up', () => {
    it('brings a token that PIM takes for the role, and leaves the ordinary one as it was', async () => {
      await acceptOncall();
      const ordinary = { principalId: oncall() };
      const role = 'Privileged Role Administrator';
      assert.equal((await refusal(activate(ordinary, role))).code, 'activation.step_up_required');
      assert.deepEqual(await bench.complete(bench.signIn()), { appRoles: [] });
      assert.equal((await refusal(activate(ordinary, role))).code, 'activation.step_up_required');
      assert.equal(bench.signIns.isHeld('page-1'), true);
      assert.equal(await activate(held(), role), 'provisioned');
      const claims = claimsOf(await bench.signIns.graphToken(held()));
      assert.deepEqual([claims.acrs, claims.xms_cc, claims.oid], [['c1'], ['cp1'], oncall()]);
    });

    it('works without any sign-in before it, and makes none', async () => {
      await bench.complete(bench.signIn());
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
      assert.equal(await activate(held(), 'Privileged Role Administrator'), 'provisioned');
    });

    it('proves the context that we demand in the id token', async () => {
      const signIn = bench.signIn({ claims: provenContextClaims('c1'), requiredContext: 'c1' });
      assert.deepEqual(await bench.complete(signIn), { appRoles: [] });
      assert.equal(bench.signIns.isHeld('page-1'), true);
    });

    it('brings MFA where a role wants that', async () => {
      const engineer = bench.idOf('engineer');
      await bench.signIns.accept(engineer, await bench.sandbox.issuer.ssoToken(engineer));
      const role = 'User Administrator';
      assert.equal((await refusal(activate({ principalId: engineer }, role))).code, 'activation.mfa_required');
      const signIn = bench.signIn({ principalId: engineer, claims: MFA_CLAIMS });
      await bench.complete(signIn, { person: 'engineer' });
      assert.equal(await activate({ principalId: engineer, heldFor: 'page-1' }, role), 'awaiting-approval');
    });

    it('ends after five minutes, or when it is released', async () => {
      await bench.complete(bench.signIn());
      await bench.complete(bench.signIn({ id: 'page-2' }));
      bench.signIns.release('page-1');
      assert.equal(bench.signIns.isHeld('page-1'), false);
      await bench.advance({ minutes: 5 });
      assert.equal(bench.signIns.isHeld('page-2'), true);
      await bench.advance({ seconds: 1 });
      assert.equal(bench.signIns.isHeld('page-2'), false);
      const late = bench.signIns.graphToken({ principalId: oncall(), heldFor: 'page-2' });
      assert.equal((await refusal(late)).code, 'identity.sign_in_required');
    });

    it('is nobody else’s', async () => {
      await bench.complete(bench.signIn());
      const other = { principalId: bench.idOf('engineer'), heldFor: 'page-1' };
      assert.equal((await refusal(bench.signIns.graphToken(other))).code, 'identity.sign_in_required');
    });

    it('brings Graph and ARM a token each, both with the context', async () => {
      await bench.complete(bench.signIn({ resources: ['graph', 'arm'] }));
      const graph = await bench.signIns.graphToken(held());
      const arm = await bench.signIns.armToken(held());
      assert.notEqual(graph, arm);
      assert.ok(bench.sandbox.issuer.verify(graph, 'graph'));
      assert.ok(bench.sandbox.issuer.verify(arm, 'arm'));
      assert.equal(claimsOf(graph).aud, 'https://graph.microsoft.com');
      assert.equal(claimsOf(arm).aud, 'https://management.azure.com');
      assert.deepEqual([claimsOf(graph).acrs, claimsOf(arm).acrs], [['c1'], ['c1']]);
      assert.deepEqual([claimsOf(graph).xms_cc, claimsOf(arm).xms_cc], [['cp1'], ['cp1']]);
    });

    it('brings no token for what nobody asked for', async () => {
      await bench.complete(bench.signIn());
      assert.equal((await refusal(bench.signIns.armToken(held()))).code, 'identity.consent_missing');
    });

    it('loses only the token that was refused', async () => {
      await bench.complete(bench.signIn({ resources: ['graph', 'arm'] }));
      bench.signIns.rejectGraphToken(held(), await bench.signIns.graphToken(held()));
      assert.equal((await refusal(bench.signIns.graphToken(held()))).code, 'identity.sign_in_required');
      assert.ok(await bench.signIns.armToken(held()));
      bench.signIns.rejectArmToken(held(), await bench.signIns.armToken(held()));
      assert.equal(bench.signIns.isHeld('page-1'), false);
    });
  });

  describe('an ordinary sign-in on the page', () => {
    const session = () => bench.signIn({ claims: null, keep: 'session', resources: ['graph', 'arm'] });

    it('makes the person signed in for an hour at most, and is renewed by nothing', async () => {
      await bench.complete(session());
      const actor = { principalId: oncall() };
      assert.equal(bench.signIns.isSignedIn(oncall()), true);
      assert.equal(bench.signIns.isHeld('page-1'), false);
      assert.ok(bench.sandbox.issuer.verify(await bench.signIns.graphToken(actor), 'graph'));
      assert.ok(bench.sandbox.issuer.verify(await bench.signIns.armToken(actor), 'arm'));
      await bench.advance({ minutes: 58 });
      assert.equal(bench.signIns.isSignedIn(oncall()), true);
      await bench.advance({ minutes: 2 });
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
      assert.equal((await refusal(bench.signIns.graphToken(actor))).code, 'identity.sign_in_required');
    });

    it('ends with the first refusal', async () => {
      await bench.complete(bench.signIn({ claims: null, keep: 'session' }));
      const actor = { principalId: oncall() };
      bench.signIns.rejectGraphToken(actor, await bench.signIns.graphToken(actor));
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
    });

    it('takes the place of the one before, and a newer assertion takes its place', async () => {
      await acceptOncall();
      const actor = { principalId: oncall() };
      const first = await bench.signIns.graphToken(actor);
      await bench.complete(session());
      const second = await bench.signIns.graphToken(actor);
      assert.notEqual(second, first);
      await bench.advance({ minutes: 1 });
      await acceptOncall();
      assert.notEqual(await bench.signIns.graphToken(actor), second);
    });

    it('can be held for an ask, ARM included, while it lives', async () => {
      await bench.complete(session());
      const until = bench.sandbox.clock.now().add({ minutes: 50 });
      assert.equal(await bench.signIns.hold(oncall(), '7F3K', until, ['graph', 'arm']), true);
      const actor = { principalId: oncall(), heldFor: '7F3K' };
      assert.ok(await bench.signIns.graphToken(actor));
      assert.ok(await bench.signIns.armToken(actor));
      assert.equal(await bench.signIns.hold(oncall(), '7F3L', until.add({ minutes: 20 }), ['graph']), false);
    });
  });

  it('can be held beyond its turn, for the same person and while it lives', async () => {
    const signIn = bench.signIn({ keep: 'turn', resources: ['graph'] });
    await bench.complete(signIn);
    const until = bench.sandbox.clock.now().add({ minutes: 25 });
    const order = { principalId: oncall(), until, resources: ['graph'] as const };
    assert.equal(await bench.signIns.holdTurn(signIn.id, 'pull', order), true);
    assert.equal(await bench.signIns.holdTurn(signIn.id, 'arm', { ...order, resources: ['arm'] }), false);
    assert.equal(await bench.signIns.holdTurn(signIn.id, 'late', { ...order, until: until.add({ hours: 2 }) }), false);
    const other = { ...order, principalId: bench.idOf('engineer') };
    assert.equal(await bench.signIns.holdTurn(signIn.id, 'other', other), false);
    bench.signIns.release(signIn.id);
    assert.equal(await bench.signIns.holdTurn(signIn.id, 'gone', order), false);
    await bench.advance({ minutes: 20 });
    assert.ok(await bench.signIns.graphToken({ principalId: oncall(), heldFor: 'pull' }));
  });

  describe('the admin app', () => {
    it('proves app roles and brings admin scopes, under the sign-in’s id alone', async () => {
      const admin = bench.idOf('admin');
      const signIn = bench.signIn({ app: 'admin', principalId: admin, claims: null });
      const { appRoles } = await bench.complete(signIn, { person: 'admin' });
      assert.deepEqual(appRoles, ['Pimlico.Admin', 'Pimlico.Auditor']);
      assert.equal(bench.signIns.isSignedIn(admin), false);
      const claims = claimsOf(await bench.signIns.graphToken({ principalId: admin, heldFor: 'page-1' }));
      assert.equal(claims.appid, bench.sandbox.apps.admin.clientId);
      assert.ok(String(claims.scp).split(' ').includes('RoleManagement.ReadWrite.Directory'));
    });

    it('gives nobody a role they do not have', async () => {
      const signIn = bench.signIn({ app: 'admin', claims: null });
      assert.deepEqual(await bench.complete(signIn), { appRoles: [] });
    });

    it('never makes an ordinary sign-in, and does not even redeem the code', async () => {
      const signIn = bench.signIn({ app: 'admin', claims: null });
      const order = await bench.order(signIn);
      const wrong = bench.page.redeem({ ...order, signIn: { ...signIn, keep: 'session' } });
      assert.equal((await refusal(wrong)).code, 'internal.unexpected');
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
      assert.deepEqual(await bench.page.redeem(order), { appRoles: [] });
    });

    it('does not redeem the code of the other app', async () => {
      const order = await bench.order(bench.signIn({ claims: null }));
      const work = bench.page.redeem({ ...order, signIn: { ...order.signIn, app: 'admin' } });
      assert.equal((await refusal(work)).code, 'identity.token_invalid');
    });
  });

  describe('what remains', () => {
    it('is nothing of MSAL: no application and no cache', async () => {
      const program = path.join(import.meta.dirname, 'msal-remains.ts');
      const args = ['--no-warnings', program];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { before, control, after, isHeld } = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual(
        [before, control, after, isHeld],
        [[0, 0], [1, 1], [1, 1], true],
        'but for the one it keeps itself',
      );
    });

    it('goes when the person is forgotten', async () => {
      await bench.complete(bench.signIn());
      await bench.complete(bench.signIn({ id: 'page-2', keep: 'session' }));
      await bench.complete(bench.signIn({ id: 'page-3', principalId: bench.idOf('engineer') }), { person: 'engineer' });
      bench.signIns.forget(oncall());
      assert.equal(bench.signIns.isHeld('page-1'), false);
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
      assert.equal(bench.signIns.isHeld('page-3'), true);
    });

    it('goes up to the instant from which on the person is forgotten', async () => {
      await bench.complete(bench.signIn());
      await bench.complete(bench.signIn({ id: 'page-2', keep: 'session' }));
      await bench.advance({ minutes: 1 });
      const signedOutAt = bench.sandbox.clock.now();
      await bench.complete(bench.signIn({ id: 'page-3' }));
      bench.signIns.forget(oncall(), signedOutAt);
      assert.equal(bench.signIns.isHeld('page-1'), false);
      assert.equal(bench.signIns.isSignedIn(oncall()), false);
      assert.equal(bench.signIns.isHeld('page-3'), true);
      await bench.complete(bench.signIn({ id: 'page-4', keep: 'session' }));
      bench.signIns.forget(oncall(), signedOutAt);
      assert.equal(bench.signIns.isSignedIn(oncall()), true);
    });
  });

  it('proves the app with a federated credential as well', async () => {
    const payload = { aud: 'api://AzureADTokenExchange', exp: 4_000_000_000 };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const getAssertion = async () => `${part({ alg: 'RS256' })}.${part(payload)}.c2ln`;
    const { clientId } = bench.sandbox.apps.selfService;
    const page = bench.pageWith({ selfService: { clientId, credential: { getAssertion } } });
    await page.redeem(await bench.order(bench.signIn({ resources: ['graph', 'arm'] })));
    assert.equal(bench.signIns.isHeld('page-1'), true);
  });

  it('asks the claims of a challenge again for each resource', async () => {
    const claims = contextClaims('c3');
    await bench.complete(bench.signIn({ claims, resources: ['arm', 'graph'] }));
    assert.deepEqual(claimsOf(await bench.signIns.graphToken(held())).acrs, ['c3']);
    assert.deepEqual(claimsOf(await bench.signIns.armToken(held())).acrs, ['c3']);
  });

  for (const now of ['2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z']) {
    it(`goes by our clock alone (${now})`, async () => {
      const other = await createPageBench({ now: Temporal.Instant.from(now) });
      try {
        await other.complete(other.signIn({ resources: ['graph', 'arm'] }));
        const actor = { principalId: other.idOf('oncall'), heldFor: 'page-1' };
        assert.ok(other.sandbox.issuer.verify(await other.signIns.armToken(actor), 'arm'));
      } finally {
        await other.close();
      }
    });
  }
});
