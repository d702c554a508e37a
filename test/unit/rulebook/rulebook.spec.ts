import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { printProblem } from '../../../src/documents/yaml-document.ts';
import { WHOLE_TENANT } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { Rulebook } from '../../../src/domain/rulebook.ts';
import { readRulebook, rulebookJsonSchema } from '../../../src/rulebook/rulebook-document.ts';
import { diffRulebooks, explainRole, explainRulebook } from '../../../src/rulebook/rulebook-words.ts';

const FOLDER = path.join(import.meta.dirname, '../../../rulebooks');

const RULE = `
  - name: Configuration against assignment
    reason: Because.
    sides:
      - name: configuration
        roles:
          - entraRole: Configurator
          - azureScope: /subscriptions/1
      - name: assignment
        roles:
          - entraRole: Operator
            on: Madrid
          - group: sg-ops
          - azureRole: Contributor
            on: /subscriptions/2/resourceGroups/rg
`;

function rulebook(text: string): Rulebook {
  const reading = readRulebook(text);
  assert.ok(reading.isValid, reading.isValid ? '' : reading.problems.map(printProblem).join('\n'));
  return reading.rulebook;
}

function problemsOf(text: string): readonly string[] {
  const reading = readRulebook(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
}

const withRules = (rules: string): string => `version: 1\nseparationOfDuties:${rules}`;

describe('a rulebook', () => {
  it('is read into rules', () => {
    const { separationOfDuties } = rulebook(withRules(RULE));
    assert.deepEqual(separationOfDuties, [
      {
        name: 'Configuration against assignment',
        reason: 'Because.',
        sides: [
          {
            name: 'configuration',
            duties: [
              { surface: 'directory', role: 'Configurator', scope: null },
              { surface: 'azure', role: null, scope: '/subscriptions/1' },
            ],
          },
          {
            name: 'assignment',
            duties: [
              { surface: 'directory', role: 'Operator', scope: 'Madrid' },
              { surface: 'group', role: 'sg-ops', scope: 'member' },
              { surface: 'azure', role: 'Contributor', scope: '/subscriptions/2/resourceGroups/rg' },
            ],
          },
        ],
      },
    ]);
  });

  it('has one version for one content, however it is written, and another for another', () => {
    const { version } = rulebook(withRules(RULE));
    assert.match(version, /^[0-9a-f]{12}$/);
    assert.equal(rulebook(`# a comment\n${withRules(RULE.replace('Because.', '"Because."'))}`).version, version);
    assert.notEqual(rulebook(withRules(RULE.replace('Because.', 'Why not.'))).version, version);
  });

  it('may forbid nothing', () => {
    assert.deepEqual(rulebook('version: 1').separationOfDuties, []);
  });

  it('tells everything that is wrong at once, with its lines', () => {
    const text = `version: 2
packs: []
separationOfDuties:
  - name: x
    reason: ""
    sides:
      - name: a
        roles: []
      - name: b
        roles:
          - azureRole: Contributor
            on: rg-payments
          - everybody: true
`;
    assert.deepEqual(problemsOf(text), [
      'line 1: version: must be 1: no other form is known',
      'line 2: packs: there is no such key',
      'line 5: separationOfDuties.0.reason: must say why',
      'line 8: separationOfDuties.0.sides.0.roles: must name a role',
      'line 12: separationOfDuties.0.sides.1.roles.0.on: must be the whole path of a scope, such as /subscriptions/… — a name would not show what lies above it',
      'line 13: separationOfDuties.0.sides.1.roles.1: must have “entraRole”, “group”, “azureRole”, “azureScope”, “entraOperation” or “azureOperation”, and beside it “on” for a role or an operation, or “as” for a group',
    ]);
  });

  const OPERATIONS = RULE.replace(
    'azureScope: /subscriptions/1',
    'azureOperation: Microsoft.Compute/virtualMachines/*\n            on: /subscriptions/1',
  ).replace(
    'entraRole: Operator\n            on: Madrid',
    'entraOperation: microsoft.directory/users/create\n            on: Madrid',
  );

  it('names roles by what they allow, too', () => {
    const book = rulebook(withRules(OPERATIONS));
    const [configuration, assignment] = book.separationOfDuties[0]?.sides ?? [];
    assert.deepEqual(configuration?.duties[1], {
      surface: 'azure',
      role: null,
      operation: 'Microsoft.Compute/virtualMachines/*',
      scope: '/subscriptions/1',
    });
    assert.deepEqual(assignment?.duties[0], {
      surface: 'directory',
      role: null,
      operation: 'microsoft.directory/users/create',
      scope: 'Madrid',
    });
    assert.deepEqual(explainRulebook(book).slice(-2), [
      '      configuration: Entra role Configurator; every Azure role that allows Microsoft.Compute/virtualMachines/* on /subscriptions/1',
      '      assignment: every Entra role that allows microsoft.directory/users/create on Madrid; member of the group sg-ops; Azure role Contributor on /subscriptions/2/resourceGroups/rg',
    ]);
    const without = rulebook(withRules(OPERATIONS.replace('users/create', 'users/delete')));
    assert.deepEqual(
      diffRulebooks(book, without).map(({ what, allowsMore }) => [what, allowsMore]),
      [
        [
          'now has every Entra role that allows microsoft.directory/users/delete on Madrid on the side “assignment”',
          false,
        ],
        [
          'no longer has every Entra role that allows microsoft.directory/users/create on Madrid on the side “assignment”',
          true,
        ],
      ],
    );
    const operator = {
      surface: 'directory',
      roleDefinitionId: roleDefinitionId('1'),
      roleName: 'Whatever',
      scope: { id: '/', name: WHOLE_TENANT },
    } as const;
    assert.deepEqual(explainRole(book, { ...operator, allows: ['microsoft.directory/groups/create'] }), []);
    assert.equal(explainRole(book, { ...operator, allows: ['microsoft.directory/users/create'] }).length, 2);
  });

  const wrong: readonly (readonly [title: string, text: string, problem: RegExp])[] = [
    [
      'a name that two rules have',
      withRules(RULE + RULE.replace('Configuration against', 'configuration AGAINST')),
      /^line 18: .*names a rule twice$/,
    ],
    [
      'a name that two sides have',
      withRules(RULE.replace('name: assignment', 'name: Configuration')),
      /^line 10: .*names a side twice$/,
    ],
    [
      'a role on both sides',
      withRules(RULE.replace('entraRole: Operator\n            on: Madrid', 'entraRole: configurator')),
      /^line 12: .*is on the side “configuration” already: nobody could hold it$/,
    ],
    ['one side', withRules(RULE.slice(0, RULE.indexOf('      - name: assignment'))), /must have two sides or more/],
    [
      'a management group beside other roles of Azure',
      withRules(RULE.replace('/subscriptions/1', '/providers/Microsoft.Management/managementGroups/mg')),
      /^line 9: .*names a management group, which may hold whatever/,
    ],
    [
      'a management group beside what roles of Azure allow',
      withRules(OPERATIONS.replace('/subscriptions/1', '/providers/Microsoft.Management/managementGroups/mg')),
      /^line 9: .*names a management group, which may hold whatever/,
    ],
    [
      'an operation of every role',
      withRules(OPERATIONS.replace('microsoft.directory/users/create', '"*"')),
      /must be one action of a directory role, such as/,
    ],
    [
      'an operation of Azure that is a name',
      withRules(OPERATIONS.replace('Microsoft.Compute/virtualMachines/*', 'Virtual Machine Operator')),
      /must be an operation of Azure, such as/,
    ],
    ['no rulebook at all', '', /document: /],
    ['what is no YAML', 'version: [', /^line 1: /],
    ['an alias', 'version: &one 1\nseparationOfDuties: *one', /anchors and aliases/],
    ['a key twice', 'version: 1\nversion: 1', /^line 2: /],
    ['more than a rulebook can be', `version: 1\n#${'x'.repeat(1_000_000)}`, /too long/],
  ];
  for (const [title, text, problem] of wrong) {
    it(`refuses ${title}`, () => {
      const problems = problemsOf(text);
      assert.ok(
        problems.some((one) => problem.test(one)),
        problems.join('\n'),
      );
    });
  }

  it('is explained in words, as a whole and for one role', () => {
    const book = rulebook(withRules(RULE));
    assert.deepEqual(explainRulebook(book).slice(1), [
      'Nobody may hold roles of more than one side of these at a time:',
      '  Configuration against assignment: Because.',
      '      configuration: Entra role Configurator; every Azure role on /subscriptions/1',
      '      assignment: Entra role Operator on Madrid; member of the group sg-ops; Azure role Contributor on /subscriptions/2/resourceGroups/rg',
    ]);
    const scope = { id: '/', name: WHOLE_TENANT };
    const role = { surface: 'directory', roleDefinitionId: roleDefinitionId('1'), scope } as const;
    assert.deepEqual(explainRole(book, { ...role, roleName: 'Reader' }), []);
    assert.deepEqual(explainRole(book, { ...role, roleName: 'Operator' }), [
      'Operator on Whole tenant is on the side “assignment” of Configuration against assignment.',
      '  Not beside configuration: Entra role Configurator; every Azure role on /subscriptions/1. Because.',
    ]);
  });

  it('is compared rule by rule, and what allows more is named', () => {
    const before = rulebook(withRules(RULE));
    const after = rulebook(
      withRules(
        RULE.replace('          - group: sg-ops\n', '')
          .replace('Configurator', 'Configurator Two')
          .replace('Because.', 'Still.'),
      ),
    );
    assert.deepEqual(diffRulebooks(before, before), []);
    assert.deepEqual(
      diffRulebooks(before, after).map(({ what, allowsMore }) => [what, allowsMore]),
      [
        ['now has Entra role Configurator Two on the side “configuration”', false],
        ['no longer has Entra role Configurator on the side “configuration”', true],
        ['no longer has member of the group sg-ops on the side “assignment”', true],
        ['gives another reason', null],
      ],
    );
    const none = rulebook('version: 1');
    assert.deepEqual(
      diffRulebooks(before, none).map(({ what, allowsMore }) => [what, allowsMore]),
      [['is gone', true]],
    );
    assert.deepEqual(
      diffRulebooks(none, before).map(({ what, allowsMore }) => [what, allowsMore]),
      [['is new', false]],
    );
  });
});

describe('the rulebooks beside the program', () => {
  for (const name of readdirSync(FOLDER).filter((file) => /^[^.]+\.yaml$/.test(file))) {
    it(`${name} is valid, and names the schema for editors`, () => {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      const { separationOfDuties, packs, alarms } = rulebook(text);
      assert.ok(separationOfDuties.length > 0 && packs.length > 0 && alarms !== null);
      assert.match(text, /^# yaml-language-server: \$schema=rulebook\.schema\.json$/m);
    });
  }

  it('have the schema that the program checks by', () => {
    const published: unknown = JSON.parse(readFileSync(path.join(FOLDER, 'rulebook.schema.json'), 'utf8'));
    assert.deepEqual(published, rulebookJsonSchema(), 'npm run -s rulebook -- schema > rulebooks/rulebook.schema.json');
  });
});
