import assert from 'node:assert/strict';
import { PageClient, titleOf } from './page-client.ts';

describe('the pages that the app package links to', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  it('say what the bot is, what it keeps and on which terms, in a language that the browser likes', async () => {
    const titles: string[] = [];
    for (const [path, language] of [
      ['/', 'en'],
      ['/privacy', 'en'],
      ['/terms', 'en'],
      ['/privacy', 'es'],
    ] as const) {
      const reply = await page.get(path, { headers: { 'accept-language': language } });
      assert.equal(reply.status, 200, path);
      assert.match(reply.text, new RegExp(`<html lang="${language}">`));
      titles.push(titleOf(reply));
    }
    assert.deepEqual(titles, ['Pimlico', 'What Pimlico keeps', 'Terms of use', 'Lo que guarda Pimlico']);
  });

  it('take no form, and have the headers of every page', async () => {
    const reply = await page.get('/privacy', { method: 'POST' });
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET, HEAD']);
    const read = await page.get('/privacy?next=https://evil.example');
    assert.doesNotMatch(read.text, /evil/);
    assert.match(String(read.headers['content-security-policy']), /default-src 'none'/);
  });
});
