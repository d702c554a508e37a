import assert from 'node:assert/strict';
import { anEmergency, confirmsBare, type EmergencyStage, PULL, phaseOf } from './stage.ts';

describe('who pulls a pack', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
    await stage.product.says('oncall', PULL);
  });

  it('is asked anew at every pull, although they are signed in', async () => {
    assert.equal(stage.product.signIns.isSignedIn(stage.product.seeded.idOf('oncall')), true);
    const answer = await confirmsBare(stage);
    assert.equal(answer.kind, 'sign-in-first');
    assert.deepEqual(await stage.inChannel(), []);
    assert.deepEqual(await stage.pulls(), [{ state: 'planned' }]);
  });

  it('can say so on the page when the client stays silent for five seconds: the same card has the link, and one to the portal', async () => {
    await confirmsBare(stage);
    await stage.product.passes('PT4S');
    assert.equal((await stage.newest('oncall', 'break-glass-confirm')).phase, 'confirm');
    await stage.product.passes('PT1S');
    const silent = await stage.newest('oncall', 'break-glass-confirm');
    assert.deepEqual([silent.phase, typeof silent.pageSignInId], ['sign-in', 'string']);
    const { id } = await stage.product.card('oncall', 'break-glass-confirm');
    await stage.product.signsIn('oncall', silent.pageSignInId ?? '');
    const cards = await stage.product.cards('oncall');
    assert.equal(cards.find((card) => card.id === id)?.isRetired, true);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'active');
    // The page has proved what the settings demand: there is no second sign-in.
    assert.equal(
      cards.some(({ notice }) => notice.card === 'step-up'),
      false,
    );
  });

  it('is not asked again by the page when the client answered in time', async () => {
    await confirmsBare(stage);
    const { product } = stage;
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
    await product.passes('PT6S');
    assert.equal((await stage.newest('oncall', 'break-glass-confirm')).phase, 'confirmed');
  });

  it('is nobody else: a page that another person signs in on pulls nothing', async () => {
    await confirmsBare(stage);
    await stage.product.passes('PT5S');
    const { pageSignInId } = await stage.newest('oncall', 'break-glass-confirm');
    stage.product.page.behave({ person: stage.product.seeded.idOf('engineer') });
    await stage.product.signsIn('oncall', pageSignInId ?? '');
    assert.deepEqual(await stage.inChannel(), []);
  });
});
