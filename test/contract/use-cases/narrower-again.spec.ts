import assert from 'node:assert/strict';
import type { EligibleAssignment } from '../../../src/domain/assignment.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../support/product.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('judging a role at a narrower scope again', () => {
  let product: Product;
  let wide: EligibleAssignment;

  beforeEach(async () => {
    product = await aProduct();
    const { idOf, scopes, tenant } = product.seeded;
    const { rows } = await product.services.roles.listEligible({ principalId: idOf('engineer') });
    const found = rows.find(({ roleName, scope }) => roleName === 'Reader' && scope.id === scopes.production.id);
    assert.ok(found);
    wide = found;
    tenant.setPolicy({ ...wide, scope: scopes.vm }, aRolePolicy());
  });

  const byApprover = () => {
    const approver = { kind: 'person', id: product.seeded.idOf('approver'), name: 'Megan Bowen' } as const;
    return aRolePolicy({ isApprovalRequired: true, approvers: [approver] });
  };

  it('does not continue for longer than the eligible assignment allows', async () => {
    product.seeded.tenant.setPolicy(wide, aRolePolicy({ maximumDuration: Temporal.Duration.from('PT30M') }));
    const first = await product.says('engineer', 'activate Reader on vm-pay-01 for 30m because look');
    assert.deepEqual(told(first), ['activation-active']);
    const more = await product.says('engineer', 'continue Reader for 8h because more');
    assert.deepEqual(told(more), ['activation.too_long']);
  });

  it('does not continue without the approval that the eligible assignment demands by then', async () => {
    await product.says('engineer', 'activate Reader on vm-pay-01 for 30m because look');
    await product.says('engineer', 'continue Reader for 1h because more');
    product.seeded.tenant.setPolicy(wide, byApprover());
    await product.passes('PT40M');
    assert.equal(product.seeded.tenant.requests().length, 1);
    const ended = await product.card('engineer', 'activation-ended');
    assert.equal(
      ended.notice.card === 'activation-ended' && ended.notice.problem?.code,
      'activation.narrower_is_weaker',
    );
  });

  it('does not go on after a sign-in when the eligible assignment demands approval by then', async () => {
    const { scopes, tenant } = product.seeded;
    const context = aRolePolicy({ authenticationContext: 'c1' });
    tenant.setPolicy(wide, context);
    tenant.setPolicy({ ...wide, scope: scopes.vm }, context);
    const first = await product.says('engineer', 'activate Reader on vm-pay-01 for 30m because look');
    assert.deepEqual(told(first), ['step-up']);
    tenant.setPolicy(wide, { ...byApprover(), authenticationContext: 'c1' });
    await product.signsIn('engineer');
    assert.equal(tenant.requests().length, 0);
    const error = await product.card('engineer', 'error');
    assert.equal(error.notice.card === 'error' && error.notice.code, 'activation.narrower_is_weaker');
  });

  it('offers a place below two eligible assignments once, and goes by the nearer', async () => {
    const { scopes, tenant } = product.seeded;
    tenant.setPolicy(wide, byApprover());
    tenant.addEligible({ ...wide, scope: scopes.rgPayments }, aRolePolicy());
    const notices = await product.says('engineer', 'activate Reader on vm-pay-01 for 30m because look');
    assert.deepEqual(told(notices), ['activation-active']);
  });
});
