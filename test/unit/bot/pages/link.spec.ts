import assert from 'node:assert/strict';

import { CALLBACK_PATH, redirectUri, SIGN_IN_PATH } from '../../../../bot/pages/link.ts';
import { signInLink } from '../../../../cards/sign-in-link.ts';

describe('addresses of the pages', () => {
  it('are below the public origin', () => {
    assert.equal(redirectUri('https://pimlico.example'), `https://pimlico.example${CALLBACK_PATH}`);
  });

  it('are those that cards link to', () => {
    const id = '0123456789abcdef0123456789abcdef';
    assert.equal(signInLink('https://pimlico.example', id), `https://pimlico.example${SIGN_IN_PATH}?s=${id}`);
  });
});
