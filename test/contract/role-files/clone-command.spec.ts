import assert from 'node:assert/strict';
import { runRoles } from '../../../cli/roles/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { DATA_FOLDER, isSharedThere, withShared } from '../../support/shared-data.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const SUBSCRIPTION = '/subscriptions/c276fc76-9cd4-44c9-99a7-4fd71546436e';

describe('npm run roles -- clone, of the tenant', () => {
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
  });
  after(() => sandbox.close());

  const run = (args: readonly string[], input = ''): Promise<Ran> =>
    runCommand(runRoles, ['clone', ...args], commandEnvironment(sandbox), input);

  it('writes a role that is proven the same, and says what PIM needs next', async () => {
    const made = await run(['Virtual Machine Operator', '--name', 'VM Starter', '--scope', SUBSCRIPTION]);
    const { properties } = JSON.parse(made.out);
    assert.deepEqual(
      [made.code, properties.roleName, properties.type, properties.assignableScopes],
      [0, 'VM Starter', 'CustomRole', [SUBSCRIPTION]],
    );
    assert.match(made.err, /^Both allow exactly the same, now and later\. Proof: their strings are equal/);
    assert.match(made.err, /It can be assigned where you said, and nowhere else/);
    assert.match(
      made.err,
      /Next:\n1\. Create the role: .*\n2\. Set what PIM demands .*\n3\. Name at least two approvers/,
    );
    const checked = await run(['Virtual Machine Operator', '--check', '-', '--json'], made.out);
    assert.deepEqual(JSON.parse(checked.out).proof.kind, 'normal-form');
  });

  it('proves that the duplicate for contractors allows what the original allows, at the same places', async () => {
    const { code, out } = await run(['Virtual Machine Operator', '--check', 'Virtual Machine Operator (Contractors)']);
    assert.equal(code, 0);
    assert.match(out, /^Both allow exactly the same/);
    assert.match(out, /Both can be assigned at the same places/);
  });

  it('exits 1 when a role that there is allows something else', async () => {
    const { code, out } = await run(['Virtual Machine Operator', '--check', 'Reader']);
    assert.equal(code, 1);
    assert.match(
      out,
      /^They do not allow the same, or it cannot be proven\.\n {2}only the original, for example: control:/,
    );
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no role', [], /say which role to clone/],
    [
      'a role that there is not',
      ['Virtual Machine Operatr', '--name', 'X', '--scope', '/'],
      /did you mean “Virtual Machine Operator”/,
    ],
    ['no name', ['Reader', '--scope', SUBSCRIPTION], /say what the clone is called: --name NAME/],
    ['no scope', ['Reader', '--name', 'X'], /say where the clone can be assigned/],
    [
      'a name that is taken',
      ['Reader', '--name', 'contributor', '--scope', SUBSCRIPTION],
      /has this name already \[name-taken\]/,
    ],
    ['the root', ['Reader', '--name', 'X', '--scope', '/'], /cannot be assigned at the root/],
    ['a scope that is none', ['Reader', '--name', 'X', '--scope', 'rg-web'], /is no management group/],
    [
      'a scope for a role of Entra',
      ['User Administrator', '--name', 'X', '--scope', '/'],
      /roles of Entra have no scopes/,
    ],
    [
      'the shape of the other kind',
      ['Reader', '--name', 'X', '--scope', SUBSCRIPTION, '--to', 'graph'],
      /roles of Entra only/,
    ],
  ];
  for (const [title, args, says] of wrong) {
    it(`exits 2 for ${title}, and writes nothing`, async () => {
      const { code, out, err } = await run(args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, says);
    });
  }
});

describe(withShared("npm run roles -- clone, of Microsoft's roles"), () => {
  before(function () {
    if (!isSharedThere) {
      this.skip();
    }
  });
  const run = (args: readonly string[]): Promise<Ran> =>
    runCommand(runRoles, ['clone', ...args, '--data', DATA_FOLDER], {});

  it('names what Azure may refuse: strings that are retired or malformed, and conditions', async () => {
    const scope = ['--scope', SUBSCRIPTION, '--json'];
    const odd = JSON.parse(
      (await run(['Azure Resilience Management Drills Target Resource Contributor', '--name', 'X', ...scope])).out,
    );
    assert.ok(
      odd.doubtful.some((text: string) =>
        /“Microsoft\.Network\/virtualNetworks\/read ” has blanks at its ends/.test(text),
      ),
    );
    const conditional = JSON.parse((await run(['Key Vault Data Access Administrator', '--name', 'Y', ...scope])).out);
    assert.ok(conditional.doubtful.some((text: string) => /conditions is not documented/.test(text)));
    assert.equal(conditional.proof.kind, 'normal-form');
  });

  it('gives of a built-in role of Entra what a custom one may have, and says what is left out', async () => {
    const { code, out, err } = await run(['User Administrator', '--name', 'User Helper']);
    assert.equal(code, 1);
    const { rolePermissions } = JSON.parse(out);
    assert.ok(rolePermissions[0].allowedResourceActions.includes('microsoft.directory/users/basic/update'));
    assert.match(err, /^They do not allow the same, or it cannot be proven\./);
    assert.match(err, /Left out: what Directory Readers may do, which the original inherits\./);
    assert.match(err, /\n {2}microsoft\.directory\/users\/delete \(not offered for custom roles\)\n/);
  });
});
