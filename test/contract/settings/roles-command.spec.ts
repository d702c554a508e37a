import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELP, runRoles } from '../../../cli/roles/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { RG_PAYMENTS } from '../sandbox/arm-calls.ts';

describe('npm run roles', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(join(tmpdir(), 'roles-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const roles = (args: readonly string[], env = commandEnvironment(sandbox)): Promise<Ran> =>
    runCommand(runRoles, args, env);

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  const shown: readonly (readonly [string, readonly string[], string])[] = [
    ['a directory role', ['User', 'Administrator'], 'maximumDuration: PT2H'],
    ['a group', ['sg-breakglass-tier0', '--on', 'member'], 'authenticationContext: c1'],
    ['an Azure role', ['Virtual Machine Operator', '--on', RG_PAYMENTS], 'maximumDuration: PT8H'],
  ];
  for (const [title, words, line] of shown) {
    it(`shows the settings of ${title} as a document in which nothing has drifted`, async () => {
      const { code, out, err } = await roles(['settings', 'show', ...words]);
      assert.deepEqual([code, err], [0, '']);
      assert.ok(out.split('\n').includes(`  ${line}`), out);
      const diff = await roles(['settings', 'diff', file('same.yaml', out)]);
      assert.deepEqual([diff.code, diff.err], [0, '']);
      assert.match(diff.out, /: no drift\n$/);
    });
  }

  it('says what drifted, path by path, and exits 1', async () => {
    const { out } = await roles(['settings', 'show', 'User Administrator']);
    const drifted = file(
      'drifted.yaml',
      out.replace('PT2H', 'PT1H').replace('requireTicket: true', 'requireTicket: false'),
    );
    const diff = await roles(['settings', 'diff', drifted, '--json']);
    assert.deepEqual([diff.code, diff.err], [1, '']);
    assert.deepEqual(JSON.parse(diff.out), {
      file: drifted,
      role: 'User Administrator',
      scope: 'Whole tenant',
      differences: [
        {
          path: 'activation.maximumDuration',
          label: 'Activation maximum duration',
          document: 'PT1H',
          tenant: 'PT2H',
        },
        {
          path: 'activation.requireTicket',
          label: 'Require ticket information on activation',
          document: 'no',
          tenant: 'yes',
        },
      ],
      unknownRules: [],
    });
    const words = await roles(['settings', 'diff', drifted]);
    assert.equal(words.code, 1);
    assert.match(words.out, /2 drifted\n {2}activation\.maximumDuration: the file says PT1H, the tenant PT2H/);
  });

  it('names the line of a document that is none', async () => {
    const { out } = await roles(['settings', 'show', 'User Administrator']);
    const broken = file('broken.yaml', out.replace('PT2H', 'two hours'));
    assert.deepEqual(await roles(['settings', 'diff', broken]), {
      code: 2,
      out: '',
      err: `${broken}: line 8: activation.maximumDuration: must be an ISO 8601 duration without months and years, such as PT8H\n`,
    });
  });

  it('says which ones there are when several have the name', async () => {
    const { code, err } = await roles(['settings', 'show', 'sg-breakglass-tier0']);
    assert.equal(code, 2);
    assert.match(err, /several roles .+\n.+--on "Group membership".+\n.+--on "Group ownership"/);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no command', [], /Knows roles/],
    ['an option nobody knows', ['settings', 'show', 'X', '--loud'], /--loud/],
    ['a file that is not there', ['settings', 'diff', '/nowhere.yaml'], /cannot be read \(ENOENT\)/],
    ['a role nobody has', ['settings', 'show', 'Nonsense'], /no role is called “Nonsense”/],
  ];
  for (const [title, args, message] of wrong) {
    it(`exits 2 for ${title}`, async () => {
      const { code, out, err } = await roles(args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    });
  }

  it('exits 2 when the settings of the bot are wrong', async () => {
    const { code, err } = await roles(['settings', 'show', 'X'], {});
    assert.equal(code, 2);
    assert.match(err, /config\.invalid: .*PIMLICO_TENANT_ID/);
  });

  it('answers --help', async () => {
    assert.deepEqual(await roles(['--help']), { code: 0, out: HELP, err: '' });
  });
});
