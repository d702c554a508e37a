import assert from 'node:assert/strict';
import { resumeTurn } from '../../../bot/resume-turn.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import { aProduct, type Product } from '../../support/product.ts';

describe('a sentence whose process died', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const held = new Set<string>();
  const inHand = {
    has: (turnId: string) => held.has(turnId),
    take: (turnId: string) => {
      held.add(turnId);
      return () => void held.delete(turnId);
    },
  };
  const receive = async (text: string): Promise<void> => {
    await product.services.store.now.inbox.accept('turn-1', {
      principalId: product.seeded.idOf('engineer'),
      conversationId: conversationId('a:engineer'),
      text,
    });
  };
  const resume = async (attempt = 0): Promise<void> =>
    await resumeTurn(
      product.services,
      {
        kind: 'turn.resume',
        subject: 'turn-1',
        dueAt: product.clock.now(),
        attempt,
      },
      { inHand, run: async (_person, work) => await work() },
    );

  it('goes on by itself, once', async () => {
    await receive('activate Security Reader for 1h because audit');
    product.clock.advance('PT45S');
    await resume();
    await resume();
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.equal(product.seeded.tenant.requests().length, 1);
    assert.deepEqual(
      (await product.waiting()).filter((kind) => kind === 'turn.resume'),
      [],
    );
  });

  it('asks the client for the token again, and goes on then', async () => {
    product.signIns.forget(product.seeded.idOf('engineer'));
    await receive('my roles');
    await resume();
    const card = await product.card('engineer', 'sign-in');
    assert.equal(card.notice.card === 'sign-in' && card.notice.reason, 'first-time');
  });

  it('is finished in the transaction of its effect, so that a crash right after does not repeat it', async () => {
    await receive('activate Security Reader for 1h because audit');
    await resume();
    assert.equal(await product.services.store.now.inbox.findUnfinished('turn-1'), null);
  });

  it('is not carried out ten minutes later: the person is asked to say it again', async () => {
    await receive('activate Security Reader for 1h because audit');
    product.clock.advance('PT11M');
    await resume();
    const { notice } = await product.card('engineer', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'command.interrupted');
    assert.deepEqual(product.seeded.tenant.requests(), []);
    assert.equal(await product.services.store.now.inbox.findUnfinished('turn-1'), null);
  });

  it('is given up, with a card, when it ended the process again and again', async () => {
    await receive('activate Security Reader for 1h because audit');
    await resume(2);
    const { notice } = await product.card('engineer', 'error');
    assert.equal(notice.card === 'error' && notice.facts.words, 'activate Security Reader for 1h because audit');
  });

  it('is left to this process while it has it in hand', async () => {
    await receive('activate Security Reader for 1h because audit');
    const putDown = inHand.take('turn-1');
    await resume();
    assert.equal(product.seeded.tenant.requests().length, 0);
    assert.deepEqual(await product.waiting(), ['turn.resume']);
    putDown();
    await resume();
    assert.equal(product.seeded.tenant.requests().length, 1);
  });
});
