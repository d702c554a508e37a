import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { anEmergency, type EmergencyStage, PULL, phaseOf } from './stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('standing down', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
    const { product } = stage;
    await product.says('oncall', PULL);
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
  });

  it('waits for PIM’s five minutes with the token held for it, and says until when', async () => {
    const { product } = stage;
    await product.signsIn('oncall');
    await product.passes('PT1M');
    await product.presses('oncall', await product.card('oncall', 'break-glass-active'), 'stand-down');
    const waiting = await stage.newest('oncall', 'break-glass-active');
    assert.deepEqual([waiting.phase, waiting.standDownAt], ['active', '2026-11-23T09:05:00Z']);
    await product.passes('PT3M');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
  });

  it('ends everything as soon as it may, and the alarm says so', async () => {
    const { product } = stage;
    await product.signsIn('oncall');
    await product.says('oncall', 'stand down');
    await product.passes('PT5M');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }]);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'over');
    assert.ok(product.seeded.tenant.calls.includes('deactivate'));
  });

  it('asks for one more press when the token is gone by then', async () => {
    const { product } = stage;
    await product.signsIn('oncall');
    await product.says('oncall', 'standdown payments');
    product.signIns.forget(product.seeded.idOf('oncall'));
    await product.passes('PT6M');
    const card = await product.card('oncall', 'break-glass-active');
    assert.equal(card.notice.card === 'break-glass-active' && card.notice.standDownAt, null);
    product.signIns.signIn(product.seeded.idOf('oncall'));
    await product.presses('oncall', card, 'stand-down');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }]);
  });

  it('drops what has not been asked of PIM yet', async () => {
    await stage.product.says('oncall', 'standdown');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'dropped');
    await stage.product.signsIn('oncall');
    assert.equal(stage.product.seeded.tenant.calls.includes('activateAll'), false);
  });

  it('is said in the trail, and changes nothing for whoever pulled nothing', async () => {
    assert.deepEqual(told(await stage.product.says('oncall2', 'standdown')), ['breakglass.pulled_nothing']);
    assert.deepEqual(told(await stage.product.says('oncall', 'standdown tier0')), ['breakglass.pulled_nothing']);
    await stage.product.says('oncall', 'standdown');
    assert.ok((await stage.product.audit()).includes('breakglass.stood_down'));
  });

  it('is for administrators as well: Stop this access reads back what they would take away', async () => {
    const { product } = stage;
    await product.signsIn('oncall');
    const alarm = await product.card('admin', 'break-glass-active');
    await product.presses('admin', alarm, 'stop-access');
    product.page.behave({ appRoles: [] });
    await product.signsIn('admin');

    const change = await product.card('admin', 'assignment-change');
    assert.equal(change.notice.card, 'assignment-change');
    const { action, kind, principal, role } = change.notice as Extract<Notice, { card: 'assignment-change' }>;
    assert.deepEqual(
      [action, kind, principal.name, role.roleName],
      ['remove', 'active', 'Lynne Robbins', 'sg-breakglass-payments'],
    );
  });

  it('names the administrator in the trail as who ended it, and not the holder', async () => {
    const { product } = stage;
    await product.signsIn('oncall');
    await product.passes('PT6M');
    await product.presses('admin', await product.card('admin', 'break-glass-active'), 'stop-access');
    product.page.behave({ appRoles: [] });
    await product.signsIn('admin');
    await product.presses('admin', await product.card('admin', 'assignment-change'), 'confirm-assignment');
    await product.signsIn('admin');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }]);
    const { rows } = await product.database.pool.query(
      `select actor_id, facts ->> 'reason' as reason from pimlico.audit_trail where event = 'activation.ended'`,
    );
    assert.deepEqual(rows, [{ actor_id: product.seeded.idOf('admin'), reason: 'removed' }]);
  });
});
