import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRoles } from '../../../cli/roles/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const ROLE = {
  Name: 'Starter',
  Actions: ['Microsoft.Compute/virtualMachines/start/action'],
  AssignableScopes: ['/subscriptions/c276fc76-9cd4-44c9-99a7-4fd71546436e'],
};

describe('npm run roles -- diff', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(join(tmpdir(), 'diff-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const run = (args: readonly string[], input = ''): Promise<Ran> =>
    runCommand(runRoles, ['diff', ...args], commandEnvironment(sandbox), input);

  function folderOf(name: string, files: Readonly<Record<string, unknown>>): string {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(path, file), JSON.stringify(content));
    }
    return path;
  }

  it('finds no drift between a folder and itself in another shape', async () => {
    const here = folderOf('here', { 'a.json': ROLE });
    const { out } = await runCommand(runRoles, ['convert', here, '--to', 'rest'], {});
    const there = folderOf('there', { 'b.json': JSON.parse(out) });
    const { code, out: said } = await run([here, '--against', there]);
    assert.deepEqual([code, said], [0, '1 role compared, 0 drifted\n']);
  });

  it('says what applying the files would give and take', async () => {
    const here = folderOf('more', {
      'a.json': {
        ...ROLE,
        Description: 'New',
        Actions: [...ROLE.Actions, 'Microsoft.Compute/virtualMachines/runCommand/action'],
      },
      'b.json': { ...ROLE, Name: 'Only here' },
    });
    const there = folderOf('less', {
      'a.json': { ...ROLE, Actions: [...ROLE.Actions, 'Microsoft.Compute/disks/read'] },
      'c.json': { ...ROLE, Name: 'Only there' },
    });
    const { code, out } = await run([here, '--against', there]);
    assert.equal(code, 1);
    assert.deepEqual(out.split('\n'), [
      `Starter (${join(here, 'a.json')})`,
      '  the description differs; that changes nothing of what it allows',
      '  gained: 1 operation',
      '    ! Microsoft.Compute/virtualMachines/runCommand/action',
      '  lost: 1 operation',
      '      Microsoft.Compute/disks/read',
      `Only here (${join(here, 'b.json')}): not in the other side`,
      'Only there: only in the other side, without a file',
      '3 roles compared, 3 drifted',
      '',
    ]);
  });

  it('compares with the tenant, whose roles without a file it names', async () => {
    const shown = await runCommand(
      runRoles,
      ['show', 'Virtual Machine Operator', '--json'],
      commandEnvironment(sandbox),
    );
    const { id, name, description, assignableScopes, permissions } = JSON.parse(shown.out).role;
    const role = { name: id, properties: { roleName: name, description, assignableScopes, permissions } };
    const { code, out } = await run([folderOf('tenant', { 'vm.json': role }), '--json']);
    const reports = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(code, 1);
    assert.deepEqual([reports[0].state, reports[0].name], ['same', 'Virtual Machine Operator']);
    const others = reports.slice(1).map((report: { state: string; name: string }) => `${report.state}: ${report.name}`);
    assert.ok(others.includes('only-in-tenant: Virtual Machine Operator (Contractors)'));
    assert.ok(others.includes('only-in-tenant: Contoso-App-Assignment-Operator'));
    assert.ok(!others.some((line: string) => line.endsWith(': Reader')));
  });

  it('exits 2 for a file that is not understood, and compares nothing', async () => {
    const here = folderOf('odd', { 'a.json': { ...ROLE, NotAction: [] }, 'b.json': ROLE });
    const { code, out, err } = await run([here, '--against', here]);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /there is no key “NotAction” here/);
  });

  it('exits 2 when the tenant does not let the reader see role definitions', async () => {
    const env = { ...commandEnvironment(sandbox), PIMLICO_READER_APP_SECRET: 'wrong' };
    const { code, out, err } = await runCommand(runRoles, ['diff', folderOf('any', { 'a.json': ROLE })], env);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /azure-roles could not be read/);
  });

  it('exits 2 without files', async () => {
    const { code, err } = await run([]);
    assert.equal(code, 2);
    assert.match(err, /say which files or folders/);
  });
});
