import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';

import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { findChromium, launchChromium } from '../../cli/stage/browser.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Asked, askRaw } from '../support/raw-request.ts';
import { Visitor } from '../support/visitor.ts';

const ROLE = 'Privileged Role Administrator';
const ASK = `activate "${ROLE}" for 30m because drill`;
const PHONE = { width: 390, height: 844 };
const EVIL = 'https://evil.example';

/** Runs in the page. */
const OUTLINE = `({
  title: document.title,
  language: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent),
  landmarks: ['header', 'main', 'footer'].filter((name) => document.querySelectorAll('body > ' + name).length === 1),
  unnamed: [...document.querySelectorAll('a, button, input:not([type=hidden]), img')].filter((element) =>
    (element.textContent + (element.getAttribute('aria-label') ?? '')).trim() === '').length,
  ids: [...document.querySelectorAll('[id]')].length - new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size,
  scripts: document.querySelectorAll('script, iframe, object, [onclick], [style]').length,
  sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  smallest: Math.min(...[...document.querySelectorAll('a, button')].map((one) => one.getBoundingClientRect().height)),
})`;

const WAYS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['on a phone without script', { viewport: PHONE, javaScriptEnabled: false }],
  ['in the dark', { colorScheme: 'dark' }],
  ['in forced colours on a phone', { viewport: PHONE, forcedColors: 'active' }],
];

describe('the sign-in page in Chromium, from the card to the role', function () {
  this.timeout(60_000);
  let folder: string;
  let database: FreshDatabase;
  let stage: Stage;
  let player: Player;
  let browser: Browser | null = null;
  const visitors: Visitor[] = [];
  let seen: Sighting[] = [];

  before(async function () {
    const chromium = findChromium();
    if (chromium === null) {
      assert.notEqual(process.env.CI, 'true', 'there is no Chromium: in CI these pages must be tested');
      process.stderr.write('Skipped: there is no Chromium to open the page with (apt-get install chromium).\n');
      this.skip();
    }
    database = await freshDatabase();
    const options = { now: '2026-11-23T09:00:00Z', databaseUrl: database.url, onBoot: () => undefined };
    [folder, stage, browser] = await Promise.all([
      mkdtemp(path.join(tmpdir(), 'pimlico-pages-')),
      Stage.open(options),
      launchChromium(chromium),
    ]);
    player = new Player(stage, (sighting) => seen.push(sighting));
  });
  after(async () => {
    await browser?.close();
    if (browser !== null) {
      await stage.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
  afterEach(async () => {
    const strange = visitors.flatMap(({ origins }) => [...origins]).filter((origin) => !ours().includes(origin));
    const violations = visitors.flatMap((visitor) => visitor.violations);
    await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
    // What was left open is over by then.
    await play('@clock +40m');
    assert.deepEqual({ strange, violations }, { strange: [], violations: [] });
  });

  /** The pages count requests by the address that a proxy names, in real minutes. */
  let addresses = 0;
  const nextAddress = (): Readonly<Record<string, string>> => {
    addresses += 1;
    return { 'x-forwarded-for': `203.0.113.${addresses}` };
  };
  const ask = (method: string, target: string, asked: Asked = {}) =>
    askRaw(stage.botUrl, { method, target, ...asked, headers: { ...nextAddress(), ...asked.headers } });
  const ours = (): readonly string[] => [stage.botUrl, new URL(stage.sandbox.login).origin];

  async function play(...lines: readonly string[]): Promise<readonly Sighting[]> {
    seen = [];
    for (const source of lines) await player.playLine({ number: 1, source, step: readStep(source) });
    return seen;
  }

  /** What happens behind a page that was just shown. */
  async function afterwards(): Promise<readonly string[]> {
    await stage.settle();
    seen.push(...(await stage.newSightings()));
    return seen.map(({ to, event, card, title }) => `${to} ${event} ${card}: ${title}`);
  }

  async function visit(options: BrowserContextOptions = {}): Promise<Visitor> {
    assert.ok(browser !== null);
    const visitor = await Visitor.open(browser, { extraHTTPHeaders: nextAddress(), ...options });
    visitors.push(visitor);
    return visitor;
  }

  /** Where the newest card's button leads. */
  async function linkOf(person: string): Promise<string> {
    const { url } = await stage.control.send('POST', '/teams/press', { person, button: 'Sign in' });
    return String(url);
  }

  async function offered(person = 'oncall'): Promise<string> {
    await play(`${person}: ${ASK}`);
    seen = [];
    return linkOf(person);
  }

  async function requests(): Promise<number> {
    const state = (await stage.control.send('GET', '/pim/state')) as { readonly requests?: readonly object[] };
    return state.requests?.length ?? -1;
  }

  for (const [how, options] of WAYS) {
    it(`is read, pressed by keyboard and left with an active role ${how}; nothing of it can be done again`, async () => {
      const before = await requests();
      const link = await offered();
      const visitor = await visit(options);
      const { page } = visitor;
      assert.equal(await visitor.opens(link), 200);
      const outline = (await page.evaluate(OUTLINE)) as { readonly smallest: number };
      assert.deepEqual(outline, {
        title: 'Sign in to continue · Pimlico',
        language: 'en',
        headings: ['Sign in to continue'],
        landmarks: ['header', 'main', 'footer'],
        unnamed: 0,
        ids: 0,
        scripts: 0,
        sideways: 0,
        smallest: outline.smallest,
      });
      assert.ok(outline.smallest >= 44, `a target of ${outline.smallest} pixels`);
      const text = await page.locator('main').innerText();
      for (const fact of ['Lynne Robbins', ROLE, '30 minutes', 'in the whole tenant'])
        assert.ok(text.includes(fact), text);
      await page.screenshot({ path: path.join(folder, `${how}-1.png`), fullPage: true });

      await page.keyboard.press('Tab');
      assert.equal(await page.locator('button:focus').innerText(), 'Continue to sign in');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
      assert.equal(new URL(page.url()).origin, new URL(stage.sandbox.login).origin);
      assert.equal(await page.getByLabel('Lynne Robbins').isChecked(), true);
      assert.equal(await visitor.signsIn(), 'Signed in');
      await page.screenshot({ path: path.join(folder, `${how}-2.png`), fullPage: true });
      const back = page.url();
      assert.deepEqual(await afterwards(), [
        'oncall update step-up: Signed in',
        'oncall send activation-active: Access is active',
        'oncall update activation-active: Access is active',
      ]);
      assert.equal(await requests(), before + 1);
      assert.deepEqual(await page.context().cookies(), []);

      const used = 'This link was already used';
      await page.reload();
      assert.equal(await visitor.heading(), used);
      for (const again of [link, back]) {
        assert.equal(await visitor.opens(again), 410);
        assert.equal(await visitor.heading(), used);
      }
      await page.goBack();
      assert.equal(await visitor.heading(), used);
      await page.screenshot({ path: path.join(folder, `${how}-3.png`), fullPage: true });
      seen = [];
      assert.deepEqual(await afterwards(), []);
      assert.equal(await requests(), before + 1);
    });
  }

  it('sends nobody on from another browser or with another state, and still takes the right one', async () => {
    const before = await requests();
    const visitor = await visit();
    await visitor.opens(await offered());
    await visitor.goesOn();
    const back = await visitor.stopsBeforeCallback('oncall');

    const thief = await visit();
    assert.equal(await thief.opens(back), 400);
    assert.equal(await thief.heading(), 'This sign-in did not begin here');
    const state = new URL(back).searchParams.get('state') ?? '';
    for (const [wrong, status, heading] of [
      [`${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}`, 404, 'No such link'],
      [state.slice(1), 400, 'This address cannot be read'],
      [`${state}&state=${state}`, 400, 'This address cannot be read'],
      ['', 400, 'This address cannot be read'],
    ] as const) {
      const tampered = back.replace(`state=${state}`, `state=${wrong}`);
      assert.equal(await visitor.opens(tampered), status, wrong);
      assert.equal(await visitor.heading(), heading);
    }
    assert.deepEqual(await afterwards(), []);
    assert.equal(await requests(), before);

    assert.equal(await visitor.opens(back), 200);
    assert.equal(await visitor.heading(), 'Signed in');
    assert.ok((await afterwards()).includes('oncall send activation-active: Access is active'));
    assert.equal(await requests(), before + 1);
  });

  it('takes no code that was made for another sign-in', async () => {
    const before = await requests();
    const [first, second] = [await visit(), await visit()];
    for (const [visitor, person] of [
      [first, 'oncall'],
      [second, 'admin'],
    ] as const) {
      await visitor.opens(await offered(person));
      await visitor.goesOn();
    }
    const one = new URL(await first.stopsBeforeCallback('oncall'));
    const two = new URL(await second.stopsBeforeCallback('admin'));
    const [codeOne, codeTwo] = [one.searchParams.get('code') ?? '', two.searchParams.get('code') ?? ''];
    one.searchParams.set('code', codeTwo);
    two.searchParams.set('code', codeOne);
    seen = [];
    for (const [visitor, url] of [
      [first, one],
      [second, two],
    ] as const) {
      assert.equal(await visitor.opens(url.href), 403);
      assert.notEqual(await visitor.heading(), 'Signed in');
    }
    const told = await afterwards();
    assert.deepEqual(
      told.filter((line) => line.includes('activation-active')),
      [],
    );
    assert.deepEqual(told.map((line) => line.split(':')[0]).sort(), ['admin update step-up', 'oncall update step-up']);
    assert.equal(await requests(), before);
  });

  it('tells who cancelled, who is somebody else and who is late, on the page and on the card', async () => {
    const before = await requests();
    const link = await offered();
    const [visitor, other, late] = [await visit(), await visit(), await visit()];
    await visitor.opens(link);
    await visitor.goesOn();
    assert.equal(await visitor.signsIn('Cancel'), 'Sign-in cancelled');
    assert.deepEqual(await afterwards(), ['oncall update step-up: The sign-in was canceled']);

    await play('oncall: [New link]');
    await other.opens(await linkOf('oncall'));
    await other.goesOn();
    seen = [];
    assert.equal(await other.signsIn('Continue', 'Alex Wilber'), 'Signed in as somebody else');
    assert.deepEqual(await afterwards(), ['oncall update step-up: Somebody else signed in']);

    await play('oncall: [New link]');
    const begun = await linkOf('oncall');
    await late.opens(begun);
    await late.goesOn();
    const back = await late.stopsBeforeCallback('oncall');
    const told = await play('@clock +6m');
    assert.deepEqual(
      told.map(({ card, title }) => `${card}: ${title}`),
      ['step-up: The sign-in link has expired'],
    );
    for (const address of [back, begun]) {
      assert.equal(await late.opens(address), 410);
      assert.equal(await late.heading(), 'This link has expired');
    }
    assert.equal(await requests(), before);
  });

  it('leads nowhere but to the login, whatever it is asked', async () => {
    const link = await offered();
    const id = new URL(link).searchParams.get('s') ?? '';
    const hosts = ['//evil.example', '/%2f/evil.example', '/\\evil.example', '/%5cevil.example', '/..//evil.example'];
    const names = [
      'next',
      'redirect',
      'redirect_uri',
      'return',
      'returnUrl',
      'url',
      'RelayState',
      'post_logout_redirect_uri',
    ];
    const wishes = names.map((name) => `${name}=${encodeURIComponent(EVIL)}`).join('&');
    const paths = [
      ...hosts.flatMap((host) => [`/auth${host}`, `/auth/sign-in${host}`, `/auth/callback${host}?code=a&state=b`]),
      `/auth/sign-in?s=${id}&${wishes}`,
      `/auth/sign-in?${wishes}`,
      `/auth/sign-in?s=${encodeURIComponent(EVIL)}`,
      `/auth/callback?${wishes}`,
      `/auth/callback?code=a&state=${'s'.repeat(43)}&${wishes}`,
      `/auth/style.css?${wishes}`,
      '/auth',
      '/auth/',
    ];
    const answers = await Promise.all(paths.map((target) => ask('GET', target)));
    const form = `s=${id}&${wishes}`;
    const begun = await ask('POST', `/auth/sign-in?${wishes}`, { body: form });
    for (const [index, { status, headers, body }] of [...answers, begun].entries()) {
      const what = paths[index] ?? 'the form';
      assert.ok(status < 300 || status >= 400, `${what}: ${status}`);
      assert.deepEqual([headers.location, headers.refresh], [undefined, undefined], what);
      assert.doesNotMatch(body, /evil/, what);
    }
    assert.equal(begun.status, 200);
    const led = /content="0;url=([^"]+)"/.exec(begun.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const url = new URL(led);
    assert.equal(url.origin, new URL(stage.sandbox.login).origin);
    assert.equal(url.searchParams.get('redirect_uri'), `${stage.botUrl}/auth/callback`);
  });

  it('answers under its own name only, and believes no header about it', async () => {
    const link = await offered();
    const target = new URL(link).pathname + new URL(link).search;
    const { host } = new URL(stage.botUrl);
    for (const wrong of [
      'evil.example',
      `evil.example:${host.split(':')[1]}`,
      `${host}.evil.example`,
      `evil@${host}`,
    ]) {
      const { status, body, headers } = await ask('GET', target, { headers: { host: wrong } });
      assert.ok(status === 421 || status === 400, `${wrong}: ${status}`);
      assert.doesNotMatch(body, /evil|Lynne|Privileged Role/, wrong);
      assert.equal(headers['set-cookie'], undefined);
    }
    const absolute = await ask('GET', `http://evil.example${target}`);
    assert.ok(absolute.status >= 400, String(absolute.status));
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-original-url': '/auth/callback',
      forwarded: 'host=evil.example',
    };
    const looked = await ask('GET', target, { headers: forwarded });
    const begun = await ask('POST', '/auth/sign-in', { headers: forwarded, body: new URL(link).search.slice(1) });
    for (const { status, body } of [looked, begun]) {
      assert.equal(status, 200);
      assert.doesNotMatch(body, /evil/);
    }
    assert.match(begun.body, new RegExp(encodeURIComponent(`${stage.botUrl}/auth/callback`)));
  });

  it('would be caught: an inline style and a stranger are seen', async () => {
    assert.ok(browser !== null);
    const visitor = await Visitor.open(browser);
    await visitor.page.route('**/*', (route) => {
      const headers = { 'content-security-policy': "default-src 'none'" };
      return route.fulfill({ contentType: 'text/html', headers, body: '<p style="color:red"><img src="/a.png">' });
    });
    await visitor.opens('http://stranger.example/');
    await visitor.page.waitForLoadState('networkidle');
    const found = { origins: [...visitor.origins], violations: visitor.violations.length > 0 };
    await visitor.close();
    assert.deepEqual(found, { origins: ['http://stranger.example'], violations: true });
  });
});
