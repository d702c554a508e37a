import assert from 'node:assert/strict';
import { createRenderer, createSmallRenderer } from '../../../bot/rendering.ts';
import { cardId, principalId } from '../../../src/domain/ids.ts';
import type { CardRecord, PersonRecord } from '../../../src/ports/store.ts';
import { BASES, CARD_NOW } from '../../support/notices.ts';

const MEGAN = principalId('22222222-2222-4333-8444-555555555555');
const RECORD: CardRecord = {
  id: cardId('c1'),
  story: '7F3K',
  recipient: MEGAN,
  slot: 'approval-request',
  notice: BASES['approval-request'],
  version: 3,
  isRetired: false,
  nonce: 'n',
  isNonceSpent: false,
  activityId: null,
  conversationId: null,
};

describe('a smaller card', () => {
  const clock = { now: () => CARD_NOW, waitUntil: async () => undefined };
  const render = createRenderer(clock, () => null);
  const draw = createSmallRenderer(render);

  it('says in plain text what it stands for, keeps its id, and has one button that shows it all', () => {
    const { card, summary } = draw(RECORD, null);
    assert.deepEqual([card.id, card.version, summary], ['approval-request', '1.5', render(RECORD, null, null).summary]);
    assert.deepEqual(card.actions, [
      {
        type: 'Action.Execute',
        title: 'Show it all',
        verb: 'view',
        data: { s: '7F3K', c: 'approval-request', v: 3, n: 'n' },
      },
    ]);
    const body = card.body as { type: string }[];
    assert.deepEqual([...new Set(body.map(({ type }) => type))], ['RichTextBlock']);
    assert.ok(JSON.stringify(card).length < 2_000);
  });

  it('speaks the language of its reader, and has nothing to press once it is over', () => {
    const reader = { locale: 'es-ES', timeZone: 'Europe/Madrid', teamsUserId: '29:1' } as PersonRecord;
    const { card } = draw({ ...RECORD, isRetired: true }, reader);
    assert.equal(card.actions, undefined);
    assert.match(JSON.stringify(card.body), /ya no queda nada por hacer/);
  });
});
