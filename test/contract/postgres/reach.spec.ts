import assert from 'node:assert/strict';
import { requestId } from '../../../src/domain/ids.ts';
import { APPROVER, aDraft, aFixture, aRequest, CHAT, ENGINEER, type Fixture } from './fixture.ts';

describe('Who can be reached, in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  it('notes once that the card of somebody unreachable arrived', async () => {
    const { requests, approvals } = on.here.store.now;
    await requests.insert(aRequest({ state: 'pending' }));
    const ask = { requestId: requestId('7F3K'), approverId: APPROVER, approverName: 'Alex Wilber' };
    await approvals.insertAsks([{ ...ask, reach: 'asked' }]);
    assert.equal(await approvals.markReached(requestId('7F3K'), APPROVER), false);
    await approvals.markUnreachable(requestId('7F3K'), APPROVER, 'blocked');
    assert.equal(await approvals.markReached(requestId('7F3K'), APPROVER), true);
    assert.deepEqual(await approvals.listAsks(requestId('7F3K')), [{ ...ask, reach: 'asked' }]);
  });

  it('keeps the last try to install the bot for a person', async () => {
    const { installations } = on.here.store.now;
    const triedAt = Temporal.Instant.from('2026-11-23T08:00:00Z');
    await installations.note({ principalId: ENGINEER, outcome: 'not-allowed', triedAt });
    const last = { principalId: ENGINEER, outcome: 'installed', triedAt: triedAt.add({ hours: 1 }) } as const;
    await installations.note(last);
    assert.deepEqual(await installations.list([ENGINEER, APPROVER]), [last]);
  });

  it('follows a chat whose address changed, also with a card that waits', async () => {
    const { cards, conversations } = on.here.store.now;
    const chat = { id: CHAT, kind: 'personal' as const, principalId: ENGINEER, deadReason: null };
    await conversations.save({ ...chat, serviceUrl: 'https://one.example/' });
    const card = await cards.post(aDraft('A'));
    await on.here.outbox.claim([card], 1);
    const at = on.clock.now().add({ seconds: 5 });
    await on.here.outbox.settle(card, 1, { kind: 'retry', at, isAmbiguous: false, reason: 'ECONNREFUSED' });
    await on.there.store.now.conversations.save({ ...chat, serviceUrl: 'https://two.example/' });
    on.clock.advance({ seconds: 5 });
    const [entry] = await on.here.outbox.claim([card], 1);
    assert.equal(entry?.conversation?.serviceUrl, 'https://two.example/');
  });
});
