import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { findChromium, launchChromium } from '../../../cli/stage/browser.ts';
import { type Edge, startEdge } from './edge.ts';
import { anOpenLink, FakeFlow, LINK } from './page-flow.ts';

const PHONE = { viewport: { width: 320, height: 640 } } as const;

interface Measured {
  readonly leastContrast: number;
  readonly lowestTarget: number;
  readonly overflow: number;
  readonly landmarks: readonly number[];
  readonly headings: number;
  readonly language: string;
}

/**
 * Runs in the page: WCAG contrast of every text against what is behind it (all colours are opaque), and the size of what can
 * be pressed.
 */
const MEASURE = `(() => {
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (color) => {
    const [r, g, b] = parts(color).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const color = element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
    return parts(color)[3] === 0 ? behind(element.parentElement) : color;
  };
  const contrasts = [...document.querySelectorAll('h1, p, li, bdi, button, a')].map((element) => {
    const [high, low] = [light(getComputedStyle(element).color), light(behind(element))].toSorted((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  });
  const heights = [...document.querySelectorAll('a, button')].map((target) => target.getBoundingClientRect().height);
  return {
    leastContrast: Math.min(...contrasts),
    lowestTarget: heights.length === 0 ? null : Math.min(...heights),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    landmarks: ['header', 'main', 'footer'].map((name) => document.querySelectorAll('body > ' + name).length),
    headings: document.querySelectorAll('h1').length,
    language: document.documentElement.lang,
  };
})()`;
const measure = (page: Page): Promise<Measured> => page.evaluate(MEASURE);

const FOCUS = `({
  text: document.activeElement.textContent,
  outline: getComputedStyle(document.activeElement).outlineStyle,
})`;

describe('the sign-in pages in a browser', function () {
  this.timeout(60_000);
  let browser: Browser | null = null;
  let login: Server;
  let loginUrl: string;
  let edge: Edge;
  let flow: FakeFlow;
  const strangers: string[] = [];

  before(async function () {
    const chromium = findChromium();
    if (chromium === null) {
      assert.notEqual(process.env.CI, 'true', 'there is no Chromium: in CI these pages must be tested');
      process.stderr.write(
        'Skipped: there is no Chromium to open the sign-in pages with (apt-get install chromium).\n',
      );
      this.skip();
    }
    browser = await launchChromium(chromium);
  });
  after(() => browser?.close());

  beforeEach(async () => {
    // Signs everybody in at once and sends them back, from another origin, as Entra does.
    login = createServer((req, res) => {
      const state = new URL(req.url ?? '', loginUrl).searchParams.get('state');
      res.statusCode = state === null ? 404 : 302;
      if (state !== null) res.setHeader('location', `${edge.url}/auth/callback?code=abc&state=${state}`);
      res.end();
    });
    await new Promise<void>((resolve) => login.listen(0, '127.0.0.1', resolve));
    loginUrl = `http://127.0.0.1:${(login.address() as AddressInfo).port}`;
    flow = new FakeFlow();
    flow.authorizeUrl = `${loginUrl}/authorize?client_id=a`;
    edge = await startEdge({ metadataUrl: 'http://127.0.0.1:9/openid' }, { flow, loginUrl });
    strangers.length = 0;
  });
  afterEach(async () => {
    await edge.close();
    login.closeAllConnections();
    await new Promise((resolve) => login.close(resolve));
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    assert.ok(browser !== null);
    const page = await browser.newPage({ ...PHONE, ...options });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== edge.url && origin !== loginUrl) strangers.push(origin);
    });
    await page.goto(`${edge.url}/auth/sign-in?s=${LINK}`);
    return page;
  };

  for (const [what, options] of [
    ['in light', { colorScheme: 'light' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['with more contrast', { colorScheme: 'light', contrast: 'more' }],
    ['with more contrast in the dark', { colorScheme: 'dark', contrast: 'more' }],
    ['in forced colours', { forcedColors: 'active' }],
    ['without motion', { reducedMotion: 'reduce' }],
    ['without script', { javaScriptEnabled: false }],
  ] as const satisfies readonly (readonly [string, BrowserContextOptions])[]) {
    it(`can be read and pressed on a phone ${what}, up to the end`, async () => {
      const role = 'Contoso-App-Configuration-Administrator-For-Everything-And-A-Name-Without-A-Break';
      flow.link = anOpenLink({
        subjects: [{ roleName: role, scopeName: 'Contoso', duration: 'PT30M', requesterName: null }],
      });
      const page = await open(options);
      const seen = await measure(page);
      await page.getByRole('button', { name: 'Continue to sign in' }).click();
      await page.getByRole('heading', { name: 'Signed in' }).waitFor();
      const last = await measure(page);
      await page.close();

      for (const { leastContrast, overflow, landmarks, headings, language } of [seen, last]) {
        assert.ok(leastContrast >= 4.5, `contrast ${leastContrast}`);
        assert.deepEqual([overflow, landmarks, headings, language], [0, [1, 1, 1], 1, 'en']);
      }
      assert.ok(seen.lowestTarget >= 44, `target of ${seen.lowestTarget} pixels`);
      assert.deepEqual([flow.started.length, flow.finished.length, strangers], [1, 1, []]);
      assert.equal(flow.finished[0]?.nonce, flow.started[0]?.nonce);
    });
  }

  it('goes by keyboard alone: the button comes first, shows its focus, and is pressed by Enter', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(FOCUS);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    const kept = await page.context().cookies();
    await page.close();
    assert.deepEqual(focus, { text: 'Continue to sign in', outline: 'solid' });
    assert.deepEqual(kept, []);
  });

  it('waits with a link where the browser does not go on by itself', async () => {
    const page = await open();
    // An answer without content leaves a browser where it is.
    await page.route(`${loginUrl}/**`, (route) => route.fulfill({ status: 204 }));
    await page.getByRole('button').click();
    const link = page.getByRole('link', { name: 'Go on to sign in' });
    await link.waitFor();
    const seen = await measure(page);
    await page.unroute(`${loginUrl}/**`);
    await link.click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    await page.close();
    assert.ok(seen.leastContrast >= 4.5 && seen.lowestTarget >= 44 && seen.overflow === 0);
  });

  it('shows hostile names as text and runs nothing', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    flow.link = anOpenLink({ personName: hostile });
    const page = await open();
    const name = await page.locator('bdi').first().textContent();
    const title = await page.title();
    const images = await page.locator('img, script').count();
    await page.close();
    assert.deepEqual([name, title, images, strangers], [hostile, 'Sign in to continue · Pimlico', 0, []]);
  });

  it('refuses to finish in a browser that did not begin', async () => {
    const page = await open();
    await page.route(`${loginUrl}/**`, (route) => route.abort());
    const arrived = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button').click();
    await arrived;
    await page.close();
    const other = await open();
    await other.goto(`${edge.url}/auth/callback?code=abc&state=${flow.started[0]?.state}`);
    const heading = await other.getByRole('heading').textContent();
    await other.close();
    assert.equal(heading, 'This sign-in did not begin here');
    assert.deepEqual(
      flow.finished.map(({ codeVerifier }) => codeVerifier),
      [null],
    );
  });
});
