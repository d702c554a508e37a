import assert from 'node:assert/strict';
import { readChallenge, readClaims } from '../../../../src/adapters/pim-errors/claims-challenge.ts';

describe('readClaims', () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

  for (const [what, message] of [
    ['URL-encoded', `&claims=${encodeURIComponent(claims)}`],
    ['followed by another parameter', `x&claims=${encodeURIComponent(claims)}&more=1`],
    ['in quotes', `"&claims=${encodeURIComponent(claims)}"`],
    ['base64', `&claims=${Buffer.from(claims).toString('base64')}`],
    ['base64url', `&claims=${Buffer.from(claims).toString('base64url')}`],
  ] as const) {
    it(`reads claims that are ${what}`, () => {
      assert.equal(readClaims(message), claims);
    });
  }

  for (const message of [
    '',
    'no claims here',
    '&claims=',
    '&claims=%7B',
    '&claims=%ZZ',
    '&claims=%5B1%5D',
    '&claims=1',
  ]) {
    it(`finds none in "${message}"`, () => {
      assert.equal(readClaims(message), null);
    });
  }

  it('reads the header of continuous access evaluation', () => {
    const encoded = Buffer.from(claims).toString('base64');
    assert.equal(readChallenge(`Bearer realm="", error="insufficient_claims", claims="${encoded}"`), claims);
    assert.equal(readChallenge('Bearer realm=""'), null);
    assert.equal(readChallenge(null), null);
  });
});
