import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { RolesDriftNotice } from '../../../../src/domain/role-files-notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { errorOf, only, press } from '../administration/administration-bench.ts';
import {
  ASSIGN,
  aDirectoryRole,
  anAzureRole,
  azureFile,
  directoryFile,
  PAYMENTS,
  READ_APPS,
  RESTART,
  type RoleFilesBench,
  roleFilesBench,
  START,
  WEB,
} from './role-files-bench.ts';

const told = ({ roles }: RolesDriftNotice) => roles.map(({ name, state }) => `${name}: ${state}`);

describe('comparing role files with the tenant', () => {
  let bench: RoleFilesBench;
  beforeEach(async () => {
    bench = await roleFilesBench();
  });

  it('counts what is the same, and lists what is not, gains that change access first', async () => {
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    bench.files.set('support.json', directoryFile([READ_APPS]));
    bench.files.set('new.json', azureFile({ name: 'Assigner', id: null, actions: [ASSIGN] }));
    bench.azure.held.set('x', anAzureRole({ name: 'Forgotten', id: 'x' }));
    const notice = await bench.drift();
    assert.deepEqual(notice.counts, { same: 1, different: 1, 'only-in-files': 1, 'only-in-tenant': 1, unseen: 0 });
    assert.deepEqual(told(notice), ['Assigner: only-in-files', 'VM Starter: different', 'Forgotten: only-in-tenant']);
    assert.deepEqual(notice.roles[0]?.gains, { total: 1, escalating: [ASSIGN], others: [] });
    assert.deepEqual(notice.roles[1]?.gains, { total: 1, escalating: [], others: [RESTART] });
  });

  it('finds a role by the id of its file and says how it is called in the tenant', async () => {
    bench.files.set('starter.json', azureFile({ name: 'VM Operator', scopes: [WEB], description: 'Other.' }));
    const { roles } = await bench.drift('roles drift VM Operator');
    const [role] = roles;
    assert.deepEqual(
      [role?.nameInTenant, role?.isDescriptionOther, role?.scopesAdded.names, role?.scopesRemoved.names, role?.state],
      ['VM Starter', true, [WEB], [PAYMENTS], 'different'],
    );
  });

  it('finds a role without an id by its name, in any case', async () => {
    bench.files.set('starter.json', azureFile({ name: 'vm starter', id: null }));
    const { roles } = await bench.drift('roles drift starter.json');
    assert.deepEqual(told({ roles } as RolesDriftNotice), ['vm starter: different']);
    assert.equal(roles[0]?.nameInTenant, 'VM Starter');
  });

  it('tells on which scopes the asker has the right to write it', async () => {
    bench.files.set('starter.json', azureFile({ scopes: [PAYMENTS, WEB] }));
    bench.product.probe.permissions.delete(WEB.toLowerCase());
    const { roles } = await bench.drift();
    assert.deepEqual(roles[0]?.rights, {
      needs: 'Microsoft.Authorization/roleDefinitions/write',
      on: [PAYMENTS, WEB],
      held: [PAYMENTS],
      missing: [WEB],
      unknown: 0,
    });
  });

  it('counts scopes at which nobody could look', async () => {
    bench.files.set('starter.json', azureFile({ scopes: [PAYMENTS, WEB] }));
    bench.product.probe.failure = new AccessError('graph.throttled', 'slow down');
    const { roles } = await bench.drift();
    assert.deepEqual([roles[0]?.rights?.missing, roles[0]?.rights?.unknown], [[], 2]);
  });

  it('tells how many hold a role that was asked for', async () => {
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    const principal = { id: 'p', name: 'Alex Wilber', kind: 'user', userPrincipalName: null } as const;
    const use = { principal, scope: { id: PAYMENTS, name: 'rg-payments' } };
    bench.azure.uses.set(anAzureRole().id ?? '', [
      { ...use, kind: 'eligible' },
      { ...use, kind: 'active' },
      { ...use, kind: 'eligible' },
    ]);
    assert.deepEqual((await bench.drift('roles drift VM Starter')).roles[0]?.holders, { eligible: 2, active: 1 });
  });

  it('names the files that cannot be taken, with line and column, and roles that two files have', async () => {
    bench.files.set('broken.json', '{\n  "properties": ]');
    bench.files.set('one.json', azureFile());
    bench.files.set('two.json', azureFile({ id: null }));
    bench.problems.push({
      path: 'far.json',
      line: null,
      column: null,
      text: 'It is a link that leads out of the folder.',
    });
    const { problems } = await bench.drift();
    assert.deepEqual(
      problems.map(({ where, rule }) => `${where} ${rule}`),
      ['far.json file', 'broken.json:2:17 json', 'two.json:1:1 double'],
    );
  });

  it('does not take for hidden what only somebody’s memory still has', async () => {
    bench.files.set('starter.json', azureFile());
    bench.azure.held.clear();
    const { catalogue } = bench.product;
    catalogue.learn({ roles: [anAzureRole()] });
    sinon.stub(catalogue, 'forget').callsFake(() => catalogue.learn({ roles: [] }));
    assert.deepEqual(told(await bench.drift()), ['VM Starter: only-in-files', 'App Support: only-in-tenant']);
  });

  it('says “not visible to you” of a role that only the reader knows', async () => {
    bench.files.set('starter.json', azureFile());
    bench.azure.held.clear();
    bench.product.catalogue.learn({ roles: [anAzureRole()] });
    assert.deepEqual(told(await bench.drift()), ['App Support: only-in-tenant', 'VM Starter: unseen']);
  });

  it('goes on without the part that cannot be read, and says so', async () => {
    bench.files.set('starter.json', azureFile());
    bench.files.set('support.json', directoryFile([READ_APPS]));
    bench.directory.failNext('listCustom', new AccessError('graph.throttled', 'slow down'));
    const notice = await bench.drift();
    assert.deepEqual(told(notice), ['App Support: unseen']);
    assert.deepEqual(
      notice.unread.map(({ code }) => code),
      ['graph.throttled'],
    );
  });

  it('wants the sign-in of an administrator where the ordinary one may not read', async () => {
    bench.files.set('starter.json', azureFile());
    for (const part of [bench.azure, bench.directory]) {
      part.failNext('listCustom', new AccessError('graph.forbidden', 'no'));
    }
    const [offered] = await bench.product.says('admin', 'roles drift');
    assert.deepEqual(offered?.card === 'step-up' && offered.purpose, 'admin');
  });

  it('is nothing where no folder is configured, and knows only names that are there', async () => {
    assert.equal(errorOf(await bench.asks('roles drift Nobody'))[0], 'role_files.role_unknown');
    Object.assign(bench.product.services, { roleFiles: null });
    assert.equal(errorOf(await bench.asks('roles drift'))[0], 'role_files.none');
  });

  it('shows one role whole when it is chosen, and plans what is shown', async () => {
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    bench.directory.held.set('x', aDirectoryRole([]));
    const { roles } = await bench.drift();
    const card = await bench.product.card('admin', 'roles-drift');
    const [key] = roles.map((role) => role.key);
    const inputs = { role: key ?? '' };
    const [chosen] = await press(bench.product, 'admin', [card, 'show-role-drift'], { inputs });
    assert.deepEqual(
      only(
        [chosen].flatMap((one) => one ?? []),
        'roles-drift',
      ).about,
      'VM Starter',
    );
    const [plan] = await press(bench.product, 'admin', [card, 'open-role-plan'], { isAdmin: true });
    assert.equal(plan?.card, 'roles-change');
  });

  it('is kept as a file with everything that differs', async () => {
    bench.files.set('starter.json', azureFile({ actions: [RESTART] }));
    await bench.drift();
    const card = await bench.product.card('admin', 'roles-drift');
    const [report] = await press(bench.product, 'admin', [card, 'export']);
    assert.deepEqual(report?.card === 'report' && [report.title, report.rows], ['Role files and the tenant', 3]);
    const { rows } = await bench.product.database.pool.query<{ ndjson: string }>('select ndjson from pimlico.exports');
    assert.deepEqual(
      (rows[0]?.ndjson ?? '')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>)
        .map(({ role, difference, value }) => `${role} ${difference} ${value}`),
      [`VM Starter gains ${RESTART}`, `VM Starter loses ${START}`, 'App Support null null'],
    );
  });
});
