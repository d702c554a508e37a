import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HELP, runRunbooks } from '../../../cli/runbooks/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { RG_PAYMENTS } from '../sandbox/arm-calls.ts';

const SANDBOX = path.join(import.meta.dirname, '../../../runbooks/sandbox.yaml');

describe('npm run runbooks', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-runbooks-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const runbooks = (args: readonly string[], env = commandEnvironment(sandbox)): Promise<Ran> =>
    runCommand(runRunbooks, args, env);
  function file(text: string): string {
    const where = path.join(folder, 'some.yaml');
    writeFileSync(where, text);
    return where;
  }
  const needing = (role: string, more = ''): string =>
    `version: 1\nrunbooks:\n  - { name: one, title: One, role: ${role}, steps: [x]${more} }\n`;

  it('says that a file is fine, and which version it is', async () => {
    const { code, out } = await runbooks(['check', SANDBOX], {});
    assert.equal(code, 0);
    assert.match(out, /sandbox\.yaml: fine\. Version [0-9a-f]{12}; runbooks: 4\.\n$/);
  });

  it('tells what is wrong with its lines, as text and as JSON, and exits 1', async () => {
    const bad = file('version: 1\nrunbook: []\n');
    const { code, out } = await runbooks(['check', bad], {});
    assert.equal(code, 1);
    assert.equal(out, `${bad}: line 2: runbook: there is no such key\n`);
    const json = await runbooks(['check', bad, '--json'], {});
    assert.deepEqual(JSON.parse(json.out), { line: 2, path: 'runbook', text: 'there is no such key' });
  });

  it('finds the roles of the sandbox’s runbooks in the sandbox’s tenant', async () => {
    const { code, out } = await runbooks(['check', SANDBOX, '--tenant']);
    assert.match(out, /: fine\./);
    assert.equal(code, 0);
  });

  it('names roles that the tenant does not have, and times that their settings do not allow', async () => {
    const nowhere = await runbooks(['check', file(needing('{ group: sg-nowhere }')), '--tenant']);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.out, /runbooks › one: the tenant has no member of the group sg-nowhere\n$/);
    const operator = `{ azureRole: Virtual Machine Operator, on: ${RG_PAYMENTS} }`;
    const long = await runbooks(['check', file(needing(operator, ', duration: 9h')), '--tenant']);
    assert.equal(long.code, 1);
    assert.match(long.out, /runbooks › one: suggests more than the 8 h that PIM allows\n$/);
  });

  it('warns of a role that nobody may activate, which stops nothing', async () => {
    const { code, out } = await runbooks([
      'check',
      file(needing('{ entraRole: Security Operator }')),
      '--tenant',
      '--json',
    ]);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), {
      level: 'warning',
      line: null,
      path: 'runbooks › one',
      text: 'nobody may activate Entra role Security Operator',
    });
  });

  it('lists runbooks in lines and in JSON', async () => {
    const { code, out } = await runbooks(['list', SANDBOX], {});
    assert.equal(code, 0);
    assert.equal(
      out.split('\n')[0],
      `restart-payments-vm: Restart a virtual machine of payments. Azure role Virtual Machine Operator on ${RG_PAYMENTS} for 30 min; steps: 3, checks: 4`,
    );
    const [first = ''] = (await runbooks(['list', SANDBOX, '--json'], {})).out.split('\n');
    const { name, duration, checks } = JSON.parse(first) as { name: string; duration: string; checks: unknown[] };
    assert.deepEqual([name, duration, checks.length], ['restart-payments-vm', 'PT30M', 4]);
  });

  it('prints the JSON Schema', async () => {
    const { out } = await runbooks(['schema'], {});
    const published = readFileSync(path.join(path.dirname(SANDBOX), 'runbooks.schema.json'), 'utf8');
    assert.deepEqual(JSON.parse(out), JSON.parse(published));
  });

  it('explains itself, and exits 2 for what it cannot do', async () => {
    assert.deepEqual(await runbooks(['--help'], {}), { code: 0, out: HELP, err: '' });
    for (const args of [[], ['list'], ['schema', 'x'], ['list', SANDBOX, '--tenant'], ['check', SANDBOX, '--what']]) {
      assert.equal((await runbooks(args, {})).code, 2, args.join(' '));
    }
    assert.match((await runbooks(['list', path.join(folder, 'none.yaml')], {})).err, /cannot be read \(ENOENT\)/);
    assert.match((await runbooks(['list', file('version: 2')], {})).err, /line 1: version: must be 1/);
  });
});
