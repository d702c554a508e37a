import assert from 'node:assert/strict';
import type { RoleDefinition } from '../../../../src/domain/role-definition.ts';
import { readRoleFile, readRoleText } from '../../../../src/roles/role-file/read-role-file.ts';
import { obstacles, type RoleFileReading, spotOf } from '../../../../src/roles/role-file/role-file.ts';
import { aBlock, aDirectoryRole, anAzureRole, ROLE_ID, SUBSCRIPTION } from './role-fixture.ts';

const FLAT = {
  Name: 'Virtual Machine Starter',
  Id: ROLE_ID,
  IsCustom: true,
  Description: 'Starts virtual machines.',
  Actions: ['Microsoft.Compute/virtualMachines/start/action'],
  NotActions: [],
  DataActions: [],
  NotDataActions: [],
  AssignableScopes: [SUBSCRIPTION],
};

const BODY = {
  roleName: 'Virtual Machine Starter',
  description: 'Starts virtual machines.',
  assignableScopes: [SUBSCRIPTION],
  permissions: [{ actions: ['Microsoft.Compute/virtualMachines/start/action'], notActions: [] }],
};

const CLI = {
  ...BODY,
  id: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_ID.toUpperCase()}`,
  name: ROLE_ID,
  roleType: 'CustomRole',
  type: 'Microsoft.Authorization/roleDefinitions',
  createdOn: '2026-01-01T00:00:00Z',
};

const REST = {
  name: ROLE_ID,
  type: 'Microsoft.Authorization/roleDefinitions',
  properties: { ...BODY, type: 'CustomRole' },
};

const GRAPH = {
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity',
  id: ROLE_ID,
  templateId: ROLE_ID,
  displayName: 'Application Reader',
  description: 'Reads applications.',
  isBuiltIn: false,
  isEnabled: true,
  version: '1',
  resourceScopes: ['/'],
  rolePermissions: [{ allowedResourceActions: ['microsoft.directory/applications/basic/read'], condition: null }],
};

function definitionsOf(content: unknown): readonly RoleDefinition[] {
  const reading = readRoleText(JSON.stringify(content));
  assert.deepEqual(obstacles(reading), []);
  return reading.roles.map(({ definition }) => definition);
}

function readIn(text: string): RoleFileReading {
  return readRoleFile(new TextEncoder().encode(text));
}

/** Each problem as `rule line:column path: text`. */
function told(content: unknown): readonly string[] {
  const reading = readRoleText(typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  return [...reading.problems, ...reading.roles.flatMap(({ problems }) => problems)].map(
    ({ rule, spot, text }) =>
      `${rule} ${spot === null ? '' : `${spot.line}:${spot.column} ${spot.path}`}: ${text.slice(0, 88)}`,
  );
}

describe('readRoleFile', () => {
  const shapes: readonly (readonly [string, unknown, RoleDefinition])[] = [
    ['the PowerShell shape', FLAT, anAzureRole()],
    ['the shape that Azure CLI prints, a list of one', [CLI], anAzureRole()],
    ['the REST shape', REST, anAzureRole()],
    ['the Graph shape', GRAPH, aDirectoryRole()],
  ];
  for (const [name, content, expected] of shapes) {
    it(`reads ${name}`, () => {
      assert.deepEqual(definitionsOf(content), [expected]);
    });
  }

  it('takes name for the GUID where roleName is what people see, and for what people see in the PowerShell shape', () => {
    const [flat, cli] = [definitionsOf(FLAT)[0], definitionsOf([CLI])[0]];
    assert.deepEqual([flat?.id, flat?.name], [ROLE_ID, 'Virtual Machine Starter']);
    assert.deepEqual([cli?.id, cli?.name], [ROLE_ID, 'Virtual Machine Starter']);
    assert.deepEqual(told({ ...CLI, name: 'Virtual Machine Starter' }), [
      `shape 16:10 $.name: in this shape name is the GUID of the role; the name that people see is roleName`.slice(
        0,
        103,
      ),
    ]);
  });

  it('reads lists of each kind: an array, and the value of an answer', () => {
    const second = { ...REST, name: '6d3bd2f2-3b4a-4ae0-9d40-8c2f0e7a11ab' };
    const expected = [anAzureRole(), anAzureRole({ id: '6d3bd2f2-3b4a-4ae0-9d40-8c2f0e7a11ab' })];
    assert.deepEqual(definitionsOf([REST, second]), expected);
    assert.deepEqual(definitionsOf({ value: [REST, second] }), expected);
    assert.deepEqual(definitionsOf({ value: [] }), []);
    assert.deepEqual(definitionsOf({ '@odata.context': 'x', value: [GRAPH] }), [aDirectoryRole()]);
  });

  it('takes null, an empty list and nothing at all for the same', () => {
    const { NotActions, DataActions, NotDataActions, ...rest } = FLAT;
    assert.deepEqual([NotActions, DataActions, NotDataActions], [[], [], []]);
    assert.deepEqual(definitionsOf({ ...rest, NotActions: null, Description: null, Condition: '' }), [
      anAzureRole({ description: '' }),
    ]);
  });

  it('takes keys in any case', () => {
    const upper = Object.fromEntries(Object.entries(BODY).map(([key, value]) => [key.toUpperCase(), value]));
    assert.deepEqual(definitionsOf({ NAME: ROLE_ID, PROPERTIES: { ...upper, TYPE: 'customrole' } }), [anAzureRole()]);
    const reading = readRoleText(JSON.stringify({ ...FLAT, NotActions: undefined, NOTACTIONS: ['a/b'] }));
    assert.deepEqual(reading.roles[0]?.definition, anAzureRole({ permissions: [aBlock({ notActions: ['a/b'] })] }));
  });

  it('says which keys Azure CLI would leave out, and understands them', () => {
    const { NotActions, ...rest } = FLAT;
    assert.deepEqual(NotActions, []);
    const content = { ...rest, NOTACTIONS: [], assignablescopes: [SUBSCRIPTION], AssignableScopes: undefined };
    const reading = readRoleText(JSON.stringify(content));
    assert.deepEqual(
      reading.roles[0]?.problems.map(({ text }) => text),
      [
        'Azure CLI leaves out “NOTACTIONS” without a word: it knows this key as NotActions only',
        'Azure CLI leaves out “assignablescopes” without a word: it knows this key as AssignableScopes only',
      ],
    );
    assert.deepEqual(obstacles(reading), []);
    assert.deepEqual(told({ ...FLAT, actions: undefined }), []);
  });

  it('remembers where every string stands', () => {
    const [role] = readRoleText(JSON.stringify(REST, null, 2)).roles;
    assert.ok(role);
    assert.deepEqual(spotOf(role, 'permissions.0.actions.0'), {
      line: 13,
      column: 11,
      path: '$.properties.permissions[0].actions[0]',
    });
    assert.deepEqual(spotOf(role, 'permissions.0.condition')?.path, '$.properties.permissions[0]');
    assert.deepEqual(spotOf(role, 'nothing.like.it'), { line: 1, column: 1, path: '$' });
    assert.deepEqual(spotOf({ spots: new Map() }, 'name'), null);
  });

  it('keeps strings byte for byte, blanks at their ends included', () => {
    const [role] = definitionsOf({ ...FLAT, Actions: ['Microsoft.Network/virtualNetworks/read '] });
    assert.deepEqual(role?.permissions[0]?.actions, ['Microsoft.Network/virtualNetworks/read ']);
  });
});

describe('readRoleFile on bad input', () => {
  it('refuses 10 MB at once, without reading them', () => {
    // Whoever looked into them would find brackets, and nothing else.
    const bytes = new Uint8Array(10 * 1024 * 1024).fill(0x5b);
    assert.deepEqual(readRoleFile(bytes).problems, [
      {
        rule: 'file-size',
        text: 'the file is larger than 4 MiB: no role definition is',
        spot: null,
        isUnderstood: false,
      },
    ]);
  });

  it('reads a file with a byte order mark', () => {
    const reading = readIn(`\uFEFF${JSON.stringify(FLAT)}`);
    assert.deepEqual(reading.roles[0]?.definition, anAzureRole());
    assert.deepEqual(spotOf(reading.roles[0] as never, '')?.column, 1);
  });

  const littleEndian = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
  const bigEndian = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le').swap16());
  const encodings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
    ['little endian', littleEndian],
    ['big endian', bigEndian],
  ];
  for (const [name, encode] of encodings) {
    it(`reads UTF-16 ${name}, with and without its mark`, () => {
      for (const mark of ['\uFEFF', '']) {
        const reading = readRoleFile(encode(`${mark}${JSON.stringify({ ...FLAT, Name: 'Größe' })}`));
        assert.deepEqual(reading.roles[0]?.definition, anAzureRole({ name: 'Größe' }));
      }
    });
  }

  it('says where a file is no UTF-8', () => {
    const bytes = new Uint8Array([...Buffer.from('{\n "Name": "Gr'), 0xf6, ...Buffer.from('sse"}')]);
    assert.deepEqual(readRoleFile(bytes).problems, [
      {
        rule: 'encoding',
        text: 'this is no valid UTF-8: save the file as UTF-8',
        spot: { line: 2, column: 13, path: '$' },
        isUnderstood: false,
      },
    ]);
    assert.deepEqual(readRoleFile(new Uint8Array([0xff, 0xfe, 0x7b])).problems[0]?.rule, 'encoding');
  });

  it('says with line and column where JSON is wrong', () => {
    assert.deepEqual(told('{\n "Name": "x"\n "Actions": []}'), [
      'json 3:2 $: a comma or the closing bracket is expected',
    ]);
    assert.deepEqual(told(' \n'), ['json : the file is empty']);
  });

  it('refuses nesting bombs', () => {
    const [problem] = told(`{"Actions": ${'['.repeat(500_000)}`);
    assert.equal(problem, 'nesting 1:44 $: more than 32 levels of { and [');
  });

  it('refuses keys that come twice, also in another case, wherever they are', () => {
    assert.deepEqual(told('{"Actions": ["*"],\n "Actions": [],\n "actions": []}'), [
      'duplicate-key 2:2 $.Actions: the key “Actions” comes twice: the first is in line 1, column 2',
      'duplicate-key 3:2 $.actions: the key “actions” is “Actions” again: the first is in line 1, column 2',
    ]);
    assert.deepEqual(told('{"properties": {"permissions": [{"notActions": [], "notActions": []}]}}'), [
      'duplicate-key 1:52 $.properties.permissions[0].notActions: the key “notActions” comes twice: the first is in line 1, column 34',
    ]);
  });

  it('refuses all three shapes at once', () => {
    const problem = readRoleText(JSON.stringify({ ...FLAT, ...CLI, ...REST })).problems.at(-1);
    assert.equal(
      problem?.text,
      'this is in several shapes at once, the REST shape (properties) and the shape that Azure CLI prints (roleName and permissions) and the PowerShell shape (lists at the top; also what Azure CLI takes): which one counts would be a guess; keep one',
    );
  });

  it('refuses Entra and Azure in one definition, and in one list', () => {
    const [problem] = readRoleText(JSON.stringify({ ...GRAPH, actions: ['*/read'] })).problems;
    assert.match(problem?.text ?? '', /no role is of Entra and of Azure at once; make two files$/);
    assert.match(told([REST, GRAPH])[0] ?? '', /^shape 22:2 \$\[1\]: this list begins in the REST shape/);
  });

  it('says of what is no role definition what is missing', () => {
    assert.match(told({ Name: 'x' })[0] ?? '', /^shape 1:1 \$: this is no role definition: it has none of properties/);
    assert.deepEqual(told([1, 'x']), [
      'shape 2:2 $[0]: a role definition is an object, in braces',
      'shape 3:2 $[1]: a role definition is an object, in braces',
    ]);
    assert.deepEqual(told('7'), ['shape 1:1 $: a role definition is an object, in braces']);
  });

  it('refuses a key that nobody knows and names the one that may be meant', () => {
    const reading = readRoleText(JSON.stringify({ ...FLAT, NotAction: ['*/write'] }));
    assert.deepEqual(obstacles(reading).length, 1);
    assert.deepEqual(told({ ...FLAT, NotAction: ['*/write'] }), [
      'shape 15:2 $.NotAction: there is no key “NotAction” here; did you mean “NotActions”?',
    ]);
    assert.deepEqual(told({ properties: { ...BODY, Actions: ['*'] } }), [
      'shape 16:3 $.properties.Actions: there is no key “Actions” here',
    ]);
  });

  it('tells the first twenty keys that nobody knows, and how many more there are', () => {
    const odd = Object.fromEntries(Array.from({ length: 1_022 }, (_, index) => [`odd${index}`, null]));
    const problems = told({ ...FLAT, ...odd });
    assert.equal(problems.length, 21);
    assert.match(problems.at(-1) ?? '', /there are 1,002 more keys here that nobody knows$/);
  });

  const values: readonly (readonly [string, unknown, string])[] = [
    ['a list that is text', { ...FLAT, Actions: '*' }, 'Actions must be a list of texts, in square brackets'],
    [
      'a list that holds a number',
      { ...FLAT, Actions: [7] },
      'Actions must hold texts in double quotes, and nothing else',
    ],
    ['a name that is a number', { ...FLAT, Name: 7 }, 'Name must be text, in double quotes'],
    ['IsCustom in quotes', { ...FLAT, IsCustom: 'true' }, 'IsCustom must be true or false, without quotes'],
    ['properties that are a list', { properties: [] }, 'properties must be an object'],
    [
      'permissions that are no list',
      { ...CLI, permissions: {} },
      'permissions must be a list of objects, in square brackets',
    ],
    [
      'a block that is text',
      { ...CLI, permissions: ['*'] },
      'permissions must hold objects, in braces, and nothing else',
    ],
    [
      'another type of resource',
      { ...CLI, type: 'Microsoft.Compute/disks' },
      'type must be Microsoft.Authorization/roleDefinitions here',
    ],
    ['a kind of role that there is not', { ...CLI, roleType: 'Mine' }, 'roleType must be CustomRole or BuiltInRole'],
    [
      'two GUIDs',
      { ...CLI, name: SUBSCRIPTION.slice(-36) },
      `name and id name two roles: ${SUBSCRIPTION.slice(-36)} and ${ROLE_ID}`,
    ],
    ['an id that is no GUID', { ...GRAPH, id: '7', templateId: null }, 'id must be a GUID'],
    [
      'another template',
      { ...GRAPH, templateId: SUBSCRIPTION.slice(-36) },
      'id and templateId are two GUIDs: of a role definition they are the same',
    ],
    [
      'one page of several',
      { value: [REST], nextLink: 'https://x' },
      'this is one page of several (nextLink): get the others and put them together',
    ],
    [
      'actions that Entra should take away',
      { ...GRAPH, rolePermissions: [{ allowedResourceActions: [], excludedResourceActions: ['a'] }] },
      'Entra takes nothing away yet: excludedResourceActions must be empty',
    ],
  ];
  for (const [name, content, expected] of values) {
    it(`refuses ${name}`, () => {
      assert.deepEqual(
        obstacles(readRoleText(JSON.stringify(content))).map(({ rule, text }) => [rule, text]),
        [['shape', expected]],
      );
    });
  }

  it('remarks a GUID where the name that people see belongs', () => {
    assert.match(told({ ...FLAT, Name: ROLE_ID })[0] ?? '', /is a GUID: in this shape Name is the name/);
  });
});
