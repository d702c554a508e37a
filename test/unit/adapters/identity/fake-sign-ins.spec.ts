import assert from 'node:assert/strict';
import { principalId } from '../../../../src/domain/ids.ts';
import { contextClaims, provenContextClaims } from '../../../../src/domain/page-sign-in.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { RedeemOrder } from '../../../../src/ports/identity.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';
import { FakeSignInPage, FakeSignIns } from '../../../support/fakes/sign-ins.ts';

const LEAD = principalId('4f3a8a1c-1111-4a2b-9c3d-5e6f7a8b9c01');
const OTHER = principalId('4f3a8a1c-1111-4a2b-9c3d-5e6f7a8b9c02');

describe('FakeSignInPage', () => {
  function setUp() {
    const signIns = new FakeSignIns(createFakeClock('2026-11-23T09:00:00Z'));
    return { signIns, page: new FakeSignInPage(signIns) };
  }

  function order(changes: Partial<RedeemOrder['signIn']> = {}, code = 'code-1'): RedeemOrder {
    const signIn: RedeemOrder['signIn'] = {
      id: 'page-1',
      principalId: LEAD,
      app: 'self-service',
      claims: contextClaims('c1'),
      requiredContext: null,
      resources: ['graph'],
      purpose: { kind: 'requests', requestIds: [] },
      keep: 'turn',
      ...changes,
    };
    return { signIn, code, nonce: 'n', codeVerifier: 'v' };
  }

  it('holds a token under the sign-in that proves what was asked for, and makes no ordinary sign-in', async () => {
    const { signIns, page } = setUp();
    await page.redeem(order());
    const held = { principalId: LEAD, heldFor: 'page-1' };
    assert.deepEqual(signIns.proofFor(held), { contexts: new Set(['c1']), hasMfa: true });
    assert.equal(signIns.proofFor({ principalId: LEAD }), null);
    assert.equal(signIns.proofFor({ principalId: OTHER, heldFor: 'page-1' }), null);
  });

  it('makes an ordinary sign-in where that is wanted', async () => {
    const { signIns, page } = setUp();
    await page.redeem(order({ keep: 'session' }));
    assert.equal(signIns.isSignedIn(LEAD), true);
    assert.equal(signIns.isHeld('page-1'), false);
  });

  for (const [what, changes, behaviour, code] of [
    ['another person', {}, { person: OTHER }, 'identity.wrong_person'],
    ['a failure', {}, { failure: new AccessError('identity.device_blocked', 'x') }, 'identity.device_blocked'],
    [
      'a missing context',
      { claims: provenContextClaims('c1'), requiredContext: 'c1' },
      { contexts: [] },
      'activation.step_up_not_accepted',
    ],
    ['the admin app as a session', { app: 'admin', keep: 'session' }, {}, 'internal.unexpected'],
  ] as const) {
    it(`refuses ${what} and keeps nothing`, async () => {
      const { signIns, page } = setUp();
      await assert.rejects(page.behave(behaviour).redeem(order(changes)), { code });
      assert.equal(signIns.isHeld('page-1'), false);
      assert.equal(signIns.isSignedIn(LEAD), false);
    });
  }

  it('takes a code once and gives the roles that were set', async () => {
    const { page } = setUp();
    page.behave({ appRoles: ['Pimlico.Admin'] });
    assert.deepEqual(await page.redeem(order({ app: 'admin' })), { appRoles: ['Pimlico.Admin'] });
    await assert.rejects(page.redeem(order()), { code: 'identity.token_invalid' });
  });

  it('sends nobody to an admin app that is not there', async () => {
    const { page } = setUp();
    page.isAdminAvailable = false;
    const authorize = { signIn: order({ app: 'admin' }).signIn, state: 'a b', nonce: 'n', codeChallenge: 'c' };
    await assert.rejects(page.authorizeUrl(authorize), { code: 'identity.admin_unavailable' });
    page.isAdminAvailable = true;
    assert.equal(await page.authorizeUrl(authorize), 'https://login.example/authorize?state=a%20b');
  });

  it('forgets by when things were received', () => {
    const { signIns } = setUp();
    signIns.keepTurn(LEAD, 'page-1');
    signIns.signIn(LEAD);
    signIns.forget(LEAD, Temporal.Instant.from('2026-11-23T09:00:00Z'));
    assert.deepEqual([signIns.isHeld('page-1'), signIns.isSignedIn(LEAD)], [true, true]);
    signIns.forget(LEAD, Temporal.Instant.from('2026-11-23T09:00:01Z'));
    assert.deepEqual([signIns.isHeld('page-1'), signIns.isSignedIn(LEAD)], [false, false]);
  });
});
