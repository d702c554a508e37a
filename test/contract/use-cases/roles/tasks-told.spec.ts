import assert from 'node:assert/strict';
import type { Task } from '../../../../src/roles/tasks/task.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const BRASS: Task = {
  task: 'Reset the brass plates',
  area: '',
  also: [],
  roles: [],
  needsAll: false,
  widerRoles: [],
  actions: ['microsoft.directory/users/password/update'],
};

describe('the tasks of a table that was told', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct({ tasks: [BRASS] });
  });

  it('are known to who asks whether a role can do one', async () => {
    const [notice] = await product.says('engineer', 'can User Administrator do reset the brass plates');
    assert.ok(notice?.card === 'can', JSON.stringify(notice));
    assert.equal(notice.operation.operation, 'microsoft.directory/users/password/update');
  });

  it('are known to who asks which role it takes', async () => {
    const [notice] = await product.says('engineer', 'which role lets me reset the brass plates');
    assert.ok(notice?.card === 'which-role', JSON.stringify(notice));
    assert.match(JSON.stringify(notice), /brass plates/);
    assert.ok(
      notice.fitting.some(({ roleName }) => roleName === 'User Administrator'),
      JSON.stringify(notice),
    );
  });
});
