import assert from 'node:assert/strict';
import type { CardId } from '../../../src/domain/ids.ts';
import { conversationId, principalId } from '../../../src/domain/ids.ts';
import { aDraft, aFixture, aNotice, CHAT, delivered, ENGINEER, type Fixture } from './fixture.ts';

const COUNT = 12;
const everyone = Array.from({ length: COUNT }, (_, n) =>
  principalId(`00000000-0000-0000-0000-${String(n).padStart(12, '0')}`),
);

describe('What PostgreSQL does together for many turns at a time', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const post = (recipient: typeof ENGINEER, n: number): Promise<CardId> =>
    on.here.store.now.cards.post({ ...aDraft(`turn:${n}`, aNotice(), recipient), delivery: 'now' });
  const postAll = (): Promise<CardId[]> => Promise.all(everyone.map(post));
  const claimAll = async (cards: readonly CardId[]) =>
    (await Promise.all(cards.map((card) => on.here.outbox.claim([card], 1)))).flat();

  it('gives each caller its own card, claims each once, and forgets it when it is delivered', async () => {
    const cards = await postAll();
    assert.equal(new Set(cards).size, COUNT);
    const twice = await claimAll([...cards, ...cards]);
    assert.deepEqual(twice.map(({ card }) => card.id).sort(), [...cards].sort());
    assert.deepEqual(
      twice.map(({ card }) => [card.recipient, card.story]).sort(),
      everyone.map((person, n) => [person, `turn:${n}`]).sort(),
    );
    await Promise.all(
      twice.map(({ card }) => on.here.outbox.settle(card.id, card.version, delivered(`m-${card.story}`))),
    );
    for (const [n, id] of cards.entries()) {
      assert.equal((await on.here.store.now.cards.find(id))?.activityId, `m-turn:${n}`);
    }
    assert.deepEqual(await on.here.outbox.claim(cards, COUNT), []);
  });

  it('keeps one due that changed while all were sent', async () => {
    const cards = await postAll();
    const entries = await claimAll(cards);
    const [changed] = entries;
    assert.ok(changed !== undefined);
    const { story, recipient, slot } = changed.card;
    await on.here.store.now.cards.revise(story, recipient, slot, aNotice());
    await Promise.all(entries.map(({ card }) => on.here.outbox.settle(card.id, card.version, delivered('m1'))));
    const left = await on.here.outbox.claim(cards, COUNT);
    assert.deepEqual(
      left.map(({ card, operation }) => [card.id, card.version, operation]),
      [[changed.card.id, 2, 'update']],
    );
  });

  it('settles the others at once while somebody changes one of the cards', async () => {
    const entries = await claimAll(await postAll());
    const [held, ...others] = entries;
    assert.ok(held !== undefined);
    let settled: Promise<unknown> = Promise.resolve();
    await on.here.store.transaction(async (stores) => {
      const { story, recipient, slot } = held.card;
      await stores.cards.revise(story, recipient, slot, aNotice());
      const first = others.slice(0, 2).map(({ card }) => on.here.outbox.settle(card.id, card.version, delivered('m1')));
      settled = on.here.outbox.settle(held.card.id, held.card.version, delivered('m1'));
      const rest = others.slice(2).map(({ card }) => on.here.outbox.settle(card.id, card.version, delivered('m1')));
      await Promise.all([...first, ...rest]);
    });
    await settled;
    const left = await on.here.outbox.claim(
      entries.map(({ card }) => card.id),
      COUNT,
    );
    assert.deepEqual(
      left.map(({ card }) => card.id),
      [held.card.id],
    );
  });

  it('settles one card while somebody who holds the next of its person wants that one too', async () => {
    const first = await post(ENGINEER, 1);
    const waiting = { ...aDraft('turn:2', aNotice(), ENGINEER), delivery: 'job' } as const;
    const second = await on.here.store.now.cards.post(waiting);
    const [entry] = await on.here.outbox.claim([first], 1);
    assert.ok(entry !== undefined);
    await on.here.store.transaction(async (stores) => {
      await stores.cards.revise('turn:2', ENGINEER, entry.card.slot, aNotice());
      await stores.cards.find(second);
      // Waiting for the next card here would be a deadlock with the change that follows.
      await on.here.outbox.settle(first, entry.card.version, delivered('m1'));
      await stores.cards.revise('turn:1', ENGINEER, entry.card.slot, aNotice());
    });
    const left = await on.here.outbox.claim([first, second], COUNT);
    assert.equal(left.length, 1);
  });

  it('posts a card once when it is posted many times at once', async () => {
    const ids = await Promise.all(Array.from({ length: COUNT }, () => post(ENGINEER, 1)));
    assert.equal(new Set(ids).size, 1);
    assert.equal((await on.here.store.now.cards.find(ids[0] as CardId))?.version, COUNT);
  });

  it('accepts each sentence once, and finishes all of them', async () => {
    const { inbox } = on.here.store.now;
    const turns = Array.from({ length: COUNT }, (_, n) => `${CHAT}/${n}`);
    const accept = (turn: string) =>
      inbox.accept(turn, { principalId: ENGINEER, conversationId: conversationId(CHAT), text: turn });
    const accepted = await Promise.all([...turns, ...turns].map(accept));
    assert.equal(accepted.filter(Boolean).length, COUNT);
    for (const turn of turns) {
      assert.equal((await inbox.findUnfinished(turn))?.text, turn);
    }
    await Promise.all(turns.map((turn) => inbox.finish(turn)));
    assert.deepEqual(await Promise.all(turns.map((turn) => inbox.findUnfinished(turn))), Array(COUNT).fill(null));
  });

  it('refuses one sentence without refusing the others', async () => {
    const { inbox } = on.here.store.now;
    const accept = (text: string, n: number) =>
      inbox.accept(`turn-${n}`, { principalId: ENGINEER, conversationId: conversationId(CHAT), text });
    const results = await Promise.allSettled(['a', 'b', 'c', 'not \0 text', 'e', 'f'].map(accept));
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused')),
      [true, true, true, 'refused', true, true],
    );
  });
});
