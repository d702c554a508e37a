import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { anEmergency, type EmergencyStage, PULL, PULL_TIER0, phaseOf } from '../break-glass/stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('break-glass while the bot is paused', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
    stage.product.page.behave({ appRoles: ['Pimlico.Admin'] });
  });
  const asAdmin = async (text: string): Promise<void> => {
    await stage.product.says('admin', text);
    await stage.product.signsIn('admin');
  };
  const confirms = async (): Promise<readonly Notice[]> => {
    const card = await stage.product.card('oncall', 'break-glass-confirm');
    return (await stage.product.presses('oncall', card, 'confirm-pull')).notices;
  };

  it('goes on, and so does giving it back', async () => {
    await asAdmin('pause because INC-1');
    await stage.product.says('oncall', PULL);
    await confirms();
    await stage.product.signsIn('oncall');
    assert.equal(phaseOf((await stage.inChannel())[0]), 'active');
    assert.equal((await stage.pulls())[0]?.state, 'active');
    await stage.product.passes('PT6M');
    await stage.product.says('oncall', 'standdown payments');
    assert.equal((await stage.pulls())[0]?.state, 'over');
  });

  it('goes on with its second person, whose Confirm is an approval', async () => {
    await asAdmin('pause');
    await stage.product.says('oncall', PULL_TIER0);
    await confirms();
    await stage.product.signsIn('oncall');
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    await stage.product.presses('oncall2', card, 'confirm-second');
    await stage.product.passes('PT10S');
    assert.equal((await stage.newest('oncall', 'break-glass-active')).phase, 'active');
  });

  it('stops when everything is paused: no pull, and no second person', async () => {
    await stage.product.says('oncall', PULL_TIER0);
    await confirms();
    await stage.product.signsIn('oncall');
    await asAdmin('pause everything because INC-1');
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    const { notices } = await stage.product.presses('oncall2', card, 'confirm-second');
    assert.deepEqual(told(notices), ['serving.paused']);
    assert.deepEqual(told(await stage.product.says('oncall', PULL)), ['serving.paused']);
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
  });
});
