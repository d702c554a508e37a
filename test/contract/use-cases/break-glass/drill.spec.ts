import assert from 'node:assert/strict';
import { renderNotice } from '../../../../cards/render.ts';
import { AccessError } from '../../../../src/errors.ts';
import { aRenderContext } from '../../../support/notices.ts';
import { anEmergency, type EmergencyStage, PULL, PULL_TIER0, phaseOf } from './stage.ts';

const drilled = (sentence: string): string => sentence.replace('breakglass ', 'breakglass drill ');

describe('a break-glass drill', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
  });

  const pull = async (sentence: string): Promise<void> => {
    const { product } = stage;
    await product.says('oncall', drilled(sentence));
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
    await product.signsIn('oncall');
  };
  const requests = async (): Promise<number> =>
    (await stage.product.database.pool.query('select from pimlico.activation_requests')).rowCount ?? 0;

  it('takes the same way, with the alarm and the stronger sign-in, and activates nothing', async () => {
    await pull(PULL);
    const { calls } = stage.product.seeded.tenant;
    assert.equal(calls.includes('validate'), true);
    assert.equal(calls.includes('activateAll') || calls.includes('activate'), false);
    assert.equal(await requests(), 0);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'active');
    assert.deepEqual(
      (await stage.product.audit()).filter((event) => event.startsWith('activation.')),
      [],
    );
  });

  it('is called one on every card', async () => {
    await pull(PULL);
    await stage.product.passes('PT31M');
    const notices = [
      ...(await stage.inChannel()),
      await stage.newest('oncall', 'break-glass-confirm'),
      await stage.newest('oncall', 'break-glass-active'),
      await stage.newest('oncall', 'break-glass-review'),
      await stage.newest('admin', 'break-glass-active'),
      await stage.newest('admin', 'break-glass-review'),
    ];
    for (const notice of notices) {
      assert.match(JSON.stringify(renderNotice(notice, aRenderContext())), /DRILL/, notice.card);
    }
  });

  it('ends by itself, or when its puller stands down, and is reviewed', async () => {
    await pull(PULL);
    await stage.product.passes('PT31M');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }]);
    await pull(PULL);
    await stage.product.says('oncall', 'standdown');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }, { state: 'over' }]);
  });

  it('needs its second person as well, who is on call, somebody else and in time', async () => {
    await pull(PULL_TIER0);
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    stage.putOnCall('oncall');
    await stage.product.presses('oncall2', card, 'confirm-second');
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
    stage.putOnCall('oncall', 'oncall2');
    await stage.product.presses('oncall2', card, 'confirm-second');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
  });

  it('is over without one after five minutes', async () => {
    await pull(PULL_TIER0);
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    await stage.product.passes('PT5M');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    await stage.product.presses('oncall2', card, 'confirm-second');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
  });

  it('is over when the second person refuses', async () => {
    await pull(PULL_TIER0);
    await stage.product.presses('oncall2', await stage.product.card('oncall2', 'break-glass-confirm'), 'refuse-second');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
  });

  it('tells what PIM would have refused', async () => {
    stage.product.seeded.tenant.failNext('validate', new AccessError('activation.refused_by_policy', 'no'));
    await pull(PULL);
    const [alarm] = await stage.inChannel();
    assert.equal(alarm?.card === 'break-glass-active' && alarm.problem?.code, 'activation.refused_by_policy');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
  });
});
