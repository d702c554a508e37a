import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { ALARM, EMERGENCY } from '../../support/alarm-notices.ts';
import { linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';

const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  renderNotice(notice, aRenderContext(overrides));
const IN_A_CHANNEL = { isShared: true, refreshUserIds: null, timeZone: 'UTC' } as const;
const entitiesOf = ({ card }: ReturnType<typeof draw>) =>
  (card.msteams as { readonly entities?: readonly { readonly text: string; readonly mentioned: object }[] }).entities;

describe('an alarm card', () => {
  it('says who holds what against which rule, and what to do', () => {
    const rendered = draw(ALARM);
    assert.deepEqual(linesOf(rendered), [
      'Duties that must be kept apart were held together',
      'Who: Alex Wilber',
      'Activated: Contoso-App-Assignment-Operator',
      'Active since: Sun 22 Nov, 14:55 (Europe/Madrid)',
      'Beside it: Contributor on rg-payments',
      'Rule: Configuration against assignment',
      'Why: Whoever configures an application must not also decide who may use it.',
      'Noticed: Sun 22 Nov, 15:00 (Europe/Madrid)',
      'Nothing was taken away. If both are still active, have one given back, or remove it in Privileged Identity Management.',
    ]);
    assert.equal(
      rendered.summary,
      'Alex Wilber had Contoso-App-Assignment-Operator beside Contributor on rg-payments, against the rulebook',
    );
  });

  it('says what an emergency access account was seen to do', () => {
    const rendered = draw({ ...EMERGENCY, further: 2 });
    assert.deepEqual(linesOf(rendered), [
      'An emergency access account was used',
      'Account: Emergency Access 1',
      'Sun 22 Nov, 14:50 (Europe/Madrid): A sign-in failed',
      'Sun 22 Nov, 14:51 (Europe/Madrid): Signed in to Azure Portal from 203.0.113.7',
      'Sun 22 Nov, 14:53 (Europe/Madrid): Add member to role',
      'Sun 22 Nov, 14:54 (Europe/Madrid): Reset user password (failed)',
      'Besides: 2 more entries in the logs',
      'Noticed: Sun 22 Nov, 15:00 (Europe/Madrid)',
      'Where nobody declared an emergency, take it for an attack: block the account’s sign-ins, and read Entra’s sign-in and audit logs.',
    ]);
    assert.equal(textOf(draw({ ...EMERGENCY, further: 1 }), 'further'), 'Besides: 1 more entry in the logs');
  });

  it('calls its people by name in a channel, as Teams wants it', () => {
    const rendered = draw(ALARM, IN_A_CHANNEL);
    assert.equal(textOf(rendered, 'mentions'), '<at>Lynne Robbins</at>, <at>Isaiah Langer</at>');
    assert.deepEqual(rendered.card.msteams, {
      width: 'Full',
      entities: [
        {
          type: 'mention',
          text: '<at>Lynne Robbins</at>',
          mentioned: { id: '29:oncall', name: 'Lynne Robbins' },
        },
        {
          type: 'mention',
          text: '<at>Isaiah Langer</at>',
          mentioned: { id: '00000000-0000-4000-8000-0000000000b2', name: 'Isaiah Langer' },
        },
      ],
    });
  });

  it('calls nobody in a chat of one, nor where nobody is named', () => {
    for (const rendered of [draw(ALARM), draw({ ...ALARM, mentions: [] }, IN_A_CHANNEL)]) {
      assert.deepEqual([textOf(rendered, 'mentions'), rendered.card.msteams], [null, { width: 'Full' }]);
    }
  });

  it('has nothing to press, to fill in or to draw anew', () => {
    for (const overrides of [IN_A_CHANNEL, {}, { isRetired: true }]) {
      assert.doesNotMatch(JSON.stringify(draw(ALARM, overrides).card), /"Action\.|"Input\.|"refresh"/);
    }
  });

  it('tells two people of one name apart, and calls twenty at most', () => {
    const mentions = Array.from({ length: 30 }, (_, index) => ({ id: `29:${index}`, name: 'Alex' }));
    const entities = entitiesOf(draw({ ...ALARM, mentions }, IN_A_CHANNEL)) ?? [];
    assert.deepEqual([entities.length, entities[0]?.text, entities[1]?.text], [20, '<at>Alex</at>', '<at>Alex 2</at>']);
  });

  for (const [what, name, words] of [
    ['Markdown', '**Alex** [x](http://evil.example)', 'Alex x http evil example'],
    ['the end of the mention', 'Alex</at><at>Everyone', 'Alex at at Everyone'],
    ['an address', 'evil.example', 'evil example'],
    ['nothing but marks', '<>***', 'somebody'],
    ['a name as it is', "Zoë O’Brien-D'Arcy Jr. 東", "Zoë O’Brien-D'Arcy Jr. 東"],
  ] as const) {
    it(`leaves no mark of a name in a mention: ${what}`, () => {
      const rendered = draw({ ...ALARM, mentions: [{ id: '29:x', name }] }, IN_A_CHANNEL);
      assert.equal(textOf(rendered, 'mentions'), `<at>${words}</at>`);
    });
  }

  it('says each mention on the card exactly as it names it, whatever people are called', () => {
    const names = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, (all) => {
        const mentions = all.map((name, index) => ({ id: `29:${index}`, name }));
        const rendered = draw({ ...ALARM, mentions }, IN_A_CHANNEL);
        const texts = (entitiesOf(rendered) ?? []).map(({ text }) => text);
        assert.equal(new Set(texts).size, all.length);
        assert.equal(textOf(rendered, 'mentions'), texts.join(', '));
        for (const text of texts) {
          assert.match(text, /^<at>[\p{L}\p{M}\p{N} .,'’-]+<\/at>$/u);
        }
      }),
      { numRuns: 100 },
    );
  });
});
