import assert from 'node:assert/strict';
import fc from 'fast-check';
import { justificationText, plainText } from '../../../cards/plain-text.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: what a hostile person types.
const TEMPLATE_MARKS = '${title} ${$root.data}';

describe('plainText', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['keeps marks of Markdown and HTML', '**[a](http://evil)** <b>', '**[a](http://evil)** <b>'],
    ['keeps template marks', TEMPLATE_MARKS, TEMPLATE_MARKS],
    ['strips bidi controls', 'abc\u202Edcba\u2066x\u2069\u200F', 'abcdcbax'],
    ['strips zero-width characters', 'pass\u200Bword\uFEFF\u2060', 'password'],
    ['strips letters that look like nothing', 'a\u3164b\u2800', 'ab'],
    ['makes one line of several', ' one\r\n\ttwo\u2028three\u0000 ', 'one two three'],
    ['keeps one space where something invisible stood between two', 'a \u200B b', 'a b'],
    ['keeps emoji and other scripts', 'Łódź 東京 🚑 مرحبا', 'Łódź 東京 🚑 مرحبا'],
    ['mends half a surrogate pair', 'a\uD83D', 'a\uFFFD'],
    ['thins piled-up marks', `a${'\u0301'.repeat(50)}b`, `a${'\u0301'.repeat(4)}b`],
  ];
  for (const [title, text, expected] of table) {
    it(title, () => {
      assert.equal(plainText(text, 200), expected);
    });
  }

  it('reads null as nothing', () => {
    assert.equal(plainText(null, 10), '');
  });

  it('cuts with an ellipsis and never through a character', () => {
    assert.equal(plainText('abcdefghij', 10), 'abcdefghij');
    assert.equal(plainText('abcdefghijk', 10), 'abcdefghi…');
    assert.equal(plainText('🚑🚑🚑', 4), '🚑…');
    assert.equal(justificationText('x'.repeat(20_000)).length, 1000);
  });

  it('is short, well formed, of one line and the same when done twice, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 2, max: 100 }), (text, maximum) => {
        const plain = plainText(text, maximum);
        assert.ok(plain.length <= maximum);
        assert.ok(plain.isWellFormed());
        assert.doesNotMatch(plain, /[\p{Cf}\p{Cc}\u2028\u2029]/u);
        assert.equal(plainText(plain, maximum), plain);
      }),
    );
  });
});
