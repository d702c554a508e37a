import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { anEmergency, type EmergencyStage, PULL_TIER0, phaseOf } from './stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('a pack that a second on-call lead confirms', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
    const { product } = stage;
    await product.says('oncall', PULL_TIER0);
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
    await product.signsIn('oncall');
  });

  const seconds = async (handle: SeededHandle, verb: 'confirm-second' | 'refuse-second') =>
    await stage.product.presses(handle, await stage.product.card(handle, 'break-glass-confirm'), verb);
  const requestId = async (): Promise<string> => {
    const { rows } = await stage.product.database.pool.query<{ id: string }>(
      'select id from pimlico.activation_requests',
    );
    return rows[0]?.id ?? '';
  };

  it('gives nothing before, and is active by their Confirm, which is the approval that PIM waits for', async () => {
    assert.equal(phaseOf((await stage.inChannel())[0]), 'waiting');
    const waiting = await stage.newest('oncall', 'break-glass-active');
    assert.deepEqual(waiting.seconds, ['Isaiah Langer']);
    const { calls } = stage.product.seeded.tenant;
    calls.length = 0;
    await seconds('oncall2', 'confirm-second');
    assert.ok(calls.includes('decide'));
    await stage.product.passes('PT10S');
    const active = await stage.newest('oncall', 'break-glass-active');
    assert.deepEqual([active.phase, active.secondName], ['active', 'Isaiah Langer']);
    const trail = await stage.product.audit();
    assert.ok(trail.includes('approval.decided'));
  });

  it('gives nothing when they refuse', async () => {
    await seconds('oncall2', 'refuse-second');
    assert.equal(phaseOf((await stage.inChannel())[0]), 'dropped');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
  });

  it('is not confirmed by its own puller', async () => {
    const id = await requestId();
    assert.deepEqual(told(await stage.product.says('oncall', `approve ${id}: me`)), ['approval.own_request']);
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
  });

  it('is not confirmed by whoever is not on call any more, by no way', async () => {
    stage.putOnCall('oncall');
    const { notices } = await seconds('oncall2', 'confirm-second');
    assert.deepEqual(told(notices), ['breakglass.not_on_call']);
    const said = await stage.product.says('oncall2', `approve ${await requestId()}: yes`);
    assert.deepEqual(told(said), ['breakglass.not_on_call']);
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
  });

  it('is not confirmed while nobody can tell who is on call', async () => {
    stage.product.onCall.fail('leads');
    const { notices } = await seconds('oncall2', 'confirm-second');
    assert.deepEqual(told(notices), ['oncall.unavailable']);
  });

  it('is withdrawn from PIM when nobody confirms within five minutes, and cannot be confirmed after', async () => {
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    await stage.product.passes('PT6M');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    const [alarm] = await stage.inChannel();
    assert.equal(alarm?.card === 'break-glass-active' && alarm.problem?.code, 'breakglass.confirm_over');
    await stage.product.presses('oncall2', card, 'confirm-second');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    assert.equal(stage.product.seeded.tenant.calls.includes('cancel'), true);
  });

  it('cannot be confirmed after that either when PIM did not let it be withdrawn', async () => {
    stage.product.seeded.tenant.failNext('cancel', new AccessError('graph.unavailable', 'down', { retryable: true }));
    const card = await stage.product.card('oncall2', 'break-glass-confirm');
    await stage.product.passes('PT5M30S');
    assert.deepEqual(await stage.pulls(), [{ state: 'waiting' }]);
    await stage.product.presses('oncall2', card, 'confirm-second');
    assert.equal((await stage.newest('oncall2', 'break-glass-confirm')).phase, 'late');
    const said = await stage.product.says('oncall2', `approve ${await requestId()}: yes`);
    assert.deepEqual(told(said), ['breakglass.confirm_over']);
    await stage.product.passes('PT1M');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
  });

  it('is confirmed from the list of approvals as well, with words for PIM', async () => {
    await stage.product.says('oncall2', 'approvals');
    const list = await stage.product.card('oncall2', 'approvals');
    await stage.product.presses('oncall2', list, 'approve', { request: await requestId() });
    await stage.product.passes('PT10S');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
  });

  it('is over for everybody when its puller stands down before', async () => {
    await stage.product.says('oncall', 'standdown tier0');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    const card = await stage.newest('oncall2', 'approval-decided');
    assert.equal(card.outcome, 'canceled');
  });
});
