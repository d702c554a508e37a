import assert from 'node:assert/strict';
import { createRenderer, createSummary } from '../../../bot/rendering.ts';
import { cardId, conversationId, principalId, type RecipientId } from '../../../src/domain/ids.ts';
import { ALARM } from '../../support/alarm-notices.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const CARD = {
  id: cardId('c1'),
  story: 's1',
  slot: 'alarm',
  notice: ALARM,
  version: 1,
  isRetired: false,
  nonce: 'n',
  isNonceSpent: false,
  activityId: null,
  conversationId: null,
} as const;

describe('createRenderer', () => {
  const render = createRenderer(createFakeClock(), () => null);
  const drawn = (recipient: RecipientId) => render({ ...CARD, recipient }, null, null);

  it('calls people by name in a channel, and nobody in a chat of one', () => {
    assert.match(JSON.stringify(drawn(conversationId('19:security@thread.tacv2')).card), /<at>Lynne Robbins<\/at>/);
    assert.doesNotMatch(JSON.stringify(drawn(principalId('00000000-0000-4000-8000-0000000000b2')).card), /<at>/);
  });

  it('gives the one line of a card without anybody to draw it for', () => {
    assert.equal(createSummary(render)(ALARM), drawn(conversationId('19:security@thread.tacv2')).summary);
  });

  it('writes in a channel as whoever runs the bot has set it', () => {
    const spanish = createRenderer(createFakeClock(), () => null, { locale: 'es-ES', timeZone: 'Europe/Madrid' });
    const card = { ...CARD, recipient: conversationId('19:security@thread.tacv2') };
    assert.match(JSON.stringify(spanish(card, null, null).card), /dom 22 nov, 14:55 \(Europe\/Madrid\)/);
    assert.match(JSON.stringify(render(card, null, null).card), /Sun Nov 22, 1:55 PM \(UTC\)/);
  });
});
