import assert from 'node:assert/strict';
import { renderNotice } from '../../../../cards/render.ts';
import type { AssignmentChangeNotice } from '../../../../src/domain/administration-notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { textOf } from '../../../support/card-reading.ts';
import { aRenderContext } from '../../../support/notices.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { SERVING_ALL } from '../../../support/rulebooks.ts';

const RULEBOOK = {
  ...SERVING_ALL,
  version: 'abc123abc123',
  separationOfDuties: [
    {
      name: 'Deciding against running',
      reason: 'Who decides must not act.',
      sides: [
        {
          name: 'deciding',
          duties: [{ surface: 'directory', role: 'Privileged Role Administrator', scope: null } as const],
        },
        { name: 'running', duties: [{ surface: 'azure', role: 'Virtual Machine Operator', scope: null } as const] },
      ],
    },
  ],
};

describe('an assignment beside others that the rulebook keeps apart', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct({ rules: { current: () => RULEBOOK } });
    product.page.behave({ appRoles: [] });
  });

  async function proposed(text: string): Promise<AssignmentChangeNotice> {
    await product.says('admin', text);
    await product.signsIn('admin');
    const notices = (await product.cards('admin')).map(({ notice }) => notice);
    const found = notices.findLast((notice) => notice.card === 'assignment-change');
    assert.ok(found?.card === 'assignment-change', JSON.stringify(notices.at(-1)));
    return found;
  }
  it('is warned of on the card that is to be confirmed, with the rule and its reason', async () => {
    const notice = await proposed(
      'assign "Privileged Role Administrator" to Alex Wilber until 31 December because audit',
    );
    assert.ok(notice.duties !== undefined && notice.duties !== 'unknown', JSON.stringify(notice));
    assert.equal(notice.duties.roleName, 'Virtual Machine Operator');
    const warning = textOf(renderNotice(notice, aRenderContext()), 'warning') ?? '';
    assert.match(warning, /keeps this apart from Virtual Machine Operator on rg-payments/);
    assert.match(warning, /Who decides must not act\. \(Rule: Deciding against running\.\)$/);
  });

  it('is not warned of where the other role is somebody else’s, or the assignment goes', async () => {
    const other = await proposed(
      'assign "Privileged Role Administrator" to Joni Sherman until 31 December because audit',
    );
    assert.equal(other.duties, undefined);
    assert.equal(textOf(renderNotice(other, aRenderContext()), 'warning') ?? '', '');
    assert.equal((await proposed('remove "Privileged Role Administrator" from Lynne Robbins')).duties, undefined);
  });

  it('says so where nobody could look', async () => {
    product.seeded.tenant.failNext('listAssignments', new AccessError('graph.forbidden', 'no'), { surface: 'azure' });
    const notice = await proposed(
      'assign "Privileged Role Administrator" to Alex Wilber until 31 December because audit',
    );
    assert.equal(notice.duties, 'unknown');
    assert.match(textOf(renderNotice(notice, aRenderContext()), 'warning') ?? '', /could not see whether one of them/);
  });

  it('is warned of by what roles allow, and says so where no list has them', async () => {
    const act = 'Microsoft.Compute/virtualMachines/start/action';
    const told: unknown[] = [];
    for (const isAtPath of [true, false]) {
      const current = () => {
        const scope = isAtPath ? product.seeded.scopes.rgPayments.id : null;
        const deciding = { surface: 'directory', role: 'Privileged Role Administrator', scope: null } as const;
        const running = { surface: 'azure', role: null, operation: act, scope } as const;
        const sides = [
          { name: 'deciding', duties: [deciding] },
          { name: 'running', duties: [running] },
        ];
        return { ...RULEBOOK, separationOfDuties: [{ name: 'Deciding against running', reason: 'x', sides }] };
      };
      product = await aProduct({ rules: { current } });
      product.page.behave({ appRoles: [] });
      const { duties } = await proposed(
        'assign "Privileged Role Administrator" to Alex Wilber until 31 December because audit',
      );
      told.push(typeof duties === 'object' ? duties.roleName : duties);
    }
    assert.deepEqual(told, ['Virtual Machine Operator', 'unknown']);
  });
});
