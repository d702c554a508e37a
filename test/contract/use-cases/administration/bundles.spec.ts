import assert from 'node:assert/strict';
import type { BundleItem } from '../../../../src/domain/administration.ts';
import { bundleRoles, lastTime } from '../../../../src/use-cases/administration/bundles.ts';
import type { Asker } from '../../../../src/use-cases/services.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { errorOf, only, press, refusalOf } from './administration-bench.ts';

describe('bundles', () => {
  let product: Product;
  let asker: Asker;
  beforeEach(async () => {
    product = await aProduct();
    const person = await product.services.store.now.people.find(product.seeded.idOf('engineer'));
    assert.ok(person);
    asker = { person, spend: null, turnId: 'turn:test' };
  });

  const plain = (items: readonly BundleItem[]): readonly string[] =>
    items.map(({ role, duration }) => `${role.roleName} on ${role.scope.name} ${duration.toString()}`);

  it('keeps what is active now, for as long as it was asked for, and gives it back by its name in any case', async () => {
    await product.says('engineer', 'activate Security Reader for 2h because audit');
    await product.passes('PT1M');
    await product.says('engineer', 'activate Global Reader for 3h');
    const notice = only(await product.says('engineer', 'bundle save Morning'), 'bundles');
    assert.deepEqual(notice.done, { what: 'saved', name: 'Morning' });
    assert.deepEqual(notice.bundles, [
      {
        name: 'Morning',
        items: [
          { roleName: 'Security Reader', scopeName: 'Whole tenant', duration: 'PT2H' },
          { roleName: 'Global Reader', scopeName: 'Whole tenant', duration: 'PT3H' },
        ],
      },
    ]);
    assert.deepEqual(plain(await bundleRoles(product.services, asker, 'morning')), [
      'Security Reader on Whole tenant PT2H',
      'Global Reader on Whole tenant PT3H',
    ]);
  });

  it('keeps named roles among the eligible ones, each at its scope', async () => {
    await product.says('engineer', 'bundle save ops: Security Reader and Reader on Contoso Staging for 2h');
    assert.deepEqual(plain(await bundleRoles(product.services, asker, 'ops')), [
      'Security Reader on Whole tenant PT2H',
      'Reader on Contoso Staging PT2H',
    ]);
  });

  it('asks which role is meant, and knows only what the asker may activate', async () => {
    const [several, , choices] = errorOf(await product.says('engineer', 'bundle save ops: Reader'));
    assert.deepEqual(
      [several, choices],
      ['role.not_found', ['Reader on Contoso Production', 'Reader on Contoso Staging']],
    );
    assert.equal(
      errorOf(await product.says('engineer', 'bundle save ops: Zebra Keeper'))[0],
      'activation.role_unknown',
    );
  });

  it('refuses a name that is none, and a bundle of nothing', async () => {
    const long = 'x'.repeat(41);
    assert.equal(
      errorOf(await product.says('engineer', `bundle save "${long}": Security Reader`))[0],
      'bundle.name_invalid',
    );
    const [code, facts] = errorOf(await product.says('engineer', 'bundle save morning'));
    assert.deepEqual([code, facts], ['bundle.empty', { name: 'morning' }]);
  });

  it('forgets one by sentence or by button, and only one’s own', async () => {
    await product.says('engineer', 'bundle save a: Security Reader');
    await product.says('engineer', 'bundle save b: Global Reader');
    assert.equal(errorOf(await product.says('oncall', 'bundle delete a'))[0], 'bundle.unknown');
    assert.deepEqual(only(await product.says('engineer', 'bundle delete A'), 'bundles').done, {
      what: 'deleted',
      name: 'A',
    });
    await product.says('engineer', 'bundles');
    const card = await product.card('engineer', 'bundles');
    const drawn = only(
      await press(product, 'engineer', [card, 'delete-bundle'], { inputs: { bundle: 'b' } }),
      'bundles',
    );
    assert.deepEqual(drawn.bundles, []);
    assert.equal(await refusalOf(bundleRoles(product.services, asker, 'b')), 'bundle.unknown');
  });

  describe('the same as last time', () => {
    it('means what one sentence asked for and PIM took', async () => {
      await product.says('engineer', 'activate Helpdesk Administrator on Branch Madrid for 1h because before');
      await product.passes('PT10M');
      await product.says('engineer', 'activate Security Reader and Global Reader for 2h because audit');
      assert.deepEqual(plain(await lastTime(product.services, asker)).toSorted(), [
        'Global Reader on Whole tenant PT2H',
        'Security Reader on Whole tenant PT2H',
      ]);
    });

    it('is refused when nothing was activated before', async () => {
      assert.equal(await refusalOf(lastTime(product.services, asker)), 'bundle.empty');
    });
  });
});
