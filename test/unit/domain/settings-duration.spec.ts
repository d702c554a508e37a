import assert from 'node:assert/strict';
import { canonicalDuration, minutesOf, readTypedDuration } from '../../../src/domain/settings-duration.ts';

describe('canonicalDuration', () => {
  const spelled: readonly (readonly [string, 'hours' | 'days', string | null])[] = [
    ['PT480M', 'hours', 'PT8H'],
    ['PT90M', 'hours', 'PT1H30M'],
    ['PT30M', 'hours', 'PT30M'],
    ['P1D', 'hours', 'PT24H'],
    ['PT24H', 'days', 'P1D'],
    ['P26W', 'days', 'P182D'],
    ['PT36H', 'days', 'PT36H'],
    ['PT0S', 'days', 'PT0S'],
    ['P1Y', 'days', null],
    ['-PT1H', 'hours', null],
    ['8 hours', 'hours', null],
  ];
  for (const [text, style, expected] of spelled) {
    it(`spells ${text} in ${style} as ${expected ?? 'nothing'}`, () => {
      assert.equal(canonicalDuration(text, style), expected);
    });
  }
});

describe('minutesOf', () => {
  it('gives the length of what has a fixed one', () => {
    assert.equal(minutesOf('P1DT1H'), 1500);
    assert.equal(minutesOf('P1M'), null);
    assert.equal(minutesOf(''), null);
  });
});

describe('readTypedDuration', () => {
  const typed: readonly (readonly [string, 'hours' | 'days', string | null])[] = [
    ['4h', 'hours', 'PT4H'],
    ['1h30m', 'hours', 'PT1H30M'],
    ['1 hour and 15 minutes', 'hours', 'PT1H15M'],
    ['1.5 hours', 'hours', 'PT1H30M'],
    ['90 min', 'hours', 'PT1H30M'],
    ['pt2h', 'hours', 'PT2H'],
    ['6 months', 'days', 'P180D'],
    ['1 year', 'days', 'P365D'],
    ['15 days', 'days', 'P15D'],
    ['4', 'hours', null],
    ['', 'hours', null],
    ['four hours', 'hours', null],
    ['4 lightyears', 'hours', null],
    ['4h tomorrow', 'hours', null],
  ];
  for (const [text, style, expected] of typed) {
    it(`reads “${text}” as ${expected ?? 'nothing'}`, () => {
      assert.equal(readTypedDuration(text, style), expected);
    });
  }
});
