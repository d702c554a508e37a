import assert from 'node:assert/strict';
import { aProduct, type Product } from '../../../support/product.ts';
import { only, press } from './administration-bench.ts';

/**
 * What people did with the retired API of PIM for Azure resources (pim-api §13.2), each by one sentence. The other specs of this
 * folder look at them closely.
 */
describe('what the retired Azure PIM API was used for', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  it('lists the assignments of a resource’s roles, eligible and active', async () => {
    const notice = only(await product.says('admin', 'who has everything on "Contoso Production"'), 'who-has');
    assert.deepEqual(
      notice.rows.map(({ roleName, kind }) => `${roleName} ${kind}`),
      ['Reader eligible'],
    );
    assert.equal(only(await product.says('admin', 'export everything on "Contoso Production"'), 'report').rows, 1);
  });

  it('reads the settings of a role at a resource', async () => {
    const { id } = product.seeded.scopes.rgPayments;
    const { settings } = only(await product.says('admin', `settings "Virtual Machine Operator" on ${id}`), 'settings');
    assert.equal(settings.activation.maximumDuration, 'PT8H');
  });

  it('looks back on requests', async () => {
    await product.says('engineer', 'activate "Virtual Machine Operator" on rg-payments for 2h because disk full');
    const { entries } = only(await product.says('engineer', 'history "Virtual Machine Operator"'), 'history');
    assert.deepEqual(
      entries.map(({ what, scopeName }) => `${what} on ${scopeName}`),
      ['active on rg-payments', 'asked to activate on rg-payments'],
    );
  });

  it('assigns, changes and takes away again, as an administrator', async () => {
    const { id } = product.seeded.scopes.rgWeb;
    const says = async (text: string): Promise<string> => {
      await product.passes('PT1S');
      await product.says('admin', text);
      await product.signsIn('admin');
      const card = await product.card('admin', 'assignment-change');
      const pressed = await press(product, 'admin', [card, 'confirm-assignment'], { isAdmin: true });
      const { phase, action, outcome, problem } = only(pressed, 'assignment-change');
      return `${action} ${phase} ${outcome ?? problem?.code}`;
    };
    const who = `Diego Siciliani in Contributor on ${id}`;
    assert.equal(
      await says(`assign Contributor on ${id} to Diego Siciliani for 30 days because project`),
      'assign done provisioned',
    );
    assert.equal(await says(`update assignment of ${who} until 31 December`), 'update done provisioned');
    assert.equal(await says(`extend assignment of ${who} for 30 days`), 'extend done provisioned');
    await product.passes('PT6M');
    product.signIns.signIn(product.seeded.idOf('admin'));
    assert.equal(await says(`remove eligible assignment of ${who}`), 'remove done removed');
  });

  it('asks for more time on an assignment of one’s own', async () => {
    const { tenant, idOf, scopes } = product.seeded;
    const { rows } = await product.services.eligibility.read({ principalId: idOf('engineer') });
    const own = rows.find(({ scope }) => scope.id === scopes.rgWeb.id);
    assert.ok(own);
    tenant.removeEligible(idOf('engineer'), own);
    tenant.addEligible({ ...own, endsAt: Temporal.Instant.from('2026-12-01T00:00:00Z') });
    const [notice] = await product.says('engineer', 'extend assignment Contributor on rg-web because project');
    assert.equal(only(notice === undefined ? [] : [notice], 'extension-requested').endsAt, '2026-12-31T00:00:00Z');
  });
});
