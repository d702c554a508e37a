import assert from 'node:assert/strict';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { claimsOf, createPageBench, type PageBench, refusal } from './page-bench.ts';

describe('tokens for Azure', () => {
  let bench: PageBench;
  let engineer: PrincipalId;

  beforeEach(async () => {
    bench = await createPageBench();
    engineer = bench.idOf('engineer');
  });

  afterEach(async () => {
    await bench.close();
  });

  const accept = async () => bench.signIns.accept(engineer, await bench.sandbox.issuer.ssoToken(engineer));

  function exchanges(): number {
    return bench.sandbox.calls.since(0).filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;
  }

  it('are exchanged when they are wanted, and not before', async () => {
    await accept();
    assert.equal(exchanges(), 1);
    const actor = { principalId: engineer };
    const [arm, again] = await Promise.all([bench.signIns.armToken(actor), bench.signIns.armToken(actor)]);
    assert.equal(exchanges(), 2);
    assert.equal(arm, again);
    const seen = bench.sandbox.issuer.verify(arm, 'arm');
    assert.deepEqual([seen?.principalId, seen?.capabilities], [engineer, ['cp1']]);
    assert.equal(claimsOf(arm).aud, 'https://management.azure.com');
    assert.notEqual(arm, await bench.signIns.graphToken(actor));
  });

  it('are kept for five minutes only', async () => {
    await accept();
    const actor = { principalId: engineer };
    const first = await bench.signIns.armToken(actor);
    await bench.advance({ minutes: 4, seconds: 59 });
    assert.equal(await bench.signIns.armToken(actor), first);
    await bench.advance({ seconds: 1 });
    assert.notEqual(await bench.signIns.armToken(actor), first);
  });

  it('are exchanged again when ARM refused one, and Graph’s stays', async () => {
    await accept();
    const actor = { principalId: engineer };
    const graph = await bench.signIns.graphToken(actor);
    const first = await bench.signIns.armToken(actor);
    bench.signIns.rejectArmToken(actor, first);
    assert.notEqual(await bench.signIns.armToken(actor), first);
    assert.equal(await bench.signIns.graphToken(actor), graph);
  });

  it('are for nobody who is not signed in', async () => {
    assert.equal((await refusal(bench.signIns.armToken({ principalId: engineer }))).code, 'identity.sign_in_required');
  });

  it('carry the claims of a refusal', async () => {
    await accept();
    bench.sandbox.faults.add({ name: 'conditional-access', person: 'engineer', resource: 'arm' });
    const error = await refusal(bench.signIns.armToken({ principalId: engineer }));
    assert.equal(error.code, 'activation.step_up_required');
    assert.match(error.facts.claims ?? '', /capolids/);
  });

  it('are held for an ask, exchanged for it where there is none', async () => {
    await accept();
    const until = bench.sandbox.clock.now().add({ minutes: 30 });
    await bench.signIns.hold(engineer, 'ask', until, ['arm']);
    const arm = await bench.signIns.armToken({ principalId: engineer });
    await bench.advance({ minutes: 30 });
    assert.equal(await bench.signIns.armToken({ principalId: engineer, heldFor: 'ask' }), arm);
    const graph = await refusal(bench.signIns.graphToken({ principalId: engineer, heldFor: 'ask' }));
    assert.equal(graph.code, 'identity.sign_in_required');
  });

  it('are not asked for by an ask that does not need them', async () => {
    await accept();
    bench.sandbox.faults.add({ name: 'conditional-access', person: 'engineer', resource: 'arm' });
    assert.equal(
      await bench.signIns.hold(engineer, 'ask', bench.sandbox.clock.now().add({ minutes: 30 }), ['graph']),
      true,
    );
    const held = { principalId: engineer, heldFor: 'ask' };
    assert.equal((await refusal(bench.signIns.armToken(held))).code, 'identity.consent_missing');
    assert.ok(await bench.signIns.graphToken(held));
  });

  it('want a newer sign-in of Teams when the one there is has become too old, which is no matter of consent', async () => {
    const assertion = await bench.sandbox.issuer.ssoToken(engineer);
    await bench.advance({ minutes: 40 });
    await bench.signIns.accept(engineer, assertion);
    await bench.advance({ minutes: 45 });
    assert.ok(await bench.signIns.graphToken({ principalId: engineer }));
    assert.equal((await refusal(bench.signIns.armToken({ principalId: engineer }))).code, 'identity.sign_in_required');
  });

  it('go with the person', async () => {
    await accept();
    await bench.signIns.armToken({ principalId: engineer });
    bench.signIns.forget(engineer);
    assert.equal((await refusal(bench.signIns.armToken({ principalId: engineer }))).code, 'identity.sign_in_required');
  });

  it('are not brought back by a newer sign-in of the person', async () => {
    await accept();
    const first = await bench.signIns.armToken({ principalId: engineer });
    await bench.advance({ seconds: 1 });
    await accept();
    assert.notEqual(await bench.signIns.armToken({ principalId: engineer }), first);
  });

  describe('forgetting up to an instant', () => {
    it('leaves what was received later, or just then', async () => {
      const signedOutAt = bench.sandbox.clock.now();
      await accept();
      await bench.signIns.hold(engineer, 'ask', signedOutAt.add({ minutes: 30 }), ['graph']);
      bench.signIns.forget(engineer, signedOutAt);
      assert.equal(bench.signIns.isSignedIn(engineer), true);
      assert.equal(bench.signIns.isHeld('ask'), true);
      bench.signIns.forget(engineer, signedOutAt.add({ seconds: 1 }));
      assert.equal(bench.signIns.isSignedIn(engineer), false);
      assert.equal(bench.signIns.isHeld('ask'), false);
    });

    it('counts a held token from the sign-in it came from', async () => {
      await accept();
      await bench.advance({ minutes: 10 });
      const signedOutAt = bench.sandbox.clock.now().subtract({ minutes: 5 });
      await bench.signIns.hold(engineer, 'ask', signedOutAt.add({ minutes: 30 }), ['graph']);
      bench.signIns.forget(engineer, signedOutAt);
      assert.equal(bench.signIns.isHeld('ask'), false);
    });

    it('reaches what is under way', async () => {
      const later = bench.sandbox.clock.now().add({ seconds: 1 });
      const assertion = await bench.sandbox.issuer.ssoToken(engineer);
      const underWay = bench.signIns.accept(engineer, assertion);
      bench.signIns.forget(engineer, later);
      assert.equal((await refusal(underWay)).code, 'identity.sign_in_required');
      assert.equal(bench.signIns.isSignedIn(engineer), false);
    });
  });
});
