import assert from 'node:assert/strict';
import type { Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../support/product.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('several roles in one turn', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
  });

  it('are each told, although more about one of them cannot be found out', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('activate', new AccessError('activation.already_pending', 'made elsewhere'), {
      surface: 'directory',
    });
    tenant.failNext('listOpenRequests', new AccessError('graph.unavailable', 'down'), { surface: 'directory' });
    const notices = await product.says(
      'engineer',
      'activate "Security Reader" and "Virtual Machine Operator" for 1h because x',
    );
    assert.deepEqual(told(notices), ['activation.already_pending', 'activation-active']);
  });

  it('are all asked for by one press of a bundle’s button, and by the same press again none', async () => {
    await product.says('engineer', 'bundle save Morning: Security Reader and Virtual Machine Operator for 1h');
    await product.says('engineer', 'bundles');
    const card = await product.card('engineer', 'bundles');
    const inputs = { bundle: 'Morning', justification: 'x' };
    const { notices } = await product.presses('engineer', card, 'run-bundle', inputs);
    assert.deepEqual(told(notices), ['activation-active', 'activation-active']);
    await product.presses('engineer', card, 'run-bundle', inputs);
    assert.equal(product.seeded.tenant.requests().length, 2);
  });

  it('reads the settings of no more roles than a card can show', async () => {
    const { idOf, scopes, tenant } = product.seeded;
    const { rows } = await product.services.roles.listEligible({ principalId: idOf('engineer') });
    const reader = rows.find(({ roleName }) => roleName === 'Reader');
    assert.ok(reader);
    for (let index = 0; index < 200; index += 1) {
      const scope = { id: `${scopes.production.id}/resourceGroups/rg-${index}`, name: `rg-${index}` };
      tenant.addEligible({ ...reader, scope }, aRolePolicy());
    }
    let reads = 0;
    const { reader: tenantReader } = product.services;
    const readPolicy: typeof tenantReader.readPolicy = async (role) => {
      reads += 1;
      return await tenantReader.readPolicy(role);
    };
    Object.assign(product.services, { reader: { ...tenantReader, readPolicy } });
    const [mine] = await product.says('engineer', 'my roles');
    assert.ok(mine?.card === 'my-roles');
    assert.equal(mine.roles.length, rows.length + 200);
    assert.equal(reads, 40);
  });
});
