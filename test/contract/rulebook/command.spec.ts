import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HELP, runRulebook } from '../../../cli/rulebook/run.ts';
import { Control } from '../../../cli/stage/control.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { RG_PAYMENTS } from '../sandbox/arm-calls.ts';

const SANDBOX = path.join(import.meta.dirname, '../../../rulebooks/sandbox.yaml');

describe('npm run rulebook', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-rulebook-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const rulebook = (args: readonly string[], env = commandEnvironment(sandbox)): Promise<Ran> =>
    runCommand(runRulebook, args, env);
  function file(name: string, text: string): string {
    const where = path.join(folder, name);
    writeFileSync(where, text);
    return where;
  }
  const naming = (role: string): string => `version: 1
separationOfDuties:
  - name: Two
    reason: x
    sides:
      - { name: a, roles: [{ entraRole: Global Reader }] }
      - { name: b, roles: [${role}] }
`;

  it('says that a file is fine, and which version it is', async () => {
    const { code, out } = await rulebook(['check', SANDBOX], {});
    assert.equal(code, 0);
    assert.match(
      out,
      /sandbox\.yaml: fine\. Version [0-9a-f]{12}; rules of separation of duties: 1; break-glass packs: 2\.\n$/,
    );
  });

  it('tells what is wrong with its lines, as text and as JSON, and exits 1', async () => {
    const bad = file('bad.yaml', 'version: 1\npacks: []\nduties: []\n');
    const { code, out } = await rulebook(['check', bad], {});
    assert.equal(code, 1);
    assert.deepEqual(out.split('\n'), [
      `${bad}: line 2: packs: there is no such key`,
      `${bad}: line 3: duties: there is no such key`,
      '',
    ]);
    const [first = ''] = (await rulebook(['check', bad, '--json'], {})).out.split('\n');
    assert.deepEqual(JSON.parse(first), { line: 2, path: 'packs', text: 'there is no such key' });
  });

  it('finds all roles of the sandbox’s rulebook in the sandbox’s tenant', async () => {
    assert.equal((await rulebook(['check', SANDBOX, '--tenant'])).code, 0);
    const places = [
      '{ group: sg-payments-oncall }',
      `{ azureRole: Virtual Machine Operator, on: ${RG_PAYMENTS} }`,
      '{ entraRole: Helpdesk Administrator, on: Branch Madrid }',
      `{ azureScope: ${RG_PAYMENTS} }`,
    ];
    for (const place of places) {
      const { code, out } = await rulebook(['check', file('good.yaml', naming(place)), '--tenant']);
      assert.equal(code, 0, out);
    }
  });

  it('names the roles and groups that the tenant does not have: rules about them would forbid nothing', async () => {
    const places = [
      ['{ entraRole: Chief Everything Officer }', 'the tenant has no Entra role Chief Everything Officer'],
      ['{ group: sg-nobody }', 'the tenant has no member of the group sg-nobody'],
      [
        `{ azureRole: Virtual Machine Operator, on: ${RG_PAYMENTS}-2 }`,
        `the tenant has no Azure role Virtual Machine Operator on ${RG_PAYMENTS}-2`,
      ],
    ] as const;
    for (const [place, problem] of places) {
      const { code, out } = await rulebook(['check', file('missing.yaml', naming(place)), '--tenant']);
      assert.equal(code, 1);
      assert.ok(out.endsWith(`Two › b: ${problem}\n`), out);
    }
  });

  it('names what is said to be served, or not, and matches nothing in the tenant, and a pilot group without people', async () => {
    const served = `version: 1
served:
  roles: { allow: [{ entraRole: Security Reader }, { entraRole: Chief Everything Officer }] }
  people:
    allow: [alexw@contoso.onmicrosoft.com, nobody@contoso.onmicrosoft.com, { group: sg-nobody }]
  pilotGroup: sg-payments-oncall
`;
    const path = file('served.yaml', served);
    const { code, out } = await rulebook(['check', path, '--tenant']);
    assert.equal(code, 1);
    assert.deepEqual(out.trim().split('\n'), [
      `${path}: served › roles › allow: the tenant has no Entra role Chief Everything Officer`,
      `${path}: served › people › allow: the tenant has no nobody@contoso.onmicrosoft.com, or the account is disabled`,
      `${path}: served › people › allow: the tenant has no group sg-nobody, or several`,
      `${path}: warning: served › pilotGroup: nobody is in the group sg-payments-oncall`,
    ]);
  });

  it('does not call missing what it could not look up', async () => {
    const control = new Control(sandbox.urls.control);
    const fault = { name: 'error', service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'no' };
    await control.send('POST', '/faults', fault);
    try {
      const { code, out, err } = await rulebook(['check', SANDBOX, '--tenant']);
      assert.deepEqual([code, out], [2, '']);
      assert.match(
        err,
        /^graph\.unavailable: Entra role Contoso-App-Configuration-Administrator could not be looked up/,
      );
    } finally {
      await control.send('DELETE', '/faults?name=error');
    }
  });

  it('explains a rulebook, and what it forbids to whoever holds a role', async () => {
    const { out: whole } = await rulebook(['explain', SANDBOX], {});
    assert.match(whole, /Nobody may hold roles of more than one side/);
    assert.match(whole, /payments: Restore payments in production/);
    const { out } = await rulebook(['explain', SANDBOX, '--role', 'Contoso-App-Assignment-Operator']);
    assert.match(out, /is on the side “assignment” of Configuration against assignment/);
    assert.match(out, /Not beside configuration: Entra role Contoso-App-Configuration-Administrator/);
    const other = await rulebook(['explain', SANDBOX, '--role', 'Global Reader']);
    assert.match(other.out, /the rulebook forbids nothing beside it/);
    assert.equal((await rulebook(['explain', SANDBOX, '--role', 'Chief Everything Officer'])).code, 2);
  });

  it('compares two rulebooks, says what allows more, and exits 1 when something differs', async () => {
    const none = file('none.yaml', 'version: 1\n');
    assert.deepEqual(await rulebook(['diff', SANDBOX, SANDBOX], {}), { code: 0, out: 'Nothing differs.\n', err: '' });
    const { code, out } = await rulebook(['diff', SANDBOX, none], {});
    assert.equal(code, 1);
    assert.deepEqual(out.split('\n'), [
      'Configuration against assignment is gone (allows more)',
      'What is served no longer serves Privileged Role Administrator (allows less)',
      'On-call source leads is gone',
      'Break-glass pack payments is gone (allows less)',
      'Break-glass pack tier0 is gone (allows less)',
      'Alarm route is gone: what is of no pack is told to nobody (allows more)',
      'Emergency accounts no longer have emergency1@contoso.onmicrosoft.com: its use raises no alarm (allows more)',
      '',
    ]);
    const { out: json } = await rulebook(['diff', none, SANDBOX, '--json'], {});
    const told = json
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    assert.deepEqual(told[0], { rule: 'Configuration against assignment', what: 'is new', allowsMore: false });
    assert.deepEqual(told[3], { rule: 'Break-glass pack payments', what: 'is new', allowsMore: true });
  });

  it('prints the JSON Schema of rulebooks, and of rotas', async () => {
    for (const [args, name] of [
      [['schema'], 'rulebook'],
      [['schema', 'rota'], 'rota'],
    ] as const) {
      const published = readFileSync(path.join(path.dirname(SANDBOX), `${name}.schema.json`), 'utf8');
      assert.deepEqual(JSON.parse((await rulebook(args, {})).out), JSON.parse(published));
    }
  });

  it('helps, and refuses what it does not understand', async () => {
    assert.deepEqual(await rulebook(['--help'], {}), { code: 0, out: HELP, err: '' });
    for (const args of [
      [],
      ['check'],
      ['diff', SANDBOX],
      ['burn', SANDBOX],
      ['check', SANDBOX, '--fast'],
      ['schema', 'x'],
    ]) {
      assert.equal((await rulebook(args, {})).code, 2, args.join(' '));
    }
    const { code, err } = await rulebook(['check', path.join(folder, 'nowhere.yaml')], {});
    assert.deepEqual([code, err], [2, `${path.join(folder, 'nowhere.yaml')} cannot be read (ENOENT).\n`]);
  });
});
