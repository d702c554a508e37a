import assert from 'node:assert/strict';
import { followInstallation } from '../../../src/use-cases/follow-installation.ts';
import { aProduct, type Product } from '../../support/product.ts';

const ASK = 'activate Contoso-App-Assignment-Operator for 1h because INC-42';
const BOTH = [
  { name: 'Megan Bowen', reach: 'asked' },
  { name: 'Adele Vance', reach: 'asked' },
];

describe('an approver who removes the bot', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
    await product.says('engineer', ASK);
  });

  const follow = async (change: 'added' | 'removed') =>
    await followInstallation(product.services, product.seeded.idOf('approver'), change);
  const approvers = async () => {
    const { notice } = await product.card('engineer', 'activation-pending');
    return notice.card === 'activation-pending' ? notice.approvers : null;
  };

  it('is named as one who cannot be reached on what waits, once', async () => {
    assert.equal((await follow('removed')).length, 1);
    assert.deepEqual(await approvers(), [{ name: 'Megan Bowen', reach: 'unreachable', why: 'removed' }, BOTH[1]]);
    assert.deepEqual(await follow('removed'), []);
  });

  it('is asked again once they have it, once', async () => {
    await follow('removed');
    assert.equal((await follow('added')).length, 1);
    assert.deepEqual([await approvers(), await follow('added')], [BOTH, []]);
  });

  it('is not taken for reached who could not be written to for another reason', async () => {
    const { approvals, requests } = product.services.store.now;
    const [request] = await requests.listPendingFor(product.seeded.idOf('approver'));
    assert.ok(request);
    await approvals.markUnreachable(request.id, product.seeded.idOf('approver'), 'failed');
    assert.deepEqual([await follow('added'), await follow('removed')], [[], []]);
  });

  it('changes nothing on what is over', async () => {
    await product.says('engineer', 'cancel');
    assert.deepEqual(await follow('removed'), []);
  });
});
