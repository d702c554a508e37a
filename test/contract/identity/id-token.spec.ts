import assert from 'node:assert/strict';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { AccessError } from '../../../src/errors.ts';
import { createPageBench, type PageBench, refusal } from './page-bench.ts';

const NONCE = 'nonce-of-this-browser';
const OTHER = '11111111-1111-4111-8111-111111111111';

describe('the id token of a code flow', () => {
  let bench: PageBench;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;

  before(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
  });

  beforeEach(async () => {
    bench = await createPageBench();
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'test-key', use: 'sig' };
    answer('/discovery/v2.0/keys', { keys: [jwk] });
  });

  afterEach(async () => {
    await bench.close();
  });

  function answer(match: string, body: unknown, limit: { readonly times?: number } = {}): void {
    const shape = { status: 200, body: JSON.stringify(body), contentType: 'application/json' };
    bench.sandbox.faults.add({ name: 'error', service: 'login', match, ...shape, ...limit });
  }

  /** Everything right but what a test changes. */
  function claims(changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
    const { tenantId, apps, urls, clock } = bench.sandbox;
    const now = Math.floor(clock.now().epochMilliseconds / 1000);
    return {
      iss: `${urls.login}/${tenantId}/v2.0`,
      aud: apps.selfService.clientId,
      tid: tenantId,
      oid: bench.idOf('oncall'),
      nonce: NONCE,
      iat: now,
      nbf: now,
      exp: now + 3600,
      ...changes,
    };
  }

  function sign(payload: JWTPayload, kid = 'test-key'): Promise<string> {
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(keys.privateKey);
  }

  async function redeem(idToken: string | null, requiredContext: string | null = null) {
    const clientInfo = Buffer.from(JSON.stringify({ uid: bench.idOf('oncall'), utid: bench.sandbox.tenantId }));
    const body = {
      token_type: 'Bearer',
      expires_in: 3599,
      access_token: 'an-access-token',
      refresh_token: 'a-refresh-token',
      client_info: clientInfo.toString('base64url'),
      ...(idToken !== null && { id_token: idToken }),
    };
    answer('/oauth2/v2.0/token', body, { times: 1 });
    return bench.page.redeem({
      signIn: bench.signIn({ requiredContext }),
      code: 'a-code',
      nonce: NONCE,
      codeVerifier: 'a-verifier-that-is-long-enough-to-be-one-0123456789',
    });
  }

  async function refuses(idToken: string | null): Promise<AccessError> {
    const error = await refusal(redeem(idToken));
    assert.equal(bench.signIns.isHeld('page-1'), false);
    return error;
  }

  it('is taken when all is right', async () => {
    assert.deepEqual(await redeem(await sign(claims())), { appRoles: [] });
    assert.equal(bench.signIns.isHeld('page-1'), true);
  });

  it('gives the roles of ours, and no others', async () => {
    const roles = ['Pimlico.Auditor', 'Pimlico.Root', 'pimlico.admin', 7];
    assert.deepEqual(await redeem(await sign(claims({ roles }))), { appRoles: ['Pimlico.Auditor'] });
  });

  it('gives no roles when they are not a list', async () => {
    assert.deepEqual(await redeem(await sign(claims({ roles: 'Pimlico.Admin' }))), { appRoles: [] });
  });

  for (const [what, changes, layer] of [
    ['another tenant', { tid: OTHER }, /tenant$/],
    ['another issuer', { iss: 'https://login.example/x/v2.0' }, /iss$/],
    ['the other app', { aud: '6e1f0a2b-1003-4c3d-8e5f-70a1b2c3d403' }, /aud$/],
    ['several audiences', { aud: ['6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402', OTHER] }, /several audiences$/],
    ['no person', { oid: undefined }, /oid$/],
    ['a person that is no GUID', { oid: 'alex' }, /object id$/],
    ['an app in place of a person', { idtyp: 'app' }, /not of a person$/],
    ['no end', { exp: undefined }, /exp$/],
    ['no start', { nbf: undefined }, /nbf$/],
    ['an end that has passed', { exp: 1_700_000_000 }, /ERR_JWT_EXPIRED exp$/],
    ['a start that lies ahead', { nbf: 4_000_000_000 }, /nbf$/],
    ['another nonce', { nonce: 'of-another-browser' }, /nonce/],
    ['no nonce', { nonce: undefined }, /sign-in service said/],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const error = await refuses(await sign(claims(changes)));
      assert.equal(error.code, 'identity.token_invalid');
      assert.match(error.message, layer);
    });
  }

  it('is refused when it is of somebody else', async () => {
    const error = await refuses(await sign(claims({ oid: bench.idOf('engineer') })));
    assert.equal(error.code, 'identity.wrong_person');
  });

  it('is refused when it was changed after signing', async () => {
    const [header, , signature] = (await sign(claims({ roles: [] }))).split('.');
    const payload = Buffer.from(JSON.stringify(claims({ roles: ['Pimlico.Admin'] }))).toString('base64url');
    const error = await refuses(`${header}.${payload}.${signature}`);
    assert.match(error.message, /ERR_JWS_SIGNATURE_VERIFICATION_FAILED$/);
  });

  it('is refused without a signature', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const error = await refuses(`${part({ alg: 'none' })}.${part(claims())}.`);
    assert.equal(error.code, 'identity.token_invalid');
  });

  it('is refused with a key that the tenant does not publish', async () => {
    assert.match((await refuses(await sign(claims(), 'another-key'))).message, /ERR_JWKS_NO_MATCHING_KEY$/);
  });

  it('is missed when there is none, or when it is no token', async () => {
    assert.equal((await refuses(null)).code, 'identity.token_invalid');
    assert.equal((await refuses('not-a-token')).code, 'identity.token_invalid');
  });

  it('must prove the context that we demand', async () => {
    for (const acrs of [undefined, [], ['c2'], 'c11', { c1: true }]) {
      const error = await refusal(redeem(await sign(claims({ acrs })), 'c1'));
      assert.equal(error.code, 'activation.step_up_not_accepted');
      assert.equal(bench.signIns.isHeld('page-1'), false);
    }
    await redeem(await sign(claims({ acrs: ['c2', 'c1'] })), 'c1');
    assert.equal(bench.signIns.isHeld('page-1'), true);
  });
});
