import assert from 'node:assert/strict';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { redrawCard, redrawLater } from '../../../src/use-cases/redraw-card.ts';
import { aProduct, type Product } from '../../support/product.ts';

describe('a card whose press was under way when the process died', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    // Once it is seen to be usable its card rests.
    await product.passes('PT2M');
  });

  /** Notes a message as sent, which the product without Teams never does. */
  const shown = async (card: CardRecord): Promise<CardRecord> => {
    await product.database.pool.query(
      `update pimlico.cards set activity_id = '17', conversation_id = 'a:engineer' where id = $1`,
      [card.id],
    );
    return card;
  };
  const now = async ({ id }: CardRecord): Promise<CardRecord> => {
    const card = await product.services.store.now.cards.find(id);
    assert.ok(card);
    return card;
  };

  it('comes back a minute later with buttons that count, and the old click does nothing', async () => {
    const { store, clock } = product.services;
    const before = await shown(await product.card('engineer', 'activation-active'));
    await redrawLater(store, clock, before.id);
    await product.passes('PT59S');
    assert.equal((await now(before)).version, before.version);
    await product.passes('PT1S');
    const after = await now(before);
    assert.deepEqual([after.version, after.nonce === before.nonce], [before.version + 1, false]);
    assert.equal(product.delivered.includes(before.id), true);
    assert.equal((await product.waiting()).includes('card.redraw'), false);
    await product.passes('PT6M');
    const stale = await product.presses('engineer', before, 'deactivate');
    assert.equal(stale.answer.kind === 'done' && stale.answer.reply?.card.version, after.version);
    assert.equal((await product.card('engineer', 'activation-active')).isRetired, false);
    await product.presses('engineer', after, 'deactivate');
    assert.equal((await product.card('engineer', 'activation-ended')).notice.card, 'activation-ended');
  });

  it('is put off for as long as somebody has the press in hand', async () => {
    const { store, clock } = product.services;
    const card = await shown(await product.card('engineer', 'activation-active'));
    for (let times = 0; times < 5; times += 1) {
      await redrawLater(store, clock, card.id);
      await product.passes('PT20S');
    }
    assert.equal((await now(card)).version, card.version);
  });

  it('gets buttons again when its click was used up and nothing came of it', async () => {
    const { store } = product.services;
    const card = await shown(await product.card('engineer', 'activation-active'));
    await store.now.cards.spendNonce(card.id, card.nonce, 'deactivate');
    assert.equal((await now(card)).isNonceSpent, true);
    assert.deepEqual(await redrawCard(store, card.id), [card.id]);
    assert.equal((await now(card)).isNonceSpent, false);
  });

  it('stays without buttons when it lost them meanwhile, and is shown so', async () => {
    const { store } = product.services;
    const card = await shown(await product.card('engineer', 'activation-active'));
    await store.now.cards.retire(card.story, card.recipient);
    const retired = await now(card);
    assert.deepEqual(await redrawCard(store, card.id), [card.id]);
    const after = await now(card);
    assert.deepEqual([after.isRetired, after.nonce, after.version], [true, retired.nonce, retired.version + 1]);
  });

  it('is not shown again when it was taken back, or never sent', async () => {
    const { store } = product.services;
    const unsent = await product.card('engineer', 'activation-active');
    assert.deepEqual(await redrawCard(store, unsent.id), []);
    await shown(unsent);
    await store.now.cards.withdraw(unsent.id);
    assert.deepEqual(await redrawCard(store, unsent.id), []);
  });

  it('is found by the click of whoever got it, there, and by nobody else’s', async () => {
    const card = await shown(await product.card('engineer', 'activation-active'));
    const handlers = createTurnHandlers(product.services);
    const find = async (handle: 'engineer' | 'approver', chat: string, data: Record<string, unknown> = {}) => {
      const person = await product.services.store.now.people.find(product.seeded.idOf(handle));
      assert.ok(person);
      const click = { s: card.story, c: card.slot, v: card.version, n: card.nonce, ...data };
      const place = conversationId(chat);
      const turn = { turnId: 't', person, conversationId: place, verb: 'deactivate', isAutomatic: false };
      return (await handlers.pressedCard({ ...turn, data: click, hasAssertion: false }))?.card.id ?? null;
    };
    assert.equal(await find('engineer', 'a:engineer'), card.id);
    assert.equal(await find('engineer', 'a:engineer', { n: 'another-nonce' }), card.id);
    assert.equal(await find('engineer', '19:channel@thread.tacv2'), null);
    assert.equal(await find('approver', 'a:approver'), null);
    assert.equal(await find('engineer', 'a:engineer', { s: 'AAAA' }), null);
    assert.equal(await find('engineer', 'a:engineer', { n: 7 }), null);
  });
});
