import assert from 'node:assert/strict';
import fc from 'fast-check';
import { signInLink } from '../../../cards/sign-in-link.ts';
import { SIGN_IN_ID } from '../../support/notices.ts';

const ORIGIN = 'https://pimlico.contoso.example';

describe('signInLink', () => {
  it('leads to the sign-in page of that id', () => {
    assert.equal(
      signInLink(ORIGIN, '0123456789abcdef0123456789abcdef'),
      'https://pimlico.contoso.example/auth/sign-in?s=0123456789abcdef0123456789abcdef',
    );
  });

  it('is empty without a page and without an id', () => {
    assert.equal(signInLink(null, SIGN_IN_ID), '');
    assert.equal(signInLink(ORIGIN, null), '');
  });

  const HOSTILE: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['capitals', '0123456789ABCDEF0123456789ABCDEF'],
    ['a digit too few', SIGN_IN_ID.slice(1)],
    ['a digit too many', `${SIGN_IN_ID}0`],
    ['a line break behind it', `${SIGN_IN_ID}\n`],
    ['a second line', `${SIGN_IN_ID}\nhttps://evil.example`],
    ['another parameter', `${SIGN_IN_ID}&redirect=https://evil.example`],
    ['a fragment', `${SIGN_IN_ID}#x`],
    ['a path', '../../evil'],
    ['another host', '@evil.example/0123456789abcdef'],
    ['a script', 'javascript:alert(1)'],
    ['percent signs', '%30123456789abcdef0123456789abcd'],
    ['digits of another script', '٠١٢٣٤٥٦٧٨٩abcdef٠١٢٣٤٥٦٧٨٩abcdef'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a hostile person types.
    ['a template expression', '${data.n}'],
  ];
  for (const [what, id] of HOSTILE) {
    it(`is not built from an id with ${what}`, () => assert.equal(signInLink(ORIGIN, id), ''));
  }

  it('is not built from any text that is not an id of ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        assert.equal(signInLink(ORIGIN, `${text}g`), '');
      }),
    );
  });
});
