import assert from 'node:assert/strict';

import type { ErrorCode } from '../../../src/errors.ts';
import { cookieOf, PageClient, titleOf } from './page-client.ts';

describe('GET /auth/callback', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  it('hands the code over with what this browser kept, says so, and clears the cookie', async () => {
    const { state, cookie } = await page.begin();
    const reply = await page.comeBack(`code=abc.DEF-1&state=${state}&session_state=x`, cookie);
    const verifier = cookie.split('=')[1];
    assert.deepEqual(page.flow.finished, [
      { state, code: 'abc.DEF-1', error: null, nonce: page.flow.started[0]?.nonce, codeVerifier: verifier },
    ]);
    assert.deepEqual([reply.status, titleOf(reply)], [200, 'Signed in']);
    assert.match(reply.text, /Go back to Teams: your activation goes on there\./);
    assert.equal(
      cookieOf(reply),
      '__Host-pimlico-0123456789abcdef=; HttpOnly; SameSite=Lax; Path=/; Secure; Max-Age=0',
    );
  });

  for (const [purpose, words] of [
    ['approve', 'your decision goes on there'],
    ['sentence', 'what you asked for goes on there'],
    ['press', 'the button you pressed is carried out there'],
    ['admin', 'your command goes on there'],
    ['sign-in', 'what you asked for goes on there'],
  ] as const) {
    it(`says what goes on after a sign-in for ${purpose}`, async () => {
      const { state, cookie } = await page.begin();
      page.flow.result = { kind: 'signed-in', purpose };
      const { text } = await page.comeBack(`code=abc&state=${state}`, cookie);
      assert.ok(text.includes(`Go back to Teams: ${words}.`));
    });
  }

  it('takes a callback once', async () => {
    const { state, cookie } = await page.begin();
    await page.comeBack(`code=abc&state=${state}`, cookie);
    const again = await page.comeBack(`code=abc&state=${state}`, cookie);
    const afterwards = await page.comeBack(`code=abc&state=${state}`);
    assert.deepEqual([again.status, titleOf(again)], [410, 'This link was already used']);
    assert.deepEqual([afterwards.status, page.flow.finished.at(-1)?.codeVerifier], [400, null]);
  });

  for (const [what, cookie] of [
    ['without a cookie', ''],
    ['with the cookie of another sign-in', `__Host-pimlico-ffffffffffffffff=${'a'.repeat(43)}`],
    ['with a cookie that is none of ours', '__Host-pimlico-0123456789abcdef=short'],
    ['with a cookie under a name that others can set', `pimlico-0123456789abcdef=${'a'.repeat(43)}`],
    [
      'with two cookies of one name',
      `__Host-pimlico-0123456789abcdef=${'a'.repeat(43)}; __Host-pimlico-0123456789abcdef=${'b'.repeat(43)}`,
    ],
  ] as const) {
    it(`redeems nothing in a browser ${what}`, async () => {
      const { state } = await page.begin();
      const reply = await page.comeBack(`code=abc&state=${state}`, cookie);
      assert.deepEqual([reply.status, titleOf(reply)], [400, 'This sign-in did not begin here']);
      assert.deepEqual(page.flow.finished, [{ state, code: 'abc', error: null, nonce: null, codeVerifier: null }]);
      assert.equal(cookieOf(reply), '');
    });
  }

  it('knows no state but the one it gave', async () => {
    const { state, cookie } = await page.begin();
    const other = `${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}`;
    const reply = await page.comeBack(`code=abc&state=${other}`, cookie);
    assert.deepEqual([reply.status, page.flow.finished], [404, []]);
  });

  for (const [what, query] of [
    ['no state', 'code=abc'],
    ['a state that is too long', `code=abc&state=${'a'.repeat(44)}`],
    ['a state of other letters', `code=abc&state=${'a'.repeat(42)}%00`],
    ['two states', 'code=abc&state=STATE&state=STATE'],
    ['neither code nor error', 'state=STATE'],
    ['both code and error', 'code=abc&error=access_denied&state=STATE'],
    ['two codes', 'code=abc&code=def&state=STATE'],
    ['two errors', 'error=a&error=b&state=STATE'],
    ['an empty code', 'code=&state=STATE'],
    ['a code with a line break', 'code=a%0d%0ab&state=STATE'],
    ['a code that is too long', `code=${'a'.repeat(4_097)}&state=STATE`],
    ['an error with markup', 'error=%3Cscript%3E&state=STATE'],
    ['an error that is too long', `error=${'a'.repeat(101)}&state=STATE`],
  ] as const) {
    it(`refuses ${what}, and asks nobody`, async () => {
      const { state, cookie } = await page.begin();
      const reply = await page.comeBack(query.replaceAll('STATE', state), cookie);
      assert.deepEqual([reply.status, titleOf(reply), page.flow.finished], [400, 'This address cannot be read', []]);
    });
  }

  it('hands an error over without its prose, and repeats neither', async () => {
    const { state, cookie } = await page.begin();
    page.flow.result = { kind: 'cancelled' };
    const reply = await page.comeBack(
      `error=access_denied&error_description=secret-word&error_uri=https%3A%2F%2Fevil.example&state=${state}`,
      cookie,
    );
    assert.equal(page.flow.finished[0]?.error, 'access_denied');
    assert.deepEqual([reply.status, titleOf(reply)], [200, 'Sign-in cancelled']);
    assert.doesNotMatch(reply.text, /secret-word|evil|access_denied/);
  });

  it('says that somebody else signed in, and not who', async () => {
    const { state, cookie } = await page.begin();
    page.flow.result = { kind: 'wrong-person' };
    const reply = await page.comeBack(`code=abc&state=${state}`, cookie);
    assert.deepEqual([reply.status, titleOf(reply)], [403, 'Signed in as somebody else']);
    assert.doesNotMatch(reply.text, /Alex|@/);
  });

  for (const [code, status, title] of [
    ['identity.device_blocked', 403, 'Your device is not allowed'],
    ['identity.access_blocked', 403, 'Access is blocked by your organization'],
    ['identity.consent_missing', 403, 'A permission is missing'],
    ['identity.token_invalid', 403, 'The sign-in could not be verified'],
    ['identity.wrong_person', 403, 'Signed in as somebody else'],
    ['activation.step_up_not_accepted', 403, 'The sign-in was not strong enough'],
    ['identity.admin_unavailable', 403, 'Administration is not set up'],
    ['identity.admin_required', 403, 'This is for administrators'],
    ['graph.unavailable', 503, 'Microsoft does not answer'],
    ['graph.throttled', 503, 'Microsoft is busy'],
    ['activation.azure_mfa_required', 403, 'You could not be signed in'],
  ] as const satisfies readonly (readonly [ErrorCode, number, string])[]) {
    it(`explains ${code} in words`, async () => {
      const { state, cookie } = await page.begin();
      page.flow.result = { kind: 'refused', code };
      const reply = await page.comeBack(`code=abc&state=${state}`, cookie);
      assert.deepEqual([reply.status, titleOf(reply)], [status, title]);
      assert.ok(!reply.text.includes(code));
      assert.match(cookieOf(reply), /Max-Age=0$/);
    });
  }

  it('gives a page without details, and clears the cookie, when the flow throws', async () => {
    const { state, cookie } = await page.begin();
    page.flow.finish = async () => {
      throw new TypeError('secret-word');
    };
    const reply = await page.comeBack(`code=abc&state=${state}`, cookie);
    assert.equal(reply.status, 500);
    assert.doesNotMatch(reply.text, /secret-word/);
    assert.match(cookieOf(reply), /Max-Age=0$/);
  });
});
