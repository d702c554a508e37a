import assert from 'node:assert/strict';
import { createRenderer, createSummary } from '../../../bot/rendering.ts';
import { cardId, conversationId, principalId, type RecipientId } from '../../../src/domain/ids.ts';
import { ALARM } from '../../support/alarm-notices.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

describe('createRenderer', () => {
  const render = createRenderer(createFakeClock(), () => null);
  const drawn = (recipient: RecipientId) =>
    render(
      {
        id: cardId('c1'),
        story: 's1',
        recipient,
        slot: 'alarm',
        notice: ALARM,
        version: 1,
        isRetired: false,
        nonce: 'n',
        isNonceSpent: false,
        activityId: null,
        conversationId: null,
      },
      null,
      null,
    );

  it('calls people by name in a channel, and nobody in a chat of one', () => {
    assert.match(JSON.stringify(drawn(conversationId('19:security@thread.tacv2')).card), /<at>Lynne Robbins<\/at>/);
    assert.doesNotMatch(JSON.stringify(drawn(principalId('00000000-0000-4000-8000-0000000000b2')).card), /<at>/);
  });

  it('gives the one line of a card without anybody to draw it for', () => {
    assert.equal(createSummary(render)(ALARM), drawn(conversationId('19:security@thread.tacv2')).summary);
  });
});
