import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import { errorOf, press } from '../administration/administration-bench.ts';
import {
  anAzureRole,
  azureFile,
  PAYMENTS,
  type RoleFilesBench,
  roleFilesBench,
  STARTER_ID,
} from './role-files-bench.ts';

const USE = {
  principal: { id: 'p', name: 'Alex Wilber', kind: 'user', userPrincipalName: null },
  kind: 'eligible',
  scope: { id: PAYMENTS, name: 'rg-payments' },
} as const;

describe('deleting a custom role', () => {
  let bench: RoleFilesBench;
  beforeEach(async () => {
    bench = await roleFilesBench();
  });

  it('asks first, deletes at Confirm, and says so', async () => {
    const { phase, action, items } = await bench.plan('delete role VM Starter');
    assert.deepEqual([phase, action, items.length], ['confirm', 'delete', 1]);
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['delete VM Starter: done']);
    assert.equal(bench.azure.held.has(STARTER_ID), false);
    assert.deepEqual(
      (await bench.product.audit()).filter((event) => event.startsWith('role_definition.')),
      ['role_definition.intended', 'role_definition.changed'],
    );
  });

  it('is refused while somebody has the role, and lists who, by place', async () => {
    const admin = { ...USE, principal: { ...USE.principal, name: 'Adele Vance' }, kind: 'active' } as const;
    const web = { ...USE, scope: { id: `${PAYMENTS}-2`, name: 'a-group' } };
    bench.azure.uses.set(STARTER_ID, [USE, admin, web]);
    const { phase, problem, items } = await bench.plan('delete role VM Starter');
    assert.deepEqual([phase, problem?.code, problem?.facts], ['blocked', 'role_definition.in_use', { count: '3' }]);
    assert.deepEqual(items[0]?.uses, [
      { principalName: 'Alex Wilber', kind: 'eligible', scopeName: 'a-group' },
      { principalName: 'Adele Vance', kind: 'active', scopeName: 'rg-payments' },
      { principalName: 'Alex Wilber', kind: 'eligible', scopeName: 'rg-payments' },
    ]);
  });

  it('is refused when somebody got the role between the question and Confirm', async () => {
    await bench.plan('delete role VM Starter');
    bench.azure.uses.set(STARTER_ID, [USE]);
    await bench.confirms();
    const { phase, problem } = await bench.shown();
    assert.deepEqual([phase, problem?.code], ['blocked', 'role_definition.in_use']);
    assert.deepEqual(bench.azure.written, []);
  });

  it('is not made when the role is another one by now', async () => {
    await bench.plan('delete role VM Starter');
    bench.azure.held.set(STARTER_ID, anAzureRole({ actions: ['*'] }));
    await bench.confirms();
    assert.equal((await bench.shown()).problem?.code, 'role_files.changed');
    assert.deepEqual(bench.azure.written, []);
  });

  it('says what Microsoft refused', async () => {
    await bench.plan('delete role VM Starter');
    bench.azure.failNext('remove', new AccessError('role_definition.in_use', 'RoleDefinitionHasAssignments'));
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['delete VM Starter: failed role_definition.in_use']);
  });

  it('finds out what became of a deletion whose answer was lost', async () => {
    await bench.plan('delete role VM Starter');
    bench.azure.failNext('remove', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['delete VM Starter: done']);
  });

  it('never takes a built-in role, nor one that only a file has, nor one of several', async () => {
    bench.files.set('new.json', azureFile({ name: 'Restarter', id: null }));
    assert.equal(errorOf(await bench.asks('delete role Reader'))[0], 'role_definition.built_in');
    assert.equal(errorOf(await bench.asks('delete role Restarter'))[0], 'role_files.role_unknown');
    assert.equal(errorOf(await bench.asks('delete role "VM Starter", "App Support"'))[0], 'command.problem');
    bench.azure.held.set('x', anAzureRole({ name: 'App Support', id: 'x' }));
    assert.equal(errorOf(await bench.asks('delete role App Support'))[0], 'role_files.ambiguous');
    assert.deepEqual(bench.azure.written, []);
  });

  it('names the role as the tenant does, also where its file would rename it', async () => {
    bench.files.set('starter.json', azureFile({ name: 'VM Viewer' }));
    const { items } = await bench.plan('delete role VM Viewer');
    assert.deepEqual(
      items.map(({ name, nameInTenant, id }) => [name, nameInTenant, id]),
      [['VM Starter', null, STARTER_ID]],
    );
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['delete VM Starter: done']);
  });

  it('wants the right to delete on every scope', async () => {
    bench.product.probe.permissions.clear();
    const { phase, problem } = await bench.plan('delete role VM Starter');
    assert.deepEqual([phase, problem?.code], ['blocked', 'role_definition.scope_forbidden']);
  });

  it('works without a file of the role, and is dropped by a press', async () => {
    await bench.plan('delete role VM Starter');
    const card = await bench.product.card('admin', 'roles-change');
    await press(bench.product, 'admin', [card, 'drop-roles']);
    assert.equal((await bench.shown()).phase, 'dropped');
    assert.equal(bench.azure.held.has(STARTER_ID), true);
  });
});
