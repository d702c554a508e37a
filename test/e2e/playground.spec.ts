import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';

import { ChatPage, findChromium, launchChromium } from '../../cli/stage/browser.ts';
import { type House, openHouse } from '../../cli/stage/house.ts';

const ROLE = 'Contoso-App-Assignment-Operator';

describe('the Agents Playgrounds of npm start', function () {
  this.timeout(90_000);
  let folder: string | null = null;
  let house: House | null = null;
  let browser: Browser | null = null;
  const failures: string[] = [];

  before(async function () {
    const chromium = findChromium();
    if (chromium === null) {
      assert.notEqual(process.env.CI, 'true', 'there is no Chromium: in CI these pages must be tested');
      process.stderr.write('Skipped: there is no Chromium to open a Playground with (apt-get install chromium).\n');
      this.skip();
    }
    folder = await mkdtemp(path.join(tmpdir(), 'pimlico-start-'));
    house = await openHouse({
      botPort: 0,
      windows: ['engineer', 'approver'].map((person) => ({ person, port: 0 })),
      dataDir: folder,
      say: () => undefined,
      onFailure: (what) => failures.push(what),
    });
    browser = await launchChromium(chromium);
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || house === null) return;
    const log = await readFile(house.botLog, 'utf8');
    process.stderr.write(`${log.split('\n').slice(-30).join('\n')}\n`);
  });

  after(async () => {
    await browser?.close();
    await house?.close();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  });

  async function open(person: string): Promise<ChatPage> {
    const window = house?.windows.find((candidate) => candidate.person === person);
    assert.ok(browser !== null && window !== undefined);
    return ChatPage.open(browser, window.url);
  }

  it('take a request from the sentence over the approval, in a page opened by then, to the active role', async () => {
    const engineer = await open('engineer');
    await engineer.say(`activate ${ROLE} for 2h because INC-42 broken sign-in`);
    const pending = await engineer.card('Waiting for approval');
    assert.match(await pending.innerText(), new RegExp(ROLE));

    const approver = await open('approver');
    const request = await approver.card('Approval needed');
    const asked = await request.innerText();
    for (const fact of ['Alex Wilber', ROLE, '2 hours', 'INC-42 broken sign-in']) {
      assert.ok(asked.includes(fact), `"${fact}" is missing in: ${asked}`);
    }
    await request.getByRole('button', { name: 'Approve', exact: true }).click();
    await approver.page.getByRole('textbox', { name: /approve/i }).fill('looks right');
    await approver.page.getByRole('button', { name: 'Send', exact: true }).click();
    const decided = await approver.card('Request approved');
    assert.match(await decided.innerText(), /looks right/);

    const active = await engineer.card('Access is active');
    const told = await active.innerText();
    assert.ok(told.includes(ROLE) && told.includes('Megan Bowen'), told);
    assert.equal(await active.getByRole('button', { name: 'Deactivate', exact: true }).count(), 1);
    assert.equal(await approver.page.getByRole('button', { name: 'Approve', exact: true }).count(), 0);
    assert.deepEqual(failures, []);
  });
});
