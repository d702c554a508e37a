import assert from 'node:assert/strict';

import { SETTINGS_ID, settingProblems, settings } from '../../support/settings.ts';

describe('PIMLICO_DATABASE_AUTH', () => {
  const managed = {
    PIMLICO_MANAGED_IDENTITY_CLIENT_ID: SETTINGS_ID,
    PIMLICO_DATABASE_AUTH: 'entra',
    PIMLICO_DATABASE_URL: 'postgres://pimlico@db.example/pimlico?sslmode=verify-full',
  };

  it('takes a token of the managed identity in place of a password', () => {
    assert.equal(settings(managed).databaseAuth, 'entra');
  });

  for (const [what, changes, told] of [
    [
      'a password beside it',
      { PIMLICO_DATABASE_URL: 'postgres://a:b@db.example/x' },
      'PIMLICO_DATABASE_URL: has a password beside PIMLICO_DATABASE_AUTH',
    ],
    [
      'a URL without a user',
      { PIMLICO_DATABASE_URL: 'postgres://db.example/x' },
      'PIMLICO_DATABASE_URL: names no user, and Entra wants one',
    ],
    [
      'a URL without TLS',
      { PIMLICO_DATABASE_URL: 'postgres://a@db.example/x?sslmode=disable' },
      'PIMLICO_DATABASE_URL: turns TLS off or trusts anybody; a token goes over TLS only',
    ],
    [
      'no database',
      { PIMLICO_DATABASE_URL: undefined },
      'PIMLICO_DATABASE_URL: is missing, and PIMLICO_DATABASE_AUTH is entra',
    ],
    [
      'no managed identity',
      { PIMLICO_MANAGED_IDENTITY_CLIENT_ID: undefined },
      'PIMLICO_DATABASE_AUTH: tokens are those of the managed identity, and there is none',
    ],
    ['another word', { PIMLICO_DATABASE_AUTH: 'kerberos' }, 'PIMLICO_DATABASE_AUTH: must be password or entra'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(settingProblems({ ...managed, ...changes }), [told]);
    });
  }
});
