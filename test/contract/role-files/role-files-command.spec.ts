import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRoles } from '../../../cli/roles/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { DATA_FOLDER, isSharedThere, withShared } from '../../support/shared-data.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const SUBSCRIPTION = '/subscriptions/c276fc76-9cd4-44c9-99a7-4fd71546436e';
const FLAT = {
  Name: 'Starter',
  Id: null,
  IsCustom: true,
  Description: '',
  Actions: ['Microsoft.Compute/virtualMachines/start/action'],
  NotActions: [],
  DataActions: [],
  NotDataActions: [],
  AssignableScopes: [SUBSCRIPTION],
};
const TWO_BLOCKS = {
  properties: {
    roleName: 'Two',
    assignableScopes: [SUBSCRIPTION],
    permissions: [{ actions: ['*/read'] }, { actions: ['Microsoft.Compute/disks/write'] }],
  },
};

function run(args: readonly string[], input = ''): Promise<Ran> {
  return runCommand(runRoles, args, {}, input);
}

describe('npm run roles with role files', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'role-files-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: unknown): string {
    const path = join(folder, name);
    writeFileSync(
      path,
      typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
    );
    return path;
  }

  it('answers --help of each command with an example', async () => {
    for (const command of ['convert', 'lint', 'show', 'clone', 'diff']) {
      const { code, out } = await run([command, '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`npm run -s roles -- ${command} `));
      assert.match(out, /Exits 0 when/);
    }
  });

  describe('convert', () => {
    it('brings standard input to another shape and back through a pipeline', async () => {
      const there = await run(['convert', '--to', 'cli'], JSON.stringify(FLAT));
      assert.equal(JSON.parse(there.out)[0].roleName, 'Starter');
      const back = await run(['convert', '-', '--to', 'powershell'], there.out);
      assert.deepEqual([there.code, back.code, JSON.parse(back.out)], [0, 0, FLAT]);
    });

    it('refuses what the shape cannot hold, and makes a role of each block when asked', async () => {
      const path = file('two.json', TWO_BLOCKS);
      const refused = await run(['convert', path, '--to', 'powershell']);
      assert.deepEqual([refused.code, refused.out], [1, '']);
      assert.match(refused.err, /^Two: it has 2 permission blocks/);
      const told = await run(['convert', path, '--to', 'powershell', '--json']);
      assert.deepEqual([told.code, told.err, JSON.parse(told.out).refused.length], [1, '', 1]);
      const split = await run(['convert', path, '--to', 'powershell', '--block-per-role', '--json']);
      assert.deepEqual([split.code, JSON.parse(split.out).roles], [0, ['Two (1 of 2)', 'Two (2 of 2)']]);
    });

    it('takes no file that is not understood to the last key', async () => {
      const path = file('odd.json', { ...FLAT, NotAction: ['*/write'] });
      const { code, out, err } = await run(['convert', path, '--to', 'rest']);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /odd\.json:1:\d+: there is no key “NotAction” here; did you mean “NotActions”\?/);
    });

    it('names the shapes when none is asked for', async () => {
      for (const args of [['convert'], ['convert', '--to', 'yaml']]) {
        const { code, err } = await run(args, '{}');
        assert.equal(code, 2);
        assert.match(err, /one of powershell, cli, rest, graph/);
      }
    });
  });

  describe('lint', () => {
    it('says of each finding where it is, exits 1 for errors, and says what was not judged', async () => {
      const path = file('root.json', { ...FLAT, AssignableScopes: ['/'] });
      const { code, out, err } = await run(['lint', path]);
      assert.equal(code, 1);
      const [finding, counts] = out.split('\n');
      assert.match(
        finding ?? '',
        /root\.json:1:\d+: error: Starter: a custom role cannot be assigned at the root, \/ \[scope-root\]$/,
      );
      assert.equal(counts, '1 file: 1 error, 0 warnings, 0 remarks');
      assert.equal(err, 'note: whether operations exist was not judged: say --tenant or --data DIR\n');
    });

    it('exits 0 when there are warnings only', async () => {
      const { code, out } = await run(['lint', '-'], JSON.stringify({ ...FLAT, Actions: ['*/write'] }));
      assert.equal(code, 0);
      assert.match(out, /^standard input:1:\d+: warning: Starter: “\*\/write” is every provider/);
    });

    it('judges every file of a folder, the names by a pattern, and the shape that is wanted', async () => {
      const roles = join(folder, 'roles');
      mkdirSync(join(roles, 'inner'), { recursive: true });
      writeFileSync(join(roles, 'b.json'), JSON.stringify({ ...FLAT, Name: 'Contoso-Starter' }));
      writeFileSync(join(roles, 'inner', 'c.json'), JSON.stringify(TWO_BLOCKS));
      writeFileSync(join(roles, 'readme.md'), 'no role');
      writeFileSync(join(roles, 'a.json'), new Uint8Array(10 * 1024 * 1024));
      const args = ['lint', roles, '--json', '--name-pattern', 'Contoso-.+', '--to', 'powershell'];
      const { code, out } = await run(args);
      const findings = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(code, 1);
      assert.deepEqual(
        findings.map(({ file: path, rule }) => [path.slice(roles.length + 1), rule]),
        [
          ['a.json', 'unreadable'],
          [join('inner', 'c.json'), 'name-pattern'],
          [join('inner', 'c.json'), 'multi-block-flat'],
        ],
      );
    });

    it('prints one SARIF log', async () => {
      const { code, out } = await run(['lint', '-', '--sarif'], JSON.stringify({ ...FLAT, AssignableScopes: [] }));
      const log = JSON.parse(out);
      assert.deepEqual([code, log.version, log.runs[0].results.length], [1, '2.1.0', 1]);
    });

    it('finds 10 MB of standard input too much, and reads no further', async () => {
      const { code, out } = await run(['lint', '-', '--json'], '['.repeat(10 * 1024 * 1024));
      assert.deepEqual([code, JSON.parse(out).rule], [1, 'file-size']);
      let pieces = 0;
      const context = {
        env: {},
        out: () => undefined,
        err: () => undefined,
        drained: async () => undefined,
        async *input() {
          for (; pieces < 100; pieces += 1) {
            yield new Uint8Array(1024 * 1024);
          }
        },
      };
      assert.equal(await runRoles(['lint', '-'], context), 1);
      assert.equal(pieces, 4);
    });

    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['lint'], /say which files or folders/],
      [['lint', '-', '--name-pattern', '('], /--name-pattern: the pattern cannot be used: .*missing closing \)/],
      [['lint', '-', '--json', '--sarif'], /take one of/],
      [['lint', 'no-such-file.json'], /no-such-file\.json: cannot be read \(ENOENT\)/],
      [['lint', '-', '--shape', 'x'], /--shape/],
    ];
    for (const [args, says] of wrong) {
      it(`exits 2 for ${args.join(' ')}`, async () => {
        const { code, out, err } = await run(args, '{}');
        assert.deepEqual([code, out], [2, '']);
        assert.match(err, says);
      });
    }
  });

  describe('lint by the tenant', () => {
    let sandbox: RunningSandbox;
    before(async () => {
      sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
      trustCertificateAuthority(sandbox.caPem);
    });
    after(() => sandbox.close());

    it('knows its operations and the names that are taken', async () => {
      const content = {
        ...FLAT,
        Name: 'Virtual Machine Operator',
        Actions: ['Microsoft.Compute/virtualMachines/strat/action'],
      };
      const { out } = await runCommand(
        runRoles,
        ['lint', '-', '--tenant', '--json'],
        commandEnvironment(sandbox),
        JSON.stringify(content),
      );
      const findings = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        findings.map(({ rule, text }) => [rule, text]),
        [
          ['name-taken', 'a custom role of the tenant has this name already'],
          [
            'unknown-op',
            'there is no operation “Microsoft.Compute/virtualMachines/strat/action”; did you mean “Microsoft.Compute/virtualMachines/start/action”?',
          ],
        ],
      );
    });
  });

  describe('show', () => {
    it('shows a file as it is written', async () => {
      const { code, out, err } = await run(['show', '-'], JSON.stringify({ ...FLAT, NotActions: ['*/delete'] }));
      assert.equal(code, 0);
      assert.deepEqual(out.split('\n').slice(0, 8), [
        'Starter (Azure role, custom)',
        `  can be assigned at: ${SUBSCRIPTION}`,
        '  Changes things, but not who has access. No operation that is known.',
        '',
        'As it is written',
        '  actions',
        '    Microsoft.Compute/virtualMachines/start/action',
        '  notActions',
      ]);
      assert.equal(err, 'note: operations are not counted: say --data DIR or --tenant\n');
    });

    it('says what to do when no tenant is told', async () => {
      const { code, err } = await run(['show', 'Reader']);
      assert.equal(code, 2);
      assert.match(
        err,
        /^No tenant is told\. Say --data DIR to go by a folder, or tell the tenant as for the bot:\nPIMLICO_TENANT_ID/,
      );
    });

    it('wants one role', async () => {
      const { code, err } = await run(['show', '-'], JSON.stringify([FLAT, FLAT]));
      assert.deepEqual([code, err], [2, '-: one role is wanted, and the file has 2\n']);
      assert.equal((await run(['show'])).code, 2);
    });
  });

  describe(withShared("show by Microsoft's lists"), () => {
    before(function () {
      if (!isSharedThere) {
        this.skip();
      }
    });

    it('counts by provider and plane, and marks what reaches past the role', async () => {
      const { code, out } = await run(['show', 'virtual machine contributor', '--data', DATA_FOLDER]);
      assert.equal(code, 0);
      assert.match(out, /^Virtual Machine Contributor \(Azure role, built-in, 9980e02c-c2be-4d73-94e8-173b1dc7cf3c\)/);
      assert.match(out, /392 operations, 208 of which change something/);
      assert.match(
        out,
        /\n {2}Microsoft\.Storage +2 operations, 1 of which changes something\n {4}! Microsoft\.Storage\/storageAccounts\/listKeys\/action\n/,
      );
    });

    it('tells roles of Entra from those of Azure, and names where they inherit from', async () => {
      const { out } = await run(['show', '729827e3-9c14-49f7-bb1b-9608f156bbb8', '--data', DATA_FOLDER]);
      assert.match(out, /^Helpdesk Administrator \(Microsoft Entra role, built-in/);
      assert.match(out, /\nAnd what Directory Readers may do\.\n/);
    });

    it('gives the same as JSON, with every operation when asked', async () => {
      const args = ['show', 'Virtual Machine Contributor', '--data', DATA_FOLDER, '--json'];
      const { role, operations, groups } = JSON.parse((await run(args)).out);
      assert.deepEqual([role.name, operations, groups[0].names], ['Virtual Machine Contributor', 392, undefined]);
      const all = JSON.parse((await run([...args, '--all'])).out);
      assert.equal(all.groups.flatMap(({ names }: { names: string[] }) => names).length, 392);
    });

    it('asks back what is misspelled', async () => {
      const { code, err } = await run(['show', 'Virtual Machine Contribtor', '--data', DATA_FOLDER]);
      assert.deepEqual(
        [code, err],
        [
          2,
          'there is no role “Virtual Machine Contribtor”, and no such file; did you mean “Virtual Machine Contributor”?\n',
        ],
      );
    });
  });

  describe(withShared("lint by Microsoft's lists"), () => {
    before(function () {
      if (!isSharedThere) {
        this.skip();
      }
    });

    it('finds the operation that is meant, the wrong plane, and what custom roles of Entra may not have', async () => {
      const azure = {
        ...FLAT,
        Actions: [
          'Microsoft.Compute/virtualMachines/strat/action',
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
          'Microsoft.KeyVault/vaults/keys/read',
        ],
        DataActions: ['Microsoft.KeyVault/vaults/keys/read'],
      };
      const entra = {
        displayName: 'Reader',
        rolePermissions: [
          {
            allowedResourceActions: [
              'microsoft.directory/conditionalAccessPolicies/create',
              'microsoft.directory/applications/credentials/update',
            ],
          },
        ],
      };
      const paths = [file('azure.json', azure), file('entra.json', entra)];
      const { code, out } = await run(['lint', ...paths, '--data', DATA_FOLDER, '--json']);
      const findings = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(code, 1);
      assert.deepEqual(findings.map(({ rule, level }) => `${level} ${rule}`).sort(), [
        'error unknown-op',
        'error wrong-plane',
        'info entra-privileged',
        'warning entra-create-scope',
        'warning entra-not-custom',
        'warning escalation',
        'warning escalation',
      ]);
    });
  });
});
