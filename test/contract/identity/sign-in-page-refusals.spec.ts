import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { contextClaims, provenContextClaims } from '../../../src/domain/page-sign-in.ts';
import { createPageBench, type PageBench, refusal } from './page-bench.ts';

describe('a redemption that is refused', () => {
  let bench: PageBench;

  beforeEach(async () => {
    bench = await createPageBench();
  });

  afterEach(async () => {
    await bench.close();
  });

  const oncall = () => bench.idOf('oncall');

  async function keepsNothing(work: Promise<unknown>, code: string): Promise<void> {
    assert.equal((await refusal(work)).code, code);
    assert.equal(bench.signIns.isHeld('page-1'), false);
    for (const person of ['oncall', 'engineer']) {
      assert.equal(bench.signIns.isSignedIn(bench.idOf(person)), false);
    }
  }

  for (const keep of ['turn', 'session'] as const) {
    it(`keeps nothing of another person (${keep})`, async () => {
      await keepsNothing(bench.complete(bench.signIn({ keep }), { person: 'engineer' }), 'identity.wrong_person');
    });
  }

  it('keeps nothing of a browser with another nonce', async () => {
    const order = await bench.order(bench.signIn());
    await keepsNothing(bench.page.redeem({ ...order, nonce: 'another' }), 'identity.token_invalid');
  });

  it('keeps nothing of a browser with another verifier', async () => {
    const order = await bench.order(bench.signIn());
    const codeVerifier = 'another-verifier-that-is-long-enough-to-be-one-0123456789';
    await keepsNothing(bench.page.redeem({ ...order, codeVerifier }), 'identity.token_invalid');
  });

  it('takes a code once', async () => {
    const order = await bench.order(bench.signIn());
    await bench.page.redeem(order);
    bench.signIns.release('page-1');
    await keepsNothing(bench.page.redeem(order), 'identity.token_invalid');
  });

  it('takes no code that was never given', async () => {
    const order = await bench.order(bench.signIn());
    await keepsNothing(bench.page.redeem({ ...order, code: 'made-up' }), 'identity.token_invalid');
  });

  it('takes no late code', async () => {
    const order = await bench.order(bench.signIn());
    await bench.advance({ minutes: 11 });
    await keepsNothing(bench.page.redeem(order), 'identity.token_invalid');
  });

  it('takes no code that was sent elsewhere', async () => {
    const order = await bench.order(bench.signIn());
    const elsewhere = bench.pageWith({ redirectUri: () => 'http://127.0.0.1:9999/auth/callback' });
    assert.equal((await refusal(elsewhere.redeem(order))).retryable, false);
    assert.equal(bench.signIns.isHeld('page-1'), false);
  });

  it('says when consent is missing', async () => {
    const order = await bench.order(bench.signIn());
    bench.sandbox.world.tenant.withoutConsent.add(oncall());
    await keepsNothing(bench.page.redeem(order), 'identity.consent_missing');
  });

  it('says when Entra wants more for one of two resources, and keeps the other token neither', async () => {
    const order = await bench.order(bench.signIn({ claims: null, resources: ['graph', 'arm'] }), { hasMfa: false });
    bench.sandbox.faults.add({ name: 'conditional-access', person: 'oncall', resource: 'arm' });
    const error = await refusal(bench.page.redeem(order));
    assert.equal(error.code, 'activation.step_up_required');
    assert.deepEqual(JSON.parse(error.facts.claims ?? ''), {
      access_token: { capolids: { essential: true, values: ['8d1c7f0a-3b52-4f6e-9a41-0c5e2d7b6f18'] } },
    });
    assert.equal(bench.signIns.isHeld('page-1'), false);
  });

  it('brings what Entra gives for a whole turn, and misses the other resource only when it is needed', async () => {
    const purpose = { kind: 'sentence', signInId: 'sentence-1' } as const;
    const signIn = bench.signIn({ claims: null, resources: ['graph', 'arm'], purpose });
    const order = await bench.order(signIn, { hasMfa: false });
    bench.sandbox.faults.add({ name: 'conditional-access', person: 'oncall', resource: 'arm' });
    await bench.page.redeem(order);
    const held = { principalId: oncall(), heldFor: 'page-1' };
    assert.ok(await bench.signIns.graphToken(held));
    assert.equal((await refusal(bench.signIns.armToken(held))).code, 'identity.consent_missing');
  });

  for (const [number, code] of [
    ['53000', 'identity.device_blocked'],
    ['53001', 'identity.device_blocked'],
    ['53002', 'identity.device_blocked'],
    ['53003', 'identity.access_blocked'],
    ['530032', 'identity.access_blocked'],
  ] as const) {
    it(`says that a policy is in the way (${number}), on the page as in Teams`, async () => {
      const order = await bench.order(bench.signIn());
      const assertion = await bench.sandbox.issuer.ssoToken(oncall());
      bench.sandbox.faults.add({ name: 'device-blocked', person: 'oncall', code: number });
      await keepsNothing(bench.page.redeem(order), code);
      await keepsNothing(bench.signIns.accept(oncall(), assertion), code);
    });
  }

  it('is one that does not prove the context that we demand', async () => {
    const signIn = bench.signIn({ claims: contextClaims('c1'), requiredContext: 'c1' });
    await keepsNothing(bench.complete(signIn), 'activation.step_up_not_accepted');
    const other = bench.signIn({ claims: provenContextClaims('c2'), requiredContext: 'c1' });
    await keepsNothing(bench.complete(other), 'activation.step_up_not_accepted');
  });

  it('is cancelled by a sign-out meanwhile', async () => {
    for (const keep of ['turn', 'session'] as const) {
      const underWay = bench.page.redeem(await bench.order(bench.signIn({ keep })));
      bench.signIns.forget(oncall());
      await keepsNothing(underWay, 'identity.sign_in_cancelled');
    }
  });

  for (const [what, fault] of [
    ['cannot be reached', { name: 'drop' }],
    ['fails', { name: 'error', status: 503 }],
    ['answers with a page', { name: 'error', status: 200, body: '<html>' }],
    ['answers with an empty object', { name: 'error', status: 200, body: '{}', contentType: 'application/json' }],
    ['does not answer in time', { name: 'slow', ms: 2_000 }],
  ] as const) {
    it(`does not blame the person when the token endpoint ${what}`, async () => {
      const order = await bench.order(bench.signIn());
      bench.sandbox.faults.add({ ...fault, service: 'login', match: '/token' });
      const page = bench.pageWith(fault.name === 'slow' ? { timeoutMs: 100 } : {});
      const error = await refusal(page.redeem(order));
      assert.deepEqual([error.code, error.retryable], ['graph.unavailable', true]);
      assert.equal(bench.signIns.isHeld('page-1'), false);
    });
  }

  it('shows neither the secret, the code nor the verifier', async () => {
    const credential = { secret: { reveal: () => 'not-the-secret' } };
    const { clientId } = bench.sandbox.apps.selfService;
    const order = await bench.order(bench.signIn());
    const error = await refusal(bench.pageWith({ selfService: { clientId, credential } }).redeem(order));
    assert.equal(error.code, 'config.invalid');
    const shown = inspect(error, { depth: 8, showHidden: true });
    for (const secret of ['not-the-secret', order.code, order.codeVerifier]) {
      assert.ok(!shown.includes(secret), secret);
    }
  });
});
