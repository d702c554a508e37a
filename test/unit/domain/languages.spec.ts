import assert from 'node:assert/strict';
import { localeIn, namedLanguage } from '../../../src/domain/languages.ts';

describe('namedLanguage', () => {
  const table: readonly (readonly [string, string | null])[] = [
    ['Spanish', 'es'],
    ['ESPAÑOL', 'es'],
    ['espanol', 'es'],
    ['castellano', 'es'],
    ['Inglés', 'en'],
    [' en ', 'en'],
    ['Klingon', null],
    ['', null],
  ];
  for (const [words, language] of table) {
    it(`takes "${words}" for ${language ?? 'none that we have'}`, () => {
      assert.equal(namedLanguage(words), language);
    });
  }
});

describe('localeIn', () => {
  const table: readonly (readonly ['en' | 'es', string, string])[] = [
    ['es', 'en-GB', 'es-GB'],
    ['en', 'es-MX', 'en-MX'],
    ['es', 'zh-Hant-TW', 'es-TW'],
    ['es', 'es-419', 'es-419'],
    ['es', 'en', 'es'],
    ['en', 'not a locale', 'en'],
    ['es', '', 'es'],
  ];
  for (const [language, before, after] of table) {
    it(`makes ${after} of "${before}"`, () => {
      assert.equal(localeIn(language, before), after);
    });
  }
});
