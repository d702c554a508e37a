import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { aPerson } from '../../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { errorOf, only } from './administration-bench.ts';

describe('sentences about what others have', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    product.page.behave({ appRoles: [] });
  });

  const proposes = async (text: string): Promise<Notice> => {
    await product.says('admin', text);
    await product.signsIn('admin');
    const cards = (await product.cards('admin')).map((card) => card.notice);
    const notice = cards.findLast(({ card }) => card.startsWith('assignment') || card === 'error');
    assert.ok(notice);
    return notice;
  };

  const several: readonly string[] = [
    'assign "Security Reader" and "Global Reader" to Diego Siciliani for 30 days',
    'who has "Security Reader" and "Global Reader"',
    'export "Security Reader" and "Global Reader"',
    'who approves "Security Reader" and "Global Reader"',
    'settings "Security Reader" and "Global Reader"',
  ];
  for (const text of several) {
    it(`take no first one of several: ${text}`, async () => {
      const [code, facts] = errorOf(await product.says('admin', text));
      assert.equal(code, 'command.problem');
      assert.match(facts.text ?? '', /^One role at a time: "/);
      assert.ok(!(await product.cards('admin')).some(({ notice }) => notice.card.startsWith('assignment')));
    });
  }

  it('offer the swap when the person stands where the role belongs', async () => {
    const form = only([await proposes('remove "Security Reader" from Alex Wilber')], 'assignment-form');
    assert.deepEqual([form.values.principal, form.values.role], ['Alex Wilber', 'Security Reader']);
    assert.match(form.problem?.facts.text ?? '', /^Nobody is called “Security Reader”, but a role is/);
    assert.ok(!product.seeded.tenant.calls.includes('change'));
  });

  it('offer no swap where a word means nothing either way', async () => {
    const form = only([await proposes('remove "Zzz Qqq" from Alex Wilber')], 'assignment-form');
    assert.equal(form.problem?.code, 'directory.person_unknown');
  });

  it('keep the first two hundred rows of a long list, count them all and export them all', async () => {
    const { tenant } = product.seeded;
    const [role] = await tenant
      .administrationOf('directory')
      .findRoles({ principalId: product.seeded.idOf('admin') }, 'Security Reader', null);
    assert.ok(role);
    for (let index = 0; index < 300; index += 1) {
      const person = aPerson({ name: `Holder ${index}` });
      tenant.addPeople(person);
      tenant.assign({ ...role, principalId: person.id, kind: 'eligible', startsAt: null, endsAt: null });
    }
    const notice = only(await product.says('admin', 'who has "Security Reader"'), 'who-has');
    assert.deepEqual([notice.rows.length, notice.total, notice.totalEligible], [200, 301, 301]);
    assert.equal(only(await product.says('admin', 'export "Security Reader"'), 'report').rows, 301);
  });
});
