import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRoles } from '../../../cli/roles/run.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { DATA_FOLDER, isSharedThere, readShared, withShared } from '../../support/shared-data.ts';

const VM = 'Contoso.Compute/machines';
const [OPERATOR, CONTRIBUTOR, GUARDED, READERS, USERS] = [1, 2, 3, 4, 5].map(
  (digit) => `00000000-0000-0000-0000-00000000000${digit}`,
) as [string, string, string, string, string];

function azureRole(name: string, roleName: string, block: object): object {
  return { name, roleName, roleType: 'BuiltInRole', assignableScopes: ['/subscriptions/1'], permissions: [block] };
}

const FILES = {
  'azure-builtin-roles.json': {
    roles: [
      azureRole(OPERATOR, 'Machine Operator', { actions: [`${VM}/restart/action`, `${VM}/read`] }),
      azureRole(CONTRIBUTOR, 'Machine Contributor', { actions: [`${VM}/*`], notActions: [`${VM}/delete`] }),
      azureRole(GUARDED, 'Guarded', { actions: [`${VM}/restart/action`], condition: '@Resource[X] BoolEquals true' }),
    ],
  },
  'azure-operations.json': {
    operations: [
      ...['read', 'write', 'delete', 'restart/action'].map((tail) => ({ name: `${VM}/${tail}`, plane: 'control' })),
      { name: `${VM}/keys/read`, plane: 'both' },
    ],
  },
  'entra-builtin-roles.json': {
    roles: [
      {
        templateId: READERS,
        displayName: 'Readers',
        allowedResourceActions: ['contoso.directory/users/standard/read'],
      },
      {
        templateId: USERS,
        displayName: 'User Keeper',
        inheritsPermissionsFrom: [READERS],
        allowedResourceActions: ['contoso.directory/users/allProperties/allTasks'],
        conditional: [
          { condition: '$ResourceIsSelf', allowedResourceActions: ['contoso.directory/users/password/update'] },
        ],
      },
    ],
  },
};

const SCOPE = '/subscriptions/1/resourceGroups/rg';

const QUESTIONS = {
  meta: { what: 'not read' },
  scopeHierarchy: { mgParent: { Corp: null }, subMg: { '1': 'CORP' } },
  scopeCases: [
    { id: 's-0', assignedAt: '/providers/Microsoft.Management/managementGroups/corp', target: SCOPE },
    { id: 's-1', assignedAt: `${SCOPE}2`, target: SCOPE },
  ],
  azureDecisions: [
    { id: 'a-0', role: OPERATOR, operation: `${VM}/restart/action`, plane: 'control', roleName: 'not looked at' },
    { id: 'a-1', role: GUARDED, operation: `${VM}/restart/action`, plane: 'control' },
    { id: 'a-2', role: CONTRIBUTOR, operation: `${VM}/delete`, plane: 'control' },
  ],
  syntheticDecisions: [
    { id: 'y-0', permissions: [{ dataActions: ['*'] }], operation: `${VM}/keys/read`, plane: 'data' },
  ],
  leastPrivileged: [{ id: 'l-0', operation: `${VM}/restart/action`, plane: 'control' }],
  rolePairs: [{ id: 'p-0', a: OPERATOR, b: CONTRIBUTOR }],
  cloneCases: [{ id: 'c-0', original: CONTRIBUTOR, clonePermissions: [{ actions: [`${VM}/read`] }] }],
  entraDecisions: [
    { id: 'e-0', role: USERS, action: 'contoso.directory/users/password/update' },
    { id: 'e-1', role: USERS, action: 'contoso.directory/users/standard/read' },
    { id: 'e-2', role: READERS, action: 'contoso.directory/users/enable' },
    { id: 'e-3', role: USERS, action: 'contoso.directory/users/enable' },
  ],
};

describe('npm run roles, asked about roles', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ask-roles-'));
    for (const [name, content] of Object.entries(FILES)) {
      file(name, content);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: object): string {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  const ask = (...args: readonly string[]): Promise<Ran> => runCommand(runRoles, [...args, '--data', folder], {});
  const lines = ({ out }: Ran): readonly unknown[] =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('least lists the roles that allow an operation, the least first, conditional ones last', async () => {
    const ran = await ask('least', `${VM}/RESTART/action`, '--json');
    const [answer] = lines(ran) as [{ roles: { name: string; answer: string; operations: number; by: string[] }[] }];
    assert.deepEqual([ran.code, ran.err], [0, '']);
    assert.deepEqual(
      answer.roles.map(({ name, answer: said, operations, by }) => [name, said, operations, by]),
      [
        ['Machine Operator', 'allowed', 2, [`${VM}/restart/action`]],
        ['Machine Contributor', 'allowed', 4, [`${VM}/*`]],
        ['Guarded', 'conditional', 1, [`${VM}/restart/action`]],
      ],
    );
    assert.deepEqual((answer as { leastPrivileged?: unknown }).leastPrivileged, [OPERATOR]);
    assert.match(
      (await ask('least', `${VM}/restart/action`)).out,
      /^3 roles allow .+:\n {7}2 {2}Machine Operator, by Contoso/,
    );
  });

  it('least says who allows all of a pattern, and who a part', async () => {
    const { code, out } = await ask('least', `${VM}/*`, '--plane', 'control');
    assert.equal(code, 1);
    assert.match(out, /no role allows .+\n3 more allow a part of it:\n {2}4 of 5: Machine Contributor/);
  });

  it('least finds roles of Entra by a permission, and puts what is not documented last', async () => {
    const { out } = await ask('least', 'contoso.directory/users/standard/read', '--json');
    assert.deepEqual(
      (JSON.parse(out) as { roles: { name: string; answer: string }[] }).roles.map(({ name, answer }) => [
        name,
        answer,
      ]),
      [
        ['Readers', 'exact'],
        ['User Keeper', 'exact'],
      ],
    );
  });

  const EXITS: readonly (readonly [args: readonly string[], code: number, out: string])[] = [
    [['machine operator', `${VM}/restart/action`], 0, 'allowed\n'],
    [['Machine', 'Contributor', `${VM}/delete`], 1, 'denied\n'],
    [['Guarded', `${VM}/restart/action`], 3, 'conditional\n'],
    [[READERS, 'contoso.directory/users/standard/read'], 0, 'exact\n'],
    [['User Keeper', 'contoso.directory/users/standard/read', '--on', '/'], 0, 'exact\n'],
    [['Readers', `${VM}/read`], 1, 'no\n'],
    [['Machine Contributor', `${VM}/keys/read`, '--plane', 'data'], 1, 'denied\n'],
    [['Machine Operator', `${VM}/read`, '--on', SCOPE], 0, 'allowed\n'],
    [
      ['Machine Operator', `${VM}/read`, '--on', '/subscriptions/2'],
      1,
      'allowed, but cannot be assigned so that it holds at /subscriptions/2\n',
    ],
  ];
  for (const [args, code, out] of EXITS) {
    it(`can ${args.join(' ')} says "${out.trim()}" and exits ${code}`, async () => {
      assert.deepEqual(await ask('can', ...args), { code, out, err: '' });
    });
  }

  it('explain names the strings that decide, and conditions', async () => {
    assert.equal(
      (await ask('explain', 'Machine Contributor', `${VM}/delete`)).out,
      `Machine Contributor: denied\n  granted by ${VM}/*\n  taken away by ${VM}/delete\n`,
    );
    assert.match(
      (await ask('explain', 'Guarded', `${VM}/restart/action`)).out,
      /\n {2}only if @Resource\[X\] BoolEquals true\n/,
    );
    const [entra] = lines(await ask('explain', 'User Keeper', 'contoso.directory/users/password/update', '--json'));
    assert.deepEqual(entra, {
      role: { id: USERS, name: 'User Keeper' },
      answer: 'implied',
      by: ['contoso.directory/users/allProperties/allTasks'],
      onlyIf: [{ action: 'contoso.directory/users/password/update', condition: '$ResourceIsSelf' }],
    });
  });

  it('compare says how two roles are related, and exits 1 unless they are equal', async () => {
    const differ = await ask('compare', 'Machine Operator', 'Machine Contributor');
    assert.equal(differ.code, 1);
    assert.match(
      differ.out,
      /allows less than, .+\n {2}only Machine Contributor: control:contoso\.compute\/machines\//,
    );
    assert.equal((await ask('compare', OPERATOR, 'machine operator')).code, 0);
    const [entra] = lines(await ask('compare', 'Readers', 'User Keeper', '--json'));
    assert.deepEqual(entra, {
      a: 'Readers',
      b: 'User Keeper',
      onList: { relation: 'disjoint', a: 1, b: 2, common: 0 },
    });
  });

  it('answer gives one line for each question, in the order of the file', async () => {
    const ran = await ask('answer', file('questions.json', QUESTIONS), '--json');
    assert.deepEqual([ran.code, ran.err], [0, '']);
    assert.deepEqual(
      lines(ran).map((line) => Object.values(line as object)),
      [
        ['s-0', true],
        ['s-1', false],
        ['a-0', 'allowed'],
        ['a-1', 'conditional'],
        ['a-2', 'denied'],
        ['y-0', 'allowed'],
        ['l-0', [OPERATOR]],
        ['p-0', 'subset'],
        ['c-0', 'superset'],
        ['e-0', 'implied'],
        ['e-1', 'exact'],
        ['e-2', 'no'],
        ['e-3', 'unknown'],
      ],
    );
  });

  it('answer names what it cannot answer, answers the rest and exits 1', async () => {
    const ran = await ask(
      'answer',
      file('strange.json', {
        riddles: [{ id: 'r-0' }],
        azureDecisions: [
          { id: 'a-0', role: READERS, operation: `${VM}/read`, plane: 'control' },
          { id: 'a-1', role: OPERATOR, operation: `${VM}/read`, plane: 'sky' },
          { id: 'a-2', role: OPERATOR, operation: `${VM}/read`, plane: 'control' },
        ],
      }),
    );
    assert.equal(ran.code, 1);
    assert.deepEqual(lines(ran), [{ id: 'a-2', answer: 'allowed' }]);
    assert.match(
      ran.err,
      /no way to answer riddles\n.+azureDecisions\.0: there is no role .+\n.+azureDecisions\.1: plane: /,
    );
  });

  it('answer takes null for nothing, knows ids in any case, and no block by what objects are born with', async () => {
    const odd = {
      rolePairs: null,
      scopeHierarchy: { mgParent: null, subMg: null },
      syntheticDecisions: [
        { id: 'y-0', permissions: null, operation: 'A/read', plane: 'control' },
        {
          id: 'y-1',
          permissions: [{ actions: ['*'], notActions: null, condition: ' ' }],
          operation: 'A/b',
          plane: 'control',
        },
      ],
      azureDecisions: [{ id: 0, role: OPERATOR.toUpperCase(), operation: `${VM}/READ`, plane: 'control' }],
      constructor: [{ id: 'k' }],
    };
    const ran = await ask('answer', file('odd.json', odd));
    assert.equal(ran.code, 1);
    assert.deepEqual(
      lines(ran).map((line) => Object.values(line as object)),
      [
        ['y-0', 'denied'],
        ['y-1', 'allowed'],
        [0, 'allowed'],
      ],
    );
    assert.match(ran.err, /no way to answer constructor\n$/);
  });

  it('answer reads a wildcard between slashes as standing for something, when told so', async () => {
    const questions = {
      syntheticDecisions: [
        { id: 'y', permissions: [{ actions: ['A/*/read'] }], operation: 'A/read', plane: 'control' },
      ],
    };
    const path = file('zero.json', questions);
    assert.deepEqual(lines(await ask('answer', path)), [{ id: 'y', answer: 'allowed' }]);
    assert.deepEqual(lines(await ask('answer', path, '--zero-segments', 'off')), [{ id: 'y', answer: 'denied' }]);
  });

  const WRONG: readonly (readonly [title: string, args: readonly string[], message: RegExp])[] = [
    ['an operation that is in both planes', ['least', `${VM}/keys/read`], /in both planes: say --plane/],
    [
      'an operation that is spelt wrong',
      ['least', `${VM}/restrat/action`],
      /did you mean Contoso\.Compute\/machines\/restart\/action\?/,
    ],
    ['a plane that there is not', ['least', `${VM}/read`, '--plane', 'sky'], /--plane is control or data/],
    ['a role that is spelt wrong', ['can', 'Machine Oprator', `${VM}/read`], /did you mean “Machine Operator”/],
    ['a role without an operation', ['explain', `${VM}/read`], /say a role and an operation/],
    ['one role to compare', ['compare', 'Readers'], /say two roles/],
    ['roles of two kinds to compare', ['compare', 'Readers', 'Guarded'], /nothing to compare/],
    ['a file that is not there', ['answer', '/nowhere.json'], /cannot be read \(ENOENT\)/],
    ['a switch in between', ['least', `${VM}/read`, '--zero-segments', 'maybe'], /is on or off/],
  ];
  for (const [title, args, message] of WRONG) {
    it(`exits 2 for ${title}`, async () => {
      const { code, out, err } = await ask(...args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    });
  }

  it('asks all the same about an operation that is not on the list, when the plane is said, and says so', async () => {
    const { code, out, err } = await ask('can', 'Machine Contributor', `${VM}/fly/action`, '--plane', 'control');
    assert.deepEqual([code, out], [0, 'allowed\n']);
    assert.match(err, /is not on the list/);
  });
});

(isSharedThere ? describe : describe.skip)(withShared('npm run roles, asked about built-in roles'), () => {
  const ask = (...args: readonly string[]): Promise<Ran> => runCommand(runRoles, [...args, '--data', DATA_FOLDER], {});

  it('least lists the seven that restart a virtual machine', async () => {
    const { code, out } = await ask('least', 'Microsoft.Compute/virtualMachines/restart/action', '--json');
    const { roles } = JSON.parse(out) as { roles: readonly { name: string }[] };
    assert.equal(code, 0);
    assert.deepEqual([roles.length, roles[0]?.name], [7, 'Desktop Virtualization Power On Off Contributor']);
  });

  it('answer agrees with every expected answer', async () => {
    type Case = Readonly<Record<string, unknown>> & { readonly id: string };
    const cases = readShared('cases/rbac-cases.json') as Record<string, readonly Case[]>;
    const expected = new Map(
      Object.values(cases)
        .filter(Array.isArray)
        .flat()
        .map((one: Case) => {
          const least = (one.leastPrivileged as { role: string }[] | undefined)?.map(({ role }) => role);
          const relation = 'clonePermissions' in one ? one.symbolic : one.relation;
          return [one.id, least ?? relation ?? one.expected ?? one.covers];
        }),
    );
    const { code, out, err } = await ask('answer', join(DATA_FOLDER, '../cases/rbac-cases.json'));
    assert.deepEqual([code, err], [0, '']);
    const said = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; answer: unknown });
    assert.deepEqual(new Map(said.map(({ id, answer }) => [id, answer])), expected);
    assert.deepEqual(
      said.map(({ id }) => id),
      [...expected.keys()],
    );
  }).timeout(60_000);
});
