import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { printProblem } from '../../../src/documents/yaml-document.ts';
import { type RoleAtScope, WHOLE_TENANT } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import { type Runbooks, runbooksFor } from '../../../src/domain/runbook.ts';
import { readRunbooks, runbooksJsonSchema } from '../../../src/runbooks/runbooks-document.ts';
import { diffRunbooks } from '../../../src/runbooks/runbooks-words.ts';

const FOLDER = path.join(import.meta.dirname, '../../../runbooks');
const RG = '/subscriptions/1/resourceGroups/rg';

const VM = `
  - name: restart-vm
    title: Restart a machine
    words: [reboot]
    role: { azureRole: Operator, on: ${RG} }
    duration: 30m
    steps:
      - Say so.
      - { text: Restart it., link: 'https://portal.azure.com/x' }
    checks:
      - { name: Read, azureResource: '{scope}/providers/Microsoft.Compute/virtualMachines/vm-1', apiVersion: 2024-07-01 }
      - { name: Restart, azureOperation: Microsoft.Compute/virtualMachines/restart/action }
      - { name: Blobs, azureDataOperation: Microsoft.Storage/x/read, at: '${RG}/a', expects: refused }
    owner: patti@contoso.com
`;

const GROUP = `
  - name: on-call
    title: Be on call
    role: { group: sg-oncall }
    steps: [Read the handover.]
    checks: [{ name: Members, graph: '/groups/{scope}/members?$top=1' }]
`;

const document = (runbooks: string): string => `version: 1\nrunbooks:${runbooks}`;

function read(text: string): Runbooks {
  const reading = readRunbooks(text);
  assert.ok(reading.isValid, reading.isValid ? '' : reading.problems.map(printProblem).join('\n'));
  return reading.content;
}

function problemsOf(text: string): readonly string[] {
  const reading = readRunbooks(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
}

/** What is wrong with one check of a runbook of that role. */
function wrongCheck(check: string, role = `{ azureRole: Operator, on: ${RG} }`): readonly string[] {
  return problemsOf(
    document(
      `\n  - name: a\n    title: A\n    role: ${role}\n    steps: [x]\n    checks:\n      - { name: C, ${check} }\n`,
    ),
  );
}

function aRole(changes: Partial<RoleAtScope>): RoleAtScope {
  return {
    surface: 'azure',
    roleDefinitionId: roleDefinitionId('11111111-1111-4111-8111-111111111111'),
    roleName: 'Operator',
    scope: { id: RG, name: 'rg' },
    ...changes,
  };
}

describe('a document of runbooks', () => {
  it('is read into tasks with their role, steps and checks', () => {
    const [vm, group] = read(document(VM + GROUP)).all;
    assert.deepEqual(
      { ...vm, duration: vm?.duration?.toString() },
      {
        name: 'restart-vm',
        title: 'Restart a machine',
        words: ['reboot'],
        role: { surface: 'azure', role: 'Operator', scope: RG },
        duration: 'PT30M',
        steps: [
          { text: 'Say so.', link: null },
          { text: 'Restart it.', link: 'https://portal.azure.com/x' },
        ],
        checks: [
          {
            name: 'Read',
            expects: 'works',
            probe: {
              kind: 'azure-read',
              path: '{scope}/providers/Microsoft.Compute/virtualMachines/vm-1',
              apiVersion: '2024-07-01',
            },
          },
          {
            name: 'Restart',
            expects: 'works',
            probe: {
              kind: 'azure-operation',
              operation: 'Microsoft.Compute/virtualMachines/restart/action',
              plane: 'control',
              at: '{scope}',
            },
          },
          {
            name: 'Blobs',
            expects: 'refused',
            probe: { kind: 'azure-operation', operation: 'Microsoft.Storage/x/read', plane: 'data', at: `${RG}/a` },
          },
        ],
        owner: 'patti@contoso.com',
      },
    );
    assert.deepEqual(group?.role, { surface: 'group', role: 'sg-oncall', scope: 'member' });
    assert.deepEqual([group?.duration, group?.owner, group?.words], [null, null, []]);
  });

  it('tells everything that is wrong at once, with its lines', () => {
    const text = `version: 1
runbooks:
  - name: Restart VM
    title: ''
    role: { azureRole: Operator }
    duration: 30
    steps: []
    owner: nobody
    colour: red
  - name: two
    title: Two
    role: { group: sg }
    steps: [{ text: x, link: 'http://portal.azure.com' }]
    checks:
      - { name: C, graph: 'https://evil.example/me' }
  - name: two
    title: Two again
    role: { group: sg }
    steps: [x]
`;
    assert.deepEqual(problemsOf(text), [
      'line 3: runbooks.0.name: must be small letters and digits with dashes between, such as restart-vm',
      'line 4: runbooks.0.title: must not be empty',
      'line 5: runbooks.0.role: must have “entraRole”, “group”, or “azureRole” with “on”; beside an Entra role “on”, beside a group “as”',
      'line 6: runbooks.0.duration: Invalid input: expected string, received number',
      'line 7: runbooks.0.steps: must have a step',
      'line 8: runbooks.0.owner: must be a sign-in name such as patti@contoso.com, or an object id',
      'line 9: runbooks.0.colour: there is no such key',
      'line 13: runbooks.1.steps.0.link: must be an address that begins with https://, without a name or password in it',
      'line 15: runbooks.1.checks.0.graph: must be a path of Microsoft Graph such as /groups/{scope}/members?$top=1: no address, no “..”',
      'line 16: runbooks.2.name: names a runbook twice',
    ]);
  });

  it('lets no check look anywhere but below the services of Microsoft', () => {
    const azure = 'must be a path of Azure';
    const graph = 'must be a path of Microsoft Graph';
    const cases: readonly (readonly [value: string, told: string])[] = [
      ["azureResource: 'https://evil.example/{scope}', apiVersion: 2024-07-01", azure],
      ["azureResource: '//evil.example/x', apiVersion: 2024-07-01", azure],
      ["azureResource: '/subscriptions/../../x', apiVersion: 2024-07-01", azure],
      ["azureResource: '{scope}/x?y=1', apiVersion: 2024-07-01", azure],
      ["azureResource: '{scope}@evil.example', apiVersion: 2024-07-01", azure],
      ["azureResource: '/subscriptions/1%2f..', apiVersion: 2024-07-01", azure],
      ["azureResource: '/subscriptions/{scope}', apiVersion: 2024-07-01", azure],
      ["azureResource: 'subscriptions/1', apiVersion: 2024-07-01", azure],
      ["azureResource: '{name}/x', apiVersion: 2024-07-01", azure],
      [`azureResource: '/${'a'.repeat(500)}', apiVersion: 2024-07-01`, 'Too big'],
      ["azureResource: '', apiVersion: 2024-07-01", azure],
      ["azureOperation: A/b, at: '/x/../y'", azure],
      ["graph: 'https://evil.example/me'", graph],
      ["graph: '//evil.example/me'", graph],
      ["graph: '/me/../../x'", graph],
      ["graph: '/me\\\\x'", graph],
      ["graph: '/me#x'", graph],
      ["graph: '/me?$top=1&x=/../y'", graph],
      ["graph: 'me'", graph],
      ["graph: '/v1.0/me'", 'must be without the version of Graph'],
      ["graph: '/BETA/me'", 'must be without the version of Graph'],
      ["azureOperation: 'Microsoft.Compute/*'", 'must be one operation of Azure'],
      ["azureResource: '{scope}', apiVersion: latest", 'must be a version such as 2024-07-01'],
    ];
    for (const [check, told] of cases) {
      const problems = wrongCheck(check);
      assert.equal(problems.length, 1, `${check}: ${problems.join('; ')}`);
      assert.ok(problems[0]?.includes(told), `${check}: ${problems[0]}`);
    }
  });

  it('wants each check to look at exactly one thing, in words that fit it', () => {
    assert.match(wrongCheck('expects: works')[0] ?? '', /must have one of “azureResource”, .*“graph”$/);
    assert.match(wrongCheck("graph: /me, azureResource: '{scope}', apiVersion: 2024-07-01")[0] ?? '', /, not several$/);
    assert.match(wrongCheck("azureResource: '{scope}'")[0] ?? '', /azureResource: needs “apiVersion” beside it$/);
    assert.match(wrongCheck('graph: /me, apiVersion: 2024-07-01')[0] ?? '', /apiVersion: belongs to “azureResource”$/);
    assert.match(wrongCheck(`graph: /me, at: ${RG}`)[0] ?? '', /at: belongs to “azureOperation”/);
    assert.match(wrongCheck('azureOperation: A/b, expects: maybe')[0] ?? '', /expects: /);
  });

  it('refuses {scope} where the role has none that would fit', () => {
    const unit = '{ entraRole: Helpdesk Administrator, on: Branch Madrid }';
    assert.deepEqual(wrongCheck("graph: '/directory/administrativeUnits/{scope}'", unit), []);
    assert.deepEqual(wrongCheck("graph: '/groups/{scope}'", '{ group: sg }'), []);
    for (const role of ['{ entraRole: Global Reader }', '{ entraRole: Global Reader, on: whole tenant }']) {
      assert.match(wrongCheck("graph: '/x/{scope}'", role)[0] ?? '', /graph: \{scope\} stands for nothing here/);
    }
    assert.match(wrongCheck("graph: '/x/{scope}'")[0] ?? '', /graph: \{scope\} stands for nothing here/);
    const noAzure = wrongCheck("azureResource: '{scope}/x', apiVersion: 2024-07-01", '{ group: sg }');
    assert.match(noAzure[0] ?? '', /azureResource: \{scope\} is not a scope of Azure here/);
    assert.match(wrongCheck('azureOperation: A/b', '{ group: sg }')[0] ?? '', /azureOperation: needs “at”/);
    assert.deepEqual(wrongCheck(`azureOperation: A/b, at: ${RG}`, '{ group: sg }'), []);
  });

  it('lets no word mean two runbooks', () => {
    const two = GROUP.replace('title: Be', 'words: [Reboot, restart-vm, mine]\n    title: Be');
    assert.deepEqual(problemsOf(document(VM + two)), [
      'line 18: runbooks.1.words.0: is what “restart-vm” is called already',
      'line 18: runbooks.1.words.1: is what “restart-vm” is called already',
    ]);
  });

  it('may have no runbook, and refuses another form', () => {
    assert.deepEqual(read('version: 1').all, []);
    assert.deepEqual(problemsOf('version: 2'), ['line 1: version: must be 1: no other form is known']);
  });

  it('names its content, and tells what another one changes', () => {
    const before = read(document(VM + GROUP));
    assert.match(before.version, /^[0-9a-f]{12}$/);
    assert.equal(read(`# said\n${document(VM + GROUP)}`).version, before.version);
    const after = read(document(VM.replace('30m', '1h') + GROUP.replace('on-call', 'duty')));
    assert.notEqual(after.version, before.version);
    assert.deepEqual(diffRunbooks(before, after), ['duty is new', 'restart-vm has changed', 'on-call is gone']);
    assert.deepEqual(diffRunbooks(before, before), []);
  });

  it('has the JSON Schema that is published beside the example', () => {
    const published: unknown = JSON.parse(readFileSync(path.join(FOLDER, 'runbooks.schema.json'), 'utf8'));
    assert.deepEqual(published, runbooksJsonSchema(), 'npm run -s runbooks -- schema > runbooks/runbooks.schema.json');
  });
});

describe('runbooksFor', () => {
  const runbooks = read(document(VM + GROUP));
  const namesFor = (role: RoleAtScope): readonly string[] => runbooksFor(runbooks, role).map(({ name }) => name);

  it('finds the runbooks of a role at exactly its scope, by name or id', () => {
    assert.deepEqual(namesFor(aRole({ roleName: 'OPERATOR' })), ['restart-vm']);
    assert.deepEqual(namesFor(aRole({ scope: { id: `${RG}/`.toUpperCase(), name: '' } })), ['restart-vm']);
    const member = { surface: 'group', roleDefinitionId: roleDefinitionId('member'), roleName: 'sg-oncall' } as const;
    assert.deepEqual(namesFor(aRole({ ...member, scope: { id: 'g', name: '' } })), ['on-call']);
  });

  it('finds none for another role, scope or surface', () => {
    assert.deepEqual(namesFor(aRole({ roleName: 'Reader' })), []);
    assert.deepEqual(namesFor(aRole({ scope: { id: `${RG}/providers/x/y/z`, name: 'z' } })), []);
    assert.deepEqual(namesFor(aRole({ surface: 'directory', scope: { id: '/', name: WHOLE_TENANT } })), []);
  });
});
