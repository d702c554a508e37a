import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { RoleAdministration } from '../../../src/ports/role-administration.ts';
import { PRODUCTION, RG_PAYMENTS, RG_WEB, STAGING, VM, VM_OPERATOR } from '../sandbox/arm-calls.ts';
import type { AdministrationBench } from './administration-bench.ts';
import { anOrder, createAdministrationBench, lineOf, rejects } from './administration-bench.ts';

const DEFINITIONS = '/providers/Microsoft.Authorization/roleDefinitions';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const MG = '/providers/Microsoft.Management/managementGroups/mg-contoso';

const placed = (found: readonly RoleAtScope[]) => found.map(({ roleName, scope }) => `${roleName} @ ${scope.name}`);
const scopes = (found: readonly RoleAtScope[]) => found.map(({ scope }) => scope.id).sort();

describe('administration of Azure roles', () => {
  let bench: AdministrationBench;
  let roles: RoleAdministration;

  beforeEach(async () => {
    bench = await createAdministrationBench();
    roles = bench.administration('azure');
  });
  afterEach(async () => {
    await bench.close();
  });

  const find = async (words: string, scope: string | null, actor = bench.as('admin')) =>
    await roles.findRoles(actor, words, scope);

  it('gives every place that a name of a scope may mean', async () => {
    const found = await find('Contributor', 'rg-payments');
    assert.deepEqual(scopes(found), [`${STAGING}/resourceGroups/rg-payments`, RG_PAYMENTS]);
    const production = await find('Contributor', 'rg-payments on contoso production');
    assert.deepEqual(scopes(production), [RG_PAYMENTS]);
  });

  it('finds subscriptions and management groups by their names, and scopes by their paths', async () => {
    const cases: readonly [string, string, string][] = [
      ['Contoso Staging', STAGING, 'Contoso Staging'],
      ['contoso-staging', STAGING, 'Contoso Staging'],
      ['mg-contoso', MG, 'mg-contoso'],
      [`${RG_WEB.toUpperCase()}/`, RG_WEB, 'rg-web'],
      [VM, VM, 'vm-pay-01'],
    ];
    for (const [words, id, name] of cases) {
      const [role, ...others] = await find('Reader', words);
      assert.deepEqual([role?.scope.id, role?.scope.name], [id, name]);
      assert.deepEqual(others, []);
    }
  });

  it('writes role ids with the prefix that fits the scope', async () => {
    const [group] = await find('Reader', 'mg-contoso');
    const [inside] = await find('Reader', VM);
    assert.equal(group?.roleDefinitionId, `${DEFINITIONS}/${READER}`);
    assert.equal(inside?.roleDefinitionId, `${PRODUCTION}${DEFINITIONS}/${READER}`);
  });

  it('mends the prefix of an id that came from another scope', async () => {
    const [role] = await find('Virtual Machine Operator', RG_PAYMENTS);
    assert.ok(role);
    for (const id of [VM_OPERATOR, `${DEFINITIONS}/${VM_OPERATOR}`, `${STAGING}${DEFINITIONS}/${VM_OPERATOR}`]) {
      const wrong = { ...role, roleDefinitionId: roleDefinitionId(id) };
      const order = anOrder(wrong, bench.principal('newcomer'));
      assert.equal((await roles.change(bench.as('admin'), order)).state, 'provisioned');
      await bench.pass({ minutes: 6 });
      await roles.change(bench.as('admin'), { ...order, action: 'remove' });
    }
  });

  it('looks, without a scope, in every subscription that can be read and at the own rows', async () => {
    assert.deepEqual(scopes(await find('Reader', null)), [STAGING, PRODUCTION]);
    const own = await find('Virtual Machine Operator', null, bench.as('engineer'));
    assert.deepEqual(scopes(own), [RG_PAYMENTS]);
    const custom = await find('Virtual Machine Operator', null);
    assert.deepEqual(scopes(custom), [PRODUCTION]);
    assert.deepEqual(await find('Global Reader', null), []);
  });

  it('knows scopes and roles from their own eligible rows, for whoever may read nothing', async () => {
    const engineer = bench.as('engineer', 'selfService');
    assert.deepEqual(scopes(await find('Contributor', 'rg-web', engineer)), [RG_WEB]);
    assert.deepEqual(placed(await find('Reader', 'Contoso Staging', engineer)), ['Reader @ Contoso Staging']);
    await rejects(find('Owner', 'vm-pay-01', engineer), 'graph.forbidden');
    assert.deepEqual(await find('Reader', 'rg-payments', bench.as('newcomer')), []);
    await rejects(find('Reader', RG_WEB, bench.as('newcomer')), 'graph.forbidden');
  });

  it('takes paths of the directory and of nowhere for no scope', async () => {
    for (const scope of ['/', '/administrativeUnits/4c82d5e6-0001-4f70-9a8b-c1d2e3f4a5b1', '/subscriptions', '']) {
      assert.deepEqual(await find('Reader', scope), []);
    }
    assert.deepEqual(await find('Reader', `${PRODUCTION}/resourceGroups/rg-gone`), []);
  });

  it('tells what a scope has itself from what it inherits', async () => {
    const [here] = await find('Reader', RG_WEB);
    const [above] = await find('Reader', 'Contoso Production');
    assert.ok(here && above);
    const inherited = await roles.listAssignments(bench.as('admin'), { role: here });
    assert.deepEqual(inherited.map(lineOf), [
      'eligible assigned inherited: Alex Wilber (user), Reader @ Contoso Production',
    ]);
    const direct = await roles.listAssignments(bench.as('admin'), { role: above });
    assert.deepEqual(direct.map(lineOf), ['eligible assigned direct: Alex Wilber (user), Reader @ Contoso Production']);
  });

  it('lists what runs as activated, under the one who activated', async () => {
    const [role] = await find('Virtual Machine Operator', RG_PAYMENTS);
    assert.ok(role);
    const { id } = bench.principal('engineer');
    const engineer = bench.as('engineer', 'selfService');
    const token = await bench.sandbox.issuer.accessToken({
      app: bench.sandbox.apps.selfService,
      audience: 'https://management.azure.com',
      personId: engineer.principalId,
    });
    const name = '5c1f0a52-94d7-4e0f-8a55-2d7c31e9b0aa';
    const path = `${RG_PAYMENTS}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${name}`;
    const scheduleInfo = { expiration: { type: 'AfterDuration', duration: 'PT1H' } };
    const answer = await fetch(`${bench.sandbox.urls.arm}${path}?api-version=2020-10-01`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        properties: {
          principalId: id,
          roleDefinitionId: role.roleDefinitionId,
          requestType: 'SelfActivate',
          justification: 'INC-42',
          scheduleInfo,
        },
      }),
    });
    assert.equal(answer.status, 201);
    const rows = await roles.listAssignments(bench.as('admin'), { role });
    assert.deepEqual(rows.map(lineOf), [
      'eligible assigned direct: Alex Wilber (user), Virtual Machine Operator @ rg-payments',
      'active activated direct: Alex Wilber (user), Virtual Machine Operator @ rg-payments',
    ]);
    assert.equal(String(rows[1]?.endsAt), '2026-11-23T09:00:00Z');
  });

  it('names the schedule that an update is about', async () => {
    const [role] = await find('Virtual Machine Operator', RG_PAYMENTS);
    assert.ok(role);
    const order = anOrder(role, bench.principal('newcomer'));
    await roles.change(bench.as('admin'), order);
    bench.calls();
    await roles.change(bench.as('admin'), { ...order, action: 'update' });
    const [first, second, ...others] = bench.calls();
    assert.equal(first, `GET ${RG_PAYMENTS}/providers/Microsoft.Authorization/roleEligibilitySchedules`);
    assert.match(second ?? '', /^PUT .*\/roleEligibilityScheduleRequests\/[0-9a-f-]{36}$/);
    assert.deepEqual(others, []);
  });

  it('says that a role cannot be given where it is not assignable', async () => {
    const [role] = await find('Virtual Machine Operator', RG_PAYMENTS);
    assert.ok(role);
    const elsewhere = { ...role, scope: { id: `${STAGING}/resourceGroups/rg-payments`, name: 'rg-payments' } };
    await rejects(roles.change(bench.as('admin'), anOrder(elsewhere, bench.principal('newcomer'))), 'graph.not_found');
  });

  it('reads the scopes that can be named once in three minutes', async () => {
    await find('Reader', 'rg-web');
    bench.calls();
    await find('Owner', 'rg-web in Contoso Staging');
    assert.deepEqual(bench.calls(), [`GET ${STAGING}/resourceGroups/rg-web${DEFINITIONS}`]);
    await bench.pass({ minutes: 4 });
    await find('Owner', 'rg-web');
    assert.ok(bench.calls().includes('GET /subscriptions'));
  });

  it('fails when a list of scopes fails, rather than name fewer', async () => {
    bench.sandbox.faults.add({ name: 'throttle', match: 'resourceGroups', times: 1, retryAfter: 60 });
    await rejects(find('Reader', 'rg-web'), 'graph.throttled');
  });
});
