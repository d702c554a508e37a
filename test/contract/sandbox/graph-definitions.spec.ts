import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { assignInSandbox } from '../sandbox-assign.ts';
import {
  type Body,
  DIRECTORY,
  GLOBAL_READER,
  type GraphSandbox,
  OPERATOR,
  PRIVILEGED_ROLE_ADMINISTRATOR,
  type Send,
  startGraph,
  USER_ADMINISTRATOR,
  verdict,
} from './graph-calls.ts';

const DEFINITIONS = `${DIRECTORY}/roleDefinitions`;
const BETA = '/beta/roleManagement/directory';
const NAMESPACE = `${DIRECTORY}/resourceNamespaces/microsoft.directory`;
const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
const READS = 'microsoft.directory/applications/standard/read';

const aRole = (changes: object = {}) => ({
  displayName: 'App reader',
  description: 'Reads app registrations.',
  isEnabled: true,
  rolePermissions: [{ allowedResourceActions: [READS] }],
  ...changes,
});

describe('Graph, role definitions', () => {
  let graph: GraphSandbox;
  let admin: Send;

  beforeEach(async () => {
    graph = await startGraph();
    graph.sandbox.world.tenant.directoryRoles.set(graph.id('admin'), new Set([PRIVILEGED_ROLE_ADMINISTRATOR]));
    admin = await graph.as('admin', { app: 'admin' });
  });

  afterEach(() => graph.sandbox.close());

  const create = async (changes: object = {}): Promise<Body> => {
    const reply = await admin('POST', DEFINITIONS, aRole(changes));
    assert.equal(verdict(reply), '201');
    return reply.body;
  };

  it('makes a custom role that everybody who may read roles sees', async () => {
    const role = await create();
    assert.equal(role.isBuiltIn, false);
    assert.deepEqual(role.rolePermissions, [{ allowedResourceActions: [READS], condition: null }]);
    const engineer = await graph.as('engineer');
    const read = await engineer('GET', `${DEFINITIONS}/${role.id}`);
    assert.equal(read.body.displayName, 'App reader');
    assert.equal(read.body.templateId, role.id);
  });

  it('keeps a chosen template id, which is not the id', async () => {
    const templateId = randomUUID();
    const role = await create({ templateId });
    assert.equal(role.templateId, templateId);
    assert.notEqual(role.id, templateId);
  });

  it('changes what a PATCH names and nothing else, and deletes', async () => {
    const role = await create();
    const path = `${DEFINITIONS}/${role.id}`;
    assert.equal(verdict(await admin('PATCH', path, { isEnabled: false })), '204');
    const { body } = await admin('GET', path);
    assert.deepEqual([body.isEnabled, body.displayName], [false, 'App reader']);
    assert.equal(verdict(await admin('DELETE', path)), '204');
    assert.equal(verdict(await admin('GET', path)), '404 Request_ResourceNotFound');
    assert.equal(verdict(await admin('DELETE', path)), '404 Request_ResourceNotFound');
  });

  const bodies: readonly [what: string, changes: object][] = [
    ['without a name', { displayName: undefined }],
    ['with an empty name', { displayName: ' ' }],
    ['with a name of 257 characters', { displayName: 'n'.repeat(257) }],
    ['without isEnabled', { isEnabled: undefined }],
    ['without permissions', { rolePermissions: undefined }],
    ['without one permission', { rolePermissions: [] }],
    [
      'with an unknown permission',
      { rolePermissions: [{ allowedResourceActions: ['microsoft.directory/nothing/read'] }] },
    ],
    ['with a wildcard', { rolePermissions: [{ allowedResourceActions: ['microsoft.directory/*'] }] }],
    ['with an operation of Azure', { rolePermissions: [{ allowedResourceActions: ['*/read'] }] }],
    [
      'with a permission that only built-in roles have',
      { rolePermissions: [{ allowedResourceActions: ['microsoft.directory/users/password/update'] }] },
    ],
    ['with a condition', { rolePermissions: [{ allowedResourceActions: [READS], condition: '$ResourceIsSelf' }] }],
    ['with an id of its own', { id: randomUUID() }],
    ['with a template id that is no GUID', { templateId: 'mine' }],
  ];
  for (const [what, changes] of bodies) {
    it(`refuses a role ${what}`, async () => {
      assert.equal(verdict(await admin('POST', DEFINITIONS, aRole(changes))), '400 Request_BadRequest');
    });
  }

  it('refuses a name that is taken, in any case, and says what the conflict is', async () => {
    await create();
    const reply = await admin('POST', DEFINITIONS, aRole({ displayName: 'APP READER' }));
    assert.equal(verdict(reply), '400 Request_BadRequest');
    assert.deepEqual(
      reply.body.error.details.map(({ code, target }: Body) => [code, target]),
      [['ObjectConflict', 'displayName']],
    );
    assert.equal(
      verdict(await admin('POST', DEFINITIONS, aRole({ displayName: 'Global Reader' }))),
      '400 Request_BadRequest',
    );
  });

  it('refuses to change or delete built-in roles', async () => {
    const path = `${DEFINITIONS}/${GLOBAL_READER}`;
    assert.equal(verdict(await admin('PATCH', path, { description: 'mine' })), '400 Request_BadRequest');
    assert.equal(verdict(await admin('DELETE', path)), '400 Request_BadRequest');
  });

  it('refuses to delete a role that somebody is eligible for', async () => {
    assert.equal(verdict(await admin('DELETE', `${DEFINITIONS}/${OPERATOR}`)), '400 Request_BadRequest');
    const role = await create();
    assignInSandbox(graph.sandbox, {
      to: 'newcomer',
      kind: 'active',
      endsAt: graph.sandbox.clock.now().add({ minutes: 30 }),
      role: {
        surface: 'directory',
        roleDefinitionId: role.id,
        roleName: 'App reader',
        scope: { id: '/', name: 'Whole tenant' },
      },
    });
    assert.equal(verdict(await admin('DELETE', `${DEFINITIONS}/${role.id}`)), '400 Request_BadRequest');
    await graph.pass('PT31M');
    assert.equal(verdict(await admin('DELETE', `${DEFINITIONS}/${role.id}`)), '204');
  });

  it('refuses the 101st custom role', async () => {
    for (let number = 3; number <= 100; number += 1) {
      await create({ displayName: `Role ${number}` });
    }
    assert.equal(verdict(await admin('POST', DEFINITIONS, aRole())), '403 Directory_QuotaExceeded');
  });

  it('wants the permission to write, and the role', async () => {
    const missing = '403 UnknownError(PermissionScopeNotGranted)';
    const denied = '403 Authorization_RequestDenied';
    const selfService = await graph.as('admin');
    assert.equal(verdict(await selfService('POST', DEFINITIONS, aRole())), missing);
    const engineer = await graph.as('engineer', { app: 'admin' });
    assert.equal(verdict(await engineer('POST', DEFINITIONS, aRole())), denied);
    assert.equal(verdict(await engineer('PATCH', `${DEFINITIONS}/${OPERATOR}`, { isEnabled: false })), denied);
    assert.equal(verdict(await engineer('DELETE', `${DEFINITIONS}/${OPERATOR}`)), denied);
  });

  it('shows on request what a built-in role inherits, and that Directory Readers inherit nothing', async () => {
    const inherited = async (id: string) => {
      const { body } = await admin('GET', `${DEFINITIONS}/${id}?$expand=inheritsPermissionsFrom`);
      return body.inheritsPermissionsFrom.map((role: Body) => role.displayName);
    };
    assert.deepEqual(await inherited(USER_ADMINISTRATOR), ['Directory Readers']);
    assert.deepEqual(await inherited(DIRECTORY_READERS), []);
    assert.deepEqual(await inherited(OPERATOR), []);
  });

  it('has the label "privileged" in beta only, and gives it to a custom role with a privileged permission', async () => {
    const role = await create({
      rolePermissions: [{ allowedResourceActions: ['microsoft.directory/applications/credentials/update'] }],
    });
    const { body } = await admin('GET', `${BETA}/roleDefinitions?$select=id,isPrivileged`);
    const labels = new Map(body.value.map(({ id, isPrivileged }: Body) => [id, isPrivileged]));
    assert.deepEqual(
      [USER_ADMINISTRATOR, DIRECTORY_READERS, OPERATOR, role.id].map((id) => labels.get(id)),
      [true, false, false, true],
    );
    assert.equal('isPrivileged' in (await admin('GET', `${DEFINITIONS}/${USER_ADMINISTRATOR}`)).body, false);
  });

  it('lists the permissions there are, with words, and in beta with the label', async () => {
    graph.sandbox.world.settings.pageSize = 500;
    const { body } = await admin('GET', `${NAMESPACE}/resourceActions?$filter=name eq '${READS}'`);
    assert.deepEqual(
      body.value.map(({ name, description, actionVerb }: Body) => [name, description, actionVerb]),
      [[READS, 'Read basic properties of app registrations.', 'GET']],
    );
    assert.equal('isPrivileged' in body.value[0], false);
    const beta = await admin('GET', `${BETA}/resourceNamespaces/microsoft.directory/resourceActions`);
    assert.equal(
      beta.body.value.find(({ name }: Body) => name === 'microsoft.directory/users/password/update').isPrivileged,
      true,
    );
    const namespaces = await admin('GET', `${DIRECTORY}/resourceNamespaces`);
    assert.deepEqual(
      namespaces.body.value.map(({ id }: Body) => id),
      ['microsoft.directory'],
    );
    assert.equal(
      verdict(await admin('GET', `${DIRECTORY}/resourceNamespaces/microsoft.intune/resourceActions`)),
      '404 Request_ResourceNotFound',
    );
    const mail = await graph.as('engineer', { permissions: ['User.Read'] });
    assert.equal(
      verdict(await mail('GET', `${NAMESPACE}/resourceActions`)),
      '403 UnknownError(PermissionScopeNotGranted)',
    );
  });

  it('lists a permission for every one that a seeded role holds', async () => {
    graph.sandbox.world.settings.pageSize = 500;
    const [roles, actions] = await Promise.all([
      admin('GET', DEFINITIONS),
      admin('GET', `${NAMESPACE}/resourceActions`),
    ]);
    const known = new Set(actions.body.value.map(({ name }: Body) => name));
    const held = roles.body.value.flatMap(({ rolePermissions }: Body) =>
      rolePermissions.flatMap(({ allowedResourceActions }: Body) => allowedResourceActions),
    );
    assert.deepEqual(
      held.filter((name: string) => !known.has(name)),
      [],
    );
  });
});
