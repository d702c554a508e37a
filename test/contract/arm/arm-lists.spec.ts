import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tenantPim } from '../../../sandbox/pim/tenant-pim.ts';
import { roleKey } from '../../../src/domain/assignment.ts';
import {
  AUTHORIZATION,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  ON_CALL_GROUP,
  OWNER,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  VM,
} from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

describe('ArmRoleManagement, lists', () => {
  let bench: ArmBench;

  beforeEach(async () => {
    bench = await createArmBench();
  });

  afterEach(() => bench.close());

  const engineer = () => bench.actor('engineer');

  /** Gives the engineer an eligible assignment, as an administrator does; `end` in ISO 8601. */
  async function makeEligible(scope: string, role: string, end: string): Promise<void> {
    const admin = await bench.arm.as('admin');
    const properties = {
      principalId: engineer().principalId,
      requestType: 'AdminAssign',
      roleDefinitionId: roleId(scope, role),
      justification: 'why',
      scheduleInfo: { expiration: { type: 'AfterDateTime', endDateTime: end } },
    };
    const path = `${scope}${AUTHORIZATION}/roleEligibilityScheduleRequests/${randomUUID()}?${PIM}`;
    const reply = await admin('PUT', path, { properties });
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    await bench.arm.pass('PT5S');
  }

  /** That many more eligible assignments of the engineer, of three roles at six scopes. */
  function addEligible(count: number): void {
    const { state } = tenantPim(bench.arm.sandbox.world).pim;
    const scopes = [MANAGEMENT_GROUP, PRODUCTION, STAGING, RG_PAYMENTS, RG_WEB, VM];
    const start = bench.arm.sandbox.clock.now().subtract({ hours: 1 });
    for (let index = 0; index < count; index += 1) {
      state.addSchedule({
        id: randomUUID(),
        instanceId: randomUUID(),
        kind: 'eligibility',
        subject: {
          surface: 'azure',
          role: [OWNER, CONTRIBUTOR, READER][index % 3] ?? OWNER,
          scope: scopes[Math.floor(index / 3) % 6] ?? PRODUCTION,
        },
        principalId: engineer().principalId,
        assignmentType: 'Assigned',
        createdAt: start,
        createdUsing: randomUUID(),
        activatedUsing: null,
        modifiedAt: start,
        start,
        end: null,
        expiration: { type: 'noExpiration' },
        endedAt: null,
      });
    }
  }

  it('leaves out an eligible assignment that ended, though it is still listed', async () => {
    await makeEligible(RG_PAYMENTS, CONTRIBUTOR, '2026-11-23T09:00:00Z');
    const row = await bench.eligible('engineer', 'Contributor', 'rg-payments');
    assert.equal(row.endsAt?.toString(), '2026-11-23T09:00:00Z');
    bench.arm.sandbox.world.settings.azureUnlistLag = Temporal.Duration.from('PT10M');
    await bench.arm.pass('PT1H');
    await bench.signIn('engineer');
    const raw = await bench.arm.mine('engineer', 'roleEligibilityScheduleInstances');
    assert.ok(raw.some((one) => one.properties.scope === RG_PAYMENTS && one.properties.endDateTime !== undefined));
    const rows = await bench.roles.listEligible(engineer());
    assert.deepEqual(
      rows.filter(({ roleName, scope }) => roleName === 'Contributor' && scope.id === RG_PAYMENTS),
      [],
    );
    const late = bench.roles.activate(engineer(), anOrder(aRole(RG_PAYMENTS, CONTRIBUTOR)));
    await refusal(late, 'activation.not_eligible');
  });

  it('shows what the person holds through a group as theirs, once, with the later end', async () => {
    bench.arm.sandbox.world.tenant.groups.get(ON_CALL_GROUP)?.memberIds.push(engineer().principalId);
    await makeEligible(RG_PAYMENTS, CONTRIBUTOR, '2026-12-01T00:00:00Z');
    const raw = await bench.arm.mine('engineer', 'roleEligibilityScheduleInstances');
    assert.deepEqual(
      raw
        .filter(({ properties }) => properties.scope === RG_PAYMENTS)
        .map(({ properties }) => properties.memberType)
        .sort(),
      ['Direct', 'Direct', 'Group'],
    );
    const row = await bench.eligible('engineer', 'Contributor', 'rg-payments');
    assert.equal(row.principalId, engineer().principalId);
    assert.equal(row.endsAt, null);
    assert.equal((await bench.roles.listEligible(engineer())).length, 5);
    const request = await bench.roles.activate(engineer(), anOrder(row));
    assert.equal(request.principalId, engineer().principalId);
  });

  it('activates below a management group, where the id of its row does not fit', async () => {
    await makeEligible(MANAGEMENT_GROUP, CONTRIBUTOR, '2026-12-01T00:00:00Z');
    const eligible = await bench.eligible('engineer', 'Contributor', 'mg-contoso');
    const [scope] = await bench.roles.findNarrowerScopes(engineer(), eligible, RG_PAYMENTS.toLowerCase());
    assert.equal(scope?.id, RG_PAYMENTS);
    const request = await bench.roles.activate(engineer(), anOrder({ ...eligible, scope }));
    assert.equal(request.state, 'provisioned');
  });

  it('reads 2,000 rows, page by page', async () => {
    addEligible(2_000);
    bench.calls();
    const rows = await bench.roles.listEligible(engineer());
    assert.equal(bench.calls().length, 21);
    assert.equal(new Set(rows.map(roleKey)).size, rows.length);
    // Three roles at six scopes, three of which the engineer has anyway, and the operator's role.
    assert.equal(rows.length, 19);
  });

  it('gives no part of a list whose seventh page fails', async () => {
    addEligible(1_000);
    bench.calls();
    await bench.arm.fault({ name: 'throttle', service: 'arm', match: 'asTarget', after: 6, retryAfter: 60 });
    await refusal(bench.roles.listEligible(engineer()), 'graph.throttled');
    assert.equal(bench.calls().length, 7);
  });

  it('follows no link to another host or to a page it had', async () => {
    for (const nextLink of [
      'https://elsewhere.example/providers/x?$skiptoken=2',
      `${bench.armUrl}${AUTHORIZATION}/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=asTarget()`,
    ]) {
      await bench.arm.fault({
        name: 'error',
        service: 'arm',
        match: 'asTarget',
        status: 200,
        body: JSON.stringify({ value: [], nextLink }),
        contentType: 'application/json',
      });
      await refusal(bench.roles.listEligible(engineer()), 'graph.unexpected_answer');
      await fetch(`${bench.arm.sandbox.urls.control}/faults`, { method: 'DELETE' });
    }
  });

  it('has nothing where the tenant has no Azure, and fails where it cannot be asked', async () => {
    for (const [status, code] of [
      [403, 'AuthorizationFailed'],
      [404, 'NotFound'],
      [400, 'NoRegisteredProviderFound'],
    ] as const) {
      await bench.arm.fault({ name: 'error', service: 'arm', status, code, times: 1 });
      assert.deepEqual(await bench.roles.listEligible(engineer()), [], code);
    }
    for (const [status, code, ours] of [
      [400, 'InvalidFilter', 'graph.unexpected_answer'],
      [500, '', 'graph.unavailable'],
      [429, 'TooManyRequests', 'graph.throttled'],
    ] as const) {
      await bench.arm.fault({ name: 'error', service: 'arm', status, code, times: 3 });
      await refusal(bench.roles.listEligible(engineer()), ours);
      await fetch(`${bench.arm.sandbox.urls.control}/faults`, { method: 'DELETE' });
    }
  });

  it('does not take a row without its parts for one', async () => {
    for (const body of ['{"value":[{"name":"x"}]}', '{"value":{}}', '<html>', '']) {
      await bench.arm.fault({
        name: 'error',
        service: 'arm',
        match: 'asTarget',
        times: 1,
        status: 200,
        body,
        contentType: 'application/json',
      });
      await refusal(bench.roles.listEligible(engineer()), 'graph.unexpected_answer');
    }
  });
});
