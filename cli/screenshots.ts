import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { renderNotice } from '../cards/render.ts';
import { aRenderContext } from '../test/support/notices.ts';
import { ALL_NOTICES } from '../test/unit/cards/administration-notices.ts';
import { ChatPage, findChromium, launchChromium } from './stage/browser.ts';
import { Control } from './stage/control.ts';
import { type House, openHouse } from './stage/house.ts';

const HELP = `Usage: npm run screenshots [-- --out FOLDER]

Takes pictures of the main cards as the Agents Playground shows them, from a real run on the sandbox.

  --out FOLDER      where the PNG files go (default docs/images)
  --samples FOLDER  draws every sample card of the tests instead, without a run: wide, and as narrow as a phone
  --help            this text`;

const ROLE = 'Contoso-App-Assignment-Operator';
/** Sharp enough for a page of text, and small enough for a repository. */
const SCALE = 1.25;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'docs/images' },
      samples: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const chromium = findChromium();
  if (chromium === null) {
    throw new Error('There is no Chromium: install one (apt-get install chromium).');
  }
  if (values.samples !== undefined) {
    await drawSamples(await launchChromium(chromium), values.samples);
    return 0;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'pimlico-screenshots-'));
  const house = await openHouse({
    botPort: 0,
    windows: ['engineer', 'approver', 'admin'].map((person) => ({ person, port: 0 })),
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
    const pages = { engineer: await open('engineer'), approver: await open('approver'), admin: await open('admin') };
    await play(house, pages, values.out);
    return 0;
  } finally {
    await browser.close();
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const WIDTHS = { wide: 680, phone: 320 } as const;
const RENDERER = 'node_modules/adaptivecards/dist/adaptivecards.min.js';
const LOOK = `body { margin: 0; font: 14px "Segoe UI", "Liberation Sans", sans-serif; }
  #card { padding: 12px; background: white; } input, textarea, select { max-width: 100%; box-sizing: border-box; }`;

/** Draws cards with Microsoft's own renderer. Teams has a look of its own: what is judged here are words, order and width. */
async function drawSamples(browser: Awaited<ReturnType<typeof launchChromium>>, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  try {
    for (const [name, width] of Object.entries(WIDTHS)) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.setContent(`<style>${LOOK}</style><div id="card"></div>`);
      await page.addScriptTag({ path: RENDERER });
      for (const [index, notice] of ALL_NOTICES.entries()) {
        const { card } = renderNotice(notice, aRenderContext());
        await page.evaluate(DRAW(card));
        const file = path.join(out, `${String(index).padStart(3, '0')}-${notice.card}-${name}.png`);
        await page.locator('#card').screenshot({ path: file });
        process.stdout.write(`${file}\n`);
      }
    }
  } finally {
    await browser.close();
  }
}

/** What runs in the page: a text, for the page knows nothing of our types. */
const DRAW = (card: object): string => `{
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: 'inherit', actions: { maxActions: 6 } });
  drawn.parse(${JSON.stringify(card)});
  document.querySelector('#card').replaceChildren(drawn.render());
}`;

interface Pages {
  readonly engineer: ChatPage;
  readonly approver: ChatPage;
  readonly admin: ChatPage;
}

/** The main story, with a picture at each stop. */
async function play({ sandbox }: House, { engineer, approver, admin }: Pages, out: string): Promise<void> {
  const shoot = async (page: ChatPage, text: string, name: string, isLong = false): Promise<void> => {
    const card = await page.card(text);
    const scale = isLong ? 'css' : 'device';
    await card.screenshot({ path: path.join(out, `${name}.png`), animations: 'disabled', scale });
    process.stdout.write(`${path.join(out, `${name}.png`)}\n`);
  };
  await admin.say('roles drift');
  await shoot(admin, 'Role files and the tenant', 'roles-drift', true);
  await admin.say('roles apply "Virtual Machine Operator", "Virtual Machine Viewer"');
  await admin.card('act as an administrator');
  await new Control(sandbox.control).send('POST', '/teams/sign-in-page', {
    person: 'admin',
    outcome: 'ok',
    again: false,
  });
  await shoot(admin, 'Write these roles?', 'roles-change', true);
  await engineer.say('help');
  await shoot(engineer, 'What I can do', 'help', true);
  await engineer.say('my roles');
  await shoot(engineer, 'Roles you can activate', 'my-roles');
  await engineer.say('which role lets me restart vm-pay-01');
  await shoot(engineer, 'Roles that let you', 'which-role');
  await engineer.say('activate Teams Administrator for 2h because INC-42');
  await shoot(engineer, 'Teams Administrator', 'error');
  await aboutRoles(engineer, shoot);
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
  await engineer.say('runbook restart-payments-vm');
  await shoot(engineer, 'How it is done', 'runbook');
  await engineer.say('activate "Virtual Machine Operator" on rg-payments for 30m because vm-pay-01 hangs');
  await engineer.card('vm-pay-01 hangs');
  await new Control(sandbox.control).send('POST', '/clock', { advance: 'PT10S' });
  await engineer.say('check "Virtual Machine Operator"');
  await shoot(engineer, 'refused, as it should be', 'check');
  await new Control(sandbox.control).send('POST', '/clock', { advance: 'PT1H46M' });
  await shoot(engineer, 'Access ends soon', 'expiry-reminder');
}

type Shoot = (page: ChatPage, text: string, name: string, isLong?: boolean) => Promise<void>;

async function aboutRoles(engineer: ChatPage, shoot: Shoot): Promise<void> {
  await engineer.say('what can Contributor do');
  await shoot(engineer, 'What this role can do', 'role', true);
  await engineer.page.getByRole('button', { name: 'Details', exact: true }).last().click();
  await shoot(engineer, 'string by string', 'role-details', true);
  await engineer.say('can Contributor do Microsoft.Authorization/roleAssignments/write on rg-web');
  await shoot(engineer, 'Taken out by the NotAction', 'can');
  await engineer.say('compare Virtual Machine Operator with Desktop Virtualization Power On Off Contributor');
  await shoot(engineer, 'First: ', 'compare', true);
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
}
