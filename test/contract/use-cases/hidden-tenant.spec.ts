import assert from 'node:assert/strict';
import { AccessError } from '../../../src/errors.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../support/product.ts';

describe('where the reader may not look at activations', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
    const findActive = async () => {
      throw new AccessError('graph.forbidden', 'the reader has no role there');
    };
    Object.assign(product.services, { reader: { ...product.services.reader, findActive } });
  });

  const stateOf = async () => {
    const [request] = await product.services.store.now.requests.listNewestOf(product.seeded.idOf('engineer'), 1);
    return request?.state;
  };

  it('ends an activation when its time is over, so that the role can be asked for again', async () => {
    await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    await product.passes('PT2H');
    await product.card('engineer', 'activation-ended');
    assert.deepEqual(await product.waiting(), []);
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const [again] = await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    assert.equal(again?.card, 'activation-active');
  });

  it('takes an approval at PIM’s word, and says that the rest is unknown', async () => {
    const { idOf, tenant } = product.seeded;
    const { rows } = await product.services.roles.listEligible({ principalId: idOf('engineer') });
    const role = rows.find(({ roleName }) => roleName === 'Virtual Machine Operator');
    assert.ok(role);
    const approver = { kind: 'person', id: idOf('approver'), name: 'Megan Bowen' } as const;
    tenant.setPolicy(role, aRolePolicy({ isApprovalRequired: true, approvers: [approver] }));
    await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    await product.passes('PT1M');
    const active = await product.card('engineer', 'activation-active');
    assert.equal(active.notice.card === 'activation-active' && active.notice.usable, 'unknown');
    await product.passes('PT2H');
    assert.equal(await stateOf(), 'ended');
  });

  it('lets a request that nobody decided expire', async () => {
    const { idOf, tenant } = product.seeded;
    const { rows } = await product.services.roles.listEligible({ principalId: idOf('engineer') });
    const role = rows.find(({ roleName }) => roleName === 'Virtual Machine Operator');
    assert.ok(role);
    const approver = { kind: 'person', id: idOf('approver'), name: 'Megan Bowen' } as const;
    tenant.setPolicy(role, aRolePolicy({ isApprovalRequired: true, approvers: [approver] }));
    await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    await product.passes('PT25H');
    assert.equal(await stateOf(), 'expired');
  });
});
