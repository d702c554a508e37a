import assert from 'node:assert/strict';
import { createRenderer } from '../../../bot/rendering.ts';
import { cardId, conversationId, principalId } from '../../../src/domain/ids.ts';
import type { CardRecord, PersonRecord } from '../../../src/ports/store.ts';
import { partsOf } from '../../support/card-reading.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { ALL_NOTICES } from '../cards/administration-notices.ts';

const ALEX = principalId('11111111-2222-4333-8444-555555555555');
const PERSON: PersonRecord = {
  id: ALEX,
  name: 'Alex Wilber',
  teamsUserId: '29:alex',
  timeZone: 'Europe/Madrid',
  locale: 'en-GB',
  reminderMinutes: null,
  signedOutAt: null,
};
const RECORD: Omit<CardRecord, 'notice'> = {
  id: cardId('c1'),
  story: '7F3K',
  recipient: ALEX,
  slot: 'requester',
  version: 3,
  isRetired: false,
  nonce: 'nonce-0001',
  isNonceSpent: false,
  activityId: '17',
  conversationId: null,
};
const CHANNEL = conversationId('19:c@thread.tacv2');
/** Nothing is left to decide or to do: an old chat must not go on asking for them. */
const DECIDED: ReadonlySet<string> = new Set(['activation-denied', 'approval-decided', 'signed-out', 'alarm']);

describe('a card that clients draw again by themselves', () => {
  const render = createRenderer(createFakeClock('2026-11-22T14:00:00Z'), () => 'https://pimlico.contoso.example');
  const drawings = ALL_NOTICES.flatMap((notice) =>
    [ALEX, CHANNEL].flatMap((recipient) =>
      [true, false].flatMap((isRetired) =>
        [null, 'approve' as const, 'deny' as const].flatMap((step) =>
          [true, false].map((isOwnView) => ({
            notice,
            isRetired,
            step,
            isShared: recipient === CHANNEL && !isOwnView,
            card: render({ ...RECORD, notice, recipient, isRetired }, PERSON, step, isOwnView).card as object,
          })),
        ),
      ),
    ),
  );
  const refreshed = drawings.filter(({ card }) => 'refresh' in card);

  it('is live, on its first step, undecided, and holds no input, in a chat and in a channel', () => {
    assert.ok(refreshed.length > 100);
    for (const { notice, card, isRetired, step } of refreshed) {
      const inputs = partsOf(card).filter(({ type }) => String(type).startsWith('Input.'));
      const about = [notice.card, inputs, isRetired, step, DECIDED.has(notice.card)];
      assert.deepEqual(about, [notice.card, [], false, null, false]);
    }
  });

  it('asks for a view, for 60 people at most: for all who have a view of their own in a channel, else for its person', () => {
    for (const { notice, card, isShared } of refreshed) {
      const { action, userIds } = (card as { refresh: { action: { verb: string }; userIds: string[] } }).refresh;
      assert.equal(action.verb, 'view', notice.card);
      assert.ok(userIds.length <= 60);
      const isOwn = JSON.stringify(userIds) === '["29:alex"]';
      assert.ok(isOwn || (isShared && notice.card === 'approval-request'), notice.card);
    }
  });
});
