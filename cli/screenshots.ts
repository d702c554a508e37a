import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ChatPage, findChromium, launchChromium } from './stage/browser.ts';
import { Control } from './stage/control.ts';
import { type House, openHouse } from './stage/house.ts';

const HELP = `Usage: npm run screenshots [-- --out FOLDER]

Takes pictures of the main cards as the Agents Playground shows them, from a real run on the sandbox.

  --out FOLDER  where the PNG files go (default docs/images)
  --help        this text`;

const ROLE = 'Contoso-App-Assignment-Operator';
/** Sharp enough for a page of text, and small enough for a repository. */
const SCALE = 1.25;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: 'docs/images' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const chromium = findChromium();
  if (chromium === null) {
    throw new Error('There is no Chromium: install one (apt-get install chromium).');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'pimlico-screenshots-'));
  const house = await openHouse({
    botPort: 0,
    windows: ['engineer', 'approver'].map((person) => ({ person, port: 0 })),
    dataDir: folder,
    now: '2026-11-23T08:30:00Z',
    say: (line) => process.stderr.write(`${line}\n`),
    onFailure: (what) => process.stderr.write(`${what}\n`),
  });
  const browser = await launchChromium(chromium);
  try {
    await mkdir(values.out, { recursive: true });
    const open = (person: string): Promise<ChatPage> => {
      const url = house.windows.find((window) => window.person === person)?.url ?? '';
      return ChatPage.open(browser, url, { scale: SCALE });
    };
    await play(house, { engineer: await open('engineer'), approver: await open('approver') }, values.out);
    return 0;
  } finally {
    await browser.close();
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Pages {
  readonly engineer: ChatPage;
  readonly approver: ChatPage;
}

/** The main story, with a picture at each stop. */
async function play({ sandbox }: House, { engineer, approver }: Pages, out: string): Promise<void> {
  const shoot = async (page: ChatPage, text: string, name: string, isLong = false): Promise<void> => {
    const card = await page.card(text);
    const scale = isLong ? 'css' : 'device';
    await card.screenshot({ path: path.join(out, `${name}.png`), animations: 'disabled', scale });
    process.stdout.write(`${path.join(out, `${name}.png`)}\n`);
  };
  await engineer.say('help');
  await shoot(engineer, 'What I can do', 'help', true);
  await engineer.say('my roles');
  await shoot(engineer, 'Roles you can activate', 'my-roles');
  await engineer.say('activate Teams Administrator for 2h because INC-42');
  await shoot(engineer, 'Teams Administrator', 'error');
  await engineer.say(`activate ${ROLE}`);
  await shoot(engineer, 'Justification', 'activation-form');
  await engineer.say(`activate ${ROLE} for 2h because INC-42 broken sign-in`);
  await shoot(engineer, 'Waiting for approval', 'activation-pending');
  await shoot(approver, 'Approval needed', 'approval-request');
  await approver.page.getByRole('button', { name: 'Approve', exact: true }).click();
  await approver.page.getByRole('textbox', { name: /approve/i }).fill('Looks right, thank you.');
  await shoot(approver, 'Why do you approve', 'approval-justification');
  await approver.page.getByRole('button', { name: 'Send', exact: true }).click();
  await shoot(approver, 'Request approved', 'approval-decided');
  await shoot(engineer, 'Access is active', 'activation-active');
  await new Control(sandbox.control).send('POST', '/clock', { advance: 'PT1H46M' });
  await shoot(engineer, 'Access ends soon', 'expiry-reminder');
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
}
