import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { auditFacts, errorOf, only } from './administration-bench.ts';

describe('asking for more time on an assignment', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const roleOf = async (name: string) => {
    const { rows } = await product.services.eligibility.read({ principalId: product.seeded.idOf('engineer') });
    const row = rows.find(({ roleName }) => roleName === name);
    assert.ok(row);
    const { surface, roleDefinitionId, roleName, scope } = row;
    return { surface, roleDefinitionId, roleName, scope };
  };
  /** Gives the engineer's eligible assignment an end. */
  const endsAt = async (name: string, end: string) => {
    const { tenant, idOf } = product.seeded;
    const role = await roleOf(name);
    tenant.removeEligible(idOf('engineer'), role);
    tenant.addEligible({ ...role, principalId: idOf('engineer'), endsAt: Temporal.Instant.from(end) });
    return role;
  };

  it('extends one that runs by 30 days when no end is said, and records the wish first', async () => {
    const role = await endsAt('Security Reader', '2026-12-01T00:00:00Z');
    const notice = only(
      await product.says('engineer', 'extend assignment Security Reader because project'),
      'extension-requested',
    );
    assert.deepEqual(notice, {
      card: 'extension-requested',
      role: { roleName: 'Security Reader', scopeName: 'Whole tenant' },
      action: 'extend',
      kind: 'eligible',
      endsAt: '2026-12-31T00:00:00Z',
      justification: 'project',
    });
    assert.deepEqual(await auditFacts(product, 'extension.asked'), {
      action: 'extend',
      kind: 'eligible',
      role: role.roleDefinitionId,
      scope: '/',
      endsAt: '2026-12-31T00:00:00Z',
      justification: 'project',
    });
    assert.ok(product.seeded.tenant.calls.includes('requestExtension'));
  });

  it('takes the end that is said, and no earlier one than there is', async () => {
    await endsAt('Security Reader', '2026-12-01T00:00:00Z');
    const early = await product.says('engineer', 'extend assignment Security Reader until 30 November');
    assert.equal(errorOf(early)[0], 'command.problem');
    const later = await product.says('engineer', 'extend assignment Security Reader until 24 December because project');
    assert.equal(only(later, 'extension-requested').endsAt, '2026-12-23T23:00:00Z');
  });

  it('says that what has no end cannot be extended', async () => {
    const [code, facts] = errorOf(await product.says('engineer', 'extend assignment Security Reader'));
    assert.deepEqual(
      [code, facts],
      ['activation.extension_impossible', { roleName: 'Security Reader', scopeName: 'Whole tenant', why: 'permanent' }],
    );
    assert.ok(!(await product.audit()).includes('extension.asked'));
  });

  it('asks which one when a role is held both ways, and takes the answer', async () => {
    const role = await endsAt('Security Reader', '2026-12-01T00:00:00Z');
    product.seeded.tenant.addAssigned({
      ...role,
      principalId: product.seeded.idOf('engineer'),
      startsAt: null,
      endsAt: Temporal.Instant.from('2026-12-05T00:00:00Z'),
    });
    const [code, , suggestions] = errorOf(await product.says('engineer', 'extend assignment Security Reader'));
    assert.equal(code, 'command.problem');
    assert.deepEqual(suggestions, [
      'extend eligible assignment Security Reader',
      'extend active assignment Security Reader',
    ]);
    const [notice] = await product.says('engineer', `${suggestions[1]} because project`);
    assert.ok(notice?.card === 'extension-requested');
    assert.deepEqual([notice.kind, notice.endsAt], ['active', '2027-01-04T00:00:00Z']);
  });

  it('renews one that has ended, whatever the verb', async () => {
    await endsAt('Security Reader', '2026-11-23T12:00:00Z');
    await product.passes('PT4H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const [notice] = await product.says('engineer', 'extend assignment "Security Reader" because project');
    assert.ok(notice?.card === 'extension-requested', JSON.stringify(notice));
    assert.deepEqual([notice.action, notice.endsAt], ['renew', '2026-12-23T13:00:00Z']);
  });

  it('tells what PIM refused', async () => {
    await endsAt('Security Reader', '2026-12-01T00:00:00Z');
    product.seeded.tenant.failNext('requestExtension', new AccessError('activation.already_pending', 'once'));
    const refused = await product.says('engineer', 'extend assignment Security Reader because project');
    assert.equal(errorOf(refused)[0], 'activation.already_pending');
  });
});
