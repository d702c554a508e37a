import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import type { FakeCall } from '../../../support/fakes/tenant-state.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const APPROVED_ON_AZURE = 'activate Contributor on rg-web for 1h because INC-7';

describe('an outcome that only the tenant knows, where the reader may read requests', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  /** The process dies while PIM carries out the call: nobody hears the answer, and nobody looks afterwards. */
  function dieIn(call: FakeCall, code: 'activation.in_doubt' | 'approval.in_doubt' = 'activation.in_doubt'): void {
    product.seeded.tenant.failNext(call, new AccessError(code, 'the process died'), { afterEffect: true });
    product.seeded.tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'the process died'));
  }

  const held = () => product.seeded.tenant.requests();

  it('takes up a request that waits for its approvers, by the marker it was made with', async () => {
    dieIn('activateAll');
    await product.says('engineer', APPROVED_ON_AZURE);
    await product.passes('PT31S');
    const pending = await product.card('engineer', 'activation-pending');
    assert.equal(pending.notice.card, 'activation-pending');
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.equal(held().length, 1);
  });

  it('never asks again for a group that is being put in place', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from({ minutes: 2 });
    dieIn('activateAll');
    await product.says('engineer', 'activate sg-payments-oncall for 1h because INC-7');
    await product.passes('PT31S');
    await product.says('engineer', 'activate sg-payments-oncall for 1h because INC-7');
    assert.equal(held().length, 1);
    await product.passes('PT5M');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.equal(held().length, 1);
  });

  it('sees that a no arrived', async () => {
    await product.says('engineer', APPROVED_ON_AZURE);
    const ask = await product.card('approver', 'approval-request');
    dieIn('decide', 'approval.in_doubt');
    await product.presses('approver', ask, 'send-deny', { justification: 'not now' });
    await product.passes('PT31S');
    const denied = await product.card('engineer', 'activation-denied');
    assert.equal(denied.notice.card === 'activation-denied' && denied.notice.justification, 'not now');
  });

  it('sees that a request was withdrawn', async () => {
    await product.says('engineer', APPROVED_ON_AZURE);
    const pending = await product.card('engineer', 'activation-pending');
    dieIn('cancel');
    await product.presses('engineer', pending, 'cancel');
    await product.passes('PT31S');
    const ended = await product.card('engineer', 'activation-ended');
    assert.ok(ended.notice.card === 'activation-ended');
    assert.equal(ended.notice.reason, 'canceled');
    assert.equal(ended.notice.request.learnedAfter, undefined);
  });

  it('asks for one more press where the tenant has no such request', async () => {
    product.seeded.tenant.failNext('activateAll', new AccessError('activation.in_doubt', 'never arrived'));
    product.seeded.tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'the process died'));
    await product.says('engineer', APPROVED_ON_AZURE);
    await product.passes('PT31S');
    const card = (await product.cards('engineer')).find(({ slot }) => slot === 'outcome-unknown');
    assert.equal(card?.notice.card === 'error' && card.notice.code, 'activation.outcome_unknown');
    assert.deepEqual(held(), []);
  });
});
