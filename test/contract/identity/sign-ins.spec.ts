import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignIns } from '../../../src/adapters/identity/sign-ins.ts';
import type { PrincipalId, RequestId } from '../../../src/domain/ids.ts';
import { requestId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { GraphBench } from '../graph/graph-bench.ts';
import { createGraphBench } from '../graph/graph-bench.ts';

describe('createSignIns', () => {
  let bench: GraphBench;
  let engineer: PrincipalId;
  let ask: RequestId;

  beforeEach(async () => {
    bench = await createGraphBench();
    engineer = bench.idOf('engineer');
    ask = requestId('7F3K');
  });

  afterEach(async () => {
    await bench.close();
  });

  const assertion = () => bench.sandbox.issuer.ssoToken(engineer);

  async function fails(work: Promise<unknown>): Promise<AccessError> {
    const error: unknown = await work.then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AccessError, String(error));
    return error;
  }

  function exchanges(): number {
    return bench.sandbox.calls.since(0).filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;
  }

  it('knows nobody at the start', async () => {
    assert.equal(bench.signIns.isSignedIn(engineer), false);
    assert.equal((await fails(bench.signIns.graphToken({ principalId: engineer }))).code, 'identity.sign_in_required');
  });

  it('accepts a Teams assertion with one exchange, and uses that token', async () => {
    await bench.signIns.accept(engineer, await assertion());
    assert.equal(bench.signIns.isSignedIn(engineer), true);
    const token = await bench.signIns.graphToken({ principalId: engineer });
    assert.equal(exchanges(), 1);
    const seen = bench.sandbox.issuer.verify(token, 'graph');
    assert.equal(seen?.principalId, engineer);
    assert.deepEqual(seen?.capabilities, ['cp1']);
  });

  it('exchanges once for several clients that send the same assertion', async () => {
    const text = await assertion();
    await Promise.all([bench.signIns.accept(engineer, text), bench.signIns.accept(engineer, text)]);
    await bench.signIns.accept(engineer, text);
    assert.equal(exchanges(), 1);
  });

  it('exchanges once for several calls at the same time', async () => {
    await bench.signIns.accept(engineer, await assertion());
    const actor = { principalId: engineer };
    bench.signIns.rejectGraphToken(actor, await bench.signIns.graphToken(actor));
    const tokens = await Promise.all([1, 2, 3].map(() => bench.signIns.graphToken(actor)));
    assert.equal(new Set(tokens).size, 1);
    assert.equal(exchanges(), 2);
  });

  it('refuses the assertion of somebody else', async () => {
    const work = bench.signIns.accept(bench.idOf('approver'), await assertion());
    assert.equal((await fails(work)).code, 'identity.wrong_person');
    assert.equal(bench.signIns.isSignedIn(engineer), false);
  });

  it('says when consent is missing', async () => {
    bench.sandbox.world.tenant.withoutConsent.add(engineer);
    assert.equal((await fails(bench.signIns.accept(engineer, await assertion()))).code, 'identity.consent_missing');
    assert.equal(bench.signIns.isSignedIn(engineer), false);
  });

  it('keeps the claims when conditional access wants more', async () => {
    bench.sandbox.faults.add({ name: 'conditional-access', person: 'engineer' });
    const error = await fails(bench.signIns.accept(engineer, await assertion()));
    assert.equal(error.code, 'activation.step_up_required');
    assert.deepEqual(JSON.parse(error.facts.claims ?? ''), {
      access_token: { capolids: { essential: true, values: ['8d1c7f0a-3b52-4f6e-9a41-0c5e2d7b6f18'] } },
    });
  });

  it('takes five minutes of skew, and no more', async () => {
    const text = await assertion();
    await bench.advance({ minutes: 81 });
    const late = bench.signIns.accept(engineer, text);
    assert.equal((await fails(late)).code, 'identity.token_invalid');
  });

  it('forgets a person after 60 minutes on the clock', async () => {
    await bench.signIns.accept(engineer, await assertion());
    await bench.advance({ minutes: 59 });
    assert.equal(bench.signIns.isSignedIn(engineer), true);
    await bench.signIns.graphToken({ principalId: engineer });
    await bench.advance({ minutes: 1 });
    assert.equal(bench.signIns.isSignedIn(engineer), false);
    assert.equal((await fails(bench.signIns.graphToken({ principalId: engineer }))).code, 'identity.sign_in_required');
  });

  it('renews a token that ends on the moved clock, though the machine’s clock stood still', async () => {
    await bench.signIns.accept(engineer, await assertion());
    const actor = { principalId: engineer };
    const first = await bench.signIns.graphToken(actor);
    await bench.advance({ minutes: 59, seconds: 30 });
    const second = await bench.signIns.graphToken(actor);
    assert.notEqual(second, first);
    assert.ok(bench.sandbox.issuer.verify(second, 'graph'));
  });

  it('takes a newer assertion in place of the older one', async () => {
    await bench.signIns.accept(engineer, await assertion());
    await bench.advance({ minutes: 50 });
    await bench.signIns.accept(engineer, await assertion());
    await bench.advance({ minutes: 50 });
    assert.equal(bench.signIns.isSignedIn(engineer), true);
    assert.ok(bench.sandbox.issuer.verify(await bench.signIns.graphToken({ principalId: engineer }), 'graph'));
  });

  it('forgets everything of a person when told to, also what is under way', async () => {
    await bench.signIns.accept(engineer, await assertion());
    await bench.signIns.hold(engineer, ask, bench.now().add({ minutes: 30 }), ['graph']);
    await bench.advance({ seconds: 1 });
    const underWay = bench.signIns.accept(engineer, await assertion());
    bench.signIns.forget(engineer);
    assert.equal((await fails(underWay)).code, 'identity.sign_in_required');
    assert.equal(bench.signIns.isSignedIn(engineer), false);
    assert.equal(bench.signIns.isHeld(ask), false);
  });

  for (const [what, fault] of [
    ['cannot be reached', { name: 'drop' }],
    ['answers with a page', { name: 'error', status: 200, body: '<html>' }],
    ['answers with an error', { name: 'error', status: 503 }],
    ['answers without keys', { name: 'error', status: 200, body: '{}', contentType: 'application/json' }],
  ] as const) {
    it(`does not blame the person when the key endpoint ${what}`, async () => {
      const text = await assertion();
      bench.sandbox.faults.add({ ...fault, service: 'login', match: '/keys' });
      const error = await fails(bench.signIns.accept(engineer, text));
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(error.retryable, true);
    });
  }

  for (const [what, fault] of [
    ['cannot be reached', { name: 'drop' }],
    ['fails', { name: 'error', status: 503 }],
  ] as const) {
    it(`does not blame the person when the token endpoint ${what}`, async () => {
      bench.sandbox.faults.add({ ...fault, service: 'login', match: '/token' });
      const error = await fails(bench.signIns.accept(engineer, await assertion()));
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(error.retryable, true);
    });
  }

  it('reports a wrong secret as the operator’s problem, without the secret and the assertion', async () => {
    const { clock, tenantId, apps, urls } = bench.sandbox;
    const signIns = createSignIns({
      clock,
      tenantId,
      clientId: apps.selfService.clientId,
      credential: { secret: new Secret('not-the-secret') },
      loginUrl: urls.login,
    });
    const text = await assertion();
    const error = await fails(signIns.accept(engineer, text));
    assert.equal(error.code, 'config.invalid');
    const shown = inspect([error, signIns], { depth: 8 });
    assert.ok(!shown.includes('not-the-secret'));
    assert.ok(!shown.includes(text));
  });

  describe('hold', () => {
    it('keeps the token beyond the hour, as long as it lives', async () => {
      await bench.signIns.accept(engineer, await assertion());
      await bench.advance({ minutes: 30 });
      const until = bench.now().add({ minutes: 50 });
      assert.equal(await bench.signIns.hold(engineer, ask, until, ['graph']), true);
      await bench.advance({ minutes: 50 });
      assert.equal(bench.signIns.isSignedIn(engineer), false);
      assert.equal(bench.signIns.isHeld(ask), true);
      const token = await bench.signIns.graphToken({ principalId: engineer, heldFor: ask });
      assert.ok(bench.sandbox.issuer.verify(token, 'graph'));
      await bench.advance({ seconds: 1 });
      assert.equal(bench.signIns.isHeld(ask), false);
    });

    it('refuses when no token would live that long', async () => {
      await bench.signIns.accept(engineer, await assertion());
      assert.equal(await bench.signIns.hold(engineer, ask, bench.now().add({ minutes: 61 }), ['graph']), false);
      assert.equal(bench.signIns.isHeld(ask), false);
    });

    it('refuses for somebody who is not signed in', async () => {
      assert.equal(await bench.signIns.hold(engineer, ask, bench.now().add({ minutes: 1 }), ['graph']), false);
    });

    it('gives the token to its own person only, and for its own ask', async () => {
      await bench.signIns.accept(engineer, await assertion());
      await bench.signIns.hold(engineer, ask, bench.now().add({ minutes: 30 }), ['graph']);
      const other = bench.signIns.graphToken({ principalId: bench.idOf('approver'), heldFor: ask });
      assert.equal((await fails(other)).code, 'identity.sign_in_required');
      bench.signIns.release(ask);
      assert.equal(bench.signIns.isHeld(ask), false);
    });
  });

  describe('the assertion', () => {
    /** Tokens of a key pair whose public half is at `keysUrl`'s place: everything right but what a test changes. */
    async function forge(changes: Readonly<Record<string, unknown>>, algorithm = 'RS256'): Promise<string> {
      const { tenantId, apps, urls } = bench.sandbox;
      const now = Math.floor(bench.now().epochMilliseconds / 1000);
      const claims = {
        iss: `${urls.login}/${tenantId}/v2.0`,
        aud: apps.selfService.clientId,
        tid: tenantId,
        oid: engineer,
        azp: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
        scp: 'access_as_user',
        iat: now,
        nbf: now,
        exp: now + 3600,
        ...changes,
      };
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid }).sign(keys.privateKey);
    }

    const kid = 'test-key';
    let keys: Awaited<ReturnType<typeof generateKeyPair>>;

    before(async () => {
      keys = await generateKeyPair('RS256', { extractable: true });
    });

    beforeEach(async () => {
      const jwk = { ...(await exportJWK(keys.publicKey)), kid, use: 'sig' };
      bench.sandbox.faults.add({
        name: 'error',
        service: 'login',
        match: '/discovery/v2.0/keys',
        status: 200,
        body: JSON.stringify({ keys: [jwk] }),
        contentType: 'application/json',
      });
    });

    /** Entra itself does not know this key, so that an assertion that passes our check is refused there. */
    async function refusedBy(text: string): Promise<'us' | 'Entra'> {
      const error = await fails(bench.signIns.accept(engineer, text));
      assert.equal(error.code, 'identity.token_invalid');
      return exchanges() === 0 ? 'us' : 'Entra';
    }

    it('passes our check when all is right', async () => {
      assert.equal(await refusedBy(await forge({})), 'Entra');
    });

    for (const [what, changes] of [
      ['another tenant', { tid: '11111111-1111-4111-8111-111111111111' }],
      ['another issuer', { iss: 'https://login.example/x/v2.0' }],
      ['another audience', { aud: '11111111-1111-4111-8111-111111111111' }],
      ['another scope', { scp: 'User.Read access_as_user_not' }],
      ['no scope', { scp: undefined }],
      ['a client that is not Teams', { azp: '11111111-1111-4111-8111-111111111111' }],
      ['no client', { azp: undefined }],
      ['no person', { oid: undefined }],
      ['a person that is no GUID', { oid: 'alex' }],
      ['no end', { exp: undefined }],
      ['a past end', { exp: 1_700_000_000 }],
      ['a start that lies ahead', { nbf: 4_000_000_000 }],
    ] as const) {
      it(`is refused with ${what}`, async () => {
        assert.equal(await refusedBy(await forge(changes)), 'us');
      });
    }

    it('is refused when it is no token at all', async () => {
      assert.equal(await refusedBy('not.a.token'), 'us');
    });

    it('is refused when it is huge', async () => {
      assert.equal(await refusedBy('x'.repeat(20_000)), 'us');
    });

    it('is refused when it was changed after signing', async () => {
      const text = await forge({});
      const [header, , signature] = text.split('.');
      const payload = Buffer.from(JSON.stringify({ oid: engineer })).toString('base64url');
      assert.equal(await refusedBy(`${header}.${payload}.${signature}`), 'us');
    });

    it('is refused without a signature', async () => {
      const [, payload] = (await forge({})).split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
      assert.equal(await refusedBy(`${header}.${payload}.`), 'us');
    });

    it('is refused with another algorithm than RS256', async () => {
      const secret = new TextEncoder().encode('a shared secret of thirty-two bytes');
      const text = await new SignJWT({ oid: engineer }).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
      assert.equal(await refusedBy(text), 'us');
    });
  });
});
