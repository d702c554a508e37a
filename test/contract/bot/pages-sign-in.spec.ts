import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { PageClosed } from '../../../bot/pages/flow.ts';
import { AccessError } from '../../../src/errors.ts';
import { post } from './edge.ts';
import { AT_HOME, cookieOf, FORM, HOST, PageClient, titleOf } from './page-client.ts';
import { anOpenLink, LINK } from './page-flow.ts';

describe('GET /auth/sign-in', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  it('says for whom, what for and until when in their zone, and has one button', async () => {
    const { status, text } = await page.get(`/auth/sign-in?s=${LINK}`);
    assert.equal(status, 200);
    assert.match(text, /This sign-in is for <bdi class="subject">Alex Wilber<\/bdi>, and for nobody else/);
    assert.match(
      text,
      /<bdi class="subject">Privileged Role Administrator<\/bdi> on <bdi>Contoso<\/bdi> for 30 minutes/,
    );
    assert.match(text, /until Mon 23 Nov, 09:05 \(Europe\/Madrid\)\./);
    assert.match(text, /<form method="post" action="\/auth\/sign-in">\s*<input type="hidden" name="s" value="0123/);
    assert.equal(text.match(/<button/g)?.length, 1);
    assert.match(text, /somebody else send you this link\? Then close this page/);
  });

  it('names who asked where somebody else decides', async () => {
    page.flow.link = anOpenLink({
      purpose: 'approve',
      subjects: [{ roleName: 'R', scopeName: 'S', duration: 'PT2H', requesterName: 'Diego Siciliani' }],
    });
    const { text } = await page.get(`/auth/sign-in?s=${LINK}`);
    assert.match(text, /Pimlico sends your decision:<\/p>/);
    assert.match(text, /<\/bdi> for 2 hours, asked for by <bdi>Diego Siciliani<\/bdi>/);
  });

  for (const [purpose, goal] of [
    ['activate', 'goes on with your activation.'],
    ['approve', 'sends your decision.'],
    ['sentence', 'goes on with what you asked for in Teams.'],
    ['press', 'goes on with the button you pressed in Teams.'],
    ['admin', 'goes on with your administrator&#39;s command.'],
    ['sign-in', 'can act for you for up to an hour.'],
  ] as const) {
    it(`says what goes on after a sign-in for ${purpose}, where there is no role to name`, async () => {
      page.flow.link = anOpenLink({ purpose, subjects: [] });
      const { text } = await page.get(`/auth/sign-in?s=${LINK}`);
      assert.ok(text.includes(`<p>When you have signed in, Pimlico ${goal}</p>`));
      assert.doesNotMatch(text, /<ul>/);
    });
  }

  it('changes nothing, however often scanners and previews ask', async () => {
    for (const headers of [{}, { 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }]) {
      assert.equal((await page.get(`/auth/sign-in?s=${LINK}`, { headers })).status, 200);
    }
    const head = await page.get(`/auth/sign-in?s=${LINK}`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text, page.flow.started.length, cookieOf(head)], [200, '', 0, '']);
    assert.ok(Number(head.headers['content-length']) > 500);
  });

  for (const [what, name] of [
    ['markup', '<script>alert(1)</script><img src=x onerror=y>'],
    ['quotes', `" onclick="x" '`],
    ['an entity', '&lt;b&gt;&amp;'],
  ] as const) {
    it(`shows ${what} in names as it was typed`, async () => {
      page.flow.link = anOpenLink({
        personName: name,
        subjects: [{ roleName: name, scopeName: name, duration: 'PT1H', requesterName: name }],
      });
      const { text } = await page.get(`/auth/sign-in?s=${LINK}`);
      assert.doesNotMatch(text, /<script|<img|onclick="/);
      const escaped = text.match(/<bdi[^>]*>(.*?)<\/bdi>/g) ?? [];
      assert.equal(escaped.length, 4);
      for (const shown of escaped) {
        const inside = shown.replace(/<\/?bdi[^>]*>/g, '');
        const read = inside
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        assert.doesNotMatch(inside, /[<>"']/);
        assert.equal(read, name.trim());
      }
    });
  }

  it('takes out of names what turns the direction of writing or cannot be seen', async () => {
    page.flow.link = anOpenLink({ personName: 'Al\u202eex\u2066 \u200bWil\u0000ber', subjects: [] });
    const { text } = await page.get(`/auth/sign-in?s=${LINK}`);
    assert.match(text, /<bdi class="subject">Alex Wil ber<\/bdi>/);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b]/);
  });

  for (const [why, status, title] of [
    ['unknown', 404, 'No such link'],
    ['used', 410, 'This link was already used'],
    ['expired', 410, 'This link has expired'],
    ['replaced', 410, 'This link was replaced'],
    ['not-started', 400, 'This sign-in did not begin here'],
  ] as const satisfies readonly (readonly [PageClosed, number, string])[]) {
    it(`says that a link is ${why}, without a button`, async () => {
      page.flow.link = { kind: 'closed', why };
      const reply = await page.get(`/auth/sign-in?s=${LINK}`);
      assert.deepEqual([reply.status, titleOf(reply)], [status, title]);
      assert.doesNotMatch(reply.text, /<form|<button/);
      assert.match(reply.text, /Go back to Teams/);
    });
  }

  for (const query of ['', '?s=', '?s=1', `?s=${LINK}0`, `?s=${LINK.toUpperCase()}`, '?s=../../../etc', '?S=x']) {
    it(`knows no link at ${query || 'no query'}, and asks nobody`, async () => {
      const reply = await page.get(`/auth/sign-in${query}`);
      assert.deepEqual([reply.status, titleOf(reply), page.flow.looked], [404, 'No such link', []]);
    });
  }

  it('refuses a link that is said twice', async () => {
    const reply = await page.get(`/auth/sign-in?s=${LINK}&s=${LINK}`);
    assert.deepEqual([reply.status, page.flow.looked], [400, []]);
  });

  it('gives a page without details when the flow throws', async () => {
    page.flow.look = async () => {
      throw new TypeError('secret-word');
    };
    const reply = await page.get(`/auth/sign-in?s=${LINK}`);
    assert.deepEqual([reply.status, titleOf(reply)], [500, 'Something went wrong']);
    assert.doesNotMatch(reply.text, /secret-word|TypeError/);
    assert.equal(page.edge.lines.filter(({ event }) => event === 'page.failed').length, 1);
  });

  it('says that it is out of service when the database is away', async () => {
    page.flow.look = async () => {
      throw new AccessError('internal.database_unavailable', 'secret-word');
    };
    assert.equal((await page.get(`/auth/sign-in?s=${LINK}`)).status, 503);
  });
});

describe('POST /auth/sign-in', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  it('hands secrets over that belong together, and keeps the verifier in the browser', async () => {
    const reply = await page.submit(`s=${LINK}`);
    const [secrets] = page.flow.started;
    const verifier = /^__Host-pimlico-0123456789abcdef=([A-Za-z0-9_-]{43});/.exec(cookieOf(reply))?.[1] ?? '';
    const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
    assert.deepEqual([secrets?.codeChallenge, secrets?.nonce], [hash(verifier), hash(`nonce:${verifier}`)]);
    assert.match(secrets?.state ?? '', /^[A-Za-z0-9_-]{43}$/);
    assert.ok(!reply.text.includes(verifier));
  });

  it('sets a cookie that no script, other site or other host gets at', async () => {
    assert.match(cookieOf(await page.submit(`s=${LINK}`)), /; HttpOnly; SameSite=Lax; Path=\/; Secure; Max-Age=300$/);
  });

  it('sets one without TLS on this machine, for the pages only', async () => {
    await page.close();
    page = await PageClient.open({ publicUrl: `http://${HOST}` });
    const cookie = cookieOf(await page.submit(`s=${LINK}`));
    assert.match(cookie, /^pimlico-0123456789abcdef=[^;]+; HttpOnly; SameSite=Lax; Path=\/auth; Max-Age=300$/);
  });

  it('sends the browser on by itself and by a link, never by a redirect', async () => {
    const { status, text, headers } = await page.submit(`s=${LINK}`);
    const address = `https://login.invalid/tenant/oauth2/v2.0/authorize?client_id=a&amp;claims=%7B%22x%22%3A1%7D&amp;state=${page.flow.started[0]?.state}`;
    assert.deepEqual([status, headers.location], [200, undefined]);
    assert.ok(text.includes(`<meta http-equiv="refresh" content="0;url=${address}">`));
    assert.ok(text.includes(`href="${address}"`));
    assert.match(text, /The sign-in itself is at login\.invalid\./);
  });

  it('makes other secrets each time', async () => {
    const first = cookieOf(await page.submit(`s=${LINK}`));
    const { state } = page.flow.started.pop() ?? {};
    const second = cookieOf(await page.submit(`s=${LINK}`));
    assert.notEqual(first, second);
    assert.notEqual(state, page.flow.started[0]?.state);
  });

  it('begins a link once', async () => {
    await page.submit(`s=${LINK}`);
    const again = await page.submit(`s=${LINK}`);
    assert.deepEqual([again.status, cookieOf(again), page.flow.started.length], [410, '', 1]);
  });

  it('says why a sign-in cannot begin', async () => {
    page.flow.start = async () => ({ kind: 'refused', code: 'identity.admin_unavailable' });
    const reply = await page.submit(`s=${LINK}`);
    assert.deepEqual([reply.status, titleOf(reply)], [403, 'Administration is not set up']);
  });

  for (const url of [
    'https://evil.example/authorize',
    'https://login.invalid.evil.example/',
    'https://login.invalid@evil.example/',
    'https://user:pass@login.invalid/',
    'https://login.invalid:8443/',
    'http://login.invalid/',
    '//login.invalid/',
    'javascript:alert(1)',
    'data:text/html,x',
    '',
  ]) {
    it(`sends nobody to ${url || 'nowhere'}`, async () => {
      page.flow.start = async () => ({ kind: 'go', url, signInId: LINK });
      const reply = await page.submit(`s=${LINK}`);
      assert.deepEqual([reply.status, cookieOf(reply)], [500, '']);
      assert.doesNotMatch(reply.text, /http-equiv="refresh"|evil|login\.invalid/);
    });
  }

  it('sends nobody to a login without TLS on another machine', async () => {
    await page.close();
    page = await PageClient.open({ loginUrl: 'http://login.example' });
    page.flow.authorizeUrl = 'http://login.example/authorize?a=b';
    assert.equal((await page.submit(`s=${LINK}`)).status, 500);
  });

  for (const [what, form, headers, status] of [
    ['a form without a link', 'a=b', {}, 404],
    ['an empty form', '', {}, 404],
    ['a link said twice', `s=${LINK}&s=${LINK}`, {}, 400],
    ['JSON', `{"s":"${LINK}"}`, { 'content-type': 'application/json' }, 415],
    ['plain text', `s=${LINK}`, { 'content-type': 'text/plain' }, 415],
    ['a form in parts', `s=${LINK}`, { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['no content type', `s=${LINK}`, { 'content-type': '' }, 415],
    ['a packed form', `s=${LINK}`, { 'content-encoding': 'gzip' }, 415],
    ['a form of another site', `s=${LINK}`, { origin: 'https://evil.example' }, 403],
    ['a form of a site beside it', `s=${LINK}`, { 'sec-fetch-site': 'same-site' }, 403],
    [
      'a form of another site that hides its name',
      `s=${LINK}`,
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      403,
    ],
  ] as const) {
    it(`begins nothing for ${what}`, async () => {
      const reply = await page.submit(form, headers);
      assert.deepEqual([reply.status, page.flow.started.length, cookieOf(reply)], [status, 0, '']);
    });
  }

  for (const headers of [
    { origin: `https://${HOST}` },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
    { 'content-type': `${FORM}; charset=UTF-8` },
  ] as readonly Record<string, string>[]) {
    it(`takes its own form, as sent with ${Object.keys(headers).join(' and ')}`, async () => {
      assert.equal((await page.submit(`s=${LINK}`, headers)).status, 200);
    });
  }

  it('ignores a link in the address', async () => {
    const headers = { ...AT_HOME, 'content-type': FORM };
    const reply = await post(page.edge, 'a=b', { path: `/auth/sign-in?s=${LINK}`, headers });
    assert.deepEqual([reply.status, page.flow.started.length], [404, 0]);
  });

  it('refuses a form of more than 4 kB, announced or not, and takes one of exactly that', async () => {
    const form = (length: number): string => `s=${LINK}&x=`.padEnd(length, 'x');
    const tooLong = await page.submit(form(4_097));
    const chunks = [form(4_000), 'x'.repeat(97)];
    const unannounced = await post(page.edge, '', {
      path: '/auth/sign-in',
      headers: { ...AT_HOME, 'content-type': FORM },
      chunks,
    });
    assert.deepEqual([tooLong.status, unannounced.status, page.flow.started.length], [413, 413, 0]);
    assert.equal(tooLong.headers.connection, 'close');
    assert.equal((await page.submit(form(4_096))).status, 200);
  });
});
