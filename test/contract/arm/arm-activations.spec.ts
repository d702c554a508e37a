import assert from 'node:assert/strict';
import { roleDefinitionId, scheduleRequestId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import {
  AUTHORIZATION,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  VM,
  VM_OPERATOR,
} from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

describe('ArmRoleManagement, activations', () => {
  let bench: ArmBench;

  beforeEach(async () => {
    bench = await createArmBench();
  });

  afterEach(() => bench.close());

  const engineer = () => bench.actor('engineer');

  it('lists all scopes with one call, with the names that people know', async () => {
    bench.calls();
    const rows = await bench.roles.listEligible(engineer());
    assert.deepEqual(rows.map(({ roleName, scope }) => `${roleName} @ ${scope.name}`).sort(), [
      'Contributor @ rg-web',
      'Reader @ Contoso Production',
      'Reader @ Contoso Staging',
      'Virtual Machine Operator @ rg-payments',
    ]);
    assert.ok(rows.every(({ principalId, surface }) => principalId === engineer().principalId && surface === 'azure'));
    assert.deepEqual(bench.calls(), [`GET ${AUTHORIZATION}/roleEligibilityScheduleInstances`]);
  });

  it('takes ids and scopes from the row as they stand', async () => {
    const row = await bench.eligible('engineer', 'Virtual Machine Operator', 'rg-payments');
    assert.equal(row.roleDefinitionId, roleId(RG_PAYMENTS, VM_OPERATOR));
    assert.equal(row.scope.id, RG_PAYMENTS);
    assert.equal(row.endsAt, null);
  });

  it('activates with one call, whose name is the marker', async () => {
    const order = anOrder(await bench.eligible('engineer', 'Virtual Machine Operator', 'rg-payments'), {
      ticket: 'INC-42',
    });
    bench.calls();
    const request = await bench.roles.activate(engineer(), order);
    assert.deepEqual(bench.calls(), [
      `PUT ${RG_PAYMENTS}${AUTHORIZATION}/roleAssignmentScheduleRequests/${order.marker}`,
    ]);
    assert.deepEqual(
      { ...request, duration: request.duration?.toString(), role: request.role.roleName },
      {
        id: order.marker,
        state: 'provisioned',
        principalId: engineer().principalId,
        role: 'Virtual Machine Operator',
        startsAt: null,
        duration: 'PT1H',
        justification: 'INC-42',
        ticket: 'INC-42',
        marker: order.marker,
      },
    );
  });

  it('finds the activation in the lists of the person and of the reader, until its end', async () => {
    const role = await bench.eligible('engineer', 'Virtual Machine Operator', 'rg-payments');
    await bench.roles.activate(engineer(), anOrder(role));
    await bench.arm.pass('PT5S');
    const own = (await bench.roles.listActive(engineer())).filter((row) => row.assignmentType === 'activated');
    assert.deepEqual(
      own.map(({ roleName, scope, endsAt }) => [roleName, scope.name, endsAt?.toString()]),
      [['Virtual Machine Operator', 'rg-payments', '2026-11-23T09:00:00Z']],
    );
    const seen = await bench.reader.findActive(engineer().principalId, role);
    assert.equal(seen?.endsAt?.toString(), '2026-11-23T09:00:00Z');
    await bench.arm.pass('PT1H');
    await bench.signIn('engineer');
    assert.equal((await bench.roles.listActive(engineer())).length, 0);
    assert.equal(await bench.reader.findActive(engineer().principalId, role), null);
  });

  it('activates several roles in parallel, each with its own outcome, in their order', async () => {
    const [operator, web, reader] = await Promise.all([
      bench.eligible('engineer', 'Virtual Machine Operator', 'rg-payments'),
      bench.eligible('engineer', 'Contributor', 'rg-web'),
      bench.eligible('engineer', 'Reader', 'Contoso Production'),
    ]);
    const outcomes = await bench.roles.activateAll(engineer(), [
      anOrder(operator),
      anOrder(operator, { duration: Temporal.Duration.from('PT9H'), role: aRole(RG_WEB, VM_OPERATOR) }),
      anOrder(web),
      anOrder(reader),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome instanceof AccessError ? outcome.code : outcome.state)),
      ['provisioned', 'activation.not_eligible', 'awaiting-approval', 'provisioned'],
    );
  });

  it('waits for an approver where the settings want one, and cancels', async () => {
    const role = await bench.eligible('engineer', 'Contributor', 'rg-web');
    const request = await bench.roles.activate(engineer(), anOrder(role));
    assert.equal(request.state, 'awaiting-approval');
    const open = await bench.roles.listOpenRequests(engineer());
    assert.deepEqual(
      open.map(({ id, state, role: { scope } }) => [id, state, scope.name]),
      [[request.id, 'awaiting-approval', 'rg-web']],
    );
    await refusal(bench.roles.activate(engineer(), anOrder(role)), 'activation.already_pending');
    await bench.roles.cancel(engineer(), request);
    assert.deepEqual(await bench.roles.listOpenRequests(engineer()), []);
    assert.equal((await bench.roles.findByMarker(engineer(), request.id, role))?.state, 'canceled');
    await refusal(bench.roles.cancel(engineer(), request), 'activation.not_cancellable');
    const unknown = { id: scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d'), role };
    await refusal(bench.roles.cancel(engineer(), unknown), 'activation.request_unknown');
  });

  it('keeps the start that lies ahead, also while an approver must decide', async () => {
    const startsAt = Temporal.Instant.from('2026-11-23T12:00:00Z');
    const reader = await bench.eligible('engineer', 'Reader', 'Contoso Production');
    const scheduled = await bench.roles.activate(engineer(), anOrder(reader, { startsAt }));
    assert.deepEqual([scheduled.state, scheduled.startsAt?.toString()], ['scheduled', '2026-11-23T12:00:00Z']);
    const web = await bench.eligible('engineer', 'Contributor', 'rg-web');
    const waiting = await bench.roles.activate(engineer(), anOrder(web, { startsAt }));
    assert.deepEqual([waiting.state, waiting.startsAt?.toString()], ['awaiting-approval', '2026-11-23T12:00:00Z']);
  });

  it('finds a request by its marker, of the right person and role only', async () => {
    const role = await bench.eligible('engineer', 'Virtual Machine Operator', 'rg-payments');
    const order = anOrder(role);
    await bench.roles.activate(engineer(), order);
    assert.equal((await bench.roles.findByMarker(engineer(), order.marker, role))?.id, order.marker);
    assert.equal((await bench.roles.findByMarker(engineer(), order.marker.toUpperCase(), role))?.id, order.marker);
    assert.equal(await bench.roles.findByMarker(engineer(), order.marker, aRole(RG_PAYMENTS, CONTRIBUTOR)), null);
    assert.equal(await bench.roles.findByMarker(engineer(), '0f0f0f0f-0000-4000-8000-00000000f00d', role), null);
    await bench.signIn('contractor', 'admin');
    assert.equal(await bench.roles.findByMarker(bench.actor('contractor'), order.marker, role), null);
    // Who may list what others hold is shown the row, which is not theirs all the same.
    assert.equal(await bench.roles.findByMarker(bench.actor('admin'), order.marker, role), null);
  });

  it('does not carry roles of another surface to Azure', async () => {
    const role = { ...aRole(RG_PAYMENTS, VM_OPERATOR), surface: 'directory' as const };
    bench.calls();
    await refusal(bench.roles.activate(engineer(), anOrder(role)), 'graph.not_found');
    await refusal(bench.roles.deactivate(engineer(), role), 'graph.not_found');
    await refusal(bench.roles.findNarrowerScopes(engineer(), role, 'x'), 'graph.not_found');
    await refusal(bench.reader.readPolicy(role), 'graph.not_found');
    assert.deepEqual(bench.calls(), []);
  });

  describe('a role whose id has the wrong prefix', () => {
    for (const [what, id] of [
      ['another subscription', roleId(STAGING, VM_OPERATOR)],
      ['none', `${AUTHORIZATION}/roleDefinitions/${VM_OPERATOR}`],
      ['no path at all', VM_OPERATOR],
      ['the scope itself', `${RG_PAYMENTS}${AUTHORIZATION}/roleDefinitions/${VM_OPERATOR}`],
    ] as const) {
      it(`is activated all the same: ${what}`, async () => {
        const role = { ...aRole(RG_PAYMENTS, VM_OPERATOR), roleDefinitionId: roleDefinitionId(id) };
        assert.equal((await bench.roles.activate(engineer(), anOrder(role))).state, 'provisioned');
      });
    }
  });

  describe('below the scope of the eligible assignment', () => {
    const find = async (words: string) => {
      const eligible = await bench.eligible('engineer', 'Reader', 'Contoso Production');
      return bench.roles.findNarrowerScopes(engineer(), eligible, words);
    };

    it('finds a scope by its name or its path in any letters, and spells it as the tenant does', async () => {
      for (const words of ['rg-payments', 'RG-Payments', RG_PAYMENTS, `${RG_PAYMENTS.toUpperCase()}/`]) {
        assert.deepEqual(await find(words), [{ id: RG_PAYMENTS, name: 'rg-payments' }], words);
      }
      assert.deepEqual(await find('vm-pay-01'), [{ id: VM, name: 'vm-pay-01' }]);
      assert.deepEqual(await find(VM.toLowerCase()), [{ id: VM, name: 'vm-pay-01' }]);
    });

    it('invents no scope: above, beside, the same, or not there', async () => {
      for (const words of [
        MANAGEMENT_GROUP,
        'mg-contoso',
        STAGING,
        `${STAGING}/resourceGroups/rg-payments`,
        PRODUCTION,
        `${PRODUCTION.toUpperCase()}/`,
        `${PRODUCTION}/resourceGroups/rg-nowhere`,
        `${RG_PAYMENTS}/../rg-web`,
        'rg-nowhere',
        '',
        '/',
      ]) {
        assert.deepEqual(await find(words), [], words);
      }
    });

    it('activates there only, and ends it there', async () => {
      const eligible = await bench.eligible('engineer', 'Reader', 'Contoso Production');
      const [scope] = await find('rg-payments');
      assert.ok(scope);
      const narrow = { ...eligible, scope };
      assert.equal((await bench.roles.activate(engineer(), anOrder(narrow))).role.scope.id, RG_PAYMENTS);
      await bench.arm.pass('PT6M');
      assert.equal((await bench.reader.findActive(engineer().principalId, narrow))?.scope.name, 'rg-payments');
      assert.equal(await bench.reader.findActive(engineer().principalId, eligible), null);
      await refusal(bench.roles.deactivate(engineer(), eligible), 'activation.not_active');
      await bench.roles.deactivate(engineer(), narrow);
      await bench.arm.pass('PT5S');
      assert.equal(await bench.reader.findActive(engineer().principalId, narrow), null);
    });

    it('activates at scopes that are written otherwise', async () => {
      const role = aRole(RG_PAYMENTS, VM_OPERATOR);
      const shouted = { ...role, scope: { id: `${RG_PAYMENTS.toUpperCase()}/`, name: 'rg-payments' } };
      const request = await bench.roles.activate(engineer(), anOrder(shouted));
      assert.equal(request.state, 'provisioned');
      await bench.arm.pass('PT6M');
      assert.ok(await bench.reader.findActive(engineer().principalId, shouted));
      await bench.roles.deactivate(engineer(), shouted);
    });

    it('refuses an activation above the eligible scope, and at one that is not there', async () => {
      const above = aRole(MANAGEMENT_GROUP, READER);
      await refusal(bench.roles.activate(engineer(), anOrder(above)), 'activation.not_eligible');
      const nowhere = aRole(`${PRODUCTION}/resourceGroups/rg-nowhere`, READER);
      await refusal(bench.roles.activate(engineer(), anOrder(nowhere)), 'graph.not_found');
      const climbing = aRole(`${RG_PAYMENTS}/../rg-web`, READER);
      await refusal(bench.roles.activate(engineer(), anOrder(climbing)), 'graph.not_found');
    });
  });
});
