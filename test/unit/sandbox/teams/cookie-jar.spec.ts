import assert from 'node:assert/strict';

import { CookieJar } from '../../../../sandbox/teams/cookie-jar.ts';

const HTTP = 'http://127.0.0.1:3978';
const HTTPS = 'https://127.0.0.1:3979';

describe('CookieJar', () => {
  let now: Temporal.Instant;
  let jar: CookieJar;
  beforeEach(() => {
    now = Temporal.Instant.from('2026-11-23T08:00:00Z');
    jar = new CookieJar(() => now);
  });

  const sent = (address: string, method = 'GET', isSameSite = true): string =>
    jar.header({ url: new URL(address), method, isSameSite });

  it('sends a cookie back to its origin and path only', () => {
    jar.store(new URL(`${HTTP}/auth/sign-in`), 'a=1; Path=/auth; HttpOnly; SameSite=Lax');
    assert.equal(sent(`${HTTP}/auth/callback?code=1`), 'a=1');
    assert.equal(sent(`${HTTP}/auth`), 'a=1');
    for (const other of [`${HTTP}/`, `${HTTP}/authority`, `${HTTPS}/auth/callback`, 'http://127.0.0.1:4000/auth/x']) {
      assert.equal(sent(other), '', other);
    }
  });

  it('takes the folder of the page where no path is said, and sends longer paths first', () => {
    jar.store(new URL(`${HTTP}/auth/sign-in`), 'a=1; Path=/');
    jar.store(new URL(`${HTTP}/auth/sign-in`), 'b=2');
    assert.equal(sent(`${HTTP}/auth/callback`), 'b=2; a=1');
    assert.equal(sent(`${HTTP}/other`), 'a=1');
  });

  const crossSite: readonly [attribute: string, get: string, post: string][] = [
    ['; SameSite=Lax', 'a=1', ''],
    ['', 'a=1', ''],
    ['; SameSite=Strict', '', ''],
    ['; SameSite=None; Secure', 'a=1', 'a=1'],
  ];
  for (const [attribute, get, post] of crossSite) {
    it(`sends a cookie "a=1${attribute}" across sites: GET "${get}", POST "${post}"`, () => {
      jar.store(new URL(`${HTTPS}/`), `a=1${attribute}`);
      assert.equal(sent(`${HTTPS}/`, 'GET', false), get);
      assert.equal(sent(`${HTTPS}/`, 'POST', false), post);
      assert.equal(sent(`${HTTPS}/`, 'POST', true), 'a=1');
    });
  }

  const refused: readonly [why: string, address: string, header: string][] = [
    ['Secure over plain HTTP', HTTP, 'a=1; Secure'],
    ['SameSite=None without Secure', HTTPS, 'a=1; SameSite=None'],
    ['__Host- without Secure', HTTPS, '__Host-a=1; Path=/'],
    ['__Host- over plain HTTP', HTTP, '__Host-a=1; Path=/; Secure'],
    ['__Host- with another path', HTTPS, '__Host-a=1; Path=/auth; Secure'],
    ['__Host- without a path', HTTPS, '__Host-a=1; Secure'],
    ['__Host- with a domain', HTTPS, '__Host-a=1; Path=/; Secure; Domain=127.0.0.1'],
    ['__Secure- without Secure', HTTPS, '__Secure-a=1'],
    ['the domain of somebody else', HTTPS, 'a=1; Domain=example.com'],
    ['no name', HTTPS, '=1'],
    ['a control character', HTTPS, 'a=1\n2'],
  ];
  for (const [why, address, header] of refused) {
    it(`keeps nothing for ${why}`, () => {
      jar.store(new URL(`${address}/auth/x`), header);
      assert.equal(sent(`${address}/auth/x`), '');
    });
  }

  it('keeps a __Host- cookie as it must be', () => {
    jar.store(new URL(`${HTTPS}/auth/x`), '__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax');
    assert.equal(sent(`${HTTPS}/`), '__Host-a=1');
  });

  it('ends a cookie after Max-Age, which wins over Expires', () => {
    jar.store(new URL(`${HTTP}/`), 'a=1; Max-Age=300; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
    jar.store(new URL(`${HTTP}/`), 'b=2; Expires=Mon, 23 Nov 2026 08:01:00 GMT');
    assert.equal(sent(`${HTTP}/`), 'a=1; b=2');
    now = Temporal.Instant.from('2026-11-23T08:01:00Z');
    assert.equal(sent(`${HTTP}/`), 'a=1');
    now = Temporal.Instant.from('2026-11-23T08:05:00Z');
    assert.equal(sent(`${HTTP}/`), '');
  });

  it('replaces a cookie, and forgets it with Max-Age=0', () => {
    jar.store(new URL(`${HTTP}/`), 'a=1; Path=/');
    jar.store(new URL(`${HTTP}/`), 'a=2; Path=/');
    assert.equal(sent(`${HTTP}/`), 'a=2');
    jar.store(new URL(`${HTTP}/`), 'a=; Path=/; Max-Age=0');
    assert.equal(sent(`${HTTP}/`), '');
  });
});
