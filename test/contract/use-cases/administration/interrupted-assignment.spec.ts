import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { AssignmentChangeNotice } from '../../../../src/domain/administration-notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { checkAssignment } from '../../../../src/use-cases/administration/check-assignment.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { auditFacts, only, press, refusalOf } from './administration-bench.ts';

const ASSIGN = 'assign "Security Reader" to Diego Siciliani until 31 December because audit';

describe('a change of an assignment that is interrupted', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    product.page.behave({ appRoles: [] });
    await product.says('admin', ASSIGN);
    await product.signsIn('admin');
  });

  const change = async () => await product.card('admin', 'assignment-change');
  const shown = async (): Promise<AssignmentChangeNotice> => only([(await change()).notice], 'assignment-change');
  const state = async () => {
    const { phase, problem } = await shown();
    return [phase, problem?.code ?? null];
  };
  const confirms = async () => await press(product, 'admin', [await change(), 'confirm-assignment'], { isAdmin: true });
  const looks = async () => await press(product, 'admin', [await change(), 'look-at-assignment']);

  /** Confirms, and the process is gone as soon as PIM was asked: nothing is written afterwards. */
  const diesAfterAsking = async (wasAsked: boolean): Promise<void> => {
    const part = product.seeded.tenant.administrationOf('directory');
    const { store } = product.services;
    const isGone = new AccessError('internal.database_unavailable', 'the process is gone');
    const carryOut = part.change.bind(part);
    const stub = sinon.stub(part, 'change').callsFake(async (...given) => {
      const gone: Store = { ...store, transaction: async () => await Promise.reject(isGone) };
      Object.assign(product.services, { store: gone });
      return wasAsked ? await carryOut(...given) : await Promise.reject(isGone);
    });
    assert.equal(await refusalOf(confirms()), 'internal.database_unavailable');
    Object.assign(product.services, { store });
    stub.restore();
  };

  it('says from the intent on that PIM is being asked, without anything to press', async () => {
    await diesAfterAsking(true);
    assert.deepEqual(await state(), ['changing', null]);
    assert.deepEqual(await product.waiting(), ['assignment.check']);
    const { answer } = await product.presses('admin', await change(), 'confirm-assignment');
    assert.equal(answer.kind, 'done');
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'change').length, 1);
  });

  it('ends in doubt when nothing was heard for five minutes, and is never called refused by PIM', async () => {
    await diesAfterAsking(true);
    await product.passes('PT4M59S');
    assert.deepEqual(await state(), ['changing', null]);
    await product.passes('PT1S');
    assert.deepEqual(await state(), ['refused', 'activation.in_doubt']);
    assert.deepEqual(await product.waiting(), []);
    assert.equal((await auditFacts(product, 'assignment.refused')).code, 'activation.in_doubt');
  });

  it('tells at a press what the list shows, with the clicker’s own eyes', async () => {
    await diesAfterAsking(true);
    await product.passes('PT5M');
    await looks();
    const { phase, outcome } = await shown();
    assert.deepEqual([phase, outcome], ['done', 'provisioned']);
    assert.equal((await auditFacts(product, 'assignment.changed')).found, 'list');
  });

  it('stays in doubt while the list does not show it, sends nothing again, and can be looked at again', async () => {
    await diesAfterAsking(false);
    await product.passes('PT5M');
    await looks();
    assert.deepEqual((await shown()).problem, {
      code: 'activation.in_doubt',
      facts: { lookedAt: '2026-11-23T09:05:00Z' },
    });
    await looks();
    assert.deepEqual(await state(), ['refused', 'activation.in_doubt']);
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'change').length, 0);
  });

  it('is left alone by a timer that comes early, twice, or after the answer', async () => {
    const { id } = await change();
    assert.deepEqual(await checkAssignment(product.services, id), []);
    await diesAfterAsking(true);
    assert.deepEqual(await checkAssignment(product.services, id), []);
    assert.deepEqual(await state(), ['changing', null]);
    await product.passes('PT5M');
    assert.deepEqual(await checkAssignment(product.services, id), []);
    assert.deepEqual(await checkAssignment(product.services, 'no such card'), []);
  });

  it('is not overtaken by a timer that read the card before the answer came', async () => {
    await diesAfterAsking(true);
    const stale = await change();
    const { slot, story, recipient } = stale;
    await product.services.store.now.cards.revise(story, recipient, slot, {
      ...only([stale.notice], 'assignment-change'),
      phase: 'done',
      outcome: 'provisioned',
    });
    product.clock.advance({ minutes: 5 });
    const { cards } = product.services.store.now;
    sinon.stub(cards, 'find').resolves(stale);
    assert.deepEqual(await checkAssignment(product.services, stale.id), []);
    sinon.restore();
    assert.deepEqual(await state(), ['done', null]);
  });

  it('has no timer left when it was answered', async () => {
    await confirms();
    assert.deepEqual(await state(), ['done', null]);
    assert.deepEqual(await product.waiting(), []);
  });

  it('cannot be looked at while it is not in doubt', async () => {
    assert.equal(await refusalOf(looks()), 'card.malformed');
  });
});
