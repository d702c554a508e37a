import assert from 'node:assert/strict';
import { renderNotice } from '../../../../cards/render.ts';
import type { CardName, Notice } from '../../../../src/domain/notice.ts';
import type { ApproverNames } from '../../../../src/use-cases/serving/hide-approvers.ts';
import { hidingApprovers } from '../../../../src/use-cases/serving/hiding-store.ts';
import { partsOf } from '../../../support/card-reading.ts';
import { aRenderContext } from '../../../support/notices.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const CONFIGURATOR = 'Contoso-App-Configuration-Administrator';

/** Everything that a requester is told on the way of three requests: approved, denied, and for later. */
async function plays(shown: ApproverNames): Promise<Product> {
  const product = await aProduct();
  Object.assign(product.services, { store: hidingApprovers(product.services.store, shown) });
  const decides = async (verb: 'send-approve' | 'send-deny') =>
    await product.presses('approver', await product.card('approver', 'approval-request'), verb, { justification: 'x' });
  await product.says('engineer', `activate ${OPERATOR}`);
  await product.says('engineer', `who approves ${OPERATOR}`);
  await product.says('engineer', `activate ${OPERATOR} for 1h because x`);
  await product.says('engineer', 'pending');
  const pending = await product.card('engineer', 'activation-pending');
  await product.presses('engineer', pending, 'remind-approvers');
  await decides('send-approve');
  await product.passes('PT46M');
  await product.says('engineer', 'continue');
  await product.passes('PT20M');
  for (const handle of ['engineer', 'approver', 'newcomer'] as const) {
    product.signIns.signIn(product.seeded.idOf(handle));
  }
  await decides('send-deny');
  const [denied] = await product.services.store.now.requests.listNewestOf(product.seeded.idOf('engineer'), 1);
  await product.says('engineer', `approve ${denied?.id}: me`);
  await product.says('newcomer', `approve ${denied?.id}: me`);
  await product.says('engineer', `activate ${CONFIGURATOR} tomorrow 9am for 1h because later`);
  await decides('send-approve');
  await product.says('engineer', 'my roles');
  await product.says('engineer', 'history');
  return product;
}

const NAMES = ['Megan Bowen', 'Adele Vance'];

async function toldTo(product: Product, handle: 'engineer' | 'newcomer' | 'approver'): Promise<readonly Notice[]> {
  return (await product.cards(handle)).map(({ notice }) => notice);
}

/** All that can be read on a card. */
function textsOn(notice: Notice): string {
  const { card } = renderNotice(notice, aRenderContext());
  return partsOf(card)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n');
}

/** Cards that hold a name of an approver. */
function naming(notices: readonly Notice[]): readonly CardName[] {
  const found = notices.filter((notice) => NAMES.some((name) => JSON.stringify(notice).includes(name)));
  return [...new Set(found.map(({ card }) => card))].sort();
}

describe('names of approvers', () => {
  it('are shown to requesters on all of these cards unless a setting says otherwise', async () => {
    const product = await plays('names');
    assert.deepEqual(naming(await toldTo(product, 'engineer')), [
      'activation-active',
      'activation-denied',
      'activation-form',
      'activation-pending',
      'activation-scheduled',
      'error',
      'history',
      'pending',
      'who-approves',
    ]);
    assert.deepEqual(naming(await toldTo(product, 'newcomer')), ['error']);
  });

  for (const shown of ['count', 'none'] as const) {
    it(`stand on no card of a requester, nor of anybody who only knows the number of a request, with "${shown}"`, async () => {
      const product = await plays(shown);
      assert.deepEqual(naming(await toldTo(product, 'engineer')), []);
      assert.deepEqual(naming(await toldTo(product, 'newcomer')), []);
      const { rows } = await product.database.pool.query<{ notice: Notice }>(
        'select notice from pimlico.cards where recipient = $1',
        [product.seeded.idOf('engineer')],
      );
      assert.deepEqual(naming(rows.map(({ notice }) => notice)), []);
    });

    it(`are known to approvers among themselves with "${shown}"`, async () => {
      const product = await plays(shown);
      assert.ok(naming(await toldTo(product, 'approver')).includes('approval-decided'));
    });
  }

  it('are a number, or a word, where they stood', async () => {
    for (const [shown, words] of [
      ['count', '2 approvers'],
      ['none', 'the approvers of the role'],
    ] as const) {
      const product = await plays(shown);
      for (const card of ['activation-form', 'activation-pending', 'pending', 'who-approves'] as const) {
        const notice = (await toldTo(product, 'engineer')).find((one) => one.card === card);
        assert.ok(notice !== undefined);
        const text = textsOn(notice);
        assert.ok(text.includes(words), `${card}: ${text}`);
        assert.ok(shown === 'count' || !text.includes('2 approvers'), card);
      }
    }
  });
});
