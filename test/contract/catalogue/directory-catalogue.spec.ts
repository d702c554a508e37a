import assert from 'node:assert/strict';
import { type CatalogueBench, codeOf, createCatalogueBench, roleNamed } from './catalogue-bench.ts';

const DEFINITIONS = '/roleManagement/directory/roleDefinitions';
const NAMESPACES = '/roleManagement/directory/resourceNamespaces';
const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';

describe('GraphCatalogue', () => {
  let bench: CatalogueBench;

  beforeEach(async () => {
    bench = await createCatalogueBench();
  });

  afterEach(() => bench.close());

  const refuse = async (match: string): Promise<void> => {
    const error = { name: 'error', service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'no' };
    await bench.fault({ ...error, match });
  };

  it('reads what roles allow, inherit, and are labeled', async () => {
    const known = await bench.catalogue.current();
    assert.deepEqual(roleNamed(known, 'Password Administrator'), {
      kind: 'directory',
      id: '966707d0-3269-4727-9be2-8c3a10f19b9d',
      name: 'Password Administrator',
      description: 'Resets passwords of people who are no administrators.',
      isCustom: false,
      isEnabled: true,
      isPrivileged: true,
      inheritsFrom: [DIRECTORY_READERS],
      permissions: [{ actions: ['microsoft.directory/users/password/update'], condition: null }],
    });
    const operator = roleNamed(known, 'Contoso-App-Assignment-Operator');
    assert.ok(operator?.kind === 'directory');
    assert.deepEqual([operator.isCustom, operator.inheritsFrom, operator.isPrivileged], [true, [], false]);
    assert.deepEqual(known.unread, []);
  });

  it('reads the permissions there are, on as many pages as they come', async () => {
    bench.sandbox.world.settings.pageSize = 7;
    const { directoryActions, unread } = await bench.catalogue.current();
    assert.deepEqual(unread, []);
    assert.equal(new Set(directoryActions.map(({ name }) => name)).size, directoryActions.length);
    assert.deepEqual(
      directoryActions.filter(({ name }) => name === 'microsoft.directory/users/password/update'),
      [{ name: 'microsoft.directory/users/password/update', description: 'Reset passwords of users.' }],
    );
  });

  it('says nothing of the label where beta may not be read, and reads the rest', async () => {
    await refuse(`/beta${DEFINITIONS}`);
    const known = await bench.catalogue.current();
    assert.deepEqual(known.unread, []);
    const role = roleNamed(known, 'Password Administrator');
    assert.equal(role?.kind === 'directory' ? role.isPrivileged : undefined, null);
  });

  it('says that it may not read definitions, and knows no roles then', async () => {
    await refuse(DEFINITIONS);
    const known = await bench.catalogue.current();
    assert.equal(codeOf(known, 'directory-roles'), 'graph.forbidden');
    assert.equal(roleNamed(known, 'Password Administrator'), undefined);
    assert.ok(roleNamed(known, 'Owner'));
  });

  it('says that it may not read permissions', async () => {
    await refuse(NAMESPACES);
    const known = await bench.catalogue.current();
    assert.equal(codeOf(known, 'directory-actions'), 'graph.forbidden');
    assert.equal(codeOf(known, 'directory-roles'), null);
  });

  it('leaves out a definition without permissions, and says that something is missing', async () => {
    const row = (number: number, rest: object) => ({
      id: `00000000-0000-4000-8000-00000000000${number}`,
      isBuiltIn: true,
      ...rest,
    });
    const value = [
      row(1, { displayName: 'Whole', rolePermissions: [{ allowedResourceActions: ['a/b/read'] }] }),
      row(2, { displayName: 'Without a list' }),
      row(3, { displayName: 'Without actions', rolePermissions: [{}] }),
    ];
    const answer = { name: 'error', service: 'graph', status: 200, contentType: 'application/json' };
    await bench.fault({ ...answer, match: DEFINITIONS, body: JSON.stringify({ value }) });
    const known = await bench.catalogue.current();
    assert.deepEqual(
      known.roles.filter(({ kind }) => kind === 'directory').map(({ name }) => name),
      ['Whole'],
    );
    assert.equal(codeOf(known, 'directory-roles'), 'graph.unexpected_answer');
  });
});
