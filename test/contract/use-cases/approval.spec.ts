import assert from 'node:assert/strict';
import type { ErrorNotice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Pressed, type Product } from '../../support/product.ts';

const ASK = 'activate Contoso-App-Assignment-Operator for 2h because INC-42 broken sign-in';

function errorCode(pressed: Pressed): string | undefined {
  return pressed.notices.find((notice): notice is ErrorNotice => notice.card === 'error')?.code;
}

describe('deciding a request', () => {
  let product: Product;
  let code = '';
  beforeEach(async () => {
    product = await aProduct();
    const [pending] = await product.says('engineer', ASK);
    code = pending?.card === 'activation-pending' ? pending.request.requestId : '';
  });

  const approve = async (handle: 'approver' | 'approver2', justification = 'fine'): Promise<Pressed> =>
    await product.presses(handle, await product.card(handle, 'approval-request'), 'send-approve', { justification });

  it('tells every approver who decided, when and why, and takes all buttons away', async () => {
    await approve('approver');
    for (const handle of ['approver', 'approver2'] as const) {
      const { notice } = await product.card(handle, 'approval-decided');
      assert.equal(notice.card === 'approval-decided' && notice.decidedBy, 'Megan Bowen');
      assert.equal(notice.card === 'approval-decided' && notice.justification, 'fine');
      assert.equal(notice.card === 'approval-decided' && notice.decidedAt, '2026-11-23T09:00:00Z');
    }
  });

  it('tells the requester of a yes once', async () => {
    await approve('approver');
    await product.passes('PT5M');
    const cards = (await product.cards('engineer')).filter((card) => card.notice.card === 'activation-active');
    assert.equal(cards.length, 1);
    assert.equal((await product.cards('engineer')).find((card) => card.slot === 'activation-pending')?.isRetired, true);
  });

  it('tells the requester of a no with the approver’s words', async () => {
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-deny', { justification: 'not in a freeze' });
    const { notice } = await product.card('engineer', 'activation-denied');
    assert.equal(notice.card === 'activation-denied' && notice.justification, 'not in a freeze');
    assert.deepEqual(await product.waiting(), []);
  });

  it('shows how it ended to whoever clicks second, and sends nothing', async () => {
    const old = await product.card('approver2', 'approval-request');
    await approve('approver');
    product.seeded.tenant.calls.length = 0;
    const late = await product.presses('approver2', old, 'send-deny', { justification: 'no' });
    assert.equal(late.answer.kind === 'done' && late.answer.reply?.card.notice.card, 'approval-decided');
    assert.deepEqual(product.seeded.tenant.calls, []);
  });

  it('asks PIM for the first of two approvers only, also when their presses overlap', async () => {
    const [yes, no] = await Promise.all([
      product.card('approver', 'approval-request'),
      product.card('approver2', 'approval-request'),
    ]);
    product.seeded.tenant.calls.length = 0;
    await Promise.all([
      product.presses('approver', yes, 'send-approve', { justification: 'yes' }),
      product.presses('approver2', no, 'send-approve', { justification: 'yes' }),
    ]);
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'decide').length, 1);
  });

  it('lets another approver decide when the first one was never heard of again', async () => {
    const refused = new AccessError('approval.in_doubt', 'the process died');
    product.seeded.tenant.failNext('decide', refused);
    await approve('approver');
    await product.passes('PT31S');
    await approve('approver2', 'also fine');
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'provisioned');
  });

  it('lets the first of two simultaneous decisions win', async () => {
    const [yes, no] = await Promise.all([
      product.card('approver', 'approval-request'),
      product.card('approver2', 'approval-request'),
    ]);
    await Promise.all([
      product.presses('approver', yes, 'send-approve', { justification: 'yes' }),
      product.presses('approver2', no, 'send-deny', { justification: 'no' }),
    ]);
    const decided = (await product.audit()).filter((event) => event === 'approval.decided');
    assert.equal(decided.length, 1);
  });

  it('refuses somebody who was never asked, with the card of somebody else', async () => {
    const ask = await product.card('approver', 'approval-request');
    const pressed = await product.presses('contractor', ask, 'send-approve', { justification: 'let me in' });
    assert.equal(errorCode(pressed), 'card.foreign');
    assert.equal(pressed.answer.kind === 'done' && pressed.answer.reply, null);
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
  });

  it('refuses the requester deciding their own request by sentence', async () => {
    const [notice] = await product.says('engineer', `approve ${code} because I say so`);
    assert.equal(notice?.card === 'error' && notice.code, 'approval.own_request');
  });

  it('refuses a stranger by sentence without telling whether the request exists', async () => {
    const [stranger] = await product.says('contractor', `approve ${code} because let me in`);
    assert.equal(stranger?.card === 'error' && stranger.code, 'approval.not_an_approver');
    const [nothing] = await product.says('contractor', 'approve ZZZZ because let me in');
    assert.equal(nothing?.card === 'error' && nothing.code, 'activation.request_unknown');
  });

  it('decides by sentence as well', async () => {
    await product.says('approver2', `approve #${code.toLowerCase()}: expected change`);
    const { notice } = await product.card('approver', 'approval-decided');
    assert.equal(notice.card === 'approval-decided' && notice.decidedBy, 'Adele Vance');
  });

  it('asks for the words the policy wants, by button and by sentence', async () => {
    const ask = await product.card('approver', 'approval-request');
    const step = await product.presses('approver', ask, 'deny');
    assert.equal(step.answer.kind === 'done' ? step.answer.reply?.step : null, 'deny');
    const [notice] = await product.says('approver', `approve ${code}`);
    assert.equal(notice?.card === 'error' && notice.code, 'approval.justification_required');
    const back = await product.presses('approver', ask, 'back');
    assert.equal(back.answer.kind === 'done' ? back.answer.reply?.step : 'x', null);
  });

  it('sends nothing when PIM holds another request than the card showed', async () => {
    await product.database.pool.query(`update pimlico.activation_requests set duration = 'PT1H' where id = $1`, [code]);
    const pressed = await approve('approver');
    assert.equal(errorCode(pressed), 'approval.request_changed');
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
  });

  it('keeps the card’s buttons when Graph does not answer', async () => {
    product.seeded.tenant.failNext('decide', new AccessError('graph.unavailable', 'down', { retryable: true }));
    const pressed = await approve('approver');
    assert.equal(errorCode(pressed), 'graph.unavailable');
    await approve('approver');
    assert.equal((await product.card('approver', 'approval-decided')).notice.card, 'approval-decided');
  });

  it('finds out that a yes arrived although its answer was lost', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('decide', new AccessError('approval.in_doubt', 'lost'), { afterEffect: true });
    await approve('approver');
    await product.passes('PT1M');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    const { notice } = await product.card('approver2', 'approval-decided');
    assert.equal(notice.card === 'approval-decided' && notice.decidedBy, 'Megan Bowen');
  });

  it('asks the approver to press again when a no was lost, and takes it as given then', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('decide', new AccessError('approval.in_doubt', 'lost'), { afterEffect: true });
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-deny', { justification: 'no' });
    await product.passes('PT1M');
    const error = (await product.cards('approver')).find(
      (card) => card.notice.card === 'error' && card.notice.code === 'approval.outcome_unknown',
    );
    assert.ok(error);
    const again = await product.card('approver', 'approval-request');
    await product.presses('approver', again, 'send-deny', { justification: 'no' });
    assert.equal((await product.card('engineer', 'activation-denied')).notice.card, 'activation-denied');
  });

  it('takes a lost no as given when another approver comes to the same request', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('decide', new AccessError('approval.in_doubt', 'lost'), { afterEffect: true });
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-deny', { justification: 'no' });
    await product.passes('PT1M');
    await approve('approver2');
    const { notice } = await product.card('engineer', 'activation-denied');
    assert.equal(notice.card === 'activation-denied' && notice.decidedBy, 'Megan Bowen');
  });

  it('says that the time is over to whoever decides after 24 hours', async () => {
    await product.passes('PT25H');
    const [notice] = await product.says('approver', `approve ${code} because late`);
    assert.equal(notice?.card === 'error' && notice.code, 'approval.expired');
  });

  it('keeps looking for the access through odd answers of the tenant', async () => {
    const { tenant } = product.seeded;
    tenant.listLag = Temporal.Duration.from({ seconds: 3 });
    await approve('approver');
    tenant.readerFailure = new AccessError('graph.unexpected_answer', 'a page');
    await product.passes('PT10M');
    await assert.rejects(product.card('engineer', 'activation-active'));
    tenant.readerFailure = null;
    await product.passes('PT1M');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('expires after 24 hours and tells everybody', async () => {
    await product.passes('PT24H');
    const { notice } = await product.card('engineer', 'activation-denied');
    assert.equal(notice.card === 'activation-denied' && notice.reason, 'expired');
    const decided = await product.card('approver', 'approval-decided');
    assert.equal(decided.notice.card === 'approval-decided' && decided.notice.outcome, 'expired');
  });

  it('withdraws the approvers’ cards when the requester cancels', async () => {
    const pending = await product.card('engineer', 'activation-pending');
    await product.presses('engineer', pending, 'cancel');
    const decided = await product.card('approver2', 'approval-decided');
    assert.equal(decided.notice.card === 'approval-decided' && decided.notice.outcome, 'canceled');
    assert.equal((await product.card('engineer', 'activation-ended')).notice.card, 'activation-ended');
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'canceled');
  });

  it('finds out that a withdrawal arrived although its answer was lost', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('cancel', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'cancel');
    await product.passes('PT1M');
    const again = (await product.cards('engineer')).find((card) => card.slot === 'cancel-again');
    assert.ok(again);
    await product.presses('engineer', again, 'cancel');
    assert.equal((await product.card('engineer', 'activation-ended')).notice.card, 'activation-ended');
    assert.equal((await product.card('approver', 'approval-decided')).notice.card, 'approval-decided');
  });

  it('lets nobody else cancel', async () => {
    const [notice] = await product.says('contractor', `cancel ${code}`);
    assert.equal(notice?.card === 'error' && notice.code, 'activation.request_unknown');
  });

  it('says that a decided request cannot be canceled', async () => {
    await approve('approver');
    const [notice] = await product.says('engineer', `cancel ${code}`);
    assert.equal(notice?.card === 'error' && notice.code, 'activation.not_cancellable');
  });

  it('reminds the approvers in a new message, at most once in 15 minutes', async () => {
    const press = async (): Promise<Pressed> =>
      await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
    await press();
    assert.equal(errorCode(await press()), 'activation.reminded_recently');
    await product.passes('PT15M');
    assert.equal(errorCode(await press()), undefined);
    const cards = (await product.cards('approver')).filter((card) => card.notice.card === 'approval-request');
    assert.deepEqual(
      cards.map((card) => card.isRetired),
      [true, true, false],
    );
    await approve('approver');
    const after = await product.cards('approver');
    assert.deepEqual(
      after.map((card) => card.notice.card),
      ['approval-decided', 'approval-decided', 'approval-decided'],
    );
  });

  it('lists what waits for a decision, and lets it be made from there', async () => {
    const [list] = await product.says('approver', 'approvals');
    assert.equal(list?.card === 'approvals' && list.requests[0]?.requestId, code);
    const card = await product.card('approver', 'approvals');
    const step = await product.presses('approver', card, 'approve', { request: code });
    assert.equal(step.answer.kind === 'done' && step.answer.reply?.card.notice.card, 'approval-request');
  });
});
