import assert from 'node:assert/strict';

import { browserReader } from '../../../../bot/pages/accept-language.ts';

describe('browserReader', () => {
  for (const [header, locale] of [
    [undefined, 'en'],
    ['es', 'es'],
    ['es-MX', 'es'],
    ['ES-419,en;q=0.8', 'es'],
    ['en,es', 'en'],
    ['de,es;q=0.7,en;q=0.3', 'es'],
    ['es;q=0.2, en;q=0.8', 'en'],
    ['es ; q=0.9 , en ; q=0.1', 'es'],
    ['es;q=0', 'en'],
    ['est,eso', 'en'],
    ['*', 'en'],
    ['es;q=2', 'en'],
    ['es;q=0.9999', 'en'],
    ['es\u0000', 'en'],
    [`${'de,'.repeat(25)}es`, 'en'],
    [`${' '.repeat(600)}es`, 'en'],
  ] as const) {
    it(`speaks ${locale} for ${JSON.stringify(header?.slice(0, 40))}`, () => {
      assert.deepEqual(browserReader(header), { locale });
    });
  }

  it('reads only the beginning of a header of any length', () => {
    const end = `${'-a'.repeat(200_000)};q=${'0'.repeat(200_000)}`;
    assert.deepEqual(browserReader(`e${end}`), { locale: 'en' });
    assert.deepEqual(browserReader(`es,e${end}`), { locale: 'es' });
  });
});
