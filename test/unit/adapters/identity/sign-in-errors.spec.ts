import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { tokenRefusal } from '../../../../src/adapters/identity/sign-in-errors.ts';
import type { ErrorCode } from '../../../../src/errors.ts';
import { AccessError } from '../../../../src/errors.ts';

/** As the libraries throw: theirs outside, MSAL's as the cause, the answer's text in both messages. */
function thrown(cause: Readonly<Record<string, unknown>>): Error {
  const message = 'AADSTS0: Alex Wilber (alex@contoso.example) eyJhbGciOi';
  return Object.assign(new Error(message, { cause: Object.assign(new Error(message), cause) }), {
    name: 'AuthenticationRequiredError',
  });
}

describe('tokenRefusal', () => {
  const claims = '{"access_token":{"polids":{"essential":true,"values":["p"]}}}';
  const table: readonly (readonly [
    string,
    Readonly<Record<string, unknown>>,
    ErrorCode,
    Readonly<Record<string, string>>,
  ])[] = [
    [
      'missing consent, by suberror',
      { errorCode: 'invalid_grant', subError: 'consent_required' },
      'identity.consent_missing',
      {},
    ],
    ['missing consent, by number', { errorCode: 'invalid_grant', errorNo: '65001' }, 'identity.consent_missing', {}],
    ['missing administrator consent', { errorCode: 'invalid_grant', errorNo: '90094' }, 'identity.consent_missing', {}],
    ['a number as it is on the wire', { errorCode: 'invalid_grant', errorNo: 65001 }, 'identity.consent_missing', {}],
    ['no refresh token', { errorCode: 'no_tokens_found' }, 'identity.consent_missing', {}],
    ['an id token of another browser', { errorCode: 'nonce_mismatch' }, 'identity.token_invalid', {}],
    ['an id token that is none', { errorCode: 'token_parsing_error' }, 'identity.token_invalid', {}],
    ['missing consent, by word', { errorCode: 'consent_required' }, 'identity.consent_missing', {}],
    [
      'MFA',
      { errorCode: 'interaction_required', subError: 'basic_action', claims },
      'activation.step_up_required',
      { claims },
    ],
    [
      'a challenge under another word',
      { errorCode: 'invalid_grant', claims },
      'activation.step_up_required',
      { claims },
    ],
    [
      'interaction without claims',
      { errorCode: 'interaction_required', claims: '' },
      'activation.step_up_required',
      {},
    ],
    ...([53000, 53001, 53002] as const).map(
      (errorNo) =>
        [
          `a device that is refused (${errorNo})`,
          { errorCode: 'interaction_required', errorNo, claims },
          'identity.device_blocked',
          {},
        ] as const,
    ),
    ...([53003, 530032, 530033, 530034] as const).map(
      (errorNo) =>
        [
          `access that is refused (${errorNo})`,
          { errorCode: 'interaction_required', errorNo, claims },
          'identity.access_blocked',
          {},
        ] as const,
    ),
    [
      'a number that contradicts its word',
      { errorCode: 'temporarily_unavailable', errorNo: 53000 },
      'graph.unavailable',
      {},
    ],
    ['an expired assertion', { errorCode: 'invalid_grant', errorNo: '500133' }, 'identity.sign_in_required', {}],
    ['a malformed request', { errorCode: 'invalid_request' }, 'identity.token_invalid', {}],
    ['a bad secret', { errorCode: 'invalid_client', errorNo: '7000215' }, 'config.invalid', {}],
    ['an unknown app', { errorCode: 'unauthorized_client' }, 'config.invalid', {}],
    ['an unknown resource', { errorCode: 'invalid_resource' }, 'config.invalid', {}],
    ['a busy service', { errorCode: 'temporarily_unavailable' }, 'graph.unavailable', {}],
    ['a failing service', { errorCode: 'server_error' }, 'graph.unavailable', {}],
    ['throttling', { errorCode: 'TooManyRequests' }, 'graph.throttled', {}],
    ['a lost connection', { errorCode: 'network_error' }, 'graph.unavailable', {}],
    ['a page in place of an answer', { errorCode: 'unknown_error' }, 'graph.unavailable', {}],
    ['an answer of another library', { errorResponse: { error: 'invalid_client' } }, 'config.invalid', {}],
  ];

  for (const [what, cause, code, facts] of table) {
    it(`understands ${what}`, () => {
      const error = tokenRefusal(thrown(cause));
      assert.equal(error.code, code);
      assert.deepEqual(error.facts, facts);
      assert.equal(error.retryable, code === 'graph.unavailable' || code === 'graph.throttled');
    });
  }

  it('takes a library error without an answer for an outage', () => {
    const error = tokenRefusal(Object.assign(new Error('x'), { name: 'CredentialUnavailableError' }));
    assert.equal(error.code, 'graph.unavailable');
  });

  it('does not take a mistake of ours for an outage', () => {
    assert.equal(tokenRefusal(new TypeError('x is not a function')).code, 'internal.unexpected');
  });

  it('leaves our own errors as they are', () => {
    const error = new AccessError('identity.wrong_person', 'x');
    assert.equal(tokenRefusal(error), error);
  });

  it('keeps nothing of what the service wrote about people and tokens', () => {
    for (const [, cause] of table) {
      const shown = inspect(tokenRefusal(thrown(cause)), { depth: 8 });
      assert.ok(!/alex|eyJ|AADSTS/i.test(shown.replaceAll(/\n +at .*/g, '')), shown);
    }
  });
});
