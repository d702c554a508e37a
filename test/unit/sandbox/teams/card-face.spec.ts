import assert from 'node:assert/strict';

import { type Face, readCard, readSignIn, type Unfolding } from '../../../../sandbox/teams/card-face.ts';
import type { Json } from '../../../../sandbox/teams/wire.ts';

const viewer = { locale: 'en-US', timeZone: 'Europe/Madrid' };

function read(card: Json, unfolding: Unfolding | null = null): Face {
  return readCard({ type: 'AdaptiveCard', version: '1.5', ...card }, viewer, unfolding);
}

const text = (words: string, more: object = {}): Json => ({ type: 'TextBlock', text: words, ...more });
const execute = (title: string, more: object = {}): Json => ({ type: 'Action.Execute', title, verb: 'v', ...more });
const titles = (face: Face): readonly string[] => face.buttons.map((button) => button.title);

describe('readCard', () => {
  it('reads everything visible in reading order', () => {
    const face = read({
      id: 'sample',
      body: [
        text('Access request'),
        {
          type: 'ColumnSet',
          columns: [{ type: 'Column', items: [text('left')] }, { items: [text('right')] }],
        },
        { type: 'Container', items: [text('inside'), text('hidden', { isVisible: false })] },
        {
          type: 'FactSet',
          facts: [
            { title: 'Role', value: '**Reader**' },
            { title: 'Until', value: '{{TIME(2026-11-21T12:00:00Z)}}' },
          ],
        },
        { type: 'RichTextBlock', inlines: ['because ', { type: 'TextRun', text: '**INC-42**' }] },
        { type: 'Table', rows: [{ cells: [{ items: [text('cell')] }] }] },
        { type: 'Container', isVisible: false, items: [text('also hidden')] },
        { type: 'Image', url: 'https://x', altText: 'not text' },
        { type: 'Input.Text', id: 'why', label: 'Why', placeholder: 'not text' },
      ],
    });
    assert.equal(face.card, 'sample');
    assert.equal(
      face.text,
      'Access request\nleft\nright\ninside\nRole Reader\nUntil 1:00 PM\nbecause **INC-42**\ncell\nWhy',
    );
    assert.deepEqual(
      face.inputs.map((input) => input.id),
      ['why'],
    );
  });

  for (const [what, body, title] of [
    [
      'the element named title',
      [text('first'), text('head', { style: 'heading' }), text('named', { id: 'title' })],
      'named',
    ],
    ['the first heading', [text('first'), text('head', { style: 'heading' })], 'head'],
    ['the first text', [text('first'), text('second')], 'first'],
    ['the text inside a container named title', [{ type: 'Container', id: 'title', items: [text('in')] }], 'in'],
    ['nothing without text', [{ type: 'Image', url: 'https://x' }], null],
  ] as const) {
    it(`takes ${what} as the title`, () => {
      assert.equal(read({ body }).title, title);
    });
  }

  it('lists visible and enabled buttons of the card, of action sets and of the overflow', () => {
    const face = read({
      body: [{ type: 'ActionSet', actions: [execute('In set')] }],
      actions: [
        execute('First'),
        execute('Overflow', { mode: 'secondary' }),
        execute('Disabled', { isEnabled: false }),
        execute('Hidden', { isVisible: false }),
        { type: 'Action.Unheard', title: 'Unknown', fallback: execute('Fallback') },
        { type: 'Action.Unheard', title: 'Dropped' },
      ],
    });
    assert.deepEqual(titles(face), ['In set', 'First', 'Overflow', 'Fallback']);
  });

  it('remembers hidden and disabled buttons as offers', () => {
    const card = { type: 'AdaptiveCard', actions: [execute('Nested')] };
    const face = read({
      actions: [execute('Disabled', { isEnabled: false }), { type: 'Action.ShowCard', title: 'More', card }],
    });
    assert.deepEqual(
      face.offers.map((offer) => offer.title),
      ['Disabled', 'More', 'Nested'],
    );
    assert.deepEqual(titles(face), ['More']);
  });

  it('shows what a person opened or toggled', () => {
    const inner = { type: 'AdaptiveCard', body: [text('unfolded')], actions: [execute('Nested')] };
    const more = { type: 'Action.ShowCard', title: 'More', card: inner };
    const visibility = new Map([['extra', true]]);
    const body = [text('always'), text('toggled', { id: 'extra', isVisible: false })];
    const face = read({ body, actions: [more] }, { opened: new Set([more]), visibility });
    assert.equal(face.text, 'always\ntoggled\nunfolded');
    assert.deepEqual(titles(face), ['More', 'Nested']);
  });

  it('uses the fallback of an element Teams does not know', () => {
    const face = read({
      body: [
        { type: 'Hologram', fallback: text('plain') },
        { type: 'Hologram', fallback: 'drop' },
      ],
    });
    assert.equal(face.text, 'plain');
  });

  it('prefers a newer element Teams knows to its fallback', () => {
    assert.equal(read({ body: [{ type: 'Badge', text: 'Active', fallback: text('old') }] }).text, 'Active');
  });

  it('shows only the fallback text of a version Teams does not render', () => {
    const face = read({ version: '1.6', fallbackText: 'Update Teams', body: [text('new')], actions: [execute('Go')] });
    assert.deepEqual([face.text, titles(face)], ['Update Teams', []]);
  });

  it('shows mentions that the card declares', () => {
    const msteams = { entities: [{ type: 'mention', text: '<at>Megan</at>', mentioned: { id: 'x', name: 'Megan' } }] };
    assert.equal(read({ msteams, body: [text('Hi <at>Megan</at>')] }).text, 'Hi Megan');
  });
});

describe('readSignIn', () => {
  it('reads the text and the links of a sign-in card', () => {
    const face = readSignIn({ text: 'Sign in', buttons: [{ type: 'signin', title: 'Go', value: 'https://x' }] });
    assert.deepEqual([face.card, face.title, face.text, titles(face)], ['sign-in', 'Sign in', 'Sign in', ['Go']]);
    assert.equal(face.buttons[0]?.action.url, 'https://x');
  });
});
