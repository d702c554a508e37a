import assert from 'node:assert/strict';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { ActivationFormNotice, Notice } from '../../../src/domain/notice.ts';
import type { SeededHandle } from '../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../support/product.ts';

const ALL = { skip: 0, top: 15 };

function asForm(notice: Notice | undefined): ActivationFormNotice {
  assert.equal(notice?.card, 'activation-form');
  return notice as ActivationFormNotice;
}

describe('finding one’s own roles while typing', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const search = async (handle: SeededHandle, words: string, part = ALL): Promise<readonly string[]> => {
    const found = await createTurnHandlers(product.services).search(product.seeded.idOf(handle), { words, ...part });
    return found.map(({ roleName, scopeName }) => `${roleName} @ ${scopeName}`);
  };
  const opens = async (handle: SeededHandle): Promise<ActivationFormNotice> =>
    asForm((await product.says(handle, 'activate'))[0]);

  it('finds what the person may activate, with the place of each, and asks nobody', async () => {
    await opens('engineer');
    product.seeded.tenant.calls.length = 0;
    assert.deepEqual(await search('engineer', 'helpdesk'), [
      'Helpdesk Administrator @ Branch Lisbon',
      'Helpdesk Administrator @ Branch Madrid',
    ]);
    assert.deepEqual(product.seeded.tenant.calls, []);
  });

  it('finds nothing of what others may activate, and nothing at all for somebody who is eligible for nothing', async () => {
    await opens('engineer');
    await opens('oncall');
    assert.deepEqual(await search('engineer', 'privileged'), []);
    assert.deepEqual(await search('oncall', 'privileged'), ['Privileged Role Administrator @ Whole tenant']);
    assert.deepEqual(await search('newcomer', ''), []);
  });

  it('finds nothing for who was not looked up here, or signed out, and calls nobody for them', async () => {
    product.seeded.tenant.calls.length = 0;
    assert.deepEqual(await search('engineer', 'security'), []);
    await opens('engineer');
    product.seeded.tenant.calls.length = 0;
    product.services.eligibility.forget(product.seeded.idOf('engineer'));
    assert.deepEqual(await search('engineer', 'security'), []);
    assert.deepEqual(product.seeded.tenant.calls, []);
  });

  it('goes on finding while the form is open for up to an hour', async () => {
    await opens('engineer');
    product.clock.advance({ minutes: 59 });
    assert.deepEqual(await search('engineer', 'security'), ['Security Reader @ Whole tenant']);
    product.clock.advance({ minutes: 1 });
    assert.deepEqual(await search('engineer', 'security'), []);
  });

  it('puts first what was asked for last, then goes by name', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    product.clock.advance({ seconds: 1 });
    await product.says('engineer', 'activate User Administrator for 1h because INC-2 ticket INC-2');
    const names = (await opens('engineer')).roles.map(({ roleName }) => roleName);
    assert.deepEqual(names.slice(0, 3), ['User Administrator', 'Security Reader', 'Contoso-App-Assignment-Operator']);
    assert.deepEqual(
      (await search('engineer', '')).map((one) => one.split(' @ ')[0]),
      names,
    );
  });

  it('gives the part that is wanted, and nothing beyond the end', async () => {
    await opens('engineer');
    const all = await search('engineer', '');
    assert.deepEqual(await search('engineer', '', { skip: 2, top: 3 }), all.slice(2, 5));
    assert.deepEqual(await search('engineer', '', { skip: 9e9, top: 15 }), []);
  });

  describe('of somebody with 500 roles', () => {
    beforeEach(() => {
      const [part] = product.services.roles.parts;
      assert.ok(part);
      const listEligible = part.listEligible.bind(part);
      part.listEligible = async (actor) => {
        const rows = await listEligible(actor);
        const [row] = rows;
        assert.ok(row);
        return Array.from({ length: 500 }, (_, index) => ({
          ...row,
          roleDefinitionId: roleDefinitionId(`r${index}`),
          roleName: `Role ${String(index).padStart(3, '0')}`,
        }));
      };
    });

    it('shows the first fifteen on the form, tells how many are left, and finds the others', async () => {
      const form = await opens('engineer');
      assert.equal(form.roles.length, 15);
      assert.equal((form.rolesToFind ?? 0) > 485, true);
      assert.deepEqual(
        (await search('engineer', 'role 49')).map((one) => one.split(' @ ')[0]),
        Array.from({ length: 10 }, (_, index) => `Role 49${index}`),
      );
    });

    it('finds any of them, and refuses one that was made up when it is sent', async () => {
      await opens('engineer');
      const card = await product.card('engineer', 'activation-form');
      const [found] = await createTurnHandlers(product.services).search(product.seeded.idOf('engineer'), {
        words: 'role 321',
        ...ALL,
      });
      assert.equal(found?.roleName, 'Role 321');
      const refused = await product.presses('engineer', card, 'activate', {
        role: 'directory|r9999|/',
        duration: '1h',
      });
      assert.deepEqual(
        refused.notices.map((notice) => notice.card === 'error' && notice.code),
        ['activation.not_eligible'],
      );
    });
  });

  it('shows places of one name with their path', async () => {
    const [part] = product.services.roles.parts;
    assert.ok(part);
    const listEligible = part.listEligible.bind(part);
    part.listEligible = async (actor) => {
      const [row] = await listEligible(actor);
      assert.ok(row);
      return ['/a', '/b'].map((id) => ({ ...row, roleName: 'Twin', scope: { id, name: 'rg-web' } }));
    };
    await opens('engineer');
    assert.deepEqual(await search('engineer', 'twin'), ['Twin @ rg-web (/a)', 'Twin @ rg-web (/b)']);
  });
});
