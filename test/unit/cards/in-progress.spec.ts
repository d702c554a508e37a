import assert from 'node:assert/strict';
import { inProgress } from '../../../cards/in-progress.ts';
import { renderNotice } from '../../../cards/render.ts';
import { actionsOf, inputsOf, linesOf, partsOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { ALL_NOTICES } from './administration-notices.ts';

const ENGLISH = { locale: 'en-GB' };

describe('a card on which something is under way', () => {
  it('keeps its id and its words, and has nothing to press, to fill in or to refresh', () => {
    for (const notice of ALL_NOTICES) {
      for (const step of [null, 'approve', 'deny'] as const) {
        const live = renderNotice(notice, aRenderContext({ step }));
        for (const action of actionsOf(live)) {
          const pressed = { verb: String(action.verb), data: action.data as Record<string, unknown> };
          const card = inProgress(live.card, pressed, ENGLISH);
          const drawn = { card, summary: '' };
          assert.equal(card.id, notice.card);
          assert.deepEqual([inputsOf(drawn), 'refresh' in card, 'actions' in card], [[], false, false], notice.card);
          const pressable = partsOf(card).filter(({ type }) => /^(?:Action|Input)/.test(String(type)));
          assert.deepEqual(pressable, [], notice.card);
          const words = linesOf(drawn);
          assert.deepEqual(words.slice(0, -1), linesOf(live), notice.card);
          assert.match(words.at(-1) ?? '', /^Working on it… .*This card changes when it is done\.$/);
        }
      }
    }
  });

  it('names the button that was pressed, in the reader’s language', () => {
    const { card } = renderNotice(BASES['approval-request'], aRenderContext());
    const said = (verb: string, locale = 'en-GB') =>
      textOf({ card: inProgress(card, { verb, data: {} }, { locale }), summary: '' }, 'in-progress');
    assert.equal(said('approve'), 'Working on it… You pressed “Approve”. This card changes when it is done.');
    assert.equal(said('send-deny'), 'Working on it… You pressed “Deny”. This card changes when it is done.');
    assert.equal(said('constructor'), 'Working on it… This card changes when it is done.');
    assert.equal(said('view'), 'Working on it… This card changes when it is done.');
    assert.match(said('approve', 'es-ES') ?? '', /^En ello… Has pulsado «/);
  });

  it('tells buttons of one verb apart by what they carry', () => {
    const button = (title: string, n: number) => ({ type: 'Action.Execute', title, verb: 'show', data: { n } });
    const card = { type: 'AdaptiveCard', body: [], actions: [button('First', 1), button('Second', 2)] };
    const drawn = inProgress(card, { verb: 'show', data: { n: 2, typed: 'x' } }, ENGLISH);
    assert.match(textOf({ card: drawn, summary: '' }, 'in-progress') ?? '', /“Second”/);
  });
});
