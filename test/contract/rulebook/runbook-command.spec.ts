import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runRulebook } from '../../../cli/rulebook/run.ts';
import { runCommand } from '../../support/command.ts';

const FOLDER = path.join(import.meta.dirname, '../../../rulebooks');
const HOSTILE = `version: 1
onCall: [{ name: "leads <b>", entraGroup: "sg & co" }]
breakGlass:
  - name: payments
    purpose: "<script>alert(1)</script> \\"quoted\\" & 'so'"
    activates: [{ group: "<img src=x onerror=alert(1)>" }]
    pulledBy: "leads <b>"
    window: 1h
    alarm: { channel: "19:a@thread.tacv2" }
    owner: o'owner@contoso.com
`;

describe('npm run rulebook runbook', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-runbook-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function print(file: string, ...options: readonly string[]): Promise<string> {
    const { code, out, err } = await runCommand(runRulebook, ['runbook', file, ...options], {});
    assert.deepEqual([code, err], [0, '']);
    return out;
  }

  for (const [name, packs] of [
    ['sandbox.yaml', ['payments', 'tier0']],
    ['bank.yaml', ['payments', 'tenant']],
    ['team-of-20.yaml', ['production']],
  ] as const) {
    it(`prints every pack of ${name}, as text and as a page`, async () => {
      const text = await print(path.join(FOLDER, name));
      const page = await print(path.join(FOLDER, name), '--html');
      for (const pack of packs) {
        assert.match(text, new RegExp(`^Pack ${pack}: `, 'm'));
        assert.match(text, new RegExp(`^ {4}breakglass ${pack} for `, 'm'));
        assert.match(page, new RegExp(`<h2>Pack ${pack}: `));
        assert.match(page, new RegExp(`<pre>breakglass ${pack} for `));
      }
    });
  }

  it('fits on paper as text, but for what must stay whole', async () => {
    const lines = (await print(path.join(FOLDER, 'bank.yaml'))).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 100 && line.trim().includes(' ')),
      [],
    );
    assert.ok(lines.some((line) => line.startsWith('  [ ] ')));
    assert.ok(lines.some((line) => /: _{20,}$/.test(line)));
  });

  it('is a page that needs nothing from elsewhere, with boxes to tick and rules for paper', async () => {
    const page = await print(path.join(FOLDER, 'bank.yaml'), '--html');
    assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
    assert.match(
      page,
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/,
    );
    assert.doesNotMatch(page, /<script|<link|<iframe|<img|\son\w+=|javascript:|@import|url\(|\ssrc=/i);
    assert.match(page, /@media print/);
    assert.match(page, /color-scheme: light/);
    assert.match(page, /<li><label><input type="checkbox">/);
    const hosts = [...page.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => new URL(url).host);
    assert.deepEqual([...new Set(hosts)], ['entra.microsoft.com']);
  });

  it('shows the words of a rulebook as words, whatever they are', async () => {
    const file = path.join(folder, 'hostile.yaml');
    writeFileSync(file, HOSTILE);
    const page = await print(file, '--html');
    assert.doesNotMatch(page, /<script|<img|<b>/);
    assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &amp; &#39;so&#39;'));
    assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/);
  });

  it('leads to the portal of the cloud that the bot is set up for', async () => {
    const args = ['runbook', path.join(FOLDER, 'sandbox.yaml'), '--html'];
    const { out } = await runCommand(runRulebook, args, { PIMLICO_CLOUD: 'china' });
    assert.match(out, /href="https:\/\/portal\.azure\.cn\/#view/);
    assert.doesNotMatch(out, /entra\.microsoft\.com/);
  });

  it('is not printed of a wrong rulebook', async () => {
    const file = path.join(folder, 'wrong.yaml');
    writeFileSync(file, HOSTILE.replace('window: 1h', 'window: 1y'));
    const { code, out, err } = await runCommand(runRulebook, ['runbook', file], {});
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /line 8: breakGlass\.0\.window: must be from 5 minutes to 24 hours/);
  });
});
