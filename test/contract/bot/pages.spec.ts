import assert from 'node:assert/strict';

import type { Reply } from './edge.ts';
import { HOST, PageClient, titleOf } from './page-client.ts';
import { LINK } from './page-flow.ts';

const linkOf = (index: number): string => index.toString(16).padStart(32, '0');

describe('the sign-in pages', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  it('sends nobody anywhere that came in', async () => {
    const { state, cookie } = await page.begin();
    const traps = [
      'next=https://evil.example',
      'redirect_uri=https://evil.example',
      'returnTo=//evil.example',
      'url=%2F%2Fevil.example',
      'post_logout_redirect_uri=https://evil.example',
    ].join('&');
    const replies = [
      await page.get(`/auth/sign-in?s=${LINK}&${traps}`),
      await page.submit(`s=${LINK}&${traps}`),
      await page.comeBack(`code=abc&state=${state}&${traps}`, cookie),
      await page.get('/auth//evil.example'),
      await page.get('/auth/sign-in//evil.example'),
      await page.get('/auth/..//evil.example'),
    ];
    for (const reply of replies) {
      assert.deepEqual([reply.headers.location, reply.headers.refresh], [undefined, undefined]);
      assert.doesNotMatch(reply.text, /evil/);
    }
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 410, 200, 404, 404, 404],
    );
  });

  it('puts its headers on every answer', async () => {
    const replies = [
      await page.get(`/auth/sign-in?s=${LINK}`),
      await page.submit(`s=${LINK}`),
      await page.get('/auth/callback'),
      await page.get('/auth/style.css'),
      await page.get('/auth/nothing'),
      await page.get('/auth/sign-in', { method: 'DELETE' }),
      await page.get('/auth/sign-in', { headers: { host: 'evil.example' } }),
    ];
    for (const { headers } of replies) {
      assert.deepEqual(
        {
          csp: headers['content-security-policy'],
          coop: headers['cross-origin-opener-policy'],
          referrer: headers['referrer-policy'],
          sniff: headers['x-content-type-options'],
          frame: headers['x-frame-options'],
          robots: headers['x-robots-tag'],
          tls: headers['strict-transport-security'],
          features: headers['permissions-policy'],
          cors: headers['access-control-allow-origin'],
        },
        {
          csp: "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
          coop: 'same-origin',
          referrer: 'no-referrer',
          sniff: 'nosniff',
          frame: 'DENY',
          robots: 'noindex',
          tls: 'max-age=15768000',
          features: 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
          cors: undefined,
        },
      );
    }
    const pages = replies.filter(({ headers }) => String(headers['content-type']).startsWith('text/html'));
    assert.deepEqual(
      pages.map(({ headers }) => headers['cache-control']),
      Array.from({ length: 6 }, () => 'no-store'),
    );
  });

  it('promises TLS for ever only where there is any', async () => {
    await page.close();
    page = await PageClient.open({ publicUrl: `http://${HOST}` });
    assert.equal((await page.get(`/auth/sign-in?s=${LINK}`)).headers['strict-transport-security'], undefined);
  });

  it('keeps its stylesheet in the browser by its hash, and has no script anywhere', async () => {
    const shown = await page.get(`/auth/sign-in?s=${LINK}`);
    const address = /href="(\/auth\/style\.css\?h=[0-9a-f]{16})"/.exec(shown.text)?.[1] ?? '';
    const style = await page.get(address);
    const known = await page.get(address, { headers: { 'if-none-match': String(style.headers.etag) } });
    const bare = await page.get('/auth/style.css?h=old');
    assert.deepEqual(
      [style.status, style.headers['content-type'], style.headers['cache-control']],
      [200, 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    );
    assert.deepEqual([known.status, known.text], [304, '']);
    assert.equal(bare.headers['cache-control'], 'no-cache');
    assert.doesNotMatch(`${shown.text}${style.text}`, /<script|javascript:|@import|url\(|https?:/);
  });

  for (const [method, path, status, allow] of [
    ['PUT', '/auth/sign-in', 405, 'GET, HEAD, POST'],
    ['OPTIONS', '/auth/sign-in', 405, 'GET, HEAD, POST'],
    ['POST', '/auth/callback', 405, 'GET'],
    ['HEAD', '/auth/callback', 405, 'GET'],
    ['POST', '/auth/style.css', 405, 'GET, HEAD'],
    ['GET', '/auth', 404, undefined],
    ['GET', '/auth/', 404, undefined],
    ['GET', '/auth/sign-in/', 404, undefined],
    ['GET', '/auth/constructor', 404, undefined],
    ['GET', '/auth/%73ign-in', 404, undefined],
  ] as const) {
    it(`answers ${status} to ${method} ${path}`, async () => {
      const reply = await page.get(path, { method });
      assert.deepEqual([reply.status, reply.headers.allow], [status, allow]);
    });
  }

  for (const host of ['evil.example', 'pimlico.example.evil.example', 'pimlico.example:8443', '127.0.0.1', '', 'a b']) {
    it(`answers 421 under the name ${JSON.stringify(host)}, and asks nobody`, async () => {
      const reply = await page.get(`/auth/sign-in?s=${LINK}`, { headers: { host } });
      assert.deepEqual([reply.status, page.flow.looked], [421, []]);
    });
  }

  for (const host of ['PIMLICO.example', 'pimlico.example:443']) {
    it(`answers under the name ${host}`, async () => {
      assert.equal((await page.get(`/auth/sign-in?s=${LINK}`, { headers: { host } })).status, 200);
    });
  }

  it('lets one address ask 60 times a minute, and others besides', async () => {
    const from = (address: string): Promise<Reply> =>
      page.get('/auth/style.css', { headers: { 'x-forwarded-for': `1.1.1.1, ${address}` } });
    const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await from('203.0.113.7')).status));
    assert.deepEqual(new Set(statuses), new Set([200]));
    const late = await from('203.0.113.7');
    assert.deepEqual([late.status, titleOf(late)], [429, 'Too many requests']);
    assert.equal((await from('203.0.113.8')).status, 200);
    page.edge.clock.advance({ seconds: 1 });
    assert.equal((await from('203.0.113.7')).status, 200);
  });

  it('looks at 64 requests side by side, and asks the others to come again', async () => {
    const release = Promise.withResolvers<void>();
    const full = Promise.withResolvers<void>();
    let inside = 0;
    page.flow.look = async () => {
      inside += 1;
      if (inside === 64) {
        full.resolve();
      }
      await release.promise;
      return page.flow.link;
    };
    const from = (index: number): Promise<Reply> =>
      page.get(`/auth/sign-in?s=${linkOf(index)}`, { headers: { 'x-forwarded-for': `203.0.113.${index}` } });
    const waiting = Array.from({ length: 64 }, (_, index) => from(index));
    await full.promise;
    const late = await from(100);
    release.resolve();
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    assert.deepEqual([late.status, new Set(statuses), (await from(101)).status], [503, new Set([200]), 200]);
  });
});
