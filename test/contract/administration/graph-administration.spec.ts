import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleKey } from '../../../src/domain/assignment.ts';
import type { RoleAdministration } from '../../../src/ports/role-administration.ts';
import type { AdministrationBench } from './administration-bench.ts';
import { anOrder, createAdministrationBench, lineOf, rejects } from './administration-bench.ts';

const MADRID = '/administrativeUnits/4c82d5e6-0001-4f70-9a8b-c1d2e3f4a5b1';
const HELPDESK = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const PAYMENTS = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';

const keys = (found: readonly RoleAtScope[]) => found.map(roleKey);
const placed = (found: readonly RoleAtScope[]) => found.map(({ roleName, scope }) => `${roleName} @ ${scope.name}`);

describe('administration of Entra roles', () => {
  let bench: AdministrationBench;
  let roles: RoleAdministration;

  beforeEach(async () => {
    bench = await createAdministrationBench();
    roles = bench.administration('directory');
  });
  afterEach(async () => {
    await bench.close();
  });

  it('finds a role on an administrative unit by its name or its path', async () => {
    for (const scope of ['branch madrid', 'Branch-Madrid', MADRID, MADRID.toUpperCase().replace('UNITS', 'units')]) {
      const [role, ...others] = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', scope);
      assert.equal(role?.scope.id, MADRID);
      assert.equal(role?.scope.name, 'Branch Madrid');
      assert.deepEqual(others, []);
    }
  });

  it('takes the whole tenant by its sign and by its name', async () => {
    for (const scope of [null, '/', 'whole tenant']) {
      const found = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', scope);
      assert.deepEqual(keys(found), [`directory|${HELPDESK}|/`]);
    }
  });

  it('finds a role by its id', async () => {
    const found = await roles.findRoles(bench.as('admin'), HELPDESK.toUpperCase(), null);
    assert.deepEqual(placed(found), ['Helpdesk Administrator @ Whole tenant']);
  });

  it('knows units from where somebody has the role, for whoever may not list them', async () => {
    bench.sandbox.faults.add({ name: 'error', status: 403, match: '/directory/administrativeUnits' });
    const admin = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', 'Branch Lisbon');
    assert.deepEqual(placed(admin), ['Helpdesk Administrator @ Branch Lisbon']);
    const other = await roles.findRoles(bench.as('admin'), 'Security Reader', 'Branch Lisbon');
    assert.deepEqual(other, []);
  });

  it('knows units from their own rows, for whoever sees nobody else', async () => {
    const found = await roles.findRoles(bench.as('engineer', 'selfService'), 'Helpdesk Administrator', 'branch lisbon');
    assert.deepEqual(placed(found), ['Helpdesk Administrator @ Branch Lisbon']);
  });

  it('takes the path of a unit or an object that is in no list as it is', async () => {
    const path = '/administrativeUnits/4c82d5e6-0009-4f70-9a8b-c1d2e3f4a5b9';
    const found = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', path);
    assert.deepEqual(keys(found), [`directory|${HELPDESK}|${path.toLowerCase()}`]);
    assert.deepEqual(placed(found), ['Helpdesk Administrator @ 4c82d5e6-0009-4f70-9a8b-c1d2e3f4a5b9']);
  });

  it('does not take the path of a subscription or an application for a scope', async () => {
    for (const scope of ['/subscriptions/9d0e6c1a-4b2f-4c8e-a1d5-6f7b82c3e401', `/applications/${HELPDESK}`]) {
      assert.deepEqual(await roles.findRoles(bench.as('admin'), 'Security Reader', scope), []);
    }
  });

  it('asks for the definitions once in five minutes for each actor', async () => {
    bench.calls();
    await roles.findRoles(bench.as('admin'), 'Security Reader', null);
    await roles.findRoles(bench.as('admin'), 'Global Reader', null);
    assert.deepEqual(bench.calls(), ['GET /v1.0/roleManagement/directory/roleDefinitions']);
    await roles.findRoles(bench.as('engineer', 'selfService'), 'Global Reader', null);
    assert.equal(bench.calls().length, 1);
    await bench.pass({ minutes: 6 });
    await roles.findRoles(bench.as('admin'), 'Global Reader', null);
    assert.equal(bench.calls().length, 1);
  });

  it('keeps assignments on a unit apart from those on the tenant', async () => {
    const [onUnit] = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', MADRID);
    const [onTenant] = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', null);
    assert.ok(onUnit && onTenant);
    const rows = await roles.listAssignments(bench.as('admin'), { role: onUnit });
    assert.deepEqual(rows.map(lineOf), [
      'eligible assigned direct: Alex Wilber (user), Helpdesk Administrator @ Branch Madrid',
    ]);
    assert.deepEqual(await roles.listAssignments(bench.as('admin'), { role: onTenant }), []);
    await roles.change(bench.as('admin'), anOrder(onUnit, bench.principal('newcomer')));
    assert.equal((await roles.listAssignments(bench.as('admin'), { scopeId: MADRID })).length, 2);
  });

  it('names every rule that failed, when several did', async () => {
    const [role] = await roles.findRoles(bench.as('admin'), 'Security Reader', null);
    assert.ok(role);
    const order = anOrder(role, bench.principal('newcomer'), {
      kind: 'active',
      justification: '',
      endsAt: Temporal.Instant.from('2036-01-01T00:00:00Z'),
    });
    await bench.administration('directory').writeSettings(bench.as('admin'), role, await withLimit(role));
    const error = await rejects(roles.change(bench.as('admin'), order), 'activation.refused_by_policy');
    assert.deepEqual(error.facts.rules?.split(', ').sort(), ['ExpirationRule', 'JustificationRule']);
  });

  async function withLimit(role: RoleAtScope) {
    const { settings: from } = await roles.readSettings(bench.as('admin'), role);
    const activeAssignment = { ...from.activeAssignment, isPermanentAllowed: false, maximumDuration: 'P180D' };
    return { from, to: { ...from, activeAssignment } };
  }
});

describe('administration of PIM groups', () => {
  let bench: AdministrationBench;
  let roles: RoleAdministration;

  beforeEach(async () => {
    bench = await createAdministrationBench();
    roles = bench.administration('group');
  });
  afterEach(async () => {
    await bench.close();
  });

  it('gives members and owners of a group, unless the words say which', async () => {
    const both = [`group|member|${PAYMENTS}`, `group|owner|${PAYMENTS}`];
    const cases: readonly [string, string | null, readonly string[]][] = [
      ['sg-payments-oncall', null, both],
      [PAYMENTS.toUpperCase(), null, both],
      ['sg-payments-oncall', PAYMENTS, both],
      ['sg-payments-oncall owner', PAYMENTS, both.slice(1)],
      ['sg-app-approvers', PAYMENTS, []],
      ['sg-payments-oncall owner', null, both.slice(1)],
      ['sg-payments-oncall owners', null, both.slice(1)],
      ['sg-payments-oncall', 'member', both.slice(0, 1)],
      ['sg-payments-oncall', 'Group membership', both.slice(0, 1)],
      ['sg-payments-oncall', 'group ownership', both.slice(1)],
      ['Owner', 'sg-payments-oncall', both.slice(1)],
      ['members', PAYMENTS, both.slice(0, 1)],
      ['member', null, []],
      ['sg-payments-oncall', 'rg-payments', []],
    ];
    for (const [words, scope, expected] of cases) {
      assert.deepEqual(keys(await roles.findRoles(bench.as('admin'), words, scope)), expected, `${words} on ${scope}`);
    }
  });

  it('also finds a group whose own name ends in owner', async () => {
    const id = '2a91b3c4-00aa-4d5e-8f60-a1b2c3d4e5aa';
    const group = { id, displayName: 'App owner', isAssignableToRole: false, memberIds: [], ownerIds: [] };
    bench.sandbox.world.tenant.groups.set(id, group);
    const found = await roles.findRoles(bench.as('admin'), 'App owner', null);
    assert.deepEqual(placed(found), ['App owner @ Group membership', 'App owner @ Group ownership']);
  });

  it('does not offer groups that PIM cannot manage', async () => {
    for (const [index, kind] of [{ isDynamic: true }, { isSynced: true }].entries()) {
      const id = `2a91b3c4-00bb-4d5e-8f60-a1b2c3d4e5b${index}`;
      const group = { id, displayName: `sg-other-${index}`, isAssignableToRole: false, memberIds: [], ownerIds: [] };
      bench.sandbox.world.tenant.groups.set(id, { ...group, ...kind });
      assert.deepEqual(await roles.findRoles(bench.as('admin'), `sg-other-${index}`, null), []);
    }
  });

  it('sees nothing in a group that is not onboarded, until the first assignment makes it one', async () => {
    const [role] = await roles.findRoles(bench.as('admin'), 'sg-app-approvers member', null);
    assert.ok(role);
    assert.deepEqual(await roles.listAssignments(bench.as('admin'), { scopeId: APPROVERS }), []);
    await roles.change(bench.as('admin'), anOrder(role, bench.principal('newcomer')));
    const rows = await roles.listAssignments(bench.as('admin'), { scopeId: APPROVERS });
    assert.deepEqual(rows.map(lineOf).sort(), [
      'active assigned direct: Adele Vance (user), sg-app-approvers @ Group membership',
      'active assigned direct: Megan Bowen (user), sg-app-approvers @ Group membership',
      'eligible assigned direct: Joni Sherman (user), sg-app-approvers @ Group membership',
    ]);
  });

  it('shows members and owners apart', async () => {
    const [member] = await roles.findRoles(bench.as('admin'), 'sg-payments-oncall member', null);
    const [owner] = await roles.findRoles(bench.as('admin'), 'sg-payments-oncall owner', null);
    assert.ok(member && owner);
    await roles.change(bench.as('admin'), anOrder(owner, bench.principal('newcomer')));
    const rows = await roles.listAssignments(bench.as('admin'), { role: owner });
    assert.deepEqual(rows.map(lineOf), [
      'eligible assigned direct: Joni Sherman (user), sg-payments-oncall @ Group ownership',
    ]);
    assert.equal((await roles.listAssignments(bench.as('admin'), { role: member })).length, 3);
    assert.equal((await roles.listAssignments(bench.as('admin'), { scopeId: PAYMENTS })).length, 4);
  });

  it('asks for the name of the group where it did not come along', async () => {
    bench.sandbox.faults.add({ name: 'group-expand-null' });
    const rows = await roles.listAssignments(bench.as('admin'), { scopeId: PAYMENTS });
    assert.deepEqual(placed(rows), Array(3).fill('sg-payments-oncall @ Group membership'));
  });

  it('does not take the last owner away', async () => {
    const [role] = await roles.findRoles(bench.as('admin'), 'sg-payments-oncall owner', null);
    assert.ok(role);
    const order = anOrder(role, bench.principal('newcomer'), { kind: 'active' });
    await roles.change(bench.as('admin'), order);
    await bench.pass({ minutes: 6 });
    await rejects(roles.change(bench.as('admin'), { ...order, action: 'remove' }), 'assignment.last_owner');
  });

  it('says that a group is not there, when one is assigned to that is gone', async () => {
    const [role] = await roles.findRoles(bench.as('admin'), 'sg-payments-oncall owner', null);
    assert.ok(role);
    const gone = { ...role, scope: { ...role.scope, id: '2a91b3c4-00cc-4d5e-8f60-a1b2c3d4e5cc' } };
    await rejects(roles.change(bench.as('admin'), anOrder(gone, bench.principal('newcomer'))), 'graph.not_found');
  });

  it('lets an owner manage their own group and no other', async () => {
    bench.sandbox.world.tenant.groups.get(PAYMENTS)?.ownerIds.push(bench.principal('newcomer').id);
    const owner = bench.as('newcomer');
    const [role] = await roles.findRoles(owner, 'sg-payments-oncall member', null);
    assert.ok(role);
    assert.equal((await roles.change(owner, anOrder(role, bench.principal('approver')))).state, 'provisioned');
    assert.equal((await roles.listAssignments(owner, { role })).length, 4);
    await rejects(roles.listAssignments(owner, { scopeId: APPROVERS }), 'graph.forbidden');
  });
});
