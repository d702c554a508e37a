import assert from 'node:assert/strict';
import { promoteDue } from '../../../src/adapters/jobs/promote.ts';
import { cardId } from '../../../src/domain/ids.ts';
import { APPROVER, aDraft, aFixture, aNotice, CHAT, delivered, ENGINEER, type Fixture } from './fixture.ts';

describe('Cards in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const cards = () => on.here.store.now.cards;
  /** Sends what is due of one card. */
  const send = async (id: string, activityId: string): Promise<void> => {
    const [entry] = await on.here.outbox.claim([cardId(id)], 1);
    assert.ok(entry);
    await on.here.outbox.settle(entry.card.id, entry.card.version, delivered(activityId));
  };

  it('posts a card with its outbox row and the job that delivers it', async () => {
    const posted = await cards().post(aDraft('7F3K'));
    const card = await cards().find(posted);
    assert.match(card?.nonce ?? '', /^[\w-]{22}$/);
    assert.deepEqual(
      { ...card, nonce: '' },
      {
        id: posted,
        story: '7F3K',
        recipient: ENGINEER,
        slot: 'help',
        notice: aNotice(),
        version: 1,
        isRetired: false,
        nonce: '',
        isNonceSpent: false,
        activityId: null,
        conversationId: null,
      },
    );
    assert.deepEqual(await on.jobs(), [`outbox.deliver:${posted}`]);
    const entries = await on.there.outbox.claim(null, 10);
    assert.deepEqual(
      entries.map((entry) => [entry.card.id, entry.operation]),
      [[posted, 'send']],
    );
  });

  it('posts many cards with their jobs in one statement, and gives their ids in order', async () => {
    const drafts = [APPROVER, ENGINEER].map((recipient) => ({ story: '7F3K', recipient, notice: aNotice() }));
    const posted = await on.here.store.transaction((stores) => stores.cards.postMany(drafts));
    const found = await Promise.all(posted.map((card) => cards().find(card)));
    assert.deepEqual(
      found.map((card) => card?.recipient),
      [APPROVER, ENGINEER],
    );
    assert.deepEqual(await on.jobs(), posted.map((card) => `outbox.deliver:${card}`).toSorted());
    // A second time they are updates.
    assert.deepEqual(await cards().postMany(drafts), posted);
    assert.equal((await cards().find(cardId(posted[0] ?? '')))?.version, 2);
    assert.deepEqual(await cards().postMany([]), []);
  });

  it('keeps cards back for what is still to be said on them, and lets them go with it or when the time is over', async () => {
    const drafts = [APPROVER, ENGINEER].map((recipient) => ({ story: '7F3K', recipient, notice: aNotice() }));
    const heldFor = Temporal.Duration.from({ seconds: 3 });
    const [first, second] = await cards().postMany(drafts, { heldFor });
    assert.deepEqual(await on.jobs(), []);
    assert.deepEqual(await on.here.outbox.claim(null, 10), []);
    assert.equal((await promoteDue(on.pool, on.clock.now())).promoted, 0);
    await cards().postMany(drafts.slice(0, 1));
    assert.deepEqual(await on.jobs(), [`outbox.deliver:${first}`]);
    assert.deepEqual(
      (await on.here.outbox.claim(null, 10)).map(({ card }) => card.id),
      [first],
    );
    on.clock.advance({ seconds: 3 });
    assert.equal((await promoteDue(on.pool, on.clock.now())).promoted, 1);
    assert.deepEqual(
      (await on.there.outbox.claim(null, 10)).map(({ card }) => card.id),
      [second],
    );
  });

  it('queues deliveries behind what is due at an instant', async () => {
    await cards().post(aDraft('7F3K'));
    await cards().postMany([{ story: '9QXM', recipient: APPROVER, notice: aNotice() }]);
    await on.here.store.now.timers.set({ kind: 'activation.end', subject: '7F3K', dueAt: on.clock.now() });
    await promoteDue(on.pool, on.clock.now());
    const { rows } = await on.pool.query(
      'select task_identifier as task from graphile_worker.jobs order by priority, run_at, id',
    );
    assert.deepEqual(
      rows.map(({ task }) => task),
      ['timer.fire', 'outbox.deliver', 'outbox.deliver'],
    );
  });

  it('gives a card that its caller delivers now no job, and keeps it from other replicas for thirty seconds', async () => {
    const posted = await cards().post({ ...aDraft('7F3K'), delivery: 'now' });
    assert.deepEqual(await on.jobs(), []);
    assert.deepEqual(await on.there.outbox.claim(null, 10), []);
    on.clock.advance({ seconds: 30 });
    const [entry] = await on.there.outbox.claim(null, 10);
    assert.equal(entry?.card.id, posted);
    assert.equal(entry?.wasAmbiguous, false);
  });

  it('turns a second card of the same story, recipient and slot into an update of the message', async () => {
    const first = await cards().post(aDraft('7F3K', aNotice('one')));
    const before = await cards().find(first);
    await send(first, '1:a');
    const second = await cards().post(aDraft('7F3K', aNotice('two')));
    assert.equal(second, first);
    const after = await cards().find(first);
    assert.equal(after?.version, 2);
    assert.deepEqual(after?.notice, aNotice('two'));
    assert.notEqual(after?.nonce, before?.nonce);
    const [entry] = await on.here.outbox.claim([first], 1);
    assert.equal(entry?.operation, 'update');
    assert.equal(entry?.card.activityId, '1:a');
    assert.equal(entry?.card.conversationId, CHAT);
  });

  it('keeps cards of other slots and recipients apart', async () => {
    const ids = [
      await cards().post(aDraft('7F3K')),
      await cards().post({ ...aDraft('7F3K'), slot: 'approval:1' }),
      await cards().post(aDraft('7F3K', aNotice(), APPROVER)),
      await cards().post(aDraft('9Q2M')),
    ];
    assert.equal(new Set(ids).size, 4);
  });

  it('revises what a card says, voids its buttons and asks for delivery', async () => {
    const posted = await cards().post(aDraft('7F3K', aNotice('one')));
    await send(posted, '1:a');
    const old = await cards().find(posted);
    await cards().spendNonce(posted, old?.nonce ?? '', 'approve');
    assert.equal(await cards().revise('7F3K', ENGINEER, 'help', aNotice('two')), posted);
    const card = await cards().find(posted);
    assert.deepEqual(
      [card?.version, card?.notice, card?.isNonceSpent, card?.activityId],
      [2, aNotice('two'), false, '1:a'],
    );
    assert.equal(await cards().findByNonce(old?.nonce ?? ''), null);
    assert.equal((await on.here.outbox.claim(null, 10))[0]?.operation, 'update');
  });

  it('revises nothing where there is no such card', async () => {
    assert.equal(await cards().revise('7F3K', ENGINEER, 'help', aNotice()), null);
    assert.deepEqual(await on.jobs(), []);
  });

  it('revises a retired card without giving its buttons back', async () => {
    const posted = await cards().post(aDraft('7F3K'));
    await cards().retire('7F3K', ENGINEER);
    await cards().revise('7F3K', ENGINEER, 'help', aNotice('two'));
    assert.equal((await cards().find(posted))?.isRetired, true);
    await cards().post(aDraft('7F3K', aNotice('three')));
    assert.equal((await cards().find(posted))?.isRetired, false);
  });

  it('retires every live card of the story this person has, but those to keep, once', async () => {
    const old = await cards().post(aDraft('7F3K'));
    const kept = await cards().post({ ...aDraft('7F3K'), slot: 'newest' });
    const foreign = await cards().post(aDraft('7F3K', aNotice(), APPROVER));
    await send(old, '1:a');
    const nonce = (await cards().find(old))?.nonce ?? '';
    assert.deepEqual(await cards().retire('7F3K', ENGINEER, [kept]), [old]);
    assert.deepEqual(await cards().retire('7F3K', ENGINEER, [kept]), []);
    const retired = await cards().find(old);
    assert.deepEqual([retired?.isRetired, retired?.version, retired?.notice], [true, 2, aNotice()]);
    assert.equal(await cards().findByNonce(nonce), null);
    assert.equal(await cards().spendNonce(old, nonce, 'approve'), false);
    assert.equal((await cards().find(kept))?.isRetired, false);
    assert.equal((await cards().find(foreign))?.isRetired, false);
    await send(kept, '1:k');
    assert.equal((await on.here.outbox.claim([old], 1))[0]?.operation, 'update');
  });

  it('still sends a retired card that was not sent before, as a new message', async () => {
    const posted = await cards().post({ ...aDraft('7F3K'), delivery: 'now' });
    await cards().retire('7F3K', ENGINEER);
    const [entry] = await on.here.outbox.claim([posted], 1);
    assert.deepEqual([entry?.operation, entry?.card.isRetired], ['send', true]);
  });

  it('does not try a dead letter again because it was retired, but because it says something new', async () => {
    const posted = await cards().post(aDraft('7F3K'));
    await on.here.outbox.claim([posted], 1);
    await on.here.outbox.settle(posted, 1, { kind: 'dead', reason: 'blocked' });
    await cards().retire('7F3K', ENGINEER);
    assert.deepEqual(await on.here.outbox.claim(null, 10), []);
    await cards().revise('7F3K', ENGINEER, 'help', aNotice('two'));
    const [entry] = await on.here.outbox.claim(null, 10);
    assert.deepEqual([entry?.card.id, entry?.attempt], [posted, 0]);
  });

  describe('withdraw', () => {
    it('does not send what was not sent yet', async () => {
      const posted = await cards().post({ ...aDraft('7F3K'), delivery: 'now' });
      await cards().withdraw(posted);
      assert.deepEqual(await on.here.outbox.claim(null, 10), []);
      assert.equal(await cards().find(posted), null);
    });

    it('removes a message that was sent, and sends anew when the card is posted again', async () => {
      const posted = await cards().post(aDraft('7F3K'));
      await send(posted, '1:a');
      await cards().withdraw(posted);
      await cards().withdraw(posted);
      assert.equal(await cards().revise('7F3K', ENGINEER, 'help', aNotice('two')), null);
      assert.deepEqual(await cards().findInStory('7F3K', 'help'), []);
      const [removal] = await on.here.outbox.claim(null, 10);
      assert.deepEqual([removal?.operation, removal?.card.activityId, removal?.card.version], ['delete', '1:a', 2]);
      await on.here.outbox.settle(posted, 2, delivered('1:a'));
      assert.deepEqual(await on.here.outbox.claim(null, 10), []);
      await cards().post(aDraft('7F3K', aNotice('again')));
      const [entry] = await on.here.outbox.claim(null, 10);
      assert.deepEqual([entry?.operation, entry?.card.activityId], ['send', null]);
    });

    it('removes a message that was on its way, when its id is known', async () => {
      const posted = await cards().post(aDraft('7F3K'));
      await on.here.outbox.claim([posted], 1);
      await cards().withdraw(posted);
      assert.deepEqual(await on.here.outbox.claim(null, 10), []);
      await on.here.outbox.settle(posted, 1, delivered('1:a'));
      const [entry] = await on.here.outbox.claim(null, 10);
      assert.deepEqual([entry?.operation, entry?.card.activityId], ['delete', '1:a']);
    });

    it('forgets a message that was on its way and was refused', async () => {
      const posted = await cards().post(aDraft('7F3K'));
      await on.here.outbox.claim([posted], 1);
      await cards().withdraw(posted);
      const at = on.clock.now().add({ seconds: 5 });
      await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: false, reason: '429' });
      on.clock.advance({ minutes: 5 });
      assert.deepEqual(await on.here.outbox.claim(null, 10), []);
      assert.equal((await on.pool.query('select from pimlico.outbox')).rowCount, 0);
    });
  });

  it('finds cards of a slot and of its numbered siblings, oldest first', async () => {
    const first = await cards().post({ ...aDraft('7F3K'), slot: 'approval' });
    on.clock.advance({ seconds: 1 });
    const second = await cards().post({ ...aDraft('7F3K', aNotice(), APPROVER), slot: 'approval:2' });
    await cards().post({ ...aDraft('7F3K'), slot: 'approvals' });
    assert.deepEqual(
      (await cards().findInStory('7F3K', 'approval')).map((card) => card.id),
      [first, second],
    );
  });

  it('finds the one card of a key, and no sibling, nor what was withdrawn', async () => {
    const mine = await cards().post({ ...aDraft('7F3K'), slot: 'approval' });
    await cards().post({ ...aDraft('7F3K'), slot: 'approval:2' });
    await cards().post({ ...aDraft('7F3K', aNotice(), APPROVER), slot: 'approval' });
    const { recipient } = aDraft('7F3K');
    assert.equal((await cards().findOf('7F3K', recipient, 'approval'))?.id, mine);
    assert.equal(await cards().findOf('7F3K', recipient, 'appro'), null);
    await cards().withdraw(mine);
    assert.equal(await cards().findOf('7F3K', recipient, 'approval'), null);
  });

  it('lets exactly one of two clicks spend the nonce', async () => {
    const posted = await cards().post(aDraft('7F3K'));
    const nonce = (await cards().find(posted))?.nonce ?? '';
    const results = await Promise.all([
      on.here.store.now.cards.spendNonce(posted, nonce, 'approve'),
      on.there.store.now.cards.spendNonce(posted, nonce, 'deny'),
    ]);
    assert.deepEqual(results.toSorted(), [false, true]);
    const card = await cards().findByNonce(nonce);
    assert.deepEqual([card?.id, card?.isNonceSpent], [posted, true]);
    assert.equal(await cards().spendNonce(posted, 'forged', 'approve'), false);
  });
});
