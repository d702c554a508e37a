import assert from 'node:assert/strict';

import { renderDates, renderMarkdown, renderMentions } from '../../../../sandbox/teams/card-text.ts';

const madrid = { locale: 'en-US', timeZone: 'Europe/Madrid' };

describe('renderDates', () => {
  for (const [text, expected] of [
    ['until {{TIME(2026-11-21T12:00:00Z)}}', 'until 1:00 PM'],
    ['{{DATE(2026-11-21T12:00:00Z)}}', '11/21/2026'],
    ['{{DATE(2026-11-21T12:00:00Z, COMPACT)}}', '11/21/2026'],
    ['{{DATE(2026-11-21T12:00:00Z, SHORT)}}', 'Sat, Nov 21, 2026'],
    ['{{DATE(2026-11-21T12:00:00Z,LONG)}}', 'Saturday, November 21, 2026'],
    ['{{DATE(2026-11-21T23:30:00Z, SHORT)}} {{TIME(2026-11-21T23:30:00Z)}}', 'Sun, Nov 22, 2026 12:30 AM'],
    ['{{TIME(2026-07-21T12:00:00+02:00)}}', '12:00 PM'],
  ] as const) {
    it(`renders ${text} for somebody in Madrid`, () => {
      assert.equal(renderDates(text, madrid), expected);
    });
  }

  for (const raw of [
    '{{DATE(2026-11-21T12:00:00.000Z, SHORT)}}',
    '{{TIME(2026-11-21T12:00Z)}}',
    '{{TIME(2026-11-21T12:00:00Z, SHORT)}}',
    '{{DATE(2026-11-21T12:00:00Z, short)}}',
    '{{DATE(2026-13-41T12:00:00Z)}}',
    '{{TIME(soon)}}',
  ]) {
    it(`leaves ${raw} raw, as Teams does`, () => {
      assert.equal(renderDates(raw, madrid), raw);
    });
  }

  it("uses the viewer's own locale", () => {
    const text = '{{DATE(2026-11-21T12:00:00Z)}} {{TIME(2026-11-21T12:00:00Z)}}';
    assert.equal(renderDates(text, { locale: 'de-DE', timeZone: 'UTC' }), '21.11.2026 12:00');
  });
});

describe('renderMarkdown', () => {
  for (const [text, expected] of [
    ['**Role** and *scope*', 'Role and scope'],
    ['__Role__ and _scope_', 'Role and scope'],
    ['[click here](https://evil.example)', 'click here'],
    ['\\[not a link\\](https://evil.example)', '[not a link](https://evil.example)'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['snake_case_name', 'snake_case_name'],
    ['sg\\_payments\\_oncall', 'sg_payments_oncall'],
    ['Contoso-App-Assignment-Operator', 'Contoso-App-Assignment-Operator'],
    ['**', '**'],
  ] as const) {
    it(`shows ${text} as ${expected}`, () => {
      assert.equal(renderMarkdown(text), expected);
    });
  }
});

describe('renderMentions', () => {
  it('shows a mention by its name only where an entity belongs to it', () => {
    const text = '<at>Megan</at> and <at>Eve</at>';
    assert.equal(renderMentions(text, new Set(['<at>Megan</at>'])), 'Megan and <at>Eve</at>');
  });
});
